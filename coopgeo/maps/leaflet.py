"""Leaflet from its installed package: as texts for a page, as addresses that hold the file for a notebook."""

import base64
import re
from functools import cache
from pathlib import Path

from xstatic.pkg import leaflet as package


@cache
def leaflet() -> dict[str, str]:
    """`script` and `style` of Leaflet, the pictures of the style inside it."""
    folder = Path(package.BASE_DIR)
    script = (folder / "leaflet.js").read_text(encoding="utf-8")
    style = (folder / "leaflet.css").read_text(encoding="utf-8")

    def inside(match: re.Match[str]) -> str:
        return f'url("{_address("image/png", (folder / match[1]).read_bytes())}")'

    style = re.sub(r"url\((images/[\w-]+\.png)\)", inside, style)
    return {"script": re.sub(r"//# sourceMappingURL=.*", "", script), "style": style}


@cache
def addresses() -> dict[str, str]:
    """`script` and `style` as data addresses, which need no internet."""
    kinds = {"script": "text/javascript", "style": "text/css"}
    return {name: _address(kinds[name], text.encode()) for name, text in leaflet().items()}


def _address(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
