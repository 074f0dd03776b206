"""The main roads that a map shows."""

from types import SimpleNamespace

import geopandas as gpd
from made_up import CRS, line

from coopgeo.maps import symbols
from coopgeo.maps.basemap import main_roads


def network(*rows):
    columns = [dict(zip(("u", "v", "highway"), row[:3], strict=True)) for row in rows]
    return SimpleNamespace(edges=gpd.GeoDataFrame(columns, geometry=[line(*row[3]) for row in rows], crs=CRS))


def test_each_road_is_drawn_once_and_none_that_is_open_one_way_only_is_lost():
    roads = network(
        ("a", "b", "primary", [(0, 0), (100, 0)]),
        ("b", "a", "primary", [(100, 0), (0, 0)]),
        ("c", "b", "primary", [(300, 0), (100, 0)]),  # one way, against the order of its ends
        ("d", "e", "motorway_link", [(0, 50), (10, 50)]),
        ("e", "f", "residential", [(0, 90), (10, 90)]),
    )
    drawn = main_roads(roads)
    assert [style for _, style in drawn] == [symbols.ROAD_CLASSES["primary"], symbols.ROAD_CLASSES["motorway"]]
    assert [float(lines.length.sum()) for lines, _ in drawn] == [300.0, 10.0]
