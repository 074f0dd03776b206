"""The command `coopgeo phases`; what computes is imported when it runs."""

from coopgeo.errors import Message
from coopgeo.terminal.arguments import (
    ChainOption,
    CloseOption,
    DemandOption,
    ForbidOption,
    LangOption,
    LevelOption,
    NoDirectOption,
    OutsideOption,
    PlatformsOption,
    RequireOption,
    RoadsOption,
    SetOption,
    StudyFolder,
    all_of,
)
from coopgeo.terminal.output import faults_in_words
from coopgeo.terminal.progress import progress
from coopgeo.terminal.studies import study_folder, warn_of_oddities

PHASES = Message("Find when to open a platform and when to enlarge it, as customers come one after another.")


def phases(
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
    lang: LangOption = "fr",
) -> None:
    """Say when to open a platform and when to enlarge it."""
    from coopgeo.plan.job import Job
    from coopgeo.scenarios.phases import phases as planned
    from coopgeo.study import open_study
    from coopgeo.study.texts import chain_text
    from coopgeo.terminal.options import Options
    from coopgeo.terminal.phase_tables import show_phases
    from coopgeo.text import Text

    text = Text(lang)
    options = Options(
        all_of(close), all_of(require), all_of(forbid), all_of(values), level, demand_factor, not no_direct, outside
    )
    with faults_in_words(lang), progress(text) as (on_step, _):
        opened, asked = options.applied(open_study(study_folder(study, text)), chain)
        found = planned(opened, job=Job(chain=chain, roads=roads, platforms=platforms, **asked), on_step=on_step)
    show_phases(found, chain_text(opened.chain(chain), opened, lang))
    warn_of_oddities(opened, text)
