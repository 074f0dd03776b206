"""Begin the study of another territory: a study is copied, its communes, roads and parameters stay, its lists go."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import tomlkit

from coopgeo.errors import InputError, Message
from coopgeo.study.inputs import SCENARIOS_TOML, STUDY_TOML
from coopgeo.study.raw_tables import table_file
from coopgeo.study.settings import JOBS_CREATED
from coopgeo.study.shipped import copy_into_new_folder
from coopgeo.study.study import Study
from coopgeo.study.tables import ROW
from coopgeo.text import Text
from coopgeo.text.nearest import bare, nearest
from coopgeo.text.vocabulary import meant

LOCAL = (  # tables of a chain, whatever its material, that name local places, or tell of local communes
    "collection_points", "customers", "candidate_sites", "competitors", "outlets", "basis_by_commune",
)  # fmt: skip
PARTNERS = "partners"  # who takes part is local too
_KINDS = frozenset({"cc", "ca", "cu"})  # communauté de communes, d'agglomération, urbaine
_MOST_NAMED = 8  # territories that a message names


@dataclass(frozen=True)
class NewTerritory:
    """What was written: name and SIREN of the territory, and the file that says what must be filled in."""

    name: str
    siren: str
    file: str


def write_new_territory(study: Study, territory: str, folder: str | Path, text: Text) -> NewTerritory:
    """Copy a study for another territory of its communes, without what is local to the first.

    Parameters
    ----------
    study : Study
        Its communes, roads, vehicles, sources and parameters are kept.
    territory : str
        SIREN of an EPCI of `communes.csv`, its name, or words of the name that no other has.
    folder : path
        A folder that is not there yet, or has nothing in it.
    text : Text
        Language of the file that says what must be filled in.

    Raises
    ------
    InputError
        If no EPCI of the communes has that SIREN or name, or there is something in the folder.
    """
    siren, name = _epci(study, territory)
    made = copy_into_new_folder(study.folder, folder)
    for path in (PARTNERS, *(f"chains/{chain}/{table}" for chain in study.chains for table in LOCAL)):
        if path in study.inputs.tables and table_file(made, path).is_file():
            _empty(made / path, study.inputs.tables[path])
    for scenarios in (made / SCENARIOS_TOML, *made.glob(f"chains/*/{SCENARIOS_TOML}")):
        scenarios.unlink(missing_ok=True)  # they name places of the first territory
    settings = tomlkit.parse((made / STUDY_TOML).read_text(encoding="utf-8"))
    settings["name"], settings["place"], settings["epci"] = name, name, [siren]
    settings.get("references", {}).pop(JOBS_CREATED, None)  # what others have reached
    (made / STUDY_TOML).write_text(tomlkit.dumps(settings), encoding="utf-8")
    words = {"name": name, "siren": siren, "folder": str(folder)}
    file = text("territory.file")
    (made / file).write_text(text("territory.to_fill_in", **words), encoding="utf-8")
    return NewTerritory(name, siren, file)


def _epci(study: Study, territory: str) -> tuple[str, str]:
    """SIREN and name of the territory that was asked for."""
    names = study.communes.groupby("epci_siren")["epci_name"].first()
    names = names[names.index != ""]
    typed = territory.replace(" ", "")
    folded, words = names.map(bare), set(bare(territory).split()) - _KINDS
    asked = names[(names.index == typed) | (folded == bare(territory))]
    if asked.empty and words:  # a part of a name that fits one alone
        asked = names[folded.map(lambda name: words <= set(name.split()))]
    if len(asked) == 1:
        return str(asked.index[0]), str(asked.iloc[0])
    near = _near(names, territory)
    choices = [Message("{siren} ({name})", siren=siren, name=name) for siren, name in near.items()]
    if len(choices) == 1:
        raise InputError(
            Message(
                "found no territory “{territory}” in communes.csv; {hint}", territory=territory, hint=meant(choices[0])
            )
        )
    raise InputError(
        Message(
            "found no territory “{territory}” in communes.csv; expected one of {choices}",
            territory=territory,
            choices=choices,
        )
    )


def _near(names: pd.Series, territory: str) -> pd.Series:
    """The territories that may have been meant, the nearest first; those of most communes if none is near."""
    words = {word: siren for siren, name in names.items() for word in (siren, name)}
    near = list(dict.fromkeys(words[word] for word in nearest(territory, words, most=_MOST_NAMED)))
    return names.loc[near] if near else names.sort_values()


def _empty(path: Path, table: pd.DataFrame) -> None:
    """Leave the headings of a table alone, in a CSV file, whatever it stood in."""
    for former in path.parent.glob(f"{path.name}.*"):
        former.unlink()
    headings = table.iloc[:0].drop(columns=ROW, errors="ignore")
    headings.to_csv(path.with_suffix(".csv"), index=table.index.name is not None)
