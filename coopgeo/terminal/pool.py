"""The command `coopgeo pool`: what chains save by sharing; what computes is imported when it runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coopgeo.errors import Message
from coopgeo.terminal.arguments import LangOption, OutOption, StudyFolder
from coopgeo.terminal.output import console, faults_in_words, say
from coopgeo.terminal.studies import study_folder

if TYPE_CHECKING:
    from coopgeo.cooperation import BetweenChains
    from coopgeo.text import Text

POOL = Message(
    "Say what chains save by sharing a site, a weighbridge, a lorry by turns (shared_means.csv), against each on its "
    "own, and what each should pay. Writes mutualisation.xlsx and mutualisation.json."
)
ChainsOption = Annotated[
    list[str] | None,
    typer.Option("--chain", metavar=Message("ID"), help=Message("A chain that may share; repeat it. All by default.")),
]
ForbidOption = Annotated[
    list[str] | None,
    typer.Option(
        "--forbid",
        metavar=Message("CHAIN:SITE"),
        help=Message("A site where a chain may not be, such as textile:a-site; repeat it."),
    ),
]


def pool(
    study: StudyFolder = None,
    chains: ChainsOption = None,
    forbid: ForbidOption = None,
    lang: LangOption = "fr",
    out: OutOption = Path("exports"),
) -> None:
    """Say what chains save by sharing."""
    from coopgeo.cooperation import share_between_chains
    from coopgeo.exports.between_files import FILES, export_between
    from coopgeo.study import open_study
    from coopgeo.text import Text

    text = Text(lang)
    with faults_in_words(lang):
        opened = open_study(study_folder(study, text))
        forbidden: dict[str, list[str]] = {}
        for one in forbid or ():
            chain, _, site = one.partition(":")
            forbidden.setdefault(chain, []).append(site)
        with console(stderr=True).status(text("between.working")):
            found = share_between_chains(opened, chains or None, forbidden=forbidden)
        folder = export_between(found, out, lang=lang)
    tell_pool(found, text)
    say(text("cli.written", folder=str(folder.resolve()), files=", ".join(FILES)))


def tell_pool(found: "BetweenChains", text: "Text") -> None:
    """Print what sharing saves, with which means, and what each chain should pay."""
    from coopgeo.words.between_chains import between_sentences, chain_rows, means_rows

    first, *others = between_sentences(found, text)
    say(first, style="bold")
    for sentence in others:
        say(sentence)
    for row in means_rows(found, text):
        say(text("between.means_line", **row))
    if found.best.shared:
        for row in chain_rows(found, text):
            say(text("between.chain_line", **row))
