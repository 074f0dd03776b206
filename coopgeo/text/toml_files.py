"""The entries of a TOML file, and what a planner is told where it is none."""

import re
import tomllib
from pathlib import Path
from typing import Any

from coopgeo.errors import Faults, Message
from coopgeo.text.text_files import file_bytes, text_of

_MOST_BYTES = 1_000_000  # the settings of a study have a hundredth
_LONGEST_LINE = 1_000  # tomllib takes the square of the parts of a key
_SHOWN = 60
_COMMENT = re.compile(r"\s+#.*")
_AT = re.compile(r"\(at line (\d+), column (\d+)\)")
_DECIMAL_COMMA = re.compile(r"=\s*-?\d+,\d+\s*(#.*)?")
_BARE_WORD = re.compile(r"=\s*[^\W\d\"'\[{][^\"']*")


def toml_entries(path: Path, faults: Faults) -> dict[str, Any] | None:
    """The entries of a TOML file; None if it is none, which is noted.

    Parameters
    ----------
    path : Path
    faults : Faults
    """
    raw = file_bytes(path, _MOST_BYTES, faults)
    text = None if raw is None else text_of(raw, faults)
    if text is None:
        return None
    lines = text.replace("\r\n", "\n").split("\n")
    for row, line in enumerate(lines, start=1):
        if len(line) > _LONGEST_LINE:
            found = Message("{count} signs in one line", count=len(line))
            faults.add(
                row=row, found=found, expected=Message("shorter lines; put the items of a list on lines of their own")
            )
            return None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        row = int(at[1]) if at else len(lines)
        line = next((one for one in reversed(lines[:row]) if one.strip()), "").strip()
        shown = _COMMENT.sub("", line)[:_SHOWN]
        faults.add(
            row=row,
            found=Message("{line} (column {column})", line=f"`{shown}`", column=int(at[2]) if at else len(line)),
            expected=_expected(line, str(error)),
        )
    except RecursionError:
        faults.add(found=Message("lists within lists without end"), expected=Message("a list of values"))
    return None


def _expected(line: str, error: str) -> Message:
    """What should stand in a line that is no TOML."""
    if error.startswith("Cannot overwrite"):
        return Message("each entry once: this one stands above already")
    if error.startswith("Cannot declare"):
        return Message("each section once: this one stands above already")
    if _DECIMAL_COMMA.search(line):
        return Message("a decimal point: 0.35, not 0,35")
    if _BARE_WORD.search(line):
        return Message('texts in quotes: name = "text"')
    return Message("TOML in UTF-8: name = value, texts in quotes, decimal points")
