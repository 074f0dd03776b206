"""The command `coopgeo sure`: how sure the answer is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    NoDirectOption,
    OutOption,
    OutsideOption,
    PlatformsOption,
    RequireOption,
    RoadsOption,
    SetOption,
    StudyFolder,
)
from coopgeo.terminal.output import console, faults_in_words, say
from coopgeo.terminal.studies import study_folder

if TYPE_CHECKING:
    from coopgeo.plan.confidence import Confidence
    from coopgeo.plan.job import Job
    from coopgeo.plan.job_ways import JobWays
    from coopgeo.plan.outcome import Outcome
    from coopgeo.study import Chain, Study
    from coopgeo.text import Text

SURE = Message(
    "Say how sure the answer is: solve the study for values drawn from all its ranges. "
    "Writes every draw (tirages.xlsx) and its figures (tirages.json)."
)
DrawsOption = Annotated[
    int, typer.Option("--draws", min=1, metavar=Message("COUNT"), help=Message("How many draws, such as 1000."))
]
HowSureOption = Annotated[
    int,
    typer.Option("--draws", min=0, metavar=Message("COUNT"), help=Message("Draws that tell how sure the answer is.")),
]
SeedOption = Annotated[
    int, typer.Option("--seed", min=0, metavar=Message("NUMBER"), help=Message("The same number gives the same draws."))
]


def sure(
    study: StudyFolder = None,
    chain: ChainOption = None,
    roads: RoadsOption = None,
    platforms: PlatformsOption = 1,
    *,
    no_direct: NoDirectOption = False,
    outside: OutsideOption = False,
    draws: DrawsOption = 1000,
    seed: SeedOption = 0,
    close: CloseOption = None,
    require: RequireOption = None,
    forbid: ForbidOption = None,
    values: SetOption = None,
    demand_factor: DemandOption = "1",
    lang: LangOption = "fr",
    out: OutOption = Path("exports"),
) -> None:
    """Say how sure the answer is."""
    from coopgeo.exports.draw_files import FIGURES, WORKBOOK, export_draws
    from coopgeo.plan.job import Job
    from coopgeo.plan.placement import prepare
    from coopgeo.scenarios import draw
    from coopgeo.study import open_study
    from coopgeo.study.texts import chain_text
    from coopgeo.terminal.options import Options
    from coopgeo.text import Text

    text = Text(lang)
    with faults_in_words(lang), drawing(text) as on_progress:
        closed, required, forbidden, changed = (tuple(typed or ()) for typed in (close, require, forbid, values))
        options = Options(
            closed, required, forbidden, changed, demand_factor=demand_factor, direct=not no_direct, outside=outside
        )
        opened, job = options.applied(open_study(study_folder(study, text)), chain)
        whole = Job(chain=chain, roads=roads, platforms=platforms, **job)
        ways = prepare(opened, whole).ways
        warn_if_slow(opened, draws, whole, ways, text)
        found = draw(opened, draws, seed, job=whole, ways=ways, on_progress=on_progress)
        folder = export_draws(found, out, lang=lang)
    tell(found.confidence, found.model.chain, chain_text(found.model.chain, opened, lang))
    say(text("cli.written", folder=str(folder.resolve()), files=f"{WORKBOOK}, {FIGURES}"))


def tell(confidence: "Confidence", chain: "Chain", text: "Text") -> None:
    """Print how sure an answer is."""
    from coopgeo.words.certainty import certainty

    for line in certainty(confidence, chain.candidate_sites["name"].to_dict(), text):
        say(line)


def with_certainty(
    outcome: "Outcome", draws: int, seed: int, text: "Text", former: "Confidence | None" = None
) -> "Outcome":
    """The outcome with its draws and where it turns; those of a former run, unless other draws are asked for."""
    from dataclasses import replace

    from coopgeo.scenarios import with_break_even, with_draws

    if former and (not draws or (draws, seed) == (former.draws, former.seed)):
        return with_break_even(replace(outcome, confidence=former))
    warn_if_slow(outcome.study, draws, outcome.placement.job, outcome.placement.ways, text)
    return with_break_even(with_draws(outcome, draws, seed))


def warn_if_slow(study: "Study", draws: int, job: "Job", ways: "JobWays", text: "Text") -> None:
    """Say how long draws of several platforms will take: each is a whole search of its own, worked out to proof."""
    from coopgeo.scenarios import seconds_of

    if job.platforms == 1:
        return
    minutes = seconds_of(study, draws, job=job, ways=ways) / 60
    say(text("sure.slow", draws=text.number(draws), minutes=text.number(max(1, minutes))), style="yellow")


@contextmanager
def drawing(text: "Text") -> Iterator[Callable[[int, int], None]]:
    """How many draws are done, on a terminal; nothing in a log."""
    import sys

    from rich.status import Status

    if not sys.stderr.isatty():
        yield lambda _done, _draws: None
        return
    with Status("", console=console(stderr=True)) as status:
        yield lambda done, draws: status.update(text("sure.drawing", done=text.number(done), draws=text.number(draws)))
