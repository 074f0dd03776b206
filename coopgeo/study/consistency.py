"""Hold the files of a study against one another, all of them on opening, and what a change touches afterwards."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from coopgeo.errors import Faults, Message
from coopgeo.study import checks, option_checks, partner_checks, plain_checks, wood_checks
from coopgeo.study.basis import check_basis, check_own_basis, check_own_names, numeric_columns, own_columns
from coopgeo.study.chain_settings import ChainSettings, PlainChain
from coopgeo.study.inputs import CHAIN_POINTS, STUDY_TOML, Touched, chain_toml, materials_of, schema_of
from coopgeo.study.schemas import SOURCE_COLUMNS
from coopgeo.study.settings import StudySettings, network_path
from coopgeo.study.wood_settings import WoodChain

if TYPE_CHECKING:
    from coopgeo.study.study import Study

_USE_OF_KIND = {  # of kinds.csv, by table
    "collection_points": ("point",),
    "customers": ("customer",),
    "candidate_sites": ("site",),
    "seasons": ("customer", "point"),
}
_NAMES_PARTNERS = frozenset({"customers", "collection_points", "candidate_sites"})  # tables with a column `partner`
_TOPOLOGY = {  # what the shape of the atlas hangs on
    "territory/communes": ("lon", "lat", "bank"),
    "roads/junctions": ("kind", "lon", "lat"),
    "roads/axes": ("highway", "waypoints"),
    "roads/crossings": ("kind", "highway", "from_junction", "to_junction"),
    "roads/classes": ("winding_factor",),
}
_PLACES = ("territory/communes", "territory/forest_by_commune")


@dataclass(frozen=True, eq=False)
class Readable:
    """What could be read of a study, with its faults; what could not is lacking, or None.

    Attributes
    ----------
    folder : Path
    settings : StudySettings or None
    chains : mapping of str to ChainSettings or None
    tables : mapping of str to DataFrame
        As those of `Inputs`.
    communes : GeoDataFrame or None
        Names and boundaries of the communes in a metric CRS, indexed by code.
    files : mapping of str to str
        Names of the files of tables for messages, where they are not the path with .csv.
    materials : mapping of str to str
        What each chain moves whose tables were read.
    """

    folder: Path
    settings: StudySettings | None
    chains: Mapping[str, ChainSettings | None]
    tables: Mapping[str, pd.DataFrame]
    communes: gpd.GeoDataFrame | None
    files: Mapping[str, str] = field(default_factory=dict)
    materials: Mapping[str, str] = field(default_factory=dict)

    def faults(self, path: str) -> Faults:
        """Faults of a table."""
        return Faults(self.files.get(path, f"{path}.csv"))

    def names(self, path: str) -> "pd.Index | None":
        """What the rows of a table are called; None if that could not be read."""
        names = self.tables[path].index if path in self.tables else None
        return names if names is not None and (names != "").any() else None

    def has(self, path: str, *columns: str) -> bool:
        """Whether a table could be read, and something stands in each of these columns."""
        return path in self.tables and all((self.tables[path][column] != "").any() for column in columns)


def note_inconsistencies(study: "Study", faults: Faults, touched: Touched) -> None:
    """Note what does not fit together in a study; what nobody touched is held to fit."""
    before = len(faults)
    if touched.any(STUDY_TOML, "crs"):
        touched = Touched()
    inputs = study.inputs
    materials = materials_of(inputs.chains)
    readable = Readable(
        study.folder, study.settings, inputs.chains, inputs.tables, study.communes, inputs.files, materials
    )
    note_misfits(readable, faults, touched)
    if len(faults) > before:
        return  # what follows takes the codes for known
    for name, chain in study.chains.items():
        for table in CHAIN_POINTS:
            path = f"chains/{name}/{table}"
            if touched.any(path, "lon", "lat", "insee") or touched.any("territory/communes", "bank"):
                part = Faults(inputs.files.get(path, f"{path}.csv"))
                checks.check_banks(part, study.inputs.tables[path], getattr(chain, table), study.communes, study.rivers)
                faults.extend(part)
    if any(touched.any(path, *columns) for path, columns in _TOPOLOGY.items()):
        faults.extend(study.atlas_tables().faults())


def note_misfits(study: Readable, faults: Faults, touched: Touched) -> None:
    """Note what does not fit together among tables and settings, as far as they could be read."""
    for part in _parts(study, touched):
        faults.extend(part)


def _parts(study: Readable, touched: Touched) -> Iterator[Faults]:
    for path, table in study.tables.items():
        yield _table_faults(study, path, table, touched)
    if study.settings is not None:
        yield _settings_faults(study, study.settings, touched)
    tables, vehicles = study.tables, study.names("roads/vehicles")
    if touched.any("roads/speeds") and vehicles is not None and {"roads/speeds", "roads/classes"} <= tables.keys():
        part = study.faults("roads/speeds")
        yield checks.check_speeds(part, tables["roads/speeds"], vehicles, tables["roads/classes"])
    for name, chain in study.chains.items():
        yield from _chain_faults(study, name, chain, touched)
    yield from _partner_faults(study, touched)


def _partner_faults(study: Readable, touched: Touched) -> Iterator[Faults]:
    """Partners work in chains that there are, places name such partners, kinds of places are used for something."""
    partners = study.tables.get("partners")
    if partners is not None and touched.any("partners"):
        yield partner_checks.check_partners(study.faults("partners"), partners, study.chains)
    for path, table in study.tables.items():
        chain, name = path.removeprefix("chains/").rpartition("/")[::2]
        asked = touched.any(path, "partner") or touched.any("partners", "chain")
        if partners is not None and name in _NAMES_PARTNERS and asked:
            yield partner_checks.check_partners_named(study.faults(path), table, partners, chain)
    if "shared_means" in study.tables and touched.any("shared_means"):
        means = study.tables["shared_means"]
        yield partner_checks.check_shared_means(study.faults("shared_means"), means, study.chains)
    if "kinds" in study.tables and touched.any("kinds"):
        yield partner_checks.check_kinds(study.faults("kinds"), study.tables["kinds"])


def _table_faults(study: Readable, path: str, table: pd.DataFrame, touched: Touched) -> Faults:
    """Codes that must be known and points that must lie where they are said to, in any table that has them."""
    faults, sources, communes = study.faults(path), study.names("sources"), study.names("territory/communes")
    columns = schema_of(path, study.materials).columns.keys()  # others are notes
    for column in [column for column in SOURCE_COLUMNS if column in columns]:
        if touched.any(path, column) and sources is not None:
            cited = table[table[column] != ""]
            checks.known(faults, cited, column, sources, Message("a key of sources.csv"))
    if "insee" in columns and table.index.name != "insee" and touched.any(path, "insee") and communes is not None:
        given = table[table["insee"] != ""] if path == "partners" else table
        checks.check_communes(faults, given, study.tables["territory/communes"]["name"])
    if path == "territory/forest_by_commune" and touched.any(path) and communes is not None:
        expected = Message("a code of territory/communes.csv")
        checks.known(faults, table.assign(insee=table.index), "insee", communes, expected)
        checks.check_forests(faults, table, study.tables["territory/communes"])
    use, kinds = _USE_OF_KIND.get(path.rpartition("/")[2]), study.tables.get("kinds")
    if use and path.startswith("chains/") and kinds is not None and (touched.any(path, "kind") or touched.any("kinds")):
        partner_checks.check_kinds_used(faults, table, kinds, use)
    placed = {"lon", "lat"} <= columns and path != "partners"
    moved = touched.any(path, "lon", "lat", "insee") or touched.any(STUDY_TOML, "frame")
    if placed and moved and study.settings is not None:
        checks.check_points(faults, table, study.communes, study.settings.frame)
    return faults


def _settings_faults(study: Readable, settings: StudySettings, touched: Touched) -> Faults:
    faults = Faults(STUDY_TOML)
    if not touched.any(STUDY_TOML) and not touched.any("territory/communes", "epci_siren"):
        return faults
    sources, vehicles = study.names("sources"), study.names("roads/vehicles")
    named = {f"site_scores.criteria.{name}.source": one.source for name, one in settings.site_scores.criteria}
    named |= {f"references.{name}.source": one.source for name, one in settings.references.items()}
    if sources is not None:
        for entry, source in named.items():
            checks.one_known(faults, entry, source, sources, Message("a key of sources.csv"))
    if study.has("territory/communes", "epci_siren"):
        known = set(study.tables["territory/communes"]["epci_siren"])
        expected = Message("the SIREN of an EPCI of territory/communes.csv, as text")
        for siren in sorted(set(settings.epci)):
            checks.one_known(faults, "epci", siren, known, expected)
    expected = Message("a folder of chains/: {chains}", chains=sorted(study.chains))
    checks.one_known(faults, "chain", settings.chain, study.chains, expected)
    if settings.network != "atlas" and not Path(network_path(study.folder, settings.network)).is_file():
        expected = Message(
            '"atlas" or the path of a file of roads (.osm.pbf, .graphml, .gpkg), '
            "from the study folder or one of the two above it"
        )
        faults.add(column="network", found=settings.network, expected=expected)
    if vehicles is not None:
        checks.one_known(faults, "truck", settings.truck, vehicles, Message("an id of roads/vehicles.csv"))
    return faults


def _chain_faults(  # noqa: C901, PLR0912 - a list of checks, each with what it looks at
    study: Readable, name: str, chain: ChainSettings | None, touched: Touched
) -> Iterator[Faults]:
    """The tables of a chain must fit its products, and every customer to be served must have a demand."""
    folder, toml = f"chains/{name}", chain_toml(name)
    tables = {
        path.removeprefix(f"{folder}/"): table for path, table in study.tables.items() if path.startswith(f"{folder}/")
    }
    products_touched = touched.any(toml, "products")

    def part(table: str) -> Faults:
        return study.faults(f"{folder}/{table}")

    def any_of(table: str, *columns: str) -> bool:
        return table in tables and touched.any(f"{folder}/{table}", *columns)

    if any_of("resources", "low", "high", "potential", "effect"):
        yield checks.check_shares(part("resources"), tables["resources"])
    if any_of("resources", "potential"):
        yield checks.check_factors(part("resources"), tables["resources"])
    if study.materials.get(name) == "plain":
        if any_of("resources", "unit"):
            yield plain_checks.check_units(part("resources"), tables["resources"])
        if any_of("candidate_sites", "kind", "gate_fee_eur_t", "plant_t_year"):
            yield plain_checks.check_plants(part("candidate_sites"), tables["candidate_sites"])
    if any_of("harvest_costs", "step"):
        yield checks.check_harvest_costs(part("harvest_costs"), tables["harvest_costs"])
    if any_of("platform_sizes"):
        yield option_checks.check_sizes(part("platform_sizes"), tables["platform_sizes"])
    if any_of("seasons"):
        yield option_checks.check_seasons(part("seasons"), tables["seasons"])
    if any_of("work", "share"):
        yield option_checks.check_work(part("work"), tables["work"])
    if any_of("competitors", "low"):
        yield checks.check_claims(part("competitors"), tables["competitors"])
    sites_touched = touched.any(STUDY_TOML, "site_scores") or any_of("candidate_sites", "zoning", "synergies")
    if study.settings is not None and "candidate_sites" in tables and sites_touched:
        yield checks.check_sites(part("candidate_sites"), tables["candidate_sites"], study.settings.site_scores)
    if touched.columns is None:
        shown = {part(table).where.rpartition("/")[2]: tables[table] for table in CHAIN_POINTS if table in tables}
        yield checks.check_ids(Faults(folder), shown)
    vehicles = study.names("roads/vehicles")
    if any_of("customers", "vehicle") and vehicles is not None:
        yield option_checks.check_customer_vehicles(part("customers"), tables["customers"], vehicles)
    if chain is None:
        return
    products, sources = chain.products, study.names("sources")
    if touched.any(toml) and sources is not None and vehicles is not None:
        yield checks.check_chain_settings(Faults(toml), name, chain, sources, vehicles)
    for table, row, needed in (
        ("resources", Message("factor"), list(products)),
        ("harvest_costs", Message("step"), checks.accepted(products)),
    ):
        if products_touched and table in tables:
            yield checks.check_products(part(table), tables[table], row, products, needed)
    has_roles = study.has(f"{folder}/customers", "role")
    if "competitors" in tables and has_roles and (products_touched or any_of("customers", "role")):
        yield checks.check_competitors(part("competitors"), tables["competitors"], products, tables["customers"])
    if "collection_points" in tables and (products_touched or any_of("collection_points", "accepts")):
        yield checks.check_collection_points(part("collection_points"), tables["collection_points"], products)
    if (
        "customers" in tables
        and has_roles
        and (touched.any(toml, "parameters") or any_of("customers", *_demand(chain)))
    ):
        yield _check_customers(part("customers"), tables["customers"], chain)
    yield from _basis_faults(study, name, chain, touched)
    if isinstance(chain, PlainChain):
        yield from _plain_faults(study, name, chain, touched)


def _demand(chain: ChainSettings) -> tuple[str, ...]:
    """The columns of customers that their demand hangs on."""
    return ("role", *(wood_checks.DEMAND if isinstance(chain, WoodChain) else plain_checks.DEMAND))


def _check_customers(faults: Faults, customers: pd.DataFrame, chain: ChainSettings) -> Faults:
    if isinstance(chain, WoodChain):
        return wood_checks.check_customers(faults, customers, chain.parameters.delivered_moisture.value)
    assert isinstance(chain, PlainChain)
    return plain_checks.check_customers(faults, customers, chain)


def _basis_faults(study: Readable, name: str, chain: ChainSettings, touched: Touched) -> Iterator[Faults]:
    """Products are counted from columns that there are."""
    toml, own = chain_toml(name), f"chains/{name}/basis_by_commune"
    if own in study.tables and touched.any(own):
        columns, of_places = own_columns(study.tables[own]), _of_places(study)
        yield check_own_names(study.faults(own), columns, of_places)
        counted = [column for column in columns if column not in of_places]
        yield check_own_basis(study.faults(own), study.tables[own], counted)
    points = f"chains/{name}/collection_points"
    if points in study.tables and (touched.any(points) or touched.any(toml, "products")):
        table, bases = study.tables[points], {product.basis for product in chain.products.values()}
        counted = [column for column in _of_the_planner(study, points) if column in bases]
        yield check_own_basis(study.faults(points), table, counted, blank=True)
    if touched.any(toml, "products") and all(path in study.tables for path in (*_PLACES, points)):
        columns = _of_places(study) + numeric_columns(study.tables[points]) + _of_the_planner(study, points)
        columns += own_columns(study.tables[own]) if own in study.tables else []
        yield check_basis(Faults(toml), chain.products, columns)


def _of_places(study: Readable) -> list[str]:
    """The columns of the territory that products may be counted from."""
    return [column for path in _PLACES if path in study.tables for column in numeric_columns(study.tables[path])]


def _of_the_planner(study: Readable, path: str) -> list[str]:
    """The columns of a table that its schema does not have."""
    return [name for name in own_columns(study.tables[path]) if name not in schema_of(path, study.materials).columns]


def _plain_faults(study: Readable, name: str, chain: PlainChain, touched: Touched) -> Iterator[Faults]:
    """Rounds have vehicles, outlets have customers and outputs, existing plants need no ground."""
    folder, toml, vehicles = f"chains/{name}", chain_toml(name), study.names("roads/vehicles")
    if touched.any(toml) and vehicles is not None:
        yield plain_checks.check_rounds(Faults(toml), chain, vehicles)
    if touched.any(toml):
        yield plain_checks.check_texts(Faults(toml), chain)
        yield plain_checks.check_legs(Faults(toml), chain)
        yield plain_checks.check_outputs(Faults(toml), chain)
    outlets, customers = f"{folder}/outlets", f"{folder}/customers"
    moved = touched.any(outlets, "customer", "output") or touched.any(customers, "role")
    if outlets in study.tables and study.has(customers, "role") and moved:
        faults = study.faults(outlets)
        yield plain_checks.check_outlets(faults, study.tables[outlets], chain, study.tables[customers])
