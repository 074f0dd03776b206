"""The bridges and ferries of the study, found again in real roads."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from coopgeo.roads.crossings import with_crossings

# Both sides of the pont de Brotonne, the river between, and a ferry 15 km upstream; 5 runs along the bank.
NODES = {
    1: (0.7640, 49.5280),
    2: (0.7606, 49.5206),
    3: (0.7555, 49.5088),
    4: (0.7500, 49.5000),
    5: (0.7700, 49.5200),
    6: (0.5270, 49.4795),
    7: (0.5270, 49.4690),
}
WAYS = [
    ([1, 2], {"highway": "primary"}),
    ([2, 3], {"highway": "primary", "bridge": "yes", "maxweight": "50", "toll": "yes"}),
    ([3, 4], {"highway": "primary"}),
    ([1, 5], {"highway": "tertiary"}),
    ([6, 7], {"route": "ferry", "motor_vehicle": "yes"}),
    ([1, 6], {"highway": "secondary"}),
    ([4, 7], {"highway": "secondary"}),
]


@pytest.fixture
def extract(tmp_path):
    points = "".join(f'<node id="{id}" version="1" lat="{lat}" lon="{lon}"/>' for id, (lon, lat) in NODES.items())
    lines = ""
    for number, (refs, tags) in enumerate(WAYS, start=100):
        inner = "".join(f'<nd ref="{ref}"/>' for ref in refs) + "".join(
            f'<tag k="{k}" v="{v}"/>' for k, v in tags.items()
        )
        lines += f'<way id="{number}" version="1">{inner}</way>'
    path = tmp_path / "caux.osm"
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{points}{lines}</osm>', encoding="utf-8")
    return path


def test_the_bridge_and_the_ferry_keep_what_is_known_of_them(study, extract):
    roads = study.roads(str(extract))
    known = roads.edges[roads.edges["crossing"] != ""].drop_duplicates("crossing").set_index("crossing")
    atlas = study.roads().edges.drop_duplicates("crossing").set_index("crossing")
    ferry = next(name for name in known.index if name != "pont-de-brotonne")
    assert known.index.tolist() == ["pont-de-brotonne", ferry]
    assert known.loc["pont-de-brotonne", "toll_eur"] == 0  # the table says free, and the table is right
    assert known.loc["pont-de-brotonne", "max_weight_t"] == 50  # the stricter of the two
    assert known.loc[ferry, "fixed_time_s"] == atlas.loc[ferry, "fixed_time_s"] > 0
    assert np.isinf(known["tolled_over_t"]).all()
    assert (roads.edges["crossing"] == "pont-de-brotonne").sum() == 2  # one edge a direction: a toll is paid once


def test_closing_the_bridge_by_its_name_sends_the_lorry_to_the_ferry(study, extract):
    roads = study.roads(str(extract))
    ends = roads.nodes.geometry.loc[[1, 4]]
    over, round_about = (
        network.matrix(ends.iloc[:1], ends.iloc[1:])[0, 0]
        for network in (roads, roads.with_changes(closed=["pont-de-brotonne"]))
    )
    assert round_about > over + 600
    assert np.isinf(roads.with_changes(closed=["pont-de-brotonne"], ferries=False).matrix(ends.iloc[:1], ends.iloc[1:]))


def test_a_bridge_far_from_any_known_one_is_no_crossing(study, extract):
    text = extract.read_text(encoding="utf-8")
    moved = extract.with_name("moved.osm")
    moved.write_text(
        text.replace("49.5206", "49.5090")
        .replace("0.7606", "0.6500")
        .replace("0.7555", "0.6500")
        .replace("49.5088", "49.4900"),
        encoding="utf-8",
    )
    roads = study.roads(str(moved))
    assert "pont-de-brotonne" not in set(roads.edges["crossing"])


@pytest.mark.parametrize(("away_m", "crossing"), [(1400.0, "pont"), (1600.0, "")])
def test_a_bridge_is_known_within_a_kilometre_and_a_half(away_m, crossing):
    river = shapely.LineString([(-5000, 0), (5000, 0)])
    across = [shapely.LineString([(x, -100), (x, 100)]) for x in (0.0, away_m)]
    known = {"crossing": ["pont"], "name": "Pont", "highway": "primary", "toll_eur": 5.0, "max_weight_t": 30.0}
    crossings = gpd.GeoDataFrame({**known, "fixed_time_s": 0.0}, geometry=across[:1], crs="EPSG:2154")
    edges = gpd.GeoDataFrame({"highway": ["primary"], "bridge": True}, geometry=across[1:], crs="EPSG:2154")
    assert with_crossings(edges, crossings, river)["crossing"].tolist() == [crossing]
