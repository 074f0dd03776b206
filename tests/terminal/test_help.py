"""Help and complaints of the command: French unless English is asked for, on any console."""

import os
import re
import subprocess
import sys

import pytest
from conftest import ROOT
from typer.testing import CliRunner

from coopgeo.cli import app
from coopgeo.terminal.help import language_of

ORDER = [
    "init", "run", "brief", "scenarios", "sure", "phases", "share", "pool", "opportunity", "workbook",
    "check", "new-territory", "new-chain", "fetch",
]  # fmt: skip
COMMANDS = [[], *([name] for name in ORDER), ["fetch", "roads"]]
ENGLISH = re.compile(r"\b(the|of|Usage|Show|folder|that|with|default|required|Commands|Arguments)\b")


def call(*arguments, **environment):
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env=environment)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_is_in_french(command):
    done = call(*command, "--help")
    assert done.exit_code == 0
    assert done.output.startswith("Emploi\u00a0: ")
    assert "Montrer cette aide." in done.output
    assert ENGLISH.findall(done.output) == []


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("asked", [{"COOPGEO_LANG": "en"}, {}], ids=["environment", "option"])
def test_help_is_in_english_on_request(command, asked):
    done = call(*command, "--help", *([] if asked or command == ["fetch"] else ["--lang", "en"]), **asked)
    if not asked and command == ["fetch"]:
        done = call("--lang", "en", "fetch", "--help")
    assert done.output.startswith("Usage: ")
    assert "Show this message and exit." in done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("run --plateforms 2", "L’option --plateforms n’existe pas\u202f; vouliez-vous dire «\u00a0--platforms\u00a0»"),
        ("rum", "La commande «\u00a0rum\u00a0» n’existe pas\u202f; vouliez-vous dire «\u00a0run\u00a0»\u202f?"),
        ("run --platforms 6", "La valeur de --platforms est refusée\u202f; attendu\u00a0: nombre de plateformes"),
        ("run --platforms deux", "La valeur de --platforms est refusée"),
        ("run --platforms -1", "La valeur de --platforms est refusée"),
        ("run --platforms 1.5", "La valeur de --platforms est refusée"),
        ("run --level moyen", "La valeur de --level est refusée"),
        ("check --lang de", "La valeur de --lang est refusée"),
        ("run --platforms", "Il faut une valeur après --platforms"),
        ("run --help=3", "--help ne prend pas de valeur"),
        ("init", "Il manque DOSSIER\u202f; attendu\u00a0: nouveau dossier"),
        ("run here there", "Il y a des mots de trop\u00a0: here there."),
        ("--lang fr", f"Il manque une commande\u00a0: {', '.join(ORDER)}."),
    ],
)
def test_what_was_mistyped_is_said_in_french(words, said):
    done = call(*words.split())
    assert done.exit_code == 2
    assert said in done.output
    assert "Error" not in done.output


def test_help_lists_commands_in_the_order_in_which_a_planner_needs_them():
    listed = call("--help").output.partition("Commandes\u00a0:")[2]
    assert re.findall(r"^  ([a-z-]+)  ", listed, re.MULTILINE) == ORDER


def test_a_language_before_the_command_holds_for_the_command():
    said = call("--lang", "en", "run", "--plateforms").output
    assert "There is no option --plateforms; did you mean “--platforms”?" in said
    assert "the folder is correct" in call("--lang", "en", "check").output


@pytest.mark.parametrize(
    ("arguments", "environment", "lang"),
    [
        ([], None, "fr"),
        ([], "en", "en"),
        ([], "klingon", "fr"),
        (["--lang", "fr"], "en", "fr"),
        (["--lang=en"], None, "en"),
        (["--lang"], None, "fr"),
    ],
)
def test_the_language_of_a_command_line(monkeypatch, arguments, environment, lang):
    monkeypatch.delenv("COOPGEO_LANG", raising=False)
    if environment:
        monkeypatch.setenv("COOPGEO_LANG", environment)
    assert language_of(["run", *arguments]) == lang


@pytest.mark.parametrize("encoding", ["cp1252", "cp850", "cp437", "ascii", "utf-8"])
@pytest.mark.parametrize(
    "command", [["run", "--help"], ["run", "--plateforms"], ["new-territory", "Étretat-Ω", "essai"]]
)
def test_no_code_page_ends_a_command(tmp_path, encoding, command):
    done = subprocess.run(
        [sys.executable, "-m", "coopgeo", *command],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    said = (done.stdout + done.stderr).decode(
        "utf-8" if encoding == "ascii" else encoding
    )  # click takes ASCII for UTF-8
    assert "Traceback" not in said
    assert done.returncode == {"--help": 0, "--plateforms": 2, "essai": 1}[command[-1]]
    assert {"--help": "Pont ou bac", "--plateforms": "existe pas", "essai": "aucun territoire"}[command[-1]] in said
    assert "?" not in re.sub(r"[Tt]retat-\?|\s\?$", "", said, flags=re.MULTILINE) or encoding == "utf-8"
