"""`Chain`: one supply chain of a study, read and checked."""

from dataclasses import dataclass, field, fields

import geopandas as gpd
import pandas as pd

from coopgeo.study.chain_settings import ChainSettings, Parameters


def _nothing() -> pd.DataFrame:
    """A table that chains of this material do not have."""
    return pd.DataFrame({"source": pd.Series(dtype=str), "status": pd.Series(dtype=str)})


@dataclass(frozen=True, eq=False, repr=False)
class Chain:
    """One supply chain of a study, such as used textiles.

    Attributes
    ----------
    settings : ChainSettings
        Names, products and parameters of `chain.toml`.
    resources, harvest_costs : DataFrame
        Factors and cost steps by product.
    competitors : DataFrame
        What large plants take of a product, and from how far; may be empty.
    collection_points, customers, candidate_sites, suppliers : GeoDataFrame
        Indexed by id, points in the metric CRS of the study; there may be no supplier.
    platform_sizes : DataFrame
        Indexed by id.
    seasons, heat_prices : DataFrame
        How demand spreads over the year by kind of customer, and what other fuels cost; may be empty.
    outlets : DataFrame
        What each customer pays for which output of a chain that pushes; may be empty.
    basis_by_commune : DataFrame
        Quantities of communes that products are counted from, indexed by INSEE code; may be empty.
    work : DataFrame
        How the jobs of the chain spread over its stages; may be empty.
    """

    settings: ChainSettings
    resources: pd.DataFrame
    competitors: pd.DataFrame
    harvest_costs: pd.DataFrame
    collection_points: gpd.GeoDataFrame
    customers: gpd.GeoDataFrame
    candidate_sites: gpd.GeoDataFrame
    platform_sizes: pd.DataFrame
    suppliers: gpd.GeoDataFrame
    seasons: pd.DataFrame
    heat_prices: pd.DataFrame = field(default_factory=_nothing)
    outlets: pd.DataFrame = field(default_factory=_nothing)
    basis_by_commune: pd.DataFrame = field(default_factory=_nothing)
    work: pd.DataFrame = field(default_factory=_nothing)

    def __repr__(self) -> str:
        places = (
            f"{len(self.collection_points)} collection points",
            f"{len(self.customers)} customers",
            f"{len(self.candidate_sites)} candidate sites",
        )
        return f"<Chain {self.settings.id}: {len(self.settings.products)} products, {', '.join(places)}>"

    @property
    def parameters(self) -> Parameters:
        """The assumptions of the chain, each with value, range, unit and source."""
        return self.settings.parameters

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables of the chain by name; each row of each has a `source` and a `status`."""
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: table for name, table in parts.items() if isinstance(table, pd.DataFrame)}

    @property
    def statuses(self) -> pd.Series:
        """Status of each row that describes the chain.

        The sizes of platforms are a catalogue to choose from; the parts of its work share out jobs, and no cost.
        """
        left = ("platform_sizes", "work")
        return pd.concat([table["status"] for name, table in self.tables.items() if name not in left])

    def served(self) -> gpd.GeoDataFrame:
        """Customers that the platforms must serve."""
        return self.customers[self.customers["role"] == "served"]
