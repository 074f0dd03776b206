"""The study that coopgeo ships: `data/raw` of the project, which the wheel carries beside the code."""

import shutil
from pathlib import Path

from coopgeo.errors import InputError, Message

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
    return copy_into_new_folder(shipped_study(), folder)


def copy_into_new_folder(study: Path, folder: str | Path) -> Path:
    """Copy a study folder into a new one; raises `InputError` as `copy_shipped_study`."""
    folder = Path(folder)
    if not study.is_dir():
        raise InputError(Message("{study}: a workbook; expected a study folder to copy", study=str(study)))
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise InputError(
            Message(
                "{folder}: found something there; expected the name of a new folder, such as my-study",
                folder=str(folder),
            )
        )
    if folder.resolve().is_relative_to(study.resolve()):
        raise InputError(
            Message("{folder}: lies within the folder that is copied; expected a folder outside it", folder=str(folder))
        )
    shutil.copytree(study, folder, dirs_exist_ok=True)
    return folder
