"""Words on a terminal: of any code page, without codes that command the terminal, errors in the reader's language."""

import codecs
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from coopgeo.text import Lang

_NEAREST = {
    **dict.fromkeys("’‘‚‹›", "'"),
    **dict.fromkeys("“”„«»", '"'),
    **dict.fromkeys("–—−‐‑", "-"),
    **dict.fromkeys("\u202f\u00a0\u2009", " "),
    "…": "...",
    "€": "EUR",
    "œ": "oe",
    "Œ": "OE",
    "×": "x",
    "≤": "<=",
    "≥": ">=",
}
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # turn the order of letters
_LONGEST_LINE = 2000  # characters: what is longer repeats something that is no name


def plain_streams() -> None:
    """Have each letter that the code page of the console lacks replaced by the nearest that it has.

    The code pages of Windows lack the narrow space of French figures: without this, printing one ends the command.
    """
    codecs.register_error("nearest", _nearest)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="nearest")


def _nearest(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end]
    return "".join(_NEAREST.get(letter) or _without_accent(letter) for letter in lacking), error.end


def _without_accent(letter: str) -> str:
    return unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode() or "?"


def visible(words: str) -> str:
    r"""Words without what would command the terminal (escape sequences, bells, turned text), each line of some length.

    Examples
    --------
    >>> visible("Bolbec\x1b[31m")
    'Bolbec\ufffd[31m'
    """
    return "\n".join(map(_visible_line, words.replace("\r\n", "\n").split("\n")))


def _visible_line(line: str) -> str:
    if len(line) > _LONGEST_LINE:
        line = f"{line[: _LONGEST_LINE // 2]} … {line[-_LONGEST_LINE // 4 :]}"
    return "".join(
        "\ufffd" if letter in _TURNING or (letter != "\t" and unicodedata.category(letter) == "Cc") else letter
        for letter in line
    )


def console(*, stderr: bool = False) -> "Console":
    """A console that shows words as they are: no markup, no pictures for :names:, no colours of its own choice."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def say(words: str, *, style: str | None = None, stderr: bool = False) -> None:
    """Print words of whatever origin."""
    console(stderr=stderr).print(visible(words), style=style, soft_wrap=True)


@contextmanager
def faults_in_words(lang: "Lang") -> Iterator[None]:
    """End the command with what an error says, in the reader's language, instead of a traceback."""
    from coopgeo.errors import CoopgeoError
    from coopgeo.text.messages import said
    from coopgeo.text.system import system_fault

    try:
        yield
    except CoopgeoError as error:
        words = said(error, lang)
    except OSError as error:
        words = said(system_fault(error), lang)
    else:
        return
    say(words, style="red", stderr=True)
    raise typer.Exit(1)
