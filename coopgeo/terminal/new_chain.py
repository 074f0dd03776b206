"""The command `coopgeo new-chain`; what computes is imported when it runs."""

from pathlib import Path
from typing import Annotated

import typer

from coopgeo.errors import Message
from coopgeo.terminal.arguments import LangOption
from coopgeo.terminal.output import faults_in_words, say
from coopgeo.terminal.studies import FOLDER

NEW_CHAIN = Message(
    "Begin another chain. Writes chains/NAME into a study folder: tables and settings with comments in French, which "
    "run as they are; LISEZMOI.md in it says what to replace."
)


def new_chain(
    name: Annotated[
        str,
        typer.Argument(
            metavar=Message("NAME"), help=Message("Name of the chain: small letters and hyphens, such as school-desks.")
        ),
    ],
    template: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="textile|organic|wood-energy",
            help=Message(
                "What it is like: textile (all that is collected must go somewhere), organic (customers must be "
                "served) or wood-energy (wood that dries and burns)."
            ),
        ),
    ] = "textile",
    study: Annotated[
        Path | None,
        typer.Option(
            "--study", metavar=Message("FOLDER"), help=Message("Study folder to write into; default: data/raw.")
        ),
    ] = None,
    lang: LangOption = "fr",
) -> None:
    """Begin another chain."""
    from coopgeo.study.new_chain import write_new_chain
    from coopgeo.text import Text

    text, folder = Text(lang), study or FOLDER
    with faults_in_words(lang):
        made = write_new_chain(folder, name, template)
    place = "" if study is None else f" --study {folder}"
    say(text("cli.chain", folder=str(made.folder), guide=made.guide.name))
    say(text("cli.chain_next", check=f"coopgeo check{place}", run=f"coopgeo run --chain {name}{place}"))
