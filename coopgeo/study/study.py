"""`Study`: everything that stands in a study folder, read, checked and ready to compute with."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from coopgeo.arrays import Mask
from coopgeo.errors import Column, InputError, Message, check_kind
from coopgeo.roads import RoadNetwork, Vehicle, read
from coopgeo.roads.atlas import AtlasTables
from coopgeo.roads.barriers import barrier_of
from coopgeo.study.assemble import atlas_tables
from coopgeo.study.chain import Chain
from coopgeo.study.changes import Changes, change
from coopgeo.study.geojson import WGS84
from coopgeo.study.inputs import Inputs
from coopgeo.study.settings import Scenario, StudySettings, network_path


@dataclass(frozen=True, eq=False, repr=False)
class Study:
    """A territory with its roads and chains, read from a folder of plain files and checked; made by `open_study`.

    Attributes
    ----------
    folder : Path
        Folder or workbook that it was read from.
    settings : StudySettings
    sources : DataFrame
        Indexed by key: title, producer, date, licence.
    communes : GeoDataFrame
        Indexed by INSEE code; boundaries in the metric CRS, `chef_lieu` points, population, hectares of land and
        forest.
    rivers : GeoDataFrame
        Indexed by name, as drawn in the metric CRS; `of_fr` and `of_en`, the words for what is its own; `course`, the
        line that roads pass by bridges and ferries alone. No row in a territory without a river.
    vehicles : mapping of str to Vehicle
    road_tables : mapping of str to DataFrame
        `junctions`, `axes`, `crossings`, `classes`: the atlas as it stands in the files.
    chains : mapping of str to Chain
    kinds : DataFrame
        Kinds of places by id (`kinds.csv`): what they are called, how they are drawn.
    partners : DataFrame
        Who does what at which stage of which chain (`partners.csv`); may be empty.
    shared_means : DataFrame
        What several chains could use together, a row for each chain that needs it (`shared_means.csv`); may be empty.
    inputs_sha256 : str
        Digest of every file read and every change made since.
    inputs : Inputs
        The files as read, or as changed since: what the rest is made of.
    original : Inputs, optional
        The files as read, of a study that was changed since; None for one that was not.
    """

    folder: Path
    settings: StudySettings
    sources: pd.DataFrame
    communes: gpd.GeoDataFrame
    rivers: gpd.GeoDataFrame
    vehicles: Mapping[str, Vehicle]
    road_tables: Mapping[str, pd.DataFrame]
    chains: Mapping[str, Chain]
    kinds: pd.DataFrame
    partners: pd.DataFrame
    shared_means: pd.DataFrame
    inputs_sha256: str
    inputs: Inputs
    original: Inputs | None = None

    def __repr__(self) -> str:
        chains = ", ".join(self.chains)
        return f'<Study "{self.settings.name}": {len(self.communes)} communes, chains {chains}>'

    @property
    def scenarios(self) -> Mapping[str, Scenario]:
        """Named cases that the chain of the study is to be tried under (`scenarios.toml`), by id."""
        return self.scenarios_of()

    def scenarios_of(self, chain: str | None = None) -> Mapping[str, Scenario]:
        """Named cases that a chain is to be tried under, by id; those of the chain that `study.toml` names by default.

        Those of another chain stand in its folder, `chains/NAME/scenarios.toml`.
        """
        settings = self.inputs.scenarios.get(self.chain(chain).settings.id)
        return settings.scenarios if settings else {}

    @property
    def territory(self) -> gpd.GeoDataFrame:
        """Communes of the EPCI that the study is for."""
        return self.communes[self.in_territory]

    @property
    def in_territory(self) -> Mask:
        """Which communes belong to the EPCI that the study is for, shape (communes,)."""
        return self.communes["epci_siren"].isin(self.settings.epci).to_numpy()

    @property
    def chefs_lieux(self) -> gpd.GeoSeries:
        """Point of the town hall of each commune, metric CRS."""
        return gpd.GeoSeries(self.communes["chef_lieu"], crs=self.settings.crs)

    @property
    def barrier(self) -> shapely.Geometry | None:
        """The line that roads pass by bridges and ferries alone, metric CRS; None without a river."""
        return barrier_of(self.rivers["course"])

    def chain(self, chain: str | None = None) -> Chain:
        """A chain by its id; the one that `study.toml` names by default."""
        check_kind("chain", chain, str | None, Message("one of {choices}", choices=sorted(self.chains)))
        name = chain or self.settings.chain
        if name not in self.chains:
            raise InputError(
                Message('chain: found "{name}"; expected one of {choices}', name=name, choices=sorted(self.chains))
            )
        return self.chains[name]

    def roads(self, network: str | Path | None = None, *, vehicle: str | None = None) -> RoadNetwork:
        """The road network as a vehicle sees it.

        In a file of real roads, the bridges and ferries of `crossings.csv` are found again: they keep their ids,
        tolls, limits and waits.

        Parameters
        ----------
        network : str or Path, optional
            "atlas", the embedded schematic network, or the path of a file of roads (`.osm.pbf`, `.osm`, `.graphml`,
            `.gpkg`, `.shp`, `.parquet`); by default what `study.toml` says.
        vehicle : str, optional
            Id of a vehicle; by default the truck of `study.toml`.

        Raises
        ------
        InputError
            If the network or the vehicle is unknown.
        """
        check_kind("network", network, str | Path | None, Message('"atlas" or the path of a file of roads'))
        check_kind("vehicle", vehicle, str | None, Message("one of {choices}", choices=list(self.vehicles)))
        network = network or network_path(self.folder, self.settings.network)
        vehicle = vehicle or self.settings.truck
        if vehicle not in self.vehicles:
            choices = list(self.vehicles)
            raise InputError(
                Message('vehicle: found "{name}"; expected one of {choices}', name=vehicle, choices=choices)
            )
        seen_by = self.vehicles[vehicle]
        atlas = self.atlas_tables()
        if network == "atlas":
            nodes, edges = atlas.build(checked=True)
            return RoadNetwork.for_vehicle(nodes, edges, seen_by, name="atlas", barrier=self.barrier, cache=self.cache)
        crs, crossings = self.settings.crs, atlas.crossing_lines()
        roads = read(network, seen_by, crs=crs, barrier=self.barrier, crossings=crossings, cache=self.cache)
        self.check_area(roads)
        return roads

    def check_area(self, roads: RoadNetwork) -> None:
        """Refuse roads of another area; raises `InputError`."""
        area = shapely.box(*self.communes.to_crs(roads.nodes.crs).total_bounds)
        if not shapely.box(*roads.nodes.total_bounds).intersects(area):
            west, south, east, north = roads.nodes.to_crs(WGS84).total_bounds
            raise InputError(
                Message(
                    "{roads}: found roads between {west:.2f} and {east:.2f} east, {south:.2f} and {north:.2f} north; "
                    "expected roads of the communes of the study; take another extract",
                    roads=roads.name,
                    west=west,
                    east=east,
                    south=south,
                    north=north,
                )
            )

    @property
    def cache(self) -> Path | None:
        """Folder `processed` beside the study, for what is prepared once; None if none may be written to."""
        folder = self.folder.parent / "processed"
        return folder if folder.is_dir() and os.access(folder, os.W_OK) else None

    def atlas_tables(self) -> AtlasTables:
        """What the atlas is compiled from."""
        return atlas_tables(self)

    def changed(self, changes: Changes, *, chain: str | None = None) -> "Study":
        """The same study with other values of any of its tables and settings.

        What is changed is checked as a folder is when it is opened, all changes together. It is `assumed` from then on:
        the status that covers a changed column says so, unless the same change gives that status itself. The range
        (`low`, `high`) of a changed value is widened if need be, unless it is changed too.

        Parameters
        ----------
        changes : mapping
            By name of table (a file without ".csv", such as "harvest_costs", "vehicles" or "communes"), by row: new
            values by column. A row is named by its id, INSEE code or key, and by a pair where no column alone names
            it: product and factor, product and step, customer and product, vehicle and highway. What stands in the
            settings files goes by "parameters" and "products" (`chain.toml`) and "settings" (`study.toml`).
        chain : str, optional
            Chain whose tables, parameters and products are meant; the default one if not given.

        Raises
        ------
        InputError
            If a table, a row, a column or an entry is unknown, or a value cannot be; lists every fault.

        Examples
        --------
        >>> import coopgeo
        >>> study = coopgeo.open_study().changed({
        ...     "parameters": {"fill": 0.9},
        ...     "harvest_costs": {("forest-broadleaf", "chipping"): {"value": 12.0}},
        ...     "crossings": {"pont-de-tancarville": {"toll_eur": 0.0}},
        ...     "settings": {"truck": "rigid-26t"},
        ... })
        >>> study.chain().parameters.fill.value, study.settings.truck
        (0.9, 'rigid-26t')
        """
        return change(self, changes, chain)

    def with_values(self, chain: str | None = None, **values: float) -> "Study":
        """The same study with other values of some parameters.

        Parameters
        ----------
        chain : str, optional
            Chain whose parameters change; the default one if not given.
        **values : float
            Name of a parameter of `chain.toml` = its new value. The range is widened if need be, and the value is an
            assumption from then on.

        Raises
        ------
        InputError
            If a parameter is unknown or a value cannot be.

        Examples
        --------
        >>> import coopgeo
        >>> study = coopgeo.open_study().with_values(delivered_moisture=0.25)
        >>> study.chain().parameters.delivered_moisture.value
        0.25
        """
        return self.changed({"parameters": values}, chain=chain)

    def with_row(self, table: str, row: str, **columns: Any) -> "Study":
        """The same study with one row of a table changed, such as a customer moved or made larger.

        Parameters
        ----------
        table : str
            Name of a table: one of the default chain, such as "customers", of the roads or of the territory.
        row : str
            Id of the row.
        **columns
            New values; `lon` and `lat` move the point. What is changed is an assumption from then on.

        Raises
        ------
        InputError
            If the table, the row or a column is unknown, or a value cannot be.
        """
        check_kind("table", table, str, Message('the name of a table, such as "customers"'))
        check_kind("row", row, str, Message("the id of a row; for a row that a pair names, see Study.changed"))
        return self.changed({table: {row: columns}})

    def with_factor(self, product: str, factor: str, value: float) -> "Study":
        """The same study with another value of one factor of the resource of the default chain (`resources.csv`).

        Parameters
        ----------
        product, factor : str
        value : float
            New value; the range is widened if need be, and the value is an assumption from then on.

        Raises
        ------
        InputError
            If the product or the factor is unknown, or the value cannot be.

        Examples
        --------
        >>> import coopgeo
        >>> ambitious = coopgeo.open_study().with_factor("hedge", "managed-share", 0.3)
        """
        for name, word in (("product", product), ("factor", factor)):
            check_kind(name, word, str, Message("a {column} of resources.csv", column=Column(name)))
        return self.changed({"resources": {(product, factor): {"value": value}}})
