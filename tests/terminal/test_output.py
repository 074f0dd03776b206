"""Words on a terminal."""

import errno
import shutil

import pytest
import typer

from coopgeo.errors import InputError
from coopgeo.terminal.output import faults_in_words, visible
from coopgeo.text.messages import said
from coopgeo.text.system import system_fault


@pytest.mark.parametrize("code", ["\x1b", "\0", "\x07", "\x9b", "\x7f", "\r", "\u202e", "\u2066"])
def test_what_would_command_the_terminal_is_shown_as_a_mark(code):
    assert visible(f"Bolbec{code}[31m\nLillebonne\tune fois") == "Bolbec\ufffd[31m\nLillebonne\tune fois"


def test_a_line_that_never_ends_is_cut_in_its_middle():
    shown = visible("début" + "x" * 100_000 + "fin\n" + "court")
    assert len(shown) < 2000
    assert shown.startswith("début")
    assert shown.endswith("fin\ncourt")


def test_an_error_is_told_without_its_codes_and_ends_the_command(capsys):
    with pytest.raises(typer.Exit) as ended, faults_in_words("fr"):
        raise InputError("Col\x1b]0;EVIL\x07 [bold]n'est pas[/bold] :boom:")
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err == "Col\ufffd]0;EVIL\ufffd [bold]n'est pas[/bold] :boom:\n"


@pytest.mark.parametrize("number", sorted(errno.errorcode))
def test_a_fault_of_the_system_is_said_with_its_path(number):
    error = OSError(number, "words of the system", "dossier/fichier.csv")
    assert said(system_fault(error), "fr").startswith("dossier/fichier.csv\u00a0: ")


def test_the_first_of_many_faults_of_a_copy_is_said():
    error = shutil.Error([("a.csv", "essai/a.csv", "[Errno 28] No space left on device"), ("b", "c", "[Errno 28] x")])
    words = said(system_fault(error), "fr").replace("\u00a0", " ")
    assert words.startswith("essai/a.csv : le disque est plein")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "le disque est plein\u202f; libérez"),
        (errno.EROFS, "lecture seule\u202f; choisissez"),
        (errno.EACCES, "l’accès est refusé\u202f; fermez"),
        (errno.EFBIG, "plus gros que le système ne le permet"),
    ],
)
def test_the_usual_faults_of_a_disk_say_what_to_do(number, words):
    assert words in said(system_fault(OSError(number, "in English")), "fr")
    assert "in English" not in said(system_fault(OSError(number, "in English")), "fr")
