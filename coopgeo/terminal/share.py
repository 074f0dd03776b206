"""The command `coopgeo share`: who gains what; what computes is imported when it runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from coopgeo.errors import Message
from coopgeo.terminal.arguments import ChainOption, LangOption, OutOption, StudyFolder
from coopgeo.terminal.output import faults_in_words, say
from coopgeo.terminal.studies import study_folder
from coopgeo.terminal.sure import HowSureOption, SeedOption, drawing

if TYPE_CHECKING:
    from coopgeo.cooperation import Sharing
    from coopgeo.text import Text

SHARE = Message(
    "Say who gains what by sharing: what each partner pays alone and together, by six rules, whether a sharing holds, "
    "and which support makes it hold. Writes partage.xlsx, partage.gpkg and partage.json."
)
_BY = Message("Who shares: communes, customers, epci (bodies of communes) or partners (column partner of the tables).")
By = Literal["communes", "customers", "epci", "partners"]
ByOption = Annotated[By, typer.Option("--by", metavar="communes|customers|epci|partners", help=_BY)]
ShareOption = Annotated[
    By | None,
    typer.Option(
        "--share",
        metavar="communes|customers|epci|partners",
        help=Message("Show on the page who gains what by sharing."),
    ),
]
SupplyOption = Annotated[
    Literal["shared", "own"],
    typer.Option(
        "--supply",
        metavar="shared|own",
        help=Message("What each may use alone: its part of all supply (shared), or what lies in its communes (own)."),
    ),
]
PriceOption = Annotated[
    float | None,
    typer.Option(
        "--outside-price",
        min=0,
        metavar=Message("EUR"),
        help=Message(
            "Price of a unit at which each may also buy elsewhere; by default that of the market in chain.toml."
        ),
    ),
]
NoMarketOption = Annotated[
    bool, typer.Option("--no-market", help=Message("Nobody can buy elsewhere: alone is a chain of one's own."))
]


def share(
    study: StudyFolder = None,
    chain: ChainOption = None,
    by: ByOption = "communes",
    supply: SupplyOption = "shared",
    outside_price: PriceOption = None,
    *,
    no_market: NoMarketOption = False,
    draws: HowSureOption = 0,
    seed: SeedOption = 0,
    lang: LangOption = "fr",
    out: OutOption = Path("exports"),
) -> None:
    """Say who gains what by sharing."""
    from coopgeo.cooperation import market_eur_unit
    from coopgeo.cooperation import share as shared
    from coopgeo.exports.sharing_files import FILES, export_sharing
    from coopgeo.study import open_study
    from coopgeo.study.texts import chain_text
    from coopgeo.text import Text

    text = Text(lang)
    with faults_in_words(lang), drawing(text) as on_progress:
        opened = open_study(study_folder(study, text))
        price = outside_price if outside_price is not None or no_market else market_eur_unit(opened, chain)
        found = shared(
            opened, by=by, chain=chain, supply=supply, outside_eur_unit=price, draws=draws, seed=seed,
            on_progress=on_progress,
        )  # fmt: skip
        folder = export_sharing(found, out, lang=lang)
    tell_sharing(found, chain_text(found.game.placement.chain, opened, lang))
    say(text("cli.written", folder=str(folder.resolve()), files=", ".join(FILES)))


def tell_sharing(sharing: "Sharing", text: "Text") -> None:
    """Print what each pays, and whether a sharing holds."""
    from coopgeo.words.sharing import player_rows, rule_rows, sharing_sentences

    first, *others = sharing_sentences(sharing, text)
    say(first, style="bold")
    for sentence in others:
        say(sentence)
    for row in player_rows(sharing, text):
        say(f"  {row['sentence']}")
    for rule, words in rule_rows(sharing, text):
        say(text("sharing.rule_line", rule=rule, words=words))
