"""The study that a notebook reads: chosen from a list, named by `COOPGEO_STUDY`, or by the address in Voilà."""

import os
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, quote

import ipywidgets
from markupsafe import escape

from coopgeo.notebook.messages import say_errors
from coopgeo.study import Study, open_study, shipped_study
from coopgeo.study.texts import chain_text
from coopgeo.text import Lang, Text

VARIABLE = "COOPGEO_STUDY"
QUESTION = "dossier"  # in the address of a page of Voilà
_MAIN = "data/raw"
_DEEPEST = 3
_TEXT = Text("fr")


def project(start: Path | None = None) -> Path:
    """The folder that holds the studies: that of the notebook, or the one above it."""
    start = (start or Path.cwd()).resolve()
    return next((folder for folder in (start, start.parent) if next(_studies(folder), None)), start)


def study_folders(folder: Path) -> dict[str, Path]:
    """Study folders at or under a folder, by what a list calls them: that of the project first.

    The one that `COOPGEO_STUDY` names comes before all others; the study that coopgeo ships stands in where there is
    none.
    """
    found = sorted((path.relative_to(folder).as_posix(), path) for path in _studies(folder))
    found.sort(key=lambda one: one[0] != _MAIN)
    named = os.environ.get(VARIABLE)
    if named:
        path = Path(named) if Path(named).exists() else folder / named
        found = [(named, path), *(one for one in found if one[1].resolve() != path.resolve())]
    if not found:
        return {_TEXT("notebook.shipped"): shipped_study()}
    return {_label(name, path): path for name, path in found}


def _studies(folder: Path) -> Iterator[Path]:
    for at, folders, files in os.walk(folder, followlinks=True):  # the depth ends what goes round
        path = Path(at)
        deep = len(path.relative_to(folder).parts)
        folders[:] = sorted(name for name in folders if deep < _DEEPEST and not name.startswith((".", "_")))
        if "study.toml" in files:
            yield path
            folders.clear()


def _label(name: str, path: Path) -> str:
    try:
        called = tomllib.loads((path / "study.toml").read_text(encoding="utf-8")).get("name")
    except (OSError, ValueError):  # what is wrong with it is said when it is opened
        called = None
    return f"{name} ({called})" if isinstance(called, str) else name


class _Picker:
    """The list of studies of one notebook; it keeps what was chosen when its cell is run again."""

    def __init__(self) -> None:
        self.list = ipywidgets.Dropdown(
            description=_TEXT("notebook.study"), style={"description_width": "8em"}, layout={"width": "48em"}
        )
        self.note = ipywidgets.HTML()
        self.opened: Path | None = None
        self.list.observe(self._say_what_to_do, names="value")

    def refresh(self) -> None:
        """Look for studies again."""
        chosen, folders = self.list.value, study_folders(project())
        self.list.options = list(folders.items())
        asked = _asked_in_address(folders)
        self.list.value = asked or (chosen if chosen in folders.values() else next(iter(folders.values())))

    def _say_what_to_do(self, _change: object) -> None:
        again = self.opened is not None and self.opened != self.list.value
        self.note.value = str(escape(_TEXT("notebook.run_again"))) if again else ""


@cache
def _picker() -> _Picker:
    return _Picker()


def choose_study() -> ipywidgets.Widget:
    """A list of the study folders that were found; under Voilà, links that open the same page on another one.

    Errors of the notebook are said in French from then on.
    """
    say_errors()
    picker = _picker()
    picker.refresh()
    return _links(picker) if _in_voila() else ipywidgets.VBox([picker.list, picker.note])


def chosen_study() -> Study:
    """The study that was chosen, opened.

    Raises
    ------
    InputError
        If anything in its folder is wrong; lists every fault.
    """
    picker = _picker()
    if picker.list.value is None:
        picker.refresh()
    picker.opened, picker.note.value = picker.list.value, ""
    assert picker.opened is not None
    return open_study(picker.opened)


def words_of(study: Study, lang: Lang = "fr") -> Text:
    """The texts of the chain that a study computes."""
    return chain_text(study.chain(), study, lang)


def answer_folder(*, main: bool = False) -> Path:
    """Where a notebook writes: a folder of its own for each study, or that of the main answer.

    Parameters
    ----------
    main : bool
        The folder that `coopgeo run` writes to.
    """
    root = project()
    if main:
        return root / "exports"
    opened = _picker().opened or root / _MAIN
    inside = opened.relative_to(root) if opened.is_relative_to(root) else Path(opened.name)
    return root / "exports" / "carnets" / "-".join(inside.parts)


def _in_voila() -> bool:
    return os.environ.get("SERVER_SOFTWARE", "").startswith("voila")


def _asked_in_address(folders: dict[str, Path]) -> Path | None:
    asked = parse_qs(os.environ.get("QUERY_STRING", "")).get(QUESTION, [""])[0]
    return folders.get(asked)


def _links(picker: _Picker) -> ipywidgets.HTML:
    entries = [
        f"<strong>{escape(label)}</strong>"
        if path == picker.list.value
        else f'<a href="?{QUESTION}={escape(quote(label))}">{escape(label)}</a>'
        for label, path in picker.list.options
    ]
    return ipywidgets.HTML(f"{escape(_TEXT('notebook.study'))} : {' · '.join(entries)}")
