"""Hold the files of a study against one another, all of them on opening, and what a change touches afterwards."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from coopgeo.errors import Faults
from coopgeo.study import checks
from coopgeo.study.chain import Chain
from coopgeo.study.inputs import CHAIN_POINTS, STUDY_TOML, Touched, chain_toml
from coopgeo.study.settings import network_path

if TYPE_CHECKING:
    from coopgeo.study.study import Study

A_SOURCE = "a key of sources.csv"
A_COMMUNE = "a code of territory/communes.csv"
DEMAND = ("role", "fuel", "power_kw", "full_load_h", "efficiency", "tonnes_year", "moisture")
_TOPOLOGY = {  # what the shape of the atlas hangs on
    "territory/communes": ("lon", "lat", "seine_bank"),
    "roads/junctions": ("kind", "lon", "lat"),
    "roads/axes": ("highway", "waypoints"),
    "roads/crossings": ("kind", "highway", "from_junction", "to_junction"),
    "roads/classes": ("winding_factor",),
}


def note_inconsistencies(study: "Study", faults: Faults, touched: Touched) -> None:
    """Note what does not fit together in a study; what nobody touched is held to fit."""
    before = len(faults.lines)
    if touched.any(STUDY_TOML, "crs"):
        touched = Touched()
    for part in _parts(study, touched):
        faults.extend(part)
    if len(faults.lines) > before:
        return  # what follows takes the codes for known
    for name, chain in study.chains.items():
        for table in CHAIN_POINTS:
            path = f"chains/{name}/{table}"
            if touched.any(path, "lon", "lat", "insee") or touched.any("territory/communes", "seine_bank"):
                part = Faults(f"{path}.csv")
                checks.check_banks(part, study.inputs.tables[path], getattr(chain, table), study.communes, study.seine)
                faults.extend(part)
    if any(touched.any(path, *columns) for path, columns in _TOPOLOGY.items()):
        faults.extend(study.atlas_tables().faults())


def _parts(study: "Study", touched: Touched) -> Iterator[Faults]:
    for path, table in study.inputs.tables.items():
        yield _table_faults(study, path, table, touched)
    yield _settings_faults(study, touched)
    tables = study.inputs.tables
    if touched.any("roads/speeds"):
        yield checks.check_speeds(tables["roads/speeds"], tables["roads/vehicles"], tables["roads/classes"])
    for name, chain in study.chains.items():
        yield from _chain_faults(study, name, chain, touched)


def _table_faults(study: "Study", path: str, table: pd.DataFrame, touched: Touched) -> Faults:
    """Codes that must be known and points that must lie where they are said to, in any table that has them."""
    faults, communes = Faults(f"{path}.csv"), study.communes
    if "source" in table.columns and touched.any(path, "source"):
        checks.known(faults, table, "source", study.sources.index, A_SOURCE)
    if "insee" in table.columns and touched.any(path, "insee"):
        expected = f"{A_COMMUNE}; a commune that merged has a new one"
        checks.known(faults, table, "insee", communes.index, expected)
    if path == "territory/forest_by_commune" and touched.any(path):
        checks.known(faults, table.assign(insee=table.index), "insee", communes.index, A_COMMUNE)
    placed = {"lon", "lat"} <= set(table.columns)
    if placed and (touched.any(path, "lon", "lat", "insee") or touched.any(STUDY_TOML, "frame")):
        checks.check_points(faults, table, communes, study.settings.frame)
    return faults


def _settings_faults(study: "Study", touched: Touched) -> Faults:
    faults, settings = Faults(STUDY_TOML), study.settings
    if not touched.any(STUDY_TOML) and not touched.any("territory/communes", "epci_siren"):
        return faults
    for name, criterion in settings.site_scores.criteria:
        if criterion.source not in study.sources.index:
            faults.add(column=f"site_scores.criteria.{name}.source", found=criterion.source, expected=A_SOURCE)
    for siren in sorted(set(settings.epci) - set(study.communes["epci_siren"])):
        faults.add(column="epci", found=siren, expected="the SIREN of an EPCI of territory/communes.csv, as text")
    if settings.chain not in study.chains:
        faults.add(column="chain", found=settings.chain, expected=f"a folder of chains/: {', '.join(study.chains)}")
    if settings.network != "atlas" and not Path(network_path(study.folder, settings.network)).is_file():
        expected = (
            '"atlas" or the path of a file of roads (.osm.pbf, .graphml, .gpkg), '
            "from the study folder or one of the two above it"
        )
        faults.add(column="network", found=settings.network, expected=expected)
    if settings.truck not in study.vehicles:
        faults.add(column="truck", found=settings.truck, expected="an id of roads/vehicles.csv")
    return faults


def _chain_faults(  # noqa: C901 - a list of checks, each with what it looks at
    study: "Study", name: str, chain: Chain, touched: Touched
) -> Iterator[Faults]:
    """The tables of a chain must fit its products, and every customer to be served must have a demand."""
    folder, toml = f"chains/{name}", chain_toml(name)
    tables = {
        path.removeprefix(f"{folder}/"): table
        for path, table in study.inputs.tables.items()
        if path.startswith(f"{folder}/")
    }
    products, products_touched = chain.settings.products, touched.any(toml, "products")

    def part(table: str) -> Faults:
        return Faults(f"{folder}/{table}.csv")

    def any_of(table: str, *columns: str) -> bool:
        return touched.any(f"{folder}/{table}", *columns)

    if touched.any(toml):
        yield checks.check_chain_settings(Faults(toml), name, chain.settings, study.sources.index, study.vehicles)
    if products_touched:
        needed = checks.accepted(products)
        yield checks.check_products(part("resources"), tables["resources"], "factor", products, products)
        yield checks.check_products(part("harvest_costs"), tables["harvest_costs"], "step", products, needed)
    if any_of("resources", "low", "high", "potential", "effect"):
        yield checks.check_shares(part("resources"), tables["resources"])
    if any_of("resources", "potential"):
        yield checks.check_factors(part("resources"), tables["resources"])
    if any_of("harvest_costs", "step"):
        yield checks.check_harvest_costs(part("harvest_costs"), tables["harvest_costs"])
    if any_of("competitors", "low"):
        yield checks.check_claims(part("competitors"), tables["competitors"])
    if products_touched or any_of("customers", "role"):
        yield checks.check_competitors(part("competitors"), tables["competitors"], products, tables["customers"])
    if products_touched or any_of("collection_points", "accepts"):
        yield checks.check_collection_points(part("collection_points"), tables["collection_points"], products)
    if touched.any(toml, "parameters") or any_of("customers", *DEMAND):
        moisture = chain.parameters.delivered_moisture.value
        yield checks.check_customers(part("customers"), tables["customers"], moisture)
    if touched.any(STUDY_TOML, "site_scores") or any_of("candidate_sites", "zoning", "synergies"):
        yield checks.check_sites(part("candidate_sites"), tables["candidate_sites"], study.settings.site_scores)
    if touched.columns is None:
        yield checks.check_ids(Faults(folder), {f"{table}.csv": tables[table] for table in CHAIN_POINTS})
