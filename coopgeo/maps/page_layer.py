"""A layer of the page: one table for its cards, its table twin and its CSV file, with a shape and a style a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import geopandas as gpd
import pandas as pd

from coopgeo.maps.shapes import SIMPLIFY_M
from coopgeo.maps.symbols import PlaceSymbol, places_of
from coopgeo.plan.outcome import Outcome
from coopgeo.text import Text
from coopgeo.words.plants import sells_itself
from coopgeo.words.sentences import road_name

Theme = Literal["answer", "lorries", "resource", "landmarks", "areas"]
Form = Literal["places", "lines", "areas", "ground"]


@dataclass(frozen=True)
class PageLayer:
    """A layer of the page.

    Attributes
    ----------
    id : str
        Key of its name in the texts, `layer.<id>`, unless it has a `name`.
    theme : str
        Where its switch stands; of "areas", one shows at a time.
    form : {"places", "lines", "areas", "ground"}
        "ground" lines answer no click.
    rows : DataFrame
        What is told of each shape, in columns whose names are keys of the texts (`column.<name>`); the first one is
        its title.
    shapes : GeoSeries
        As many, in any CRS.
    styles : list of str or dict
        One a row: the SVG of a symbol with its size (places), or what Leaflet calls path options.
    legend : list of (str, str)
        SVG and words.
    shown : bool
        Whether the switch is on when the page opens.
    name : str
        In words, where no text of its own names it.
    """

    id: str
    theme: Theme
    form: Form
    rows: pd.DataFrame
    shapes: gpd.GeoSeries
    styles: Sequence[Any]
    legend: list[tuple[str, str]] = field(default_factory=list)
    shown: bool = True
    name: str = ""


@dataclass(frozen=True)
class Scene:
    """What the layers of one outcome are drawn from.

    Attributes
    ----------
    outcome : Outcome
    text : Text
    base : Scene, optional
        That of the outcome that this one is another case of: its sites are ranked as there.
    """

    outcome: Outcome
    text: Text
    base: "Scene | None" = None

    @cached_property
    def places(self) -> Mapping[str, PlaceSymbol]:
        """How each kind of place is drawn."""
        return places_of(self.outcome.study.kinds)

    @property
    def ranked(self) -> Outcome:
        """The outcome that the candidate sites are ranked by."""
        return self.base.outcome if self.base else self.outcome

    @property
    def goes_straight(self) -> bool:
        """Whether anything goes past the platform in any case of the page: all cases have the same layers."""
        return any(len(case.accounts.direct.tonnes) for case in self._cases)

    @property
    def goes_onward(self) -> bool:
        """Whether anything is followed beyond a platform in any case of the page."""
        return not all(sells_itself(case) for case in self._cases)

    @property
    def has_platforms(self) -> bool:
        """Whether there is a platform in any case of the page."""
        return any(len(case.accounts.sites) for case in self._cases)

    @property
    def _cases(self) -> list[Outcome]:
        return [self.ranked, *(other.outcome for other in self.ranked.what_ifs)]

    @cached_property
    def ground(self) -> gpd.GeoSeries:
        """The communes, no finer than the page shows them."""
        if self.base:
            return self.base.ground
        communes = self.outcome.study.communes
        return gpd.GeoSeries(communes.geometry.simplify_coverage(SIMPLIFY_M), crs=communes.crs)

    def lines(self, shapes: gpd.GeoSeries) -> gpd.GeoSeries:
        """Lines of the study, as simple as the communes."""
        return shapes.simplify(SIMPLIFY_M)

    def marks(self, rows: pd.DataFrame) -> dict[str, list[str]]:
        """Columns `status` and `source` of some rows in words."""
        titles = self.outcome.study.sources["title"]
        return {
            "status": [self.text(f"status.{status}") for status in rows["status"]],
            "source": [titles.get(key, key) for key in rows["source"]],
        }

    def road_names(self, rows: pd.DataFrame) -> list[str]:
        """Names of roads from their columns `ref` and `highway`."""
        return [road_name(ref, highway, self.text) for ref, highway in zip(rows["ref"], rows["highway"], strict=True)]
