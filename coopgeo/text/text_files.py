"""The bytes and the text of a file that a planner edits, and what it is if it is no text."""

import re
from pathlib import Path

from coopgeo.errors import Faults, Message

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
# What a Windows of western Europe writes.
_WESTERN = re.compile("[\x00-\x7f\u00a0-\u00ff€…‘’“”–—ŒœŸ•]*")
# A sign of cp1252 that stands within a word is a letter of cp850: dép“t is dépôt.
_SIGN_IN_WORD = re.compile("[^\\W\\d_][…‘“”–—•](?=[^\\W\\d_])|[a-zà-ÿ]Œ")
# What a French MS-DOS writes (cp850), as older programs and some exports still do.
_DOS = re.compile("[\x00-\x7féèêëàâäçùûüôöîïÿæÉÈÊËÀÂÄÇÙÛÜÔÖÎÏÆ°«»²³½¼§µ\u00a0]*")
_DOS_OR_SIGNS = re.compile("[\x00-\x7fàôöûùî\u00a0]*")  # letters of cp850 whose bytes are … “ ” – — Œ in cp1252
_NO_WORD = re.compile("(?<![^\\W\\d_])[ôöûùî](?![^\\W\\d_])|ö(?![^\\W\\d_])")  # no French word is ô, or ends in ö
_WORKBOOK = b"PK\x03\x04"
_KINDS = {
    _WORKBOOK: Message("an Excel workbook (.xlsx) under another name"),
    b"\xd0\xcf\x11\xe0": Message("an old Excel workbook (.xls)"),
    b"%PDF": Message("a PDF document"),
    b"<!DO": Message("a web page"),
    b"<htm": Message("a web page"),
}
_OPEN_DOCUMENT = b"mimetypeapplication/vnd.oasis"


def file_bytes(path: Path, most: int, faults: Faults) -> bytes | None:
    """The bytes of a file; None if there is none, it cannot be opened or is too large, which is noted.

    Parameters
    ----------
    path : Path
    most : int
        Bytes that it may have.
    faults : Faults
    """
    if not path.is_file():  # a folder or a device is none
        expected = Message("this file; copy it back from the project, or make it as README.md says")
        faults.add(expected=expected, hint=_named_alike(path))
        return None
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as error:
        found = Message("a file that cannot be opened ({error})", error=error.strerror or type(error).__name__)
        faults.add(found=found, expected=Message("a file that may be read; close it where it is open"))
        return None
    if len(raw) > most:
        found = Message("more than {count} bytes", count=most)
        faults.add(found=found, expected=Message("a smaller file; is it the right one?"))
        return None
    return raw


def text_of(raw: bytes, faults: Faults) -> str | None:
    """The text of bytes in UTF-8, in UTF-16 with its mark, or as Windows (cp1252) or DOS (cp850) writes it.

    None if it is none of these, or may be the one or the other.
    """
    kind = next((what for start, what in _KINDS.items() if raw.startswith(start)), None)
    if kind is not None:
        expected = Message('a text file; in the spreadsheet save the table as .xlsx or as "CSV UTF-8"')
        if _OPEN_DOCUMENT in raw[:100]:
            kind = Message("a LibreOffice workbook (.ods)")
        elif raw.startswith(_WORKBOOK):
            expected = Message('a text file; give this one the ending .xlsx, or save it as "CSV UTF-8"')
        faults.add(found=kind, expected=expected)
        return None
    encoding = next((name for mark, name in _MARKS.items() if raw.startswith(mark)), "utf-8")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        texts = _of_one_byte_a_letter(raw) if encoding == "utf-8" and b"\0" not in raw else []
        if len(texts) == 1:
            return texts[0]
        row = raw.count(b"\n", 0, error.start) + 1
        at = f"{raw[error.start]:02X}"
        found = Message("byte 0x{byte}, which is not UTF-8", byte=at)
        if texts:
            found = Message("byte 0x{byte}, which is one letter in Windows-1252 and another in MS-DOS (cp850)", byte=at)
        expected = Message('UTF-8 text; in the spreadsheet choose "CSV UTF-8" when saving')
        faults.add(row=row, found=found, expected=expected)
        return None


def _of_one_byte_a_letter(raw: bytes) -> list[str]:
    """The texts that bytes may be, in cp1252 and in cp850."""
    windows, dos = raw.decode("cp1252", errors="replace"), raw.decode("cp850")
    if not _WESTERN.fullmatch(windows) or _SIGN_IN_WORD.search(windows):
        return [dos] if _DOS.fullmatch(dos) else []
    either = _DOS_OR_SIGNS.fullmatch(dos) and not _NO_WORD.search(dos)
    return [windows, dos] if either else [windows]


def _named_alike(path: Path) -> Message | None:
    """A file beside one that is lacking whose name differs in its ending or case."""
    beside = sorted(path.parent.iterdir()) if path.parent.is_dir() else []
    alike = [other.name for other in beside if other.is_file() and other.stem.casefold() == path.stem.casefold()]
    return (
        Message("there is {names}: give it the right name, or save it as .xlsx or .csv", names=alike) if alike else None
    )
