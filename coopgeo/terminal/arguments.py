"""The options of the commands: what each is called, takes and means."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from coopgeo.errors import Message
from coopgeo.terminal.help import language

_FREE = ("free", "libre")


def _chosen_language(_: str) -> str:
    return language()


def number_of_platforms(typed: object) -> int | None:
    """A number of platforms; None where the number is free."""
    from coopgeo.plan.job import MOST_PLATFORMS

    word = str(typed).strip().casefold()
    if word in _FREE:
        return None
    if word not in map(str, range(MOST_PLATFORMS + 1)):
        raise ValueError(word)
    return int(word)


StudyFolder = Annotated[
    Path | None,
    typer.Option(
        "--study",
        metavar=Message("FOLDER"),
        help=Message(
            "Study folder or workbook (.xlsx); default: data/raw if it is there, else the study that coopgeo ships "
            "(a copy: coopgeo init)."
        ),
    ),
]
LangOption = Annotated[
    Literal["fr", "en"],
    typer.Option(
        metavar="fr|en",
        callback=_chosen_language,
        help=Message("Language of what people read; default: the environment variable COOPGEO_LANG, else French."),
        show_default=False,
    ),
]
ChainOption = Annotated[
    str | None,
    typer.Option(metavar=Message("ID"), help=Message("Chain, a folder of chains/; default: what study.toml says.")),
]
RoadsOption = Annotated[
    str | None,
    typer.Option(
        metavar=Message("FILE"),
        help=Message('Road network: "atlas" or a file of roads (.osm.pbf, .graphml, .gpkg, .shp).'),
    ),
]
PlatformsOption = Annotated[
    int | None,
    typer.Option(
        parser=number_of_platforms,
        metavar=Message("0-5|free"),
        help=Message("How many platforms to open, 0 to 5, or free: as many as cost least."),
    ),
]
NoDirectOption = Annotated[
    bool, typer.Option("--no-direct", help=Message("Nothing goes straight from a collection point to a customer."))
]
OutsideOption = Annotated[
    bool, typer.Option("--outside", help=Message("The suppliers of suppliers.csv may be bought from."))
]
OutOption = Annotated[Path, typer.Option(metavar=Message("FOLDER"), help=Message("Folder for the files."))]
CloseOption = Annotated[
    list[str] | None,
    typer.Option(
        "--close",
        metavar=Message("ID"),
        help=Message("Bridge or ferry that is closed, by id or name (crossings.csv); several times for several."),
    ),
]
RequireOption = Annotated[
    list[str] | None,
    typer.Option(
        "--require",
        metavar=Message("SITE"),
        help=Message("Site that must be chosen, by id or name (candidate_sites.csv); several times for several."),
    ),
]
ForbidOption = Annotated[
    list[str] | None,
    typer.Option(
        "--forbid",
        metavar=Message("SITE"),
        help=Message("Site that may not be chosen, by id or name; several times for several."),
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar=Message("NAME=VALUE"),
        help=Message(
            "Another value of a parameter of chain.toml, by its id or name, such as subsidy_share=0.3; "
            "several times for several."
        ),
    ),
]
LevelOption = Annotated[
    Literal["low", "central", "high", "bas", "haut"],
    typer.Option(
        metavar="low|central|high", help=Message("Level of the resource: low, central or high (resources.csv).")
    ),
]
OnlyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar=Message("SCENARIO"),
        help=Message("Scenario to work out, by id or name (scenarios.toml); several times for several; default: all."),
    ),
]
DemandOption = Annotated[
    str,
    typer.Option(
        "--demand-factor",
        metavar=Message("FACTOR"),
        help=Message("What the demand of all customers served is multiplied by: a number above 0, such as 1.1."),
    ),
]


def all_of(typed: list[str] | None) -> tuple[str, ...]:
    """All values of an option that may be typed several times."""
    return tuple(typed or ())
