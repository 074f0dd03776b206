"""The study that coopgeo ships: `data/raw` of the project, which the wheel carries beside the code."""

import shutil
from pathlib import Path

from coopgeo.errors import InputError

_PACKAGE = Path(__file__).parents[1]


def shipped_study() -> Path:
    """Folder of the study that coopgeo ships; not to be written to."""
    installed = _PACKAGE / "shipped_study"
    return installed if installed.is_dir() else _PACKAGE.parent / "data" / "raw"


def copy_shipped_study(folder: str | Path) -> Path:
    """Copy the study that coopgeo ships into a new folder, to be edited there.

    Parameters
    ----------
    folder : path
        A folder that is not there yet, or has nothing in it.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If there is something in the folder, or a file of that name.
    """
    folder = Path(folder)
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise InputError(f"{folder}: found something there; expected the name of a new folder, such as my-study")
    shutil.copytree(shipped_study(), folder, dirs_exist_ok=True)
    return folder
