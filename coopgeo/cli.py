"""The command `coopgeo`."""

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

import coopgeo
from coopgeo import siting
from coopgeo.exports.export import MAP, export
from coopgeo.plan import run as plan
from coopgeo.plan.outcome import Outcome
from coopgeo.plan.placement import Step
from coopgeo.siting.solution import judged
from coopgeo.text import Lang, Text
from coopgeo.words.sentences import key_figures, place_name, remark_text

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Plan local supply chains on real roads.",
)
fetching = typer.Typer(no_args_is_help=True, help="Download what a study can use.")
app.add_typer(fetching, name="fetch")
WHAT_IFS = 3  # other sites that the page can switch to
STEPS = (*plan.STEPS, "files")

StudyFolder = Annotated[Path, typer.Option("--study", help="Study folder.")]
LangOption = Annotated[Lang, typer.Option(help="Language of what people read.")]


ChainOption = Annotated[str | None, typer.Option(help="Chain, a folder of chains/; default: what study.toml says.")]
RoadsOption = Annotated[
    str | None, typer.Option(help='Road network: "atlas" or a file of roads (.osm.pbf, .graphml, .gpkg, .shp).')
]
PlatformsOption = Annotated[int, typer.Option(min=1, max=5, help="How many platforms to open.")]
OutOption = Annotated[Path, typer.Option(help="Folder for the files.")]


@app.command()
def run(
    study: StudyFolder = Path("data/raw"),
    chain: ChainOption = None,
    roads: RoadsOption = None,
    platforms: PlatformsOption = 1,
    lang: LangOption = "fr",
    out: OutOption = Path("exports"),
) -> None:
    """Find the best place of the platform and write the map, the tables, the layers and results.json."""
    text = Text(lang)
    with _faults_in_words():
        opened = coopgeo.open_study(study)
        with _progress(text) as (on_step, on_progress):
            outcome = coopgeo.run(
                opened,
                chain=chain,
                roads=roads,
                platforms=platforms,
                what_ifs=WHAT_IFS,
                on_step=on_step,
                on_progress=on_progress,
            )
            on_step("files")
            folder = export(outcome, out, lang=lang)
    _summary(outcome, folder, text)


@app.command()
def brief(
    study: StudyFolder = Path("data/raw"),
    chain: ChainOption = None,
    roads: RoadsOption = None,
    platforms: PlatformsOption = 1,
    lang: LangOption = "fr",
    out: OutOption = Path("exports"),
) -> None:
    """Write a note of two pages for officials (PDF) and its maps (PNG)."""
    from coopgeo.exports.note import NOTE, write_brief  # noqa: PLC0415 - matplotlib takes half a second to import

    text = Text(lang)
    with _faults_in_words():
        opened = coopgeo.open_study(study)
        with _progress(text) as (on_step, on_progress):
            outcome = coopgeo.run(
                opened, chain=chain, roads=roads, platforms=platforms, on_step=on_step, on_progress=on_progress
            )
            on_step("files")
            folder = write_brief(outcome, out, lang=lang)
    Console(highlight=False).print(
        text("cli.written", folder=str(folder.resolve()), files=f"{NOTE}, *.png"), markup=False, soft_wrap=True
    )


@app.command()
def check(study: StudyFolder = Path("data/raw"), lang: LangOption = "fr") -> None:
    """Check a study folder and list every fault."""
    with _faults_in_words():
        opened = coopgeo.open_study(study)
    Console().print(Text(lang)("cli.checked", name=opened.settings.name, communes=len(opened.territory)), markup=False)


@fetching.command("roads")
def fetch_roads(
    study: StudyFolder = Path("data/raw"),
    out: Annotated[Path, typer.Option(help="File to write (.osm.pbf).")] = Path("data/processed/roads.osm.pbf"),
    url: Annotated[str | None, typer.Option(help="Address of an Overpass server.")] = None,
    lang: LangOption = "fr",
) -> None:
    """Download the real roads of the study's frame from OpenStreetMap; needs internet, and goes on where it broke off."""
    from coopgeo.roads import fetch  # noqa: PLC0415 - osmnx takes most of a second to import

    text, console = Text(lang), Console(highlight=False)
    with _faults_in_words():
        frame = coopgeo.open_study(study).settings.frame
        console.print(text("cli.fetching"), markup=False)

        def tell(what: str, wait_s: float) -> None:
            console.print(
                text("cli.fetch_again", what=what, seconds=round(wait_s)), markup=False, style="yellow", soft_wrap=True
            )

        path = fetch.fetch_roads(frame, out, url=url or fetch.OVERPASS_URL, on_retry=tell)
    console.print(text("cli.fetched", path=str(path)), markup=False, soft_wrap=True)


@contextmanager
def _faults_in_words() -> Iterator[None]:
    try:
        yield
    except (coopgeo.CoopgeoError, OSError) as error:
        Console(stderr=True).print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None


@contextmanager
def _progress(text: Text) -> Iterator[tuple[Step, Callable[[siting.Progress], None]]]:
    """A bar on a terminal, with how far the best placement is proved; nothing in a log."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task("", total=len(STEPS))

        def step(name: str) -> None:
            bar.update(task, description=text(f"step.{name}"), completed=STEPS.index(name))

        def found(so_far: siting.Progress) -> None:
            gap, _ = judged(so_far.value, so_far.bound, 0.0)
            if math.isfinite(gap):
                bar.update(task, description=text("cli.gap", step=text("step.placement"), gap=text.percent(gap, 2)))

        yield step, found


def _summary(outcome: Outcome, folder: Path, text: Text) -> None:
    console = Console(highlight=False)
    sites = text.joined([place_name(row["name"], row["commune"]) for _, row in outcome.platforms.iterrows()])
    console.print(text("cli.answer", count=len(outcome.platforms), sites=sites), style="bold", markup=False)
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in key_figures(outcome, text):
        table.add_row(name, value)
    console.print(table)
    for at in range(len(outcome.remarks)):
        console.print(f"! {remark_text(outcome, text, at)}", markup=False, style="yellow")
    console.print(text("cli.files", folder=str(folder.resolve()), map=MAP), markup=False, soft_wrap=True)
