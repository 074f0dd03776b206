"""The layers of the page, by hand on a made-up outcome."""

from types import SimpleNamespace

import geopandas as gpd
import pytest
from made_up import CRS, alternative, at, line, made_up_outcome

from coopgeo.maps.page_areas import available_layer, commune_layer, forest_layer
from coopgeo.maps.page_layer import Scene
from coopgeo.maps.page_places import candidate_layer, collection_layer, crossing_layer, platform_layer
from coopgeo.maps.page_roads import flow_layer, lorry_layer, road_layer
from tests.wood_text import wood_text


@pytest.fixture
def scene():
    return Scene(made_up_outcome(), wood_text("en"))


def test_wood_is_told_per_square_kilometre_of_the_commune(scene):
    layer = available_layer(scene)
    assert layer.rows.to_dict("list") == {
        "commune": ["Amont", "Bourg", "Clos"],
        "left_kept_t": [30.0, 50.0, 0.0],
        "kept_t_km2": [15.0, 5.0, 0.0],  # 30 t on 2 km², 50 t on 10 km²
    }
    fills = [style["fillColor"] for style in layer.styles]
    assert fills == ["url(#p-available-4)", "url(#p-available-2)", "url(#p-available-0)"]  # breaks 2, 4, 7, 11
    assert [words for _, words in layer.legend] == [
        "under 2.0",
        "2.0 to 4.0",
        "4.0 to 7.0",
        "7.0 to 11.0",
        "11.0 and more",
    ]


def test_forest_is_a_share_of_the_commune(scene):
    rows = forest_layer(scene).rows
    assert rows["forest_ha"].to_list() == [30.0, 500.0, 0.0]
    assert rows["forest_percent"].to_list() == [15.0, 50.0, 0.0]


def test_what_changes_for_each_commune(scene):
    rows = commune_layer(scene).rows.set_index("commune")
    assert rows["left_kept_t"].to_list() == [30.0, 50.0, 0.0]
    assert rows["points"].to_list() == ["Lisière, Déchèterie", "Lisière", ""]  # most wood first
    assert rows["max_minutes"].iloc[:2].to_list() == [9.0, 7.0]
    assert rows["max_minutes"].isna()["Clos"]
    assert rows["lorries_day"].to_list() == [3.0, 1.0, 0.0]  # 30 and 10 passes a year on 10 days
    assert rows["road"].to_list() == ["D 1", wood_text("en")("highway.access"), ""]
    assert rows["places"].to_list() == ["Port, Déchèterie", "Lisière", ""]


def test_both_stages_and_directions_of_a_road_are_one_road(scene):
    rows = lorry_layer(scene).rows
    assert rows["lorries_year"].to_list() == [10.0, 30.0]
    assert rows["lorries_day"].to_list() == [1.0, 3.0]
    assert rows["inbound_t"].to_list() == [0.0, 100.0]
    assert rows["outbound_t"].to_list() == [50.0, 50.0]


def test_flows_are_drawn_by_stage_and_as_wide_as_their_tonnes(scene):
    inbound, outbound = flow_layer(scene, "inbound"), flow_layer(scene, "outbound")
    assert [style["weight"] for style in inbound.styles] == [11.0]  # 100 of at most 100 t
    assert [style["weight"] for style in outbound.styles] == [8.4, 8.4]  # 2 + 9 * sqrt(50 / 100)
    assert outbound.styles[0]["dashArray"] != inbound.styles[0]["dashArray"]


def test_sites_not_chosen_carry_rank_regret_and_score(scene):
    layer = candidate_layer(scene)
    rows = layer.rows.set_index("name")
    assert rows.index.to_list() == ["Gare", "Ferme"]
    assert rows["rank"].to_list() == [2.0, 3.0]
    assert rows["regret"].to_list() == [1000.0, 5000.0]
    assert rows["score"].to_list() == [0.25, 0.75]
    assert ">2</text>" in layer.styles[0][0]
    assert "dasharray" in layer.styles[0][0]  # Gare is assumed
    assert "dasharray" not in layer.styles[1][0]


def test_in_another_case_sites_are_ranked_as_in_the_first(scene):
    other = made_up_outcome(alternatives=())
    other.platforms = other.platforms.set_axis(["gare"]).assign(name="Gare")
    rows = candidate_layer(Scene(other, scene.text, scene)).rows.set_index("name")
    assert rows["rank"].to_dict() == {"Port": 1.0, "Ferme": 3.0}


def test_a_site_without_rank_has_no_number():
    layer = candidate_layer(Scene(made_up_outcome(alternatives=(alternative("gare", more=1.0),)), wood_text("en")))
    assert layer.rows["rank"].isna().to_list() == [False, True]
    assert "<text" not in layer.styles[1][0]
    assert [size for _, size in layer.styles] == [21, 12]


def test_areas_of_symbols_go_with_tonnes(scene):
    layer = collection_layer(scene)
    assert [size for _, size in layer.styles] == [26, 19]  # 12 + 14, 12 + 14 * sqrt(100 / 400)
    assert layer.rows["source"].to_list() == ["Survey of 2025"] * 2
    assert layer.rows["status"].to_list() == ["attested", "assumed"]


def test_points_that_nothing_comes_to_are_drawn():
    outcome = made_up_outcome()
    outcome.collection_points["tonnes"] = 0.0
    assert [size for _, size in collection_layer(Scene(outcome, wood_text("fr"))).styles] == [12, 12]


def test_the_platform_is_told_with_its_figures(scene):
    row = platform_layer(scene).rows.iloc[0]
    assert (row["name"], row["commune"], row["tonnes_out"], row["hazard"]) == (
        "Port",
        "Amont",
        700.0,
        wood_text("en")("hazard.none"),
    )


def test_crossings_and_main_roads(scene):
    edges = gpd.GeoDataFrame(
        {
            "u": ["a", "b", "b", "c"],
            "v": ["b", "a", "c", "b"],
            "highway": ["primary", "primary", "ferry", "ferry"],
            "name": ["", "", "Bac", "Bac"],
            "crossing": ["", "", "bac", "bac"],
            "time_s": [60.0, 60.0, float("inf"), float("inf")],
            "toll_eur": [0.0, 0.0, 2.5, 2.5],
        },
        geometry=[line((0, 0), (900, 0)), line((900, 0), (0, 0)), line((900, 0), (1500, 0)), line((1500, 0), (900, 0))],
        crs=CRS,
    )
    scene.outcome.roads = SimpleNamespace(edges=edges)
    bac = crossing_layer(scene)
    assert bac.rows.to_dict("list") == {"name": ["Bac"], "lorry": [wood_text("en")("map.no_lorry")], "toll_eur": [2.5]}
    assert bac.shapes.iloc[0].equals(at(1200, 0))
    assert road_layer(scene).rows.to_dict("list") == {"road": [wood_text("en")("highway.primary")], "length_km": [0.9]}
