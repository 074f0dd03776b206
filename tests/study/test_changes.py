"""One call changes any value of a study, checks it as on opening and marks it as assumed."""

import dataclasses

import numpy as np
import pytest

import coopgeo
from coopgeo.errors import InputError
from coopgeo.study import changes
from coopgeo.study.inputs import STUDY_TABLES
from coopgeo.text.messages import said

CUSTOMER, SITE, POINT = "allouville-bellefosse", "baclair", "decheterie-port-jerome"
# table, row, column, new value, where it shows, and the status that speaks for it
EVERY_TABLE = [
    ("resources", ("hedge", "managed-share"), "value", 0.3, "status"),
    ("harvest_costs", ("forest-broadleaf", "felling"), "value", 21.0, "status"),
    ("harvest_costs", ("forest-broadleaf", "felling"), "diesel_l_t", 2.5, "diesel_status"),
    ("competitors", ("biosynergy-76", "forest-broadleaf"), "value", 10.0, "status"),
    ("competitors", ("biosynergy-76", "forest-broadleaf"), "radius_km", 15.0, "radius_status"),
    ("collection_points", POINT, "name", "Déchèterie", "status"),
    ("customers", CUSTOMER, "power_kw", 300, "demand_status"),
    ("customers", CUSTOMER, "efficiency", 0.9, "demand_status"),
    ("candidate_sites", SITE, "area_ha", 3.0, "plot_status"),
    ("candidate_sites", SITE, "hazard", "flood", "status"),
    ("platform_sizes", "p1500", "equipment_eur", 1e5, "status"),
    ("communes", "76384", "population", 9000.0, "status"),
    ("forest_by_commune", "76384", "forest_broadleaf_ha", 12.5, "status"),
    ("vehicles", "semi-44t", "cost_eur_km", 0.8, "status"),
    ("speeds", ("semi-44t", "primary"), "speed_kmh", 50.0, "status"),
    ("crossings", "pont-de-tancarville", "toll_eur", 9.5, "status"),
    ("axes", "a29-1", "toll_eur_km", 0.1, "status"),
    ("classes", "primary", "winding_factor", 1.5, "status"),
    ("junctions", "yvetot-sud", "lat", 49.6, "status"),
]


def cell(study, table, row, column):
    """What stands in a table of a study."""
    path = STUDY_TABLES.get(table, f"chains/wood-energy/{table}")
    frame = study.inputs.tables[path]
    if isinstance(row, tuple):
        frame = frame.set_index(list(frame.columns[:2]))
    return frame.loc[row, column]


def competitor(study):
    first = study.chain().competitors.iloc[0]
    return first["customer"], first["product"]


def test_what_is_wrong_with_a_change_is_said_in_french(study):
    wrong = {"parameters": {"subsidy_share": {"low": 0.4, "value": 0.3, "high": 0.5}}}
    with pytest.raises(InputError) as error:
        study.changed(wrong)
    french = said(error.value, "fr").replace("\u202f", " ").replace("\u00a0", " ")
    assert french.startswith("changement de l’étude : 1 faute\n")
    assert "bas ≤ valeur ≤ haut (low, value, high), et non 0,4 ; 0,3 ; 0,5" in french


@pytest.mark.parametrize(("table", "row", "column", "value", "status"), EVERY_TABLE)
def test_every_table_can_be_changed_and_says_that_it_is_assumed(study, table, row, column, value, status):
    if table == "competitors":
        row = competitor(study)
    attested = study.changed({table: {row: {status: "attested"}}})
    assert cell(attested, table, row, status) == "attested"
    changed = attested.changed({table: {row: {column: value}}})
    assert cell(changed, table, row, column) == value
    assert cell(changed, table, row, status) == "assumed"
    assert cell(attested, table, row, column) != value
    assert len({study.inputs_sha256, attested.inputs_sha256, changed.inputs_sha256}) == 3


def test_only_the_status_that_covers_a_column_changes(study):
    attested = study.with_row("customers", CUSTOMER, demand_status="attested", status="attested")
    after = attested.with_row("customers", CUSTOMER, power_kw=9999).chain().customers.loc[CUSTOMER]
    assert after["demand_status"] == "assumed"
    assert after["status"] == "attested"


def test_a_point_that_is_moved_is_assumed(study):
    lon = study.chain().collection_points.loc[POINT, "lon"]
    assert study.chain().collection_points.loc[POINT, "status"] == "attested"
    moved = study.with_row("collection_points", POINT, lon=lon + 0.004)
    assert moved.chain().collection_points.loc[POINT, "status"] == "assumed"


def test_what_is_changed_shows_wherever_the_study_holds_it(study):
    changed = study.changed(
        {
            "parameters": {"fill": 0.8, "diesel_kg_l": {"value": 3.2, "high": 3.25}},
            "products": {"hedge": {"moisture": 0.4}},
            "vehicles": {"semi-44t": {"cost_eur_km": 0.8}},
            "speeds": {("semi-44t", "primary"): {"speed_kmh": 50}},
            "crossings": {"pont-de-tancarville": {"toll_eur": 9.5}},
            "communes": {"76384": {"population": 9000}},
            "forest_by_commune": {"76384": {"forest_broadleaf_ha": 12.5}},
            "settings": {"truck": "rigid-26t", "site_scores": {"criteria": {"area": {"weight": 5}}}},
        }
    )
    parameters = changed.chain().parameters
    assert (parameters.fill.low, parameters.fill.value, parameters.fill.high) == (0.8, 0.8, 1.0)
    assert (parameters.diesel_kg_l.value, parameters.diesel_kg_l.high) == (3.2, 3.25)
    assert parameters.diesel_kg_l.status == "assumed"
    assert changed.chain().settings.products["hedge"].moisture == 0.4
    assert changed.vehicles["semi-44t"].cost_eur_km == 0.8
    speeds = changed.inputs.tables["roads/speeds"].set_index(["vehicle", "highway"])
    delay_factor = speeds.loc[("semi-44t", "primary"), "delay_factor"]
    assert delay_factor < 1  # junctions and climbs slow a vehicle below the speed of its table
    assert changed.vehicles["semi-44t"].speeds_kmh["primary"] == pytest.approx(50 * delay_factor)
    tolls = changed.road_tables["crossings"].set_index("id")
    assert tolls.loc["pont-de-tancarville", ["toll_low_eur", "toll_eur", "toll_high_eur"]].to_list() == [6.5, 9.5, 9.5]
    assert changed.communes.loc["76384", "population"] == 9000
    assert changed.communes.loc["76384", "forest_broadleaf_ha"] == 12.5
    assert changed.settings.truck == "rigid-26t"
    assert changed.settings.site_scores.criteria.area.weight == 5
    assert changed.settings.site_scores.criteria.area.status == "assumed"
    assert study.settings.site_scores.criteria.area.weight == 2


def test_changes_give_what_a_folder_with_these_values_gives(study, folder):
    path = folder / "chains/wood-energy/harvest_costs.csv"
    text = path.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("forest-broadleaf,felling"))
    low, value, high = line.split(",")[4:7]
    path.write_text(text.replace(f"{low},{value},{high}", f"{low},{high},{high}", 1), encoding="utf-8")
    read = coopgeo.open_study(folder).chain().harvest_costs
    changed = study.changed({"harvest_costs": {("forest-broadleaf", "felling"): {"value": float(high)}}})
    assert changed.chain().harvest_costs["value"].equals(read["value"])
    assert list(changed.chain().harvest_costs.columns) == list(read.columns)
    assert changed.chain().harvest_costs.dtypes.equals(read.dtypes)


def test_what_nobody_touched_is_taken_over(study):
    changed = study.changed({"customers": {CUSTOMER: {"power_kw": 300}}})
    assert changed.communes is study.communes
    assert changed.road_tables is study.road_tables
    assert changed.vehicles is study.vehicles
    assert changed.chain().candidate_sites is study.chain().candidate_sites
    assert changed.chain().customers.geometry.equals(study.chain().customers.geometry)
    assert changed.chain().customers.crs == study.chain().customers.crs


def test_a_change_of_prices_checks_no_place_again(study, monkeypatch):
    def refuse(*_arguments):
        raise AssertionError("checked again")

    for name in ("check_points", "check_banks", "check_collection_points", "check_sites"):
        monkeypatch.setattr(f"coopgeo.study.checks.{name}", refuse)
    monkeypatch.setattr("coopgeo.roads.atlas.AtlasTables.faults", refuse)
    study.changed(
        {
            "parameters": {"fill": 0.9},
            "customers": {CUSTOMER: {"power_kw": 300}},
            "crossings": {"pont-de-tancarville": {"toll_eur": 9.5}},
            "communes": {"76384": {"population": 9000}},
        }
    )
    with pytest.raises(AssertionError, match="checked again"):
        study.with_row("customers", CUSTOMER, lon=0.7, lat=49.6)


def test_the_digest_follows_the_values_and_not_their_order(study):
    a, b = {"fill": 0.9}, {"near_min": 12}
    assert study.changed({"parameters": a | b}).inputs_sha256 == study.changed({"parameters": b | a}).inputs_sha256
    assert study.with_values(fill=0.9).inputs_sha256 == study.with_values(fill=np.float64(0.9)).inputs_sha256
    assert study.with_values(fill=0.9).inputs_sha256 != study.with_values(fill=0.91).inputs_sha256
    assert study.changed({}) is study


def test_another_coordinate_system_projects_everything_anew(study):
    changed = study.changed({"settings": {"crs": "EPSG:32631"}})
    assert changed.communes.crs == changed.chain().customers.crs == changed.road_tables["junctions"].crs == "EPSG:32631"
    back = changed.chain().customers.to_crs(study.settings.crs)
    assert back.distance(study.chain().customers).max() < 0.01
    with pytest.raises(InputError, match="expected a metric CRS"):
        study.changed({"settings": {"crs": "EPSG:4326"}})


WRONG = [
    ({"forests": {"x": {"a": 1}}}, 'table: found "forests"; expected collection_points, customers'),
    ({"customers": 3}, "customers: found 3; expected a mapping"),
    ({"customers": {CUSTOMER: 3}}, "expected a mapping from columns"),
    ({"customers": {"nobody": {"power_kw": 1}}}, 'row: found "nobody"; expected one of allouville-bellefosse'),
    ({"customers": {CUSTOMER: {"geometry": "nonsense"}}}, "geometry: found .*expected one of the columns name, kind"),
    ({"customers": {CUSTOMER: {"id": "other"}}}, "id: found .*expected one of the columns name"),
    ({"customers": {CUSTOMER: {"insee": "99999"}}}, 'insee: found "99999"; expected a code of territory/communes.csv'),
    ({"customers": {CUSTOMER: {"source": "hearsay"}}}, 'source: found "hearsay"; expected a key of sources.csv'),
    ({"customers": {CUSTOMER: {"power_kw": True}}}, "power_kw: found True; expected a number, or None"),
    ({"customers": {CUSTOMER: {"lon": None}}}, "lon: expected a number"),
    ({"customers": {CUSTOMER: {"name": 7}}}, "name: found 7; expected a text"),
    ({"customers": {CUSTOMER: {"tonnes_year": -1}}}, "tonnes_year: found -1.0; expected more than 0"),
    ({"collection_points": {"haie-arelaune": {"lon": 0.780}}}, "over the river from the town hall of Arelaune"),
    ({"harvest_costs": {("hedge", "felling"): {"value": 1}}}, "expected a step of hedge, such as all-in"),
    ({"harvest_costs": {"hedge": {"value": 1}}}, "expected a step of hedge, such as all-in"),
    ({"harvest_costs": {("hedge", "all-in"): {"low": 99}}}, "low, value and high in rising order"),
    ({"resources": {("hedge", "managed-share"): {"value": 3}}}, "expected a share between 0 and 1"),
    ({"competitors": {("a", "b"): {"value": 3}}}, "expected a customer and a product of the table, such as biosynergy"),
    ({"communes": {"763840": {"area_ha": 1}}}, "expected one of the 778 rows of the table, such as .*76384"),
    ({"communes": {"76384": {"lon": 1.5}}}, "which lies"),
    ({"vehicles": {"semi-44t": {"gross_t": 0}}}, "gross_t: found 0.0; expected more than 0"),
    ({"speeds": {("semi-44t", "unclassified"): {"speed_kmh": 0}}}, "expected more than 0 on local roads"),
    ({"crossings": {"pont-de-brotonne": {"from_junction": "x"}}}, 'from_junction: found "x"; expected an id'),
    ({"axes": {"a29-1": {"waypoints": "76351 nowhere"}}}, 'waypoints: found "nowhere"'),
    ({"settings": {"truck": "camel"}}, 'truck: found "camel"; expected an id of roads/vehicles.csv'),
    ({"settings": {"network": "roads.pbf"}}, 'network: found "roads.pbf"; expected "atlas"'),
    ({"settings": {"trucks": "camel"}}, 'trucks: found "camel"; expected one of the entries name, place'),
    ({"settings": {"site_scores": 3}}, "site_scores: found 3; expected new values of"),
    ({"settings": {"site_scores": {"criteria": {"zoning": {"scores": {"U": 7}}}}}}, "zoning.scores.U: found 7"),
    ({"settings": {"frame": [0, 49, 0.1, 49.1]}}, "frame of study.toml"),
    (
        {"parameters": {"humidity": 0.1}},
        "parameters.humidity: found 0.1; expected one of the parameters collection_limit_min",
    ),
    ({"parameters": {"fill": "a lot"}}, "parameters.fill.value"),
    ({"products": {"silk": {"moisture": 0.1}}}, "products.silk: expected one of the products forest-broadleaf"),
    ({"products": {"hedge": {"collected_by": "mule"}}}, 'collected_by: found "mule"; expected an id of roads/vehicles'),
]


@pytest.mark.parametrize(("change", "words"), WRONG)
def test_what_cannot_be_is_refused_in_words(study, change, words):
    with pytest.raises(InputError, match=words):
        study.changed(change)


def test_all_faults_of_all_tables_stand_in_one_error(study):
    with pytest.raises(InputError) as error:
        study.changed(
            {
                "customers": {CUSTOMER: {"power_kw": -1, "wings": 2}, "nobody": {"power_kw": 1}},
                "vehicles": {"semi-44t": {"gross_t": "heavy"}},
                "parameters": {"humidity": 1},
            }
        )
    assert "has 4 faults" in str(error.value)
    with pytest.raises(InputError, match="has 2 faults"):
        study.changed({"customers": {CUSTOMER: {"source": "x"}}, "settings": {"truck": "camel"}})


def test_a_status_that_is_said_is_kept(study):
    row = {"power_kw": 300, "demand_status": "computed", "source": "simplyfeu-allouville"}
    changed = study.changed({"customers": {CUSTOMER: row}}).chain().customers.loc[CUSTOMER]
    assert changed["demand_status"] == "computed"


def test_a_blank_takes_a_number_away(study):
    assert study.with_row("customers", CUSTOMER, note=None).chain().customers.loc[CUSTOMER, "note"] == ""
    name = study.chain().customers.index[study.chain().customers["role"] == "shown"][0]
    assert np.isnan(study.with_row("customers", name, power_kw=None).chain().customers.loc[name, "power_kw"])


def test_studies_are_themselves_and_short_to_show(study):
    other = dataclasses.replace(study)
    assert (study == other) is False
    assert len({study, other}) == 2
    assert len(repr(study)) < 200
    assert len(repr(study.chain())) < 200
    assert "wood-energy" in repr(study.chain())


def test_the_pairs_are_keys_of_their_tables(study):
    for table, key in changes.PAIRS.items():
        chains = {f"chains/{name}/{table}" for name in study.chains} & study.inputs.tables.keys()
        frames = [study.inputs.tables[path] for path in ({STUDY_TABLES[table]} if table in STUDY_TABLES else chains)]
        assert frames
        assert not any(frame.duplicated(list(key)).any() for frame in frames)


@pytest.mark.parametrize("number", ["0.28", np.float32(0.28), np.float64(0.28)])
def test_a_parameter_takes_what_a_table_takes(study, number):
    parameter = study.changed({"parameters": {"delivered_moisture": number}}).chain().parameters.delivered_moisture
    assert parameter.value == 0.28
    power = study.changed({"customers": {CUSTOMER: {"efficiency": number}}}).chain().customers.loc[CUSTOMER]
    assert power["efficiency"] == 0.28


def test_a_number_of_few_digits_is_the_one_that_it_is_printed_as(study):
    changed = study.changed({"parameters": {"delivered_moisture": np.float32(0.3)}})
    assert changed.chain().parameters.delivered_moisture.value == 0.3


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda study: study.changed([1]), "changes: found a list; expected a mapping"),
        (lambda study: study.changed(None), "changes: found None; expected a mapping"),
        (lambda study: study.changed({1: {}}), "table: found 1"),
        (lambda study: study.changed({"parameters": {"fill": True}}), "parameters.fill.value: found True"),
        (
            lambda study: study.changed({}, chain=["a"]),
            "chain: found a list; expected one of organic, textile, wood-energy",
        ),
        (lambda study: study.with_row(["a"], "b", c=1), "table: found a list"),
        (lambda study: study.with_row("customers", ["a"], c=1), "row: found a list"),
        (lambda study: study.with_factor("hedge", ["a"], 1), "factor: found a list"),
        (lambda study: study.roads(3), "network: found 3"),
        (lambda study: study.roads(vehicle=["a"]), "vehicle: found a list"),
        (lambda _: coopgeo.open_study(3), "folder: found 3; expected the path"),
    ],
)
def test_an_argument_of_another_kind_is_named(study, call, words):
    with pytest.raises(InputError, match=words):
        call(study)


@pytest.mark.parametrize(("written", "value"), [("0,35", 0.35), (" 0.35 ", 0.35), ("3.5e-1", 0.35), ("1 200", 1200.0)])
def test_a_number_in_a_text_is_read_as_tables_read_it(study, written, value):
    name = "subsidy_share" if value < 1 else "yard_eur_m2"
    changed = study.changed({"parameters": {name: written}})
    assert getattr(changed.chain().parameters, name).value == value


@pytest.mark.parametrize("written", ["1,234", "many", "nan", "1_0", ""])
def test_a_text_that_is_no_one_number_is_none(study, written):
    with pytest.raises(InputError, match="subsidy_share"):
        study.changed({"parameters": {"subsidy_share": written}})
    with pytest.raises(InputError, match="power_kw"):
        study.changed({"customers": {CUSTOMER: {"power_kw": written}}})
