"""What stands in the settings files of a study, `study.toml` and `scenarios.toml`: entries, units and checks."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from coopgeo.errors import Message
from coopgeo.study.chain_schemas import HAZARDS, Hazard
from coopgeo.study.schema_parts import SHARE_UNITS, STATUSES, Status
from coopgeo.text.vocabulary import code_of


class Strict(BaseModel):
    """A part of a settings file: no entry but those that are known, and none can be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


JOBS_CREATED = "jobs_created"  # ids of `references` that coopgeo knows: jobs that the approach has created so far
DELIVERY_SHARE = "delivery_share"  # and the share of the value of the goods that delivery should not exceed
_LARGEST = 1e7  # no assumption has a value near it
Number = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-_LARGEST, le=_LARGEST)]


def _status(value: object) -> object:
    return code_of(value, "status", STATUSES) or value if isinstance(value, str) else value


MarkedStatus = Annotated[Status, BeforeValidator(_status)]


class Parameter(Strict):
    """One assumption: its value with the range it may have, its unit and where it comes from."""

    fr: str
    """Name in French."""
    en: str
    """Name in English."""
    low: Number
    """Lowest value thought possible."""
    value: Number
    """Value that is computed with."""
    high: Number
    """Highest value thought possible."""
    unit: str
    """Unit of low, value and high; where it is a share, none may exceed 1."""
    source: str
    """Where it comes from: a key of `sources.csv`."""
    status: MarkedStatus
    """How far it is known."""
    range_status: MarkedStatus | None = None
    """How far low and high are known; left out where it is as far as the value."""

    @model_validator(mode="after")
    def _in_order(self) -> "Parameter":
        if self.low < 0:
            raise ValueError(Message("0 or more, found {low}", low=self.low))
        if self.unit in SHARE_UNITS and self.high > 1:
            raise ValueError(Message("a share of at most 1, found {high}; 30 % is 0.30", high=self.high))
        if not self.low <= self.value <= self.high:
            raise ValueError(
                Message(
                    "low <= value <= high, found {low}, {value}, {high}", low=self.low, value=self.value, high=self.high
                )
            )
        return self


def _is_date(text: str) -> str:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):  # not 2026-W05-1 or 20260131, which are dates too
            dt.date.fromisoformat(text)
            return text
    except ValueError:
        pass
    raise ValueError(Message("a date as year-month-day, such as 2026-01-31"))


class _Criterion(Strict):
    fr: str
    """Name in French."""
    en: str
    """Name in English."""
    weight: float = Field(strict=True, allow_inf_nan=False, ge=0, le=_LARGEST)
    """Weight of the criterion in the score, relative to the others."""
    source: str
    """Where it comes from: a key of `sources.csv`."""
    status: MarkedStatus
    """How far it is known."""


class MeasuredCriterion(_Criterion):
    """A criterion of a site that is a figure: 0 at `worst`, 1 at `best`, a straight line between."""

    unit: str
    """Unit of worst and best."""
    worst: Number
    """Figure that scores 0."""
    best: Number
    """Figure that scores 1."""

    @model_validator(mode="after")
    def _differ(self) -> "MeasuredCriterion":
        if self.worst == self.best:
            raise ValueError(Message("worst and best that differ"))
        return self


class ListedCriterion(_Criterion):
    """A criterion of a site that is a word of its table: each has its score."""

    scores: dict[str, Annotated[float, Field(strict=True, ge=0, le=1)]] = Field(min_length=1)
    """Score of each word, 0 to 1."""


class SiteCriteria(Strict):
    """What a site is judged by; `site_scores.py` measures each."""

    area: MeasuredCriterion
    """Free area."""
    heavy_access: MeasuredCriterion
    """Share of the way to a main road outside streets of housing."""
    main_road: MeasuredCriterion
    """Distance to a main road."""
    housing: MeasuredCriterion
    """Distance to housing."""
    hazard: ListedCriterion
    """Hazard zone."""
    zoning: ListedCriterion
    """Zoning of the town plan, by its first letters."""
    synergies: MeasuredCriterion
    """Number of synergies."""

    @model_validator(mode="after")
    def _weigh(self) -> "SiteCriteria":
        if not any(criterion.weight for _, criterion in self):
            raise ValueError(Message("a weight above 0 at least"))
        if missing := set(HAZARDS) - set(self.hazard.scores):
            raise ValueError(Message("hazard.scores: a score of each of {missing}", missing=sorted(missing)))
        return self


class SiteScores(Strict):
    """`[site_scores]` of `study.toml`."""

    excluded_hazards: list[Hazard]
    """Hazard zones where no site is proposed unless it is asked for by name."""
    excluded_zoning: list[str]
    """First letters of the zonings where no site is proposed unless it is asked for by name."""
    criteria: SiteCriteria
    """What a site is judged by."""

    def excludes(self, zoning: str) -> bool:
        """Whether a zoning of a town plan is excluded."""
        return _beginning(zoning, self.excluded_zoning) is not None

    def zoning_score(self, zoning: str) -> float | None:
        """Score of a zoning of a town plan; None if it begins as none that is known."""
        start = _beginning(zoning, self.criteria.zoning.scores)
        return None if start is None else self.criteria.zoning.scores[start]


def _beginning(zoning: str, known: Iterable[str]) -> str | None:
    """The longest of the known beginnings that a zoning has; numbers before it, and its case, do not count.

    1AUx is AU rather than A.
    """
    found = [start for start in known if zoning.lstrip("0123456789 ").casefold().startswith(start.casefold())]
    return max(found, key=len, default=None)


class StudySettings(Strict):
    """`study.toml`."""

    name: str
    """Name of the study."""
    place: str
    """Name of the territory whose resource is counted."""
    date: Annotated[str, AfterValidator(_is_date)]
    """Date printed on the map (year-month-day); never taken from the clock."""
    crs: str
    """Metric coordinate system of all computations, such as EPSG:2154."""
    epci: list[str] = Field(min_length=1)
    """SIREN of the intermunicipal bodies whose resource is counted."""
    frame: tuple[Number, Number, Number, Number]
    """West, south, east, north (degrees): places outside are refused."""
    barriers: list[str] | None = None
    """Files of the rivers, lines or surfaces, that roads pass by bridges and ferries alone; none without a river."""
    chain: str
    """Chain that is computed unless another is asked for: a folder of `chains/`."""
    network: str
    """Road network: `atlas`, or the path of a file of roads, from the study folder or one of the two above it."""
    truck: str
    """Vehicle of `vehicles.csv` that hauls to and from the platform."""
    near_share: Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=1)] = 0.01
    """How much dearer than the best a choice of sites may be, as a share of its cost, to count as nearly as good."""
    site_scores: SiteScores
    """How a site is judged beside its cost."""
    references: dict[str, Parameter] = Field(default_factory=dict)
    """Published figures that results are held against, by id."""


_FRENCH = {"en": "fr", "why_en": "why_fr"}  # what stands where the English words are left out


class Scenario(Strict):
    """A case that a study is tried under: other values, other roads, another job."""

    fr: str
    """Name in French."""
    en: str = ""
    """Name in English; left out, it is that in French."""
    why_fr: str
    """Why it is worth trying, a sentence in French."""
    why_en: str = ""
    """Why it is worth trying, a sentence in English; left out, it is that in French."""
    demand_factor: Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, le=1000)] = 1.0
    """What the demand of every customer served is multiplied by, after the changes."""
    potential_customers: Literal["all", "none"] = "all"
    """Whether customers whose `probability` is below 1 count; if "none", they are shown and not served."""
    without_kinds: list[str] = Field(default_factory=list)
    """Kinds of customers that are shown and not served, such as "hospital"."""
    changes: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """New values by table, row and column, as `Study.changed` takes them; where a pair names a row, in two steps."""
    road_changes: dict[str, Any] = Field(default_factory=dict)
    """Roads under other rules: crossings closed, weight limits, tolls, ferries at rest, slower roads."""
    job: dict[str, Any] = Field(default_factory=dict)
    """What is asked otherwise, such as the number of platforms, sites required or forbidden."""
    source: str
    """Where it comes from: a key of `sources.csv`."""
    status: MarkedStatus
    """How far it is known."""

    @model_validator(mode="before")
    @classmethod
    def _in_french_alone(cls, entries: Any) -> Any:
        if not isinstance(entries, Mapping):
            return entries
        french = {english: entries[name] for english, name in _FRENCH.items() if name in entries}
        return {**french, **{name: entry for name, entry in entries.items() if name not in french or entry != ""}}


class ScenarioSettings(Strict):
    """`scenarios.toml`."""

    scenarios: dict[str, Scenario] = Field(default_factory=dict)
    """Scenarios by id."""


def network_path(folder: Path, network: str) -> str:
    """Where the `network` of a `study.toml` lies, whatever the current folder is.

    A relative path is looked up from the study folder, from the one above it and from the one above that, where
    `data/processed/roads.osm.pbf` is found for a study in `data/raw`.
    """
    if network == "atlas":
        return network
    start = folder.absolute()
    tried = [above / network for above in (start, *start.parents[:2])]
    return str(next((path for path in tried if path.is_file()), tried[0]))
