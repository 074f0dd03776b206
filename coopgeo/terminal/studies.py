"""Which study a command is for."""

from pathlib import Path
from typing import TYPE_CHECKING

from coopgeo.terminal.output import say

if TYPE_CHECKING:
    from coopgeo.study import Study
    from coopgeo.text import Text

FOLDER = Path("data/raw")


def study_folder(folder: Path | None, text: "Text") -> Path:
    """The folder asked for, or `data/raw` where it is, or the study that coopgeo ships, and says so."""
    from coopgeo.study.shipped import shipped_study

    if folder is not None or FOLDER.is_dir():
        return folder or FOLDER
    say(text("cli.shipped"), style="yellow", stderr=True)
    return shipped_study()


def warn_of_oddities(study: "Study", text: "Text") -> None:
    """Say what in a study is odd, though it can be worked with."""
    from coopgeo.study.plausible import oddities
    from coopgeo.text.messages import said

    for oddity in oddities(study):
        say(f"! {said(oddity, text.lang)}", style="yellow")
