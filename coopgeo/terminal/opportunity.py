"""The command `coopgeo opportunity`; what computes is imported when it runs."""

from pathlib import Path
from typing import TYPE_CHECKING

from coopgeo.errors import Message
from coopgeo.terminal.arguments import LangOption, OutOption, StudyFolder
from coopgeo.terminal.output import console, faults_in_words, say
from coopgeo.terminal.studies import study_folder
from coopgeo.terminal.sure import HowSureOption, SeedOption

if TYPE_CHECKING:
    from coopgeo.opportunity import Opportunity
    from coopgeo.text import Text

OPPORTUNITY = Message(
    "Put all chains side by side: start, wait or stop, and why; options, actors, jobs. "
    "Writes a page for a council (etude.html), opportunite.xlsx and opportunite.json."
)


def opportunity(
    study: StudyFolder = None,
    draws: HowSureOption = 0,
    seed: SeedOption = 0,
    lang: LangOption = "fr",
    out: OutOption = Path("exports"),
) -> None:
    """Study the opportunity of every chain."""
    from coopgeo.exports.opportunity_files import FILES, export_opportunity
    from coopgeo.opportunity import study_chains
    from coopgeo.study import open_study
    from coopgeo.text import Text

    text = Text(lang)
    with faults_in_words(lang):
        opened = open_study(study_folder(study, text))

        with console(stderr=True).status("") as status:

            def tell(chain: str, step: str) -> None:
                name = getattr(opened.chain(chain).settings, lang)
                status.update(text(f"opportunity.step_{step}", chain=name))

            found = study_chains(opened, draws, seed, on_step=tell)
        folder = export_opportunity(found, out, lang=lang)
    _print(found, text)
    say(text("cli.written", folder=str(folder.resolve()), files=", ".join(FILES)))


def _print(found: "Opportunity", text: "Text") -> None:
    from coopgeo.words.opportunity import chain_name, instead, reason_text, verdict_key

    for chain in found.chains:
        key = verdict_key(chain)
        answer = text("opportunity.says", chain=chain_name(chain, text), answer=text(f"opportunity.{key}"))
        say(answer, style="bold")
        for reason in chain.verdict.of(chain.verdict.answer):
            say(f"  {reason_text(reason, chain, text)}")
        if words := instead(chain, text):
            say(f"  {words}")
