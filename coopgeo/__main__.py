"""The command as a module: `python -m coopgeo`."""

from coopgeo.cli import app

if __name__ == "__main__":
    app(prog_name="coopgeo")
