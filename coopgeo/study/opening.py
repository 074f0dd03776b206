"""Open a study, from its folder or its workbook."""

from pathlib import Path
from tempfile import TemporaryDirectory

from coopgeo.errors import check_kind
from coopgeo.study.folder import FolderReader
from coopgeo.study.shipped import shipped_study
from coopgeo.study.study import Study
from coopgeo.study.workbook_read import ENDINGS, WorkbookReader


def open_study(folder: str | Path | None = None) -> Study:
    """Read and check a study folder, or the workbook of a study.

    Parameters
    ----------
    folder : path, optional
        Laid out as `data/raw/README.md` says, or an .xlsx workbook that `write_workbook` has written; the study that
        coopgeo ships if none is named.

    Returns
    -------
    Study

    Raises
    ------
    InputError
        If anything in the folder is wrong: one error that lists every fault, with file, row, column, what was found
        and what was expected.
    """
    check_kind("folder", folder, str | Path | None, "the path of a study folder, such as data/raw")
    place = shipped_study() if folder is None else Path(folder)
    if place.suffix.lower() not in ENDINGS or place.is_dir():
        return FolderReader(place).study()
    with TemporaryDirectory(prefix="coopgeo-") as scratch:
        return WorkbookReader(place, Path(scratch)).study()
