"""The command `coopgeo`. What computes is imported by the command that needs it, so that `coopgeo --help` is quick."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coopgeo.errors import Message
from coopgeo.terminal.arguments import (
    ChainOption,
    CloseOption,
    DemandOption,
    ForbidOption,
    LangOption,
    LevelOption,
    NoDirectOption,
    OutOption,
    OutsideOption,
    PlatformsOption,
    RequireOption,
    RoadsOption,
    SetOption,
    StudyFolder,
    all_of,
)
from coopgeo.terminal.help import Command, Group
from coopgeo.terminal.new_chain import NEW_CHAIN, new_chain
from coopgeo.terminal.opportunity import OPPORTUNITY, opportunity
from coopgeo.terminal.output import console, faults_in_words, say, visible
from coopgeo.terminal.phases import PHASES, phases
from coopgeo.terminal.pool import POOL, pool
from coopgeo.terminal.progress import progress
from coopgeo.terminal.scenarios import SCENARIOS, scenarios
from coopgeo.terminal.share import SHARE, By, ShareOption, share
from coopgeo.terminal.studies import study_folder, warn_of_oddities
from coopgeo.terminal.sure import SURE, HowSureOption, SeedOption, sure, tell, with_certainty

if TYPE_CHECKING:
    from coopgeo.plan.outcome import Outcome
    from coopgeo.plan.proved import Proved
    from coopgeo.siting import Progress as Proof
    from coopgeo.terminal.options import Options
    from coopgeo.text import Lang, Text

app = typer.Typer(
    cls=Group,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help, in half the time
)
fetching = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)
app.add_typer(fetching, name="fetch", help=Message("Download what a study can use."))
WHAT_IFS = 3  # other sites that the page can switch to


@app.callback(help=Message("Plan local supply chains on real roads."))
def main(lang: LangOption = "fr") -> None:
    """Take the language; every command takes it too."""


@app.command(
    cls=Command,
    help=Message(
        "Copy the shipped study into a new folder. It is yours to change there: its README.md explains every file."
    ),
)
def init(
    folder: Annotated[
        Path, typer.Argument(metavar=Message("FOLDER"), help=Message("New folder for the study, such as my-study."))
    ],
    lang: LangOption = "fr",
) -> None:
    """Copy the shipped study into a new folder."""
    from coopgeo.study.shipped import copy_shipped_study
    from coopgeo.text import Text

    with faults_in_words(lang):
        copy_shipped_study(folder)
    say(Text(lang)("cli.made", folder=str(folder)))


@app.command(
    cls=Command,
    help=Message("Find the best place of the platform. Writes the map, the tables, the layers and results.json."),
)
def run(
    study: StudyFolder = None,
    chain: ChainOption = None,
    roads: RoadsOption = None,
    platforms: PlatformsOption = 1,
    *,
    no_direct: NoDirectOption = False,
    outside: OutsideOption = False,
    close: CloseOption = None,
    require: RequireOption = None,
    forbid: ForbidOption = None,
    values: SetOption = None,
    level: LevelOption = "central",
    demand_factor: DemandOption = "1",
    draws: HowSureOption = 0,
    seed: SeedOption = 0,
    share_by: ShareOption = None,
    lang: LangOption = "fr",
    out: OutOption = Path("exports"),
) -> None:
    """Find the best place of the platform and write its files."""
    from coopgeo.exports import export
    from coopgeo.opportunity import with_options
    from coopgeo.terminal.options import Options
    from coopgeo.text import Text

    text = Text(lang)
    options = Options(
        all_of(close), all_of(require), all_of(forbid), all_of(values), level, demand_factor, not no_direct, outside
    )
    with faults_in_words(lang), progress(text) as (on_step, on_progress):
        job = _Job(text, study, chain, roads, platforms, options)
        outcome = job.outcome(on_step, on_progress, what_ifs=WHAT_IFS)
        if draws:
            on_step("draws")
            outcome = with_certainty(outcome, draws, seed, text)
        on_step("what_ifs")
        outcome = with_options(outcome)
        if share_by:
            outcome = _shared(outcome, share_by, on_step)
        on_step("files")
        folder = export(outcome, out, lang=lang)
    _summary(outcome, folder, lang)


@app.command(
    cls=Command,
    help=Message(
        "Write a note of two pages for officials (PDF) and its maps (PNG). "
        "What a run of the same study and options has proved or drawn is not sought or drawn again."
    ),
)
def brief(
    study: StudyFolder = None,
    chain: ChainOption = None,
    roads: RoadsOption = None,
    platforms: PlatformsOption = 1,
    *,
    no_direct: NoDirectOption = False,
    outside: OutsideOption = False,
    close: CloseOption = None,
    require: RequireOption = None,
    forbid: ForbidOption = None,
    values: SetOption = None,
    level: LevelOption = "central",
    demand_factor: DemandOption = "1",
    draws: HowSureOption = 0,
    seed: SeedOption = 0,
    share_by: ShareOption = None,
    lang: LangOption = "fr",
    out: OutOption = Path("exports"),
) -> None:
    """Write the note for officials and its maps."""
    from coopgeo.exports.former_run import confidence_in
    from coopgeo.exports.note import NOTE, write_brief
    from coopgeo.exports.run_files import RESULTS
    from coopgeo.plan.cases import with_ways_to_serve
    from coopgeo.terminal.options import Options
    from coopgeo.text import Text

    text = Text(lang)
    options = Options(
        all_of(close), all_of(require), all_of(forbid), all_of(values), level, demand_factor, not no_direct, outside
    )
    with faults_in_words(lang), progress(text) as (on_step, on_progress):
        job = _Job(text, study, chain, roads, platforms, options)
        outcome = job.outcome(on_step, on_progress, former=out)
        outcome = with_ways_to_serve(outcome)
        former = confidence_in(out / outcome.chain.settings.id / RESULTS, outcome)
        if draws or former:
            on_step("draws")
            outcome = with_certainty(outcome, draws, seed, text, former)
        if share_by:
            outcome = _shared(outcome, share_by, on_step)
        on_step("files")
        folder = write_brief(outcome, out, lang=lang)
    say(text("cli.written", folder=str(folder.resolve()), files=f"{NOTE}, *.png"))


app.command(cls=Command, help=SCENARIOS)(scenarios)  # after what works out one case: help lists commands in this order
app.command(cls=Command, help=SURE)(sure)
app.command(cls=Command, help=PHASES)(phases)
app.command(cls=Command, help=SHARE)(share)
app.command(cls=Command, help=POOL)(pool)
app.command(cls=Command, help=OPPORTUNITY)(opportunity)


@app.command(
    cls=Command,
    help=Message(
        "Write the whole study as one workbook. "
        "Change it in a spreadsheet, then name it where a study folder is asked for."
    ),
)
def workbook(
    file: Annotated[
        Path,
        typer.Argument(metavar=Message("FILE"), help=Message("New workbook for the study, such as dossier.xlsx.")),
    ],
    study: StudyFolder = None,
    lang: LangOption = "fr",
) -> None:
    """Write the whole study as one workbook."""
    from coopgeo.study import open_study, write_workbook
    from coopgeo.text import Text

    text = Text(lang)
    with faults_in_words(lang):
        path = write_workbook(open_study(study_folder(study, text)), file, lang=lang)
    say(text("cli.workbook", file=str(path)))


@app.command(cls=Command, help=Message("Check a study folder or workbook and list every fault."))
def check(
    place: Annotated[
        Path | None,
        typer.Argument(metavar=Message("FOLDER"), help=Message("Study folder or workbook, in place of --study.")),
    ] = None,
    study: StudyFolder = None,
    lang: LangOption = "fr",
) -> None:
    """Check a study folder or workbook and list every fault."""
    from coopgeo.scenarios import check_scenarios
    from coopgeo.study import open_study
    from coopgeo.text import Text

    text = Text(lang)
    with faults_in_words(lang):
        check_scenarios(opened := open_study(study_folder(place or study, text)))
    say(text.counted("cli.checked", len(opened.territory), name=opened.settings.name))
    warn_of_oddities(opened, text)


@app.command(
    "new-territory",
    cls=Command,
    help=Message(
        "Begin the study of another territory. Copies a study into a new folder: communes, roads and parameters stay, "
        "lists of places are emptied, and the folder says what must be filled in."
    ),
)
def new_territory(
    siren: Annotated[
        str,
        typer.Argument(
            metavar="SIREN", help=Message("SIREN of the intermunicipal body, 9 digits, or its name: see communes.csv.")
        ),
    ],
    folder: Annotated[
        Path, typer.Argument(metavar=Message("FOLDER"), help=Message("New folder for the study, such as my-study."))
    ],
    study: StudyFolder = None,
    lang: LangOption = "fr",
) -> None:
    """Begin the study of another territory."""
    from coopgeo.study import open_study
    from coopgeo.study.new_territory import write_new_territory
    from coopgeo.text import Text

    text = Text(lang)
    with faults_in_words(lang):
        made = write_new_territory(open_study(study_folder(study, text)), siren, folder, text)
    say(text("cli.territory", folder=str(folder), name=made.name, siren=made.siren))
    say(text("cli.territory_next", folder=str(folder), file=made.file))


app.command("new-chain", cls=Command, help=NEW_CHAIN)(new_chain)


@fetching.command(
    "roads",
    cls=Command,
    help=Message(
        "Download the roads of the study's frame from OpenStreetMap; needs internet, and goes on where it broke off."
    ),
)
def fetch_roads(
    study: StudyFolder = None,
    out: Annotated[Path, typer.Option(metavar=Message("FILE"), help=Message("File to write (.osm.pbf)."))] = Path(
        "data/processed/roads.osm.pbf"
    ),
    url: Annotated[
        str | None, typer.Option(metavar=Message("ADDRESS"), help=Message("Address of an Overpass server."))
    ] = None,
    *,
    plain_http: Annotated[bool, typer.Option("--plain-http", help=Message("Allow an address without https."))] = False,
    lang: LangOption = "fr",
) -> None:
    """Download the roads of the study's frame from OpenStreetMap."""
    from coopgeo.roads import fetch
    from coopgeo.study import open_study
    from coopgeo.text import Text
    from coopgeo.text.messages import said

    text = Text(lang)
    with faults_in_words(lang):
        frame = open_study(study_folder(study, text)).settings.frame
        say(text("cli.fetching"))

        def tell(what: str, wait_s: float) -> None:
            say(text("cli.fetch_again", what=said(what, lang), seconds=round(wait_s)), style="yellow")

        address = url or fetch.OVERPASS_URL
        path = fetch.fetch_roads(frame, out, url=address, on_retry=tell, plain_http=plain_http)
    say(text("cli.fetched", path=str(path)))


@dataclass(frozen=True)
class _Job:
    """What `run` and `brief` are asked for."""

    text: "Text"
    study: Path | None
    chain: str | None
    roads: str | None
    platforms: int | None
    options: "Options"

    def outcome(
        self,
        on_step: Callable[[str], None],
        on_progress: Callable[["Proof"], None],
        *,
        what_ifs: int = 0,
        former: Path | None = None,
    ) -> "Outcome":
        """Work it out; what a former run has proved in a folder of exports is not sought again."""
        from coopgeo.plan.run import run as run_study
        from coopgeo.study import open_study

        gc.freeze()  # what is imported stays: to look through it for garbage takes a tenth of a run
        opened, asked = self.options.applied(open_study(study_folder(self.study, self.text)), self.chain)
        return run_study(
            opened,
            chain=self.chain,
            roads=self.roads,
            platforms=self.platforms,
            what_ifs=what_ifs,
            proved=_proved(former / opened.chain(self.chain).settings.id) if former else None,
            on_step=on_step,
            on_progress=on_progress,
            **asked,
        )


def _proved(folder: Path) -> "Proved | None":
    """What a former run has proved; what reads it takes long to import, and a run does without."""
    from coopgeo.exports.former_run import proved_in
    from coopgeo.exports.run_files import RESULTS

    return proved_in(folder / RESULTS)


def _shared(outcome: "Outcome", by: By, on_step: Callable[[str], None]) -> "Outcome":
    """The same outcome with who gains what, where each may also buy at the price of the market."""
    from coopgeo.cooperation import market_eur_unit, with_sharing

    on_step("sharing")
    price = market_eur_unit(outcome.study, outcome.chain.settings.id)
    return with_sharing(outcome, by, outside_eur_unit=price)


def _summary(outcome: "Outcome", folder: Path, lang: "Lang") -> None:
    from rich.table import Table

    from coopgeo.exports.run_files import MAP
    from coopgeo.study.texts import chain_text
    from coopgeo.words.sentences import answer, key_figures, place_name, remarks_in_words

    text = chain_text(outcome.chain, outcome.study, lang)
    sites = text.joined([place_name(row["name"], row["commune"]) for _, row in outcome.platforms.iterrows()])
    key = "answer_none" if not sites else "answer_set" if len(outcome.near_best) > 1 else "answer"
    say(text(f"cli.{key}", sites=sites, headline=answer(outcome, text)["headline"]), style="bold")
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in key_figures(outcome, text):
        table.add_row(visible(name), visible(value))
    console().print(table)
    if outcome.confidence:
        tell(outcome.confidence, outcome.chain, text)
    for words in remarks_in_words(outcome, text):
        say(f"! {words}", style="yellow")
    warn_of_oddities(outcome.study, text)
    say(text("cli.files", folder=str(folder.resolve()), map=MAP))
