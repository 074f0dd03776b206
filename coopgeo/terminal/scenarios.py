"""The command `coopgeo scenarios`; what computes is imported when it runs."""

from pathlib import Path

from coopgeo.errors import Message
from coopgeo.terminal.arguments import (
    ChainOption,
    LangOption,
    OnlyOption,
    OutOption,
    PlatformsOption,
    RoadsOption,
    StudyFolder,
)
from coopgeo.terminal.output import faults_in_words
from coopgeo.terminal.studies import study_folder

SCENARIOS = Message(
    "Do the same job under every scenario (scenarios.toml): best sites, cost, regrets, where the answer turns. "
    "Writes scenarios.xlsx."
)


def scenarios(
    study: StudyFolder = None,
    chain: ChainOption = None,
    roads: RoadsOption = None,
    platforms: PlatformsOption = 1,
    only: OnlyOption = None,
    lang: LangOption = "fr",
    out: OutOption = Path("exports"),
) -> None:
    """Compare the scenarios of a study."""
    from coopgeo.terminal.scenario_tables import compared
    from coopgeo.text import Text

    with faults_in_words(lang):
        asked = {"chain": chain, "roads": roads, "platforms": platforms}
        compared(study_folder(study, Text(lang)), asked, tuple(only or ()), out, lang)
