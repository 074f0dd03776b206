"""Files of road lines: joined where they share vertices, columns told in TOML, refused when they cannot be roads."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from coopgeo.errors import InputError
from coopgeo.roads import read
from coopgeo.roads.lines import read_lines
from coopgeo.roads.tags import HIGHWAYS
from coopgeo.text.messages import said

CRS = "EPSG:2154"
X, Y = 520_000, 6_935_000
BD_TOPO = """
[columns]
highway = "NATURE"
ref = "NUMERO"
oneway = "SENS"
max_weight_t = "RESTR_P"
max_speed_kmh = "VITESSE"

[highway]
"Route à 1 chaussée" = "secondary"
"Bretelle" = "primary_link"

[oneway]
forth = ["Sens direct"]
back = ["Sens inverse"]

[defaults]
highway = "unclassified"

[missing]
max_speed_kmh = ["0"]
"""


def layer():
    """A road of three vertices, a side road that meets it at the middle one, and a one-way back from its end."""
    lines = [[(0, 0), (1000, 0), (2000, 0)], [(1000, 0), (1000, 500)], [(2000, 0), (2000, 400), (1000, 500)]]
    columns = {
        "NATURE": ["Route à 1 chaussée", None, "Bretelle"],
        "NUMERO": ["D982", None, "D40"],
        "SENS": ["Double sens", "Sens direct", "Sens inverse"],
        "RESTR_P": ["19 t", "", "heavy"],
        "VITESSE": [80, 0, 50],
    }
    return gpd.GeoDataFrame(
        columns, geometry=[shapely.LineString([(X + x, Y + y) for x, y in line]) for line in lines], crs=CRS
    )


@pytest.fixture(params=["roads.gpkg", "roads.shp", "roads.parquet"])
def path(request, tmp_path):
    path = tmp_path / request.param
    layer().to_parquet(path) if path.suffix == ".parquet" else layer().to_file(path)
    path.with_suffix(".toml").write_text(BD_TOPO, encoding="utf-8")
    return path


def test_lines_are_joined_where_they_share_vertices(path):
    tables = read_lines(path, crs=CRS, spacing_m=np.inf)
    at = {node: (round(point.x - X), round(point.y - Y)) for node, point in tables.nodes.geometry.items()}
    pairs = {(at[u], at[v]) for u, v in zip(tables.edges["u"], tables.edges["v"], strict=True)}
    a, b, c, d = (0, 0), (1000, 0), (2000, 0), (1000, 500)
    assert pairs == {(a, b), (b, a), (b, c), (c, b), (b, d), (d, c)}


def test_columns_say_what_the_file_means(path):
    tables = read_lines(path, crs=CRS, spacing_m=np.inf)
    edges = tables.edges.drop_duplicates("highway").set_index("highway")
    assert edges["max_weight_t"].to_dict() == {"secondary": 19, "unclassified": np.inf, "primary_link": np.inf}
    assert edges["max_speed_kmh"].to_dict() == {"secondary": 80, "unclassified": np.inf, "primary_link": 50}
    assert edges["ref"].to_dict() == {"secondary": "D982", "unclassified": "", "primary_link": "D40"}
    assert tables.unread == ["way of the file: max_weight_t=heavy"]
    assert read(path).edges["time_s"].gt(0).all()


@pytest.mark.parametrize("oneway", [[True, False, True], ["yes", "no", "yes"], [1.0, None, 1.0], ["F", "B", "f"]])
def test_the_usual_ways_to_say_one_way(tmp_path, oneway):
    path = tmp_path / "roads.gpkg"
    layer().assign(highway="primary", oneway=oneway).to_file(path)
    edges = read_lines(path, crs=CRS, spacing_m=np.inf).edges
    assert len(edges) == 2 + 2 + 1  # the first line is cut in two, the second goes both ways


def test_three_dimensions_degrees_and_another_name_of_the_geometry(tmp_path):
    path = tmp_path / "roads.parquet"
    high = (
        layer()
        .set_geometry(shapely.force_3d(layer().geometry.to_numpy(), 12.5), crs=CRS)
        .to_crs("EPSG:4326")
        .rename_geometry("geom")
    )
    high.to_parquet(path)
    edges = read_lines(path, crs=CRS, spacing_m=np.inf, columns={"defaults": {"highway": "track"}}).edges
    assert edges["length_m"].sum() / 2 == pytest.approx(layer().length.sum(), rel=2e-3)
    assert not edges.has_z.any()


def test_a_file_of_several_layers(tmp_path):
    path = tmp_path / "bdtopo.gpkg"
    layer().to_file(path, layer="voie_ferree")
    layer().iloc[:1].to_file(path, layer="troncon_de_route")
    columns = {"defaults": {"highway": "track"}}
    with pytest.raises(
        InputError, match=r'found the layers voie_ferree, troncon_de_route; expected one: say layer = "voie_ferree"'
    ):
        read(path, columns=columns)
    with pytest.raises(InputError, match='found no layer "routes"; expected one of voie_ferree, troncon_de_route'):
        read(path, columns={**columns, "layer": "routes"})
    assert len(read_lines(path, crs=CRS, spacing_m=np.inf, columns={**columns, "layer": "troncon_de_route"}).edges) == 2


def test_columns_can_be_given(path):
    tables = read_lines(path, crs=CRS, columns={"defaults": {"highway": "track"}})
    assert set(tables.edges["highway"]) == {"track"}


@pytest.mark.parametrize(
    ("spoil", "columns", "words"),
    [
        (lambda lines: lines.to_crs("EPSG:4326").set_crs(CRS, allow_override=True), None, "these look like degrees"),
        (lambda lines: lines.set_crs("EPSG:4326", allow_override=True), None, "these look like metres"),
        (lambda lines: lines.iloc[:0], None, 'found "no feature"'),
        (lambda lines: lines.set_geometry(lines.centroid), None, "found no line"),
        (lambda lines: lines, {}, 'say in a TOML file which of the columns "NATURE", "NUMERO"'),
        (
            lambda lines: lines,
            {"columns": {"highway": "CLASSE"}},
            'columns.highway: found "CLASSE"; expected a column of the file: "NATURE"',
        ),
        (lambda lines: lines, {"columns": {"beauty": "NATURE"}}, 'found "beauty"; expected one of highway, oneway'),
        (
            lambda lines: lines,
            {"columns": {"highway": "NATURE"}},
            r"(?s)has 3 faults.*a blank.*Bretelle.*Route à 1 chaussée",
        ),
        (lambda lines: lines, {"column": {"highway": "NATURE"}}, "columns has 1 fault"),
    ],
)
def test_a_file_that_cannot_be_used(tmp_path, spoil, columns, words):
    path = tmp_path / "roads.gpkg"
    spoil(layer()).to_file(path)
    path.with_suffix(".toml").write_text(BD_TOPO, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read(path, columns=columns)


@pytest.mark.filterwarnings("ignore:'crs' was not provided:UserWarning")
@pytest.mark.parametrize("crs", [CRS, "EPSG:4326"])
def test_lines_without_a_crs(tmp_path, crs):
    path = tmp_path / "roads.shp"
    layer().to_crs(crs).set_crs(None, allow_override=True).to_file(path)
    with pytest.raises(InputError, match='found "no CRS"; expected one: add'):
        read(path, columns={"defaults": {"highway": "track"}})


@pytest.mark.parametrize("name", ["roads.gpkg", "roads.shp", "roads.parquet"])
def test_no_vector_file_at_all(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(InputError, match="expected a whole vector file"):
        read(path)


def test_a_toml_file_that_is_none(tmp_path):
    path = tmp_path / "roads.gpkg"
    layer().to_file(path)
    path.with_suffix(".toml").write_text("[columns\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"roads.toml has 1 fault\n  row 1: found .*; expected TOML"):
        read(path)


@pytest.mark.parametrize(
    ("written", "french"),
    [
        ("columns = 3", "columns : trouvé 3 ; attendu : une section, avec ses propres réglages ; docs/roads.md montre"),
        ("[columns]\nhighway = 3", "columns.highway : trouvé 3 ; attendu : un texte, entre guillemets droits"),
        (
            "[columns]\nhighway = NATURE",
            "ligne 2 : trouvé `highway = NATURE` (colonne 11) ; attendu : les textes entre",
        ),
        ('[oneway]\nforth = "yes"', "oneway.forth : trouvé « yes » ; attendu : une liste"),
        (
            '[onway]\nforth = ["yes"]',
            "onway : attendu : un réglage connu ; supprimez celui-ci ou corrigez son nom ; vouliez",
        ),
        ('[defaults]\nhighway = ["a"]', "defaults.highway : trouvé « ['a'] » ; attendu : un texte ou un nombre"),
        ("[defaults]\ntoll_eur = 3,5", "ligne 2 : trouvé `toll_eur = 3,5` (colonne 13) ; attendu : un point décimal"),
        ('layer = "a"\nlayer = "b"', "attendu : chaque réglage une seule fois"),
    ],
)
def test_what_is_wrong_with_the_columns_is_said_in_french(tmp_path, written, french):
    path = tmp_path / "roads.gpkg"
    layer().to_file(path)
    path.with_suffix(".toml").write_text(written, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read(path)
    assert french in said(error.value, "fr").replace("\u202f", " ").replace("\u00a0", " ")


def test_luneray(shared):
    """A village of the Pays de Caux: 266 lines whose only column has no name."""
    roads = read(shared / "bench" / "roads" / "luneray" / "roads.shp", columns={"defaults": {"highway": "residential"}})
    assert len(roads.edges) > 2 * 266
    assert roads.stray["length_m"].sum() < 0.25 * roads.edges["length_m"].sum()
    ends = roads.nodes.geometry[roads.nodes["joined"]].iloc[[0, -1]]
    assert np.isfinite(roads.matrix(ends, ends)).all()


def test_rouen_lines_agree_with_the_map_of_the_same_town(shared):
    """Lines of OpenStreetMap that meet at inner vertices, with class, one-way and speed, by a column mapping."""
    folder = shared / "bench" / "roads" / "rouen"
    columns = {
        "columns": {"highway": "type", "oneway": "oneway", "max_speed_kmh": "maxspeed", "osmid": "osm_id"},
        "missing": {"max_speed_kmh": ["0"]},
        "highway": dict.fromkeys(sorted(set(gpd.read_file(folder / "roads.shp")["type"]) - HIGHWAYS), "service"),
    }
    roads = read(folder / "roads.shp", columns=columns)
    assert roads.stray["length_m"].sum() < 0.1 * roads.edges["length_m"].sum()
    same_town = read(folder / "rouen_center.osm")
    ends = same_town.nodes.geometry[same_town.nodes["joined"] & same_town.nodes["access"]].iloc[::60]
    by_lines, by_map = (network.matrix(ends, ends, "length_m", max_snap_m=500) for network in (roads, same_town))
    apart = ~np.eye(len(ends), dtype=bool)
    assert np.median(by_lines[apart] / by_map[apart]) == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize(
    ("oneway", "unread"),
    [
        *((word, ()) for word in ("no", "False", "0", "B", "Double sens", "", "yes", "F", "T", "-1")),
        ("sens unique", ("way of the file: oneway=sens unique",)),
        ("FT", ("way of the file: oneway=FT",)),
        ("reversible", ("way of the file: oneway=reversible",)),
    ],
)
def test_a_word_of_oneway_that_is_not_known_is_told(tmp_path, oneway, unread):
    lines = layer().assign(highway="primary", oneway=oneway)[["highway", "oneway", "geometry"]]
    lines.to_file(tmp_path / "roads.gpkg")
    assert read(tmp_path / "roads.gpkg").unread == unread
