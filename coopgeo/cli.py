"""The command `coopgeo`. What computes is imported by the command that needs it, so that `coopgeo --help` is quick."""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from coopgeo.plan.outcome import Outcome
    from coopgeo.siting import Progress as Proof
    from coopgeo.text import Lang, Text

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help, in half the time
    help="Plan local supply chains on real roads.",
)
fetching = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Download what a study can use.")
app.add_typer(fetching, name="fetch")
WHAT_IFS = 3  # other sites that the page can switch to
FOLDER = Path("data/raw")

StudyFolder = Annotated[
    Path | None,
    typer.Option(
        "--study",
        help="Study folder; default: data/raw if it is there, else the study that coopgeo ships "
        "(a copy: coopgeo init).",
    ),
]
LangOption = Annotated[Literal["fr", "en"], typer.Option(help="Language of what people read.")]
ChainOption = Annotated[str | None, typer.Option(help="Chain, a folder of chains/; default: what study.toml says.")]
RoadsOption = Annotated[
    str | None, typer.Option(help='Road network: "atlas" or a file of roads (.osm.pbf, .graphml, .gpkg, .shp).')
]
PlatformsOption = Annotated[int, typer.Option(min=1, max=5, help="How many platforms to open.")]
OutOption = Annotated[Path, typer.Option(help="Folder for the files.")]


@app.callback()
def main() -> None:
    """Plan local supply chains on real roads."""
    for stream in (sys.stdout, sys.stderr):  # a code page of Windows lacks narrow spaces: a "?" rather than a crash
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="New folder for the study, such as my-study.")],
    lang: LangOption = "fr",
) -> None:
    """Copy the shipped study into a new folder.

    It is yours to change there: its README.md explains every file.
    """
    from coopgeo.study.shipped import copy_shipped_study
    from coopgeo.text import Text

    with _faults_in_words(lang):
        copy_shipped_study(folder)
    _console().print(Text(lang)("cli.made", folder=str(folder)), markup=False, soft_wrap=True)


@app.command()
def run(
    study: StudyFolder = None,
    chain: ChainOption = None,
    roads: RoadsOption = None,
    platforms: PlatformsOption = 1,
    lang: LangOption = "fr",
    out: OutOption = Path("exports"),
) -> None:
    """Find the best place of the platform.

    Writes the map, the tables, the layers and results.json.
    """
    from coopgeo.exports import export
    from coopgeo.text import Text

    def write(outcome: "Outcome") -> Path:
        return export(outcome, out, lang=lang)

    text = Text(lang)
    outcome, folder = _worked_out(text, write, study, chain, roads, platforms, what_ifs=WHAT_IFS)
    _summary(outcome, folder, text)


@app.command()
def brief(
    study: StudyFolder = None,
    chain: ChainOption = None,
    roads: RoadsOption = None,
    platforms: PlatformsOption = 1,
    lang: LangOption = "fr",
    out: OutOption = Path("exports"),
) -> None:
    """Write a note of two pages for officials (PDF) and its maps (PNG)."""
    from coopgeo.exports.note import NOTE, write_brief
    from coopgeo.text import Text

    def write(outcome: "Outcome") -> Path:
        return write_brief(outcome, out, lang=lang)

    text = Text(lang)
    _, folder = _worked_out(text, write, study, chain, roads, platforms)
    written = text("cli.written", folder=str(folder.resolve()), files=f"{NOTE}, *.png")
    _console().print(written, markup=False, soft_wrap=True)


@app.command()
def check(study: StudyFolder = None, lang: LangOption = "fr") -> None:
    """Check a study folder and list every fault."""
    from coopgeo.study import open_study
    from coopgeo.text import Text

    text = Text(lang)
    with _faults_in_words(lang):
        opened = open_study(_study_folder(study, text))
    checked = text("cli.checked", name=opened.settings.name, communes=len(opened.territory))
    _console().print(checked, markup=False)


@fetching.command("roads")
def fetch_roads(
    study: StudyFolder = None,
    out: Annotated[Path, typer.Option(help="File to write (.osm.pbf).")] = Path("data/processed/roads.osm.pbf"),
    url: Annotated[str | None, typer.Option(help="Address of an Overpass server.")] = None,
    lang: LangOption = "fr",
) -> None:
    """Download the roads of the study's frame from OpenStreetMap; needs internet, and goes on where it broke off."""
    from coopgeo.roads import fetch
    from coopgeo.study import open_study
    from coopgeo.text import Text

    text, console = Text(lang), _console()
    with _faults_in_words(lang):
        frame = open_study(_study_folder(study, text)).settings.frame
        console.print(text("cli.fetching"), markup=False)

        def tell(what: str, wait_s: float) -> None:
            console.print(
                text("cli.fetch_again", what=what, seconds=round(wait_s)), markup=False, style="yellow", soft_wrap=True
            )

        path = fetch.fetch_roads(frame, out, url=url or fetch.OVERPASS_URL, on_retry=tell)
    console.print(text("cli.fetched", path=str(path)), markup=False, soft_wrap=True)


def _study_folder(folder: Path | None, text: "Text") -> Path:
    """The folder asked for, or `data/raw` where it is, or the study that coopgeo ships, and says so."""
    from coopgeo.study.shipped import shipped_study

    if folder is not None or FOLDER.is_dir():
        return folder or FOLDER
    _console(stderr=True).print(text("cli.shipped"), markup=False, style="yellow", soft_wrap=True)
    return shipped_study()


def _worked_out(
    text: "Text",
    write: Callable[["Outcome"], Path],
    study: Path | None,
    chain: str | None,
    roads: str | None,
    platforms: int,
    *,
    what_ifs: int = 0,
) -> tuple["Outcome", Path]:
    """The outcome of a study, and the folder that its files were written to."""
    from coopgeo.plan.run import run as run_study
    from coopgeo.study import open_study

    gc.freeze()  # what is imported stays: to look through it for garbage takes a tenth of a run
    with _faults_in_words(text.lang):
        opened = open_study(_study_folder(study, text))
        with _progress(text) as (on_step, on_progress):
            outcome = run_study(
                opened,
                chain=chain,
                roads=roads,
                platforms=platforms,
                what_ifs=what_ifs,
                on_step=on_step,
                on_progress=on_progress,
            )
            on_step("files")
            return outcome, write(outcome)


def _console(*, stderr: bool = False) -> "Console":
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


@contextmanager
def _faults_in_words(lang: "Lang") -> Iterator[None]:
    from coopgeo.errors import CoopgeoError
    from coopgeo.text.messages import said

    try:
        yield
    except (CoopgeoError, OSError) as error:
        _console(stderr=True).print(
            said(error, lang) if isinstance(error, CoopgeoError) else str(error),
            style="red",
            markup=False,
            soft_wrap=True,
        )
        raise typer.Exit(1) from None


@contextmanager
def _progress(text: "Text") -> Iterator[tuple[Callable[[str], None], Callable[["Proof"], None]]]:
    """A bar on a terminal, with how far the best placement is proved; nothing in a log."""
    import math

    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from coopgeo.plan.run import STEPS
    from coopgeo.siting.solution import judged

    steps = (*STEPS, "files")
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=_console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )
    with bar:
        task = bar.add_task("", total=len(steps))

        def step(name: str) -> None:
            bar.update(task, description=text(f"step.{name}"), completed=steps.index(name))

        def found(so_far: "Proof") -> None:
            gap, _ = judged(so_far.value, so_far.bound, 0.0)
            if math.isfinite(gap):
                bar.update(task, description=text("cli.gap", step=text("step.placement"), gap=text.percent(gap, 2)))

        yield step, found


def _summary(outcome: "Outcome", folder: Path, text: "Text") -> None:
    from rich.table import Table

    from coopgeo.exports.run_files import MAP
    from coopgeo.words.sentences import key_figures, place_name, remark_text

    console = _console()
    sites = text.joined([place_name(row["name"], row["commune"]) for _, row in outcome.platforms.iterrows()])
    console.print(text("cli.answer", count=len(outcome.platforms), sites=sites), style="bold", markup=False)
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for name, value in key_figures(outcome, text):
        table.add_row(name, value)
    console.print(table)
    for remark in outcome.remarks:
        console.print(f"! {remark_text(remark, text)}", markup=False, style="yellow")
    console.print(text("cli.files", folder=str(folder.resolve()), map=MAP), markup=False, soft_wrap=True)
