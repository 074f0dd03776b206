"""The ground that lies near the points that people bring things to."""

import geopandas as gpd
import pytest
import shapely


def test_bands_end_at_a_third_two_thirds_and_the_whole_of_near(outcome):
    near = outcome.chain.parameters.near_min.value
    for _, bands in outcome.bands.groupby("kind"):
        assert bands["minutes"].to_list() == pytest.approx([near / 3, 2 * near / 3, near])


def test_ground_up_to_a_kilometre_from_a_road_of_the_atlas_belongs_to_it(outcome):
    """A village away from the roads of the atlas has small roads that the atlas lacks."""
    kind = outcome.bands["kind"].iloc[0]
    point = outcome.collection_points.query("kind == @kind").geometry.iloc[0]
    whole = outcome.bands[outcome.bands["kind"] == kind].geometry.union_all()
    roads = outcome.roads.edges[outcome.roads.edges.intersects(shapely.buffer(point, 2000))]
    ring = gpd.GeoSeries(
        shapely.get_parts(shapely.points(shapely.get_coordinates(shapely.buffer(point, 1500)))), crs=roads.crs
    )
    away = ring[ring.distance(roads.geometry.union_all()).between(300, 800)]
    assert len(away)
    assert away.within(whole).mean() > 0.5
