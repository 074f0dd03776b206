"""The encoding of a table: what has one reading is read, what has two is a fault that names them."""

import pytest

from coopgeo.errors import Faults
from coopgeo.text.text_files import text_of

FRENCH = "id;nom\nmairie;Hôtel de ville, côté « Île », déjà à Noël; forêt où l'on coupe; 12 m², 3 °C\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850"])
def test_french_is_read_whatever_program_wrote_it(encoding):
    faults = Faults("table.csv")
    assert text_of(FRENCH.encode(encoding), faults) == FRENCH
    assert not faults


@pytest.mark.parametrize(
    "text",
    ["dépôt", "maïs", "Déchèterie", "côte", "sûreté", "boîte", "où l'on va, goût", "ÉCOLE", "français"],
)
def test_one_word_of_dos_is_enough(text):
    assert text_of(f"id;nom\na;{text}\n".encode("cp850"), Faults("table.csv")) == f"id;nom\na;{text}\n"


@pytest.mark.parametrize(
    "text",
    [
        "Rouen – nord",
        "12 €",
        "« ici »",
        "“ici”",
        "l’église",
        "CÔTE",
        "NOËL",
        "agent·e",
        "œuvre",
        "château",
    ],
)
def test_one_word_of_windows_is_enough(text):
    assert text_of(f"id;nom\na;{text}\n".encode("cp1252"), Faults("table.csv")) == f"id;nom\na;{text}\n"


@pytest.mark.parametrize("raw", [b"etc\x85", b"l\x85-bas", b"va \x85 Rouen"])
def test_what_may_be_windows_or_dos_is_a_fault_that_says_so(raw):
    faults = Faults("table.csv")
    assert text_of(b"id;nom\na;" + raw + b"\n", faults) is None
    (line,) = faults.lines
    assert line.startswith("row 2: found byte 0x85, which is one letter in Windows-1252 and another in MS-DOS (cp850)")


def test_bytes_of_neither_are_a_fault():
    faults = Faults("table.csv")
    assert text_of(b"id;nom\na;\x82\xda\x81\n", faults) is None
    assert len(faults) == 1
