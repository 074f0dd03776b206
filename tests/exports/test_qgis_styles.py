"""Styles that QGIS opens the layers in: every feature lies in a class."""

import geopandas as gpd
import pytest
from made_up import CRS, at

from coopgeo.exports.qgis_styles import _communes, _marker, _road_loads
from coopgeo.maps import symbols
from tests.wood_text import wood_text


def layer(column, values):
    return gpd.GeoDataFrame({column: values}, geometry=[at(index, 0) for index in range(len(values))], crs=CRS)


@pytest.mark.parametrize("values", [[0.26, 3.04, 7.06, 9.0, 12.34], [0.0, 0.0, 0.0], [0.04, 0.04], [7.3]])
def test_every_commune_lies_in_a_class(values):
    root = _communes(layer("available_kept_t", values), wood_text("en"))
    limits = [(float(part.get("lower")), float(part.get("upper"))) for part in root.iter("range")]
    assert limits
    assert all(any(low <= value <= high for low, high in limits) for value in values)
    assert [symbol.get("name") for symbol in root.iter("symbol")] == [part.get("symbol") for part in root.iter("range")]


def test_roads_are_classed_by_their_lorries():
    root = _road_loads(layer("lorries_year", [float(value) for value in range(0, 1100, 100)]), wood_text("en"))
    filters = [rule.get("filter") for rule in root.iter("rule") if rule.get("filter")]
    assert filters[0] == '"lorries_year" < 200'
    assert filters[1] == '"lorries_year" >= 200 AND "lorries_year" < 400'
    assert filters[-1] == '"lorries_year" >= 800'


def test_a_chain_that_uses_no_road_has_a_style_all_the_same():
    assert len(list(_road_loads(layer("lorries_year", []), wood_text("fr")).iter("symbol"))) == 1


def test_markers_come_from_the_table_of_symbols():
    place = symbols.drawn_as("diamond", "#8d6708")
    assert _marker(place, 3.5).options["name"] == place.qgis == "diamond"
