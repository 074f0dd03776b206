"""One draw: the study and its ways with the values that were drawn, and what each site costs then, with proof."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.special import ndtri

from coopgeo.arrays import Floats, Ints, Mask
from coopgeo.chain.materials import material_of
from coopgeo.chain.vehicles import delivery_vehicles, leg_vehicle
from coopgeo.errors import CoopgeoError, InfeasibleError, InputError, Message
from coopgeo.plan.job import Job
from coopgeo.plan.job_ways import JobWays
from coopgeo.plan.placement import Placement, prepare
from coopgeo.roads.ways import Ways
from coopgeo.scenarios.factors import Factor, Kind, spread
from coopgeo.study import Chain, Study
from coopgeo.study.chain_settings import Output, PlainChain
from coopgeo.study.changes import PAIRS

State = Literal["served", "infeasible", "no_customer", "unproved"]
NO_PLATFORM = "-"  # what a choice of sites is called that opens none
NOT_BUILT = "shown"  # role of a customer that is not there


@dataclass(frozen=True)
class Drawn:
    """What one draw costs.

    Attributes
    ----------
    state : {"served", "infeasible", "no_customer", "unproved"}
        Whether all that must be served can be; infeasible too where the values that were drawn contradict one another,
        as goods that no customer takes so; unproved where the solver could not tell, or not prove what is best.
    value_eur_year : mapping of str to float
        By choice of sites, its least cost; those that cannot serve are left out. Of several platforms the best choice
        alone, and what costs the same is not looked for.
    wanted_units : float
        Units that the customers ask for.
    """

    state: State
    value_eur_year: Mapping[str, float] = field(default_factory=dict)
    wanted_units: float = 0.0


@dataclass(frozen=True, eq=False)
class _Column:
    """A column of a table with the cells that are drawn: their rows, their ends, and the factor of each."""

    row: Ints
    low: Floats
    high: Floats
    factor: Ints


@dataclass(frozen=True, eq=False)
class Model:
    """All that draws share; a draw is a row of numbers between 0 and 1, one for each factor.

    Attributes
    ----------
    study, chain, job, ways
        Those of the case without draws; the ways need no networks.
    factors : tuple of Factor
    seed : int
    passes : mapping of str to dict
        By crossing whose toll is drawn: how often each way of "inbound", "outbound" ... passes it.
    """

    study: Study
    chain: Chain
    job: Job
    ways: JobWays
    factors: tuple[Factor, ...]
    seed: int
    passes: Mapping[str, Mapping[str, Floats]]
    columns: Mapping[tuple[str, str], _Column] = field(init=False)

    def __post_init__(self) -> None:
        """Gather the cells of all factors by the column that they stand in."""
        cells: dict[tuple[str, str], list[tuple[int, float, float, int]]] = {}
        for number, factor in enumerate(self.factors):
            for cell in factor.cells:
                labels = self.labels(cell.table)
                cells.setdefault((cell.table, cell.column), []).append(
                    (labels.index(cell.row), cell.low, cell.high, number)
                )
        columns = {}
        for key, rows in cells.items():
            row, low, high, of = (np.array(part) for part in zip(*rows, strict=True))
            columns[key] = _Column(row.astype(np.intp), low, high, of.astype(np.intp))
        object.__setattr__(self, "columns", columns)

    def labels(self, table: str) -> list[Any]:
        """What the rows of a table are called."""
        if table == "parameters":
            return [name for name, _ in self.chain.parameters]
        if table == "outputs":
            return list(self._outputs)
        if table == "vehicles":
            return list(self.study.vehicles)
        if table == "crossings":
            return list(self.study.inputs.tables["roads/crossings"].index)
        frame = getattr(self.chain, table)
        if table in PAIRS:
            return list(zip(*(frame[column] for column in PAIRS[table]), strict=True))
        return list(frame.index)

    @property
    def _outputs(self) -> Mapping[str, Output]:
        """What a platform of a chain that pushes makes of what comes in."""
        return self.chain.settings.outputs if isinstance(self.chain.settings, PlainChain) else {}

    def sample(self, place: Floats) -> Floats:
        """The value of each factor where it was drawn at these places between its ends.

        Parameters
        ----------
        place : ndarray, shape (..., factors)
            Between 0 and 1.
        """
        low, high = (np.array([getattr(factor, end) for factor in self.factors]) for end in ("low", "high"))
        probability = np.array([factor.probability for factor in self.factors])
        value = low + place * (high - low)
        value = np.where(self._of("exists"), place < probability, value)
        road = self._of("road")
        value[..., road] = np.exp(np.log(high[road]) * ndtri(place[..., road]))
        return np.asarray(value, dtype=np.float64)

    def _of(self, kind: Kind) -> Mask:
        """Which factors are of a kind."""
        return np.array([factor.kind == kind for factor in self.factors], dtype=bool)

    def values(self, place: Floats) -> dict[tuple[str, str], tuple[Ints, Floats]]:
        """New values by table and column: the rows, and what stands in them."""
        made = {
            key: (column.row, column.low + place[column.factor] * (column.high - column.low))
            for key, column in self.columns.items()
        }
        if (key := ("outputs", "value")) in made:
            rows, shares = made[key]
            others = [output.value for at, output in enumerate(self._outputs.values()) if at not in rows]
            made[key] = rows, shares * min(1.0, (1 - sum(others)) / float(shares.sum()))  # together the whole at most
        return made

    def not_built(self, place: Floats) -> list[str]:
        """Ids of the customers that are not there in a draw."""
        return [
            factor.id.removeprefix("customers.").removesuffix(".exists")
            for factor, at in zip(self.factors, place, strict=True)
            if factor.kind == "exists" and not at < factor.probability
        ]

    def changes(self, place: Floats) -> dict[str, dict[Any, Any]]:
        """The values of a draw as `Study.changed` takes them; what befalls the roads is none of the study."""
        changes: dict[str, dict[Any, Any]] = {}
        for (table, column), (rows, values) in self.values(place).items():
            labels = self.labels(table)
            for row, value in zip(rows, values.tolist(), strict=True):
                changes.setdefault(table, {}).setdefault(labels[row], {})[column] = value
        for id in self.not_built(place):
            changes.setdefault("customers", {}).setdefault(id, {})["role"] = NOT_BUILT
        return changes

    def study_at(self, place: Floats) -> Study:
        """The study of a draw: what `Study.changed` makes of `changes`, without its checks."""
        values = self.values(place)
        chain = self._chain_at(values, set(self.not_built(place)))
        vehicles, ids = dict(self.study.vehicles), list(self.study.vehicles)
        for column in ("cost_eur_km", "cost_eur_h"):
            for row, value in zip(*values.get(("vehicles", column), ((), ())), strict=True):
                cost: dict[str, Any] = {column: float(value)}
                vehicles[ids[row]] = replace(vehicles[ids[row]], **cost)
        return replace(self.study, chains={**self.study.chains, chain.settings.id: chain}, vehicles=vehicles)

    def _chain_at(self, values: Mapping[tuple[str, str], tuple[Ints, Floats]], absent: set[str]) -> Chain:
        frames: dict[str, dict[str, Any]] = {}
        for (table, column), (rows, new) in values.items():
            if table in ("parameters", "outputs", "vehicles", "crossings"):
                continue
            whole = getattr(self.chain, table)[column].to_numpy(float).copy()
            whole[rows] = new
            frames.setdefault(table, {})[column] = whole
        if absent:
            role = self.chain.customers["role"].to_numpy(object).copy()
            role[self.chain.customers.index.isin(absent)] = NOT_BUILT
            frames.setdefault("customers", {})["role"] = pd.array(role, dtype=self.chain.customers["role"].dtype)
        made = {table: getattr(self.chain, table).assign(**columns) for table, columns in frames.items()}
        settings = self.chain.settings
        if ("parameters", "value") in values:
            rows, new = values["parameters", "value"]
            names, known = self.labels("parameters"), settings.parameters
            drawn = {
                names[row]: getattr(known, names[row]).model_copy(update={"value": value})
                for row, value in zip(rows, new.tolist(), strict=True)
            }
            settings = settings.model_copy(update={"parameters": known.model_copy(update=drawn)})
        if ("outputs", "value") in values:
            rows, new = values["outputs", "value"]
            shares = dict(zip((self.labels("outputs")[row] for row in rows), new.tolist(), strict=True))
            outputs = {
                name: output.model_copy(update={"value": shares.get(name, output.value)})
                for name, output in self._outputs.items()
            }
            settings = settings.model_copy(update={"outputs": outputs})
        return replace(self.chain, settings=settings, **made)

    def ways_at(self, place: Floats, draw: int) -> JobWays:
        """The same ways in a draw: longer or shorter for each site and each pair, slower or faster for each vehicle."""
        ways: dict[str, Ways] = {name: getattr(self.ways, name) for name in ENDS}
        tolls = self._more_toll_eur(place)
        factor, delay = self._road_factors(place, draw, ways), self._delay_factors(place)
        made: dict[str, Any] = {
            name: Ways(
                way.length_m * factor[name],
                way.time_s * factor[name] * delay[name],
                way.toll_eur + sum(eur * self.passes[crossing][name] for crossing, eur in tolls.items()),
            )
            for name, way in ways.items()
        }
        return replace(self.ways, **made, rounds=self._rounds_at(place, draw), planned={})

    def _rounds_at(self, place: Floats, draw: int) -> dict[str, Ways]:
        """The ways of rounds in a draw, as those of the other legs; tolls stay."""
        pair, random = spread(self.chain, "road_error_pair"), np.random.default_rng([self.seed, draw, 1])
        column, error, number = self._roads
        slower, made = self._slower(place), {}
        for leg, way in sorted(self.ways.rounds.items()):
            common = np.ones(len(way.length_m))
            common[column] = np.exp(error * ndtri(place[number]))
            own = np.exp(pair.value * random.standard_normal(way.length_m.shape)) if pair else 1.0
            factor = own * common[:, None] * common
            delay = slower.get(leg_vehicle(self.study, self.chain, leg), 1.0)
            made[leg] = Ways(way.length_m * factor, way.time_s * factor * delay, way.toll_eur)
        return made

    def _slower(self, place: Floats) -> dict[str, float]:
        """What the times of each vehicle are multiplied by."""
        return {
            factor.id.removeprefix("delays."): value
            for factor, value in zip(self.factors, self.sample(place), strict=True)
            if factor.kind == "delay"
        }

    def _more_toll_eur(self, place: Floats) -> dict[str, float]:
        """By how much the toll of each crossing differs from that of the study, €."""
        rows, values = self.values(place).get(("crossings", "toll_eur"), ((), ()))
        tolls = self.study.inputs.tables["roads/crossings"]["toll_eur"]
        return {
            str(tolls.index[row]): float(value - tolls.iloc[row])
            for row, value in zip(rows, values, strict=True)
            if tolls.index[row] in self.passes
        }

    def _road_factors(self, place: Floats, draw: int, ways: Mapping[str, Ways]) -> dict[str, Floats]:
        """What lengths and times of each way are multiplied by, at least 0."""
        pair, random = spread(self.chain, "road_error_pair"), np.random.default_rng([self.seed, draw])
        common = {"sites": np.ones(len(self.ways.sites))}
        column, error, number = self._roads
        common["sites"][column] = np.exp(error * ndtri(place[number]))
        made = {}
        for name, way in ways.items():
            own = (
                np.exp(pair.value * random.standard_normal(way.length_m.shape)) if pair else np.ones_like(way.length_m)
            )
            start, end = (common.get(places, np.ones(1)) for places in ENDS[name])
            made[name] = own * start[:, None] * end
        return made

    def _delay_factors(self, place: Floats) -> dict[str, Floats]:
        """What times are multiplied by besides, for the vehicle that drives: one for each column, or for all."""
        slower = self._slower(place)
        delivering = np.array([slower.get(vehicle, 1.0) for vehicle in delivery_vehicles(self.study, self.chain)])
        hauling = np.array([slower.get(leg_vehicle(self.study, self.chain, "inbound"), 1.0)])
        return {name: delivering if ends[1] == "customers" else hauling for name, ends in ENDS.items()}

    @cached_property
    def _roads(self) -> tuple[Ints, Floats, Ints]:
        """Of the factors of the roads: the number of their site, their standard deviation, their own number."""
        number = np.flatnonzero(self._of("road"))
        roads = [self.factors[one] for one in number]
        column = self.ways.sites.get_indexer([factor.id.removeprefix("roads.") for factor in roads])
        return column, np.log(np.array([factor.high for factor in roads], dtype=float)), number

    def cost(self, place: Floats, draw: int) -> Drawn:
        """What a draw costs: the least cost of each site or choice of sites."""
        study = self.study_at(place)
        chain = study.chain(self.job.chain)
        served = np.asarray(chain.customers["role"].array == "served", dtype=bool)
        if not served.any() and not chain.settings.pushes:
            return Drawn("no_customer")
        if material_of(chain).contradicts(chain.customers[served]):
            return Drawn("infeasible")
        try:
            placement = prepare(study, self.job, ways=self.ways_at(place, draw), measure="estimate")
            value = costs(placement)
        except InfeasibleError:
            value = {}
        except InputError:
            raise
        except CoopgeoError:  # figures so far apart that nothing is proved: one draw, not all of them
            return Drawn("unproved")
        return Drawn("served" if value else "infeasible", value, placement.wanted_units if value else 0.0)


# The ends of the ways of a job: which of its lists of places are rows, which columns.
ENDS = {
    "inbound": ("points", "sites"),
    "outbound": ("sites", "customers"),
    "direct": ("points", "customers"),
    "bought": ("suppliers", "customers"),
}


def costs(placement: Placement) -> dict[str, float]:
    """The least cost of each site, or of the best choice of several, € a year; what cannot serve is left out.

    Worked out to proof however long that takes: a limit of time would let the answer hang on the machine.

    Raises
    ------
    CoopgeoError
        If nothing can be proved.
    """
    problem, site = placement.problem, placement.options["site"]
    if placement.job.platforms == 1:
        alone = pd.Series(problem.alone()).groupby(site.to_numpy(object), sort=True).min()
        return {str(name): float(value) for name, value in alone[np.isfinite(alone)].items()}
    best = problem.solve(time_limit_s=np.inf)
    if best.status != "optimal":
        raise CoopgeoError(Message("the best choice of sites was not proved"))
    return {choice_name(site.iloc[best.sites]): best.value}


def choice_name(sites: pd.Series) -> str:
    """What a choice of sites is called: their ids, joined by " + "."""
    return " + ".join(sorted(map(str, sites))) or NO_PLATFORM


def passes_of(study: Study, chain: Chain, ways: JobWays, crossings: list[str]) -> dict[str, dict[str, Floats]]:
    """How often each way of a job passes each of these crossings."""
    if not crossings:
        return {}
    tables = {
        "points": chain.collection_points,
        "sites": chain.candidate_sites,
        "customers": chain.customers,
        "suppliers": chain.suppliers,
    }
    delivering = delivery_vehicles(study, chain)
    made: dict[str, dict[str, Floats]] = {id: {} for id in crossings}
    for name, ends in ENDS.items():
        way: Ways = getattr(ways, name)
        vehicles = (
            delivering
            if ends[1] == "customers"
            else np.full(way.length_m.shape[1], leg_vehicle(study, chain, "inbound"))
        )
        start, end = (tables[places].loc[getattr(ways, places)] for places in ends)
        counts = {id: np.zeros(way.length_m.shape) for id in crossings}
        for vehicle in sorted(set(vehicles)):
            row, column = np.nonzero(np.isfinite(way.length_m) & (vehicles == vehicle))
            roads = ways.networks[vehicle]
            paths = roads.paths(start.iloc[row], end.iloc[column], "cost_eur")
            over = roads.edges["crossing"].to_numpy(object)[paths.edge]
            for id, count in counts.items():
                count[row, column] = np.bincount(paths.pair, over == id, len(row))
        for id, count in counts.items():
            made[id][name] = count
    return made
