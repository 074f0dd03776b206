"""Begin a chain of a study: a commented folder of plain files, filled with neutral figures, that runs as it is.

What a template holds (products, assumptions, prices) is shipped beside this module, one folder for each way to run a
chain; its places are made from the study itself, so that they lie in its territory whatever that is: collection points
and customers at the town halls of its largest communes, sites those that another chain of the study lists.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import tomlkit

from coopgeo.errors import Faults, Message
from coopgeo.scratch import scratch_in, settle
from coopgeo.study import schemas
from coopgeo.study.assemble import pieces
from coopgeo.study.consistency import note_inconsistencies
from coopgeo.study.folder import FolderReader
from coopgeo.study.inputs import Touched
from coopgeo.study.opening import open_study
from coopgeo.study.plain_checks import PLANT
from coopgeo.study.schemas import EVERY_CHAIN
from coopgeo.study.shipped import shipped_study
from coopgeo.study.study import Study
from coopgeo.study.workbook_read import ENDINGS
from coopgeo.text import Text
from coopgeo.text.meanings import meaning, word
from coopgeo.text.nearest import bare
from coopgeo.text.vocabulary import meant_name

TEMPLATES = ("organic", "textile", "wood-energy")
GUIDE = "LISEZMOI.md"
ASSUMED = {"source": "planning-hypothesis", "status": "assumed"}
_USE = {"collection_points": "point", "customers": "customer"}
_PLANT = ("gate_fee_eur_t", "plant_t_year")
_NAME = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST = 40
_OF_WINDOWS = frozenset({"con", "prn", "aux", "nul", *(f"{port}{at}" for port in ("com", "lpt") for at in range(10))})


@dataclass(frozen=True)
class NewChain:
    """What was written: the folder of the chain, and the file that says what to replace."""

    folder: Path
    guide: Path


def write_new_chain(folder: str | Path, name: str, template: str = "textile") -> NewChain:
    """Write a new chain into a study folder: it passes the checks, and runs as it is.

    Parameters
    ----------
    folder : path
        Of the study.
    name : str
        Of the chain: small letters, digits and hyphens.
    template : {"textile", "organic", "wood-energy"}
        Which chain it is like: all that is collected must go somewhere, customers must be served, or wood.

    Returns
    -------
    NewChain

    Raises
    ------
    InputError
        If the study cannot be written to or has faults, the name is none or taken, or there is no such template: one
        error for all of it. Nothing is written then.
    """
    folder = Path(folder)
    faults = Faults(Message("the new chain"))
    _check_study(faults, folder)
    _check_name(faults, name, folder)
    if template not in TEMPLATES:
        expected = Message("one of {choices}", choices=list(TEMPLATES))
        faults.add(column="--from", found=template, expected=expected, hint=meant_name(template, TEMPLATES))
    faults.raise_if_any()
    study = open_study(folder)
    if ASSUMED["source"] not in study.sources.index:
        expected = Message(
            'a row "{key}" of sources.csv, which figures that nobody published cite', key=ASSUMED["source"]
        )
        faults.add(column="--study", found=str(folder), expected=expected)
        faults.raise_if_any()
    place = folder / "chains" / name
    with scratch_in(place.parent) as scratch:
        made = scratch / "chains" / name
        made.mkdir(parents=True)
        for file, content in _contents(study, name, template):
            new = scratch / file
            new.write_text(content, encoding="utf-8", newline="\n")
            settle(new, made / file)
        _check_fits(study, scratch, name)
        try:
            made.rename(place)
        except OSError:
            if place.exists():  # made by somebody while this was written
                faults.add(found=_named(name), expected=_another_name())
                faults.raise_if_any()
            raise
    return NewChain(place, place / GUIDE)


def _check_study(faults: Faults, folder: Path) -> None:
    """The study is a folder that is the user's own."""
    if folder.suffix.lower() in ENDINGS and not folder.is_dir():
        expected = Message(
            "a study folder, as a chain is a folder of files: make one with coopgeo init my-study, add the chain with "
            "--study my-study, then write its workbook with coopgeo workbook new.xlsx --study my-study, and copy into "
            "it the sheets of yours that you have changed"
        )
        faults.add(column="--study", found=str(folder), expected=expected)
    elif not folder.is_dir():
        expected = Message("a study folder to write into; coopgeo init my-study makes one, then --study my-study")
        faults.add(column="--study", found=Message("no folder {folder}", folder=str(folder)), expected=expected)
    elif folder.resolve() == shipped_study().resolve() and folder.name == "shipped_study":
        expected = Message("a study of your own; coopgeo init my-study makes a copy, then --study my-study")
        faults.add(column="--study", found=str(folder), expected=expected)


def _named(name: str) -> Message:
    return Message('the name "{name}"', name=name)


def _another_name() -> Message:
    return Message("a name that no chain of the study has, in chains/")


def _check_name(faults: Faults, name: str, folder: Path) -> None:
    """The name is one of a folder on any system, and free."""
    found, proposed = _named(name), "-".join(bare(name).split())[:_LONGEST].strip("-")
    taken = {path.name.casefold() for path in folder.glob("chains/*")} if folder.is_dir() else set()
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        hint = Message('for instance "{name}"', name=proposed) if _NAME.fullmatch(proposed) else None
        expected = Message(
            "small letters without accents, digits, and hyphens between them, {most} signs at most", most=_LONGEST
        )
        faults.add(found=found, expected=expected, hint=hint)
    elif name == EVERY_CHAIN or name in _OF_WINDOWS:
        faults.add(found=found, expected=Message("another name: this one is reserved"))
    elif name in taken:
        faults.add(found=found, expected=_another_name())


def _check_fits(study: Study, scratch: Path, name: str) -> None:
    """Raise what does not fit between the new chain and the study, before anybody sees it."""
    reader = FolderReader(scratch)
    reader.faults = Faults(str(study.folder))
    tables = reader.read_chain(name)
    reader.faults.raise_if_any()
    chain = reader.chains[name]
    assert chain is not None
    before = study.inputs
    inputs = replace(before, chains={**before.chains, name: chain}, tables={**before.tables, **tables})
    with_chain = Study(folder=study.folder, inputs_sha256=study.inputs_sha256, **pieces(inputs))
    note_inconsistencies(with_chain, reader.faults, Touched())
    reader.faults.raise_if_any()


def _contents(study: Study, name: str, template: str) -> Iterator[tuple[str, str]]:
    """The files of the new chain: name and content."""
    shipped = files(__package__).joinpath("templates", template)
    words = {"title": name.replace("-", " ").capitalize(), "name": name, "folder": study.folder.as_posix()}
    for file in sorted(shipped.iterdir(), key=lambda one: one.name):
        content = file.read_text(encoding="utf-8")
        if file.name == "chain.toml":
            content = _settings(content, study, name, words["title"])
        elif file.name.endswith(".csv"):
            content = _table(content, study, file.name.removesuffix(".csv"))
        elif file.name == GUIDE:
            content = _guide(content, template, words)
        yield file.name, content.replace("NOM", name) if file.name.endswith(".toml") else content
    yield "candidate_sites.csv", _sites(study, template)


def _settings(content: str, study: Study, name: str, title: str) -> str:
    """`chain.toml` with the name of the chain and vehicles that the study has, its comments kept."""
    settings = tomlkit.parse(content)
    settings["id"], settings["fr"], settings["en"] = name, title, title
    entries = [*settings["products"].values(), *settings.get("rounds", {}).values()]
    for entry in entries:
        for key in ("vehicle", "brought_by", "collected_by"):
            if key in entry and entry[key] not in study.vehicles:
                entry[key] = study.settings.truck
    return tomlkit.dumps(settings)


def _table(content: str, study: Study, table: str) -> str:
    """A table of the template, its places put into the territory and its kinds among those of the study."""
    rows = list(csv.DictReader(io.StringIO(content)))
    if table not in _USE:
        return content
    communes = study.inputs.tables["territory/communes"].loc[study.territory.index]
    largest = communes.sort_values(["population"], ascending=False, kind="stable")
    fitting = [str(id) for id, use in study.kinds["use"].items() if _USE[table] in use.split()]
    for row in rows:
        at = (int(row["insee"]) - 1) % len(largest)  # the template says which of the largest communes
        town = largest.iloc[at]
        row |= {"insee": str(largest.index[at]), "lon": town["lon"], "lat": town["lat"]}
        row["name"] = row["name"].format(commune=town["name"])
        if row["kind"] not in fitting and fitting:
            row["kind"] = fitting[0]
    return _written(rows, list(rows[0]))


def _sites(study: Study, template: str) -> str:
    """The sites of another chain of the study, without the plants of others; what is known of them is assumed anew."""
    material = "wood" if template == "wood-energy" else "plain"
    columns = list(schemas.CHAIN_TABLES[material]["candidate_sites.csv"].columns)
    chains = dict.fromkeys([template, study.settings.chain, *sorted(study.chains)])
    for chain in [chain for chain in chains if chain in study.chains]:
        table = study.inputs.tables[f"chains/{chain}/candidate_sites"]
        to_build = table[table["kind"] != PLANT]
        to_build = to_build[to_build["gate_fee_eur_t"].isna()] if "gate_fee_eur_t" in table else to_build
        if len(to_build):
            break
    note = Text("fr")("cli.chain_site", chain=study.chains[chain].settings.fr)
    rows = to_build.reset_index().reindex(columns=columns).assign(plot_status="assumed", note=note, **ASSUMED)
    rows[[name for name in ("hazard_source", *_PLANT) if name in columns]] = pd.NA
    return _written(rows.astype(object).where(rows.notna(), "").to_dict("records"), columns)


def _written(rows: list[dict[str, Any]], columns: list[str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _guide(content: str, template: str, words: Mapping[str, str]) -> str:
    """The guide of the folder: where it asks for the columns of a file, what each means, as the checks have it."""
    material = "wood" if template == "wood-energy" else "plain"
    for file in schemas.CHAIN_TABLES[material]:
        content = content.replace(f"[[{file}]]", _columns(schemas.CHAIN_TABLES[material][file]))
    for name, value in words.items():
        content = content.replace(f"[[{name}]]", value)
    return content


def _columns(schema: pa.DataFrameSchema) -> str:
    """What each column of a table means, as a table in French."""
    lines = ["| colonne | ce qu'elle dit | vide permis |", "|---|---|---|"]
    for name, column in schema.columns.items():
        codes = next((check.statistics["allowed_values"] for check in column.checks if _lists(check)), ())
        words = ", ".join(f"`{code}` ({word(name, code, 'fr')})" for code in codes if code)
        what = meaning(str(column.description), "fr")
        may_be_blank = "oui" if column.nullable or "" in codes or not column.required else ""
        lines.append(f"| `{name}` | {what}{' : ' if words else ''}{words} | {may_be_blank} |".replace(". : ", " : "))
    return "\n".join(lines)


def _lists(check: pa.Check) -> bool:
    return "allowed_values" in (check.statistics or {})


__all__ = ["TEMPLATES", "NewChain", "write_new_chain"]
