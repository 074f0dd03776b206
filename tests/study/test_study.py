"""A wrong study folder gives one error that lists every fault: file, row, column, what was found, what was expected."""

import json

import pytest

import coopgeo
from coopgeo.errors import InputError
from coopgeo.study.settings import network_path

CHAIN = "chains/wood-energy"


def edit(path, old, new, *, count=1):
    """Replace a text that must stand in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def cell(path, row_id, column, value):
    """Set one cell of a table, found by the id in its first column; returns the row's line number."""
    import csv

    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    at = next(i for i, row in enumerate(rows) if row[0] == row_id)
    rows[at][rows[0].index(column)] = value
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return at + 1


def first_id(path):
    return path.read_text(encoding="utf-8").splitlines()[1].split(",")[0]


def faults(folder):
    with pytest.raises(InputError) as error:
        coopgeo.open_study(folder)
    return str(error.value)


def test_held_facts(study):
    assert len(study.territory) == 50
    assert study.territory["population"].sum() == 77_968
    assert study.territory.geometry.area.sum() / 1e6 == pytest.approx(574.3, rel=0.01)
    forest = study.territory.filter(like="forest_").to_numpy().sum()
    assert forest == pytest.approx(14_517, abs=1)
    left = study.territory.query("bank == 'left'")["name"]
    assert set(left) == {"Arelaune-en-Seine", "Vatteville-la-Rue", "Notre-Dame-de-Bliquetuit", "Heurteauville"}


def test_every_row_is_sourced_and_marked(study):
    chain = study.chain()
    for table in (
        chain.resources,
        chain.harvest_costs,
        chain.collection_points,
        chain.customers,
        chain.candidate_sites,
        chain.platform_sizes,
    ):
        assert set(table["source"]) <= set(study.sources.index)
        assert set(table["status"]) <= {"attested", "computed", "assumed"}
    assert len(chain.candidate_sites) >= 15
    attested = chain.collection_points.query("status == 'attested' and kind == 'recycling_centre'")
    assert len(attested) == 4


def test_the_digest_follows_the_content(folder, study):
    assert coopgeo.open_study(folder).inputs_sha256 == study.inputs_sha256
    edit(folder / "study.toml", "Pays de Caux", "Pays de Bray")
    assert coopgeo.open_study(folder).inputs_sha256 != study.inputs_sha256


def test_no_folder(tmp_path):
    assert "expected a study folder there" in faults(tmp_path / "nothing")


@pytest.mark.parametrize(
    "name", ["study.toml", "sources.csv", "roads/axes.csv", f"{CHAIN}/customers.csv", "territory/communes.geojson"]
)
def test_missing_file(folder, name):
    (folder / name).unlink()
    assert name in faults(folder)


def test_missing_column(folder):
    edit(folder / CHAIN / "customers.csv", "power_kw", "puissance_kw")
    assert f"{CHAIN}/customers.csv: power_kw: found" in faults(folder)


SPOILT_CELLS = [
    ("collection_points.csv", "insee", "99999", 'found "99999"; expected a code of territory/communes.csv'),
    ("collection_points.csv", "insee", "76 114", "an INSEE code of five characters, kept as text"),
    ("collection_points.csv", "lon", "nan", 'found "nan"; expected a number'),
    ("collection_points.csv", "lat", "", 'found ""; expected a number'),
    ("collection_points.csv", "kind", "garage", 'found "garage"; expected a kind of kinds.csv for this: landing'),
    ("collection_points.csv", "accepts", "gold", 'found "gold"; expected products of chain.toml'),
    ("collection_points.csv", "source", "hearsay", 'found "hearsay"; expected a key of sources.csv'),
    ("collection_points.csv", "status", "true", 'found "true"; expected one of attested, computed, assumed'),
    ("collection_points.csv", "id", "Landing 1", 'found "Landing 1"; expected lower-case letters'),
    ("customers.csv", "tonnes_year", "-120", "found -120.0; expected more than 0"),
    ("customers.csv", "moisture", "30", "found 30.0; expected at most 0.69"),
    ("customers.csv", "role", "client", 'found "client"; expected one of served'),
    ("candidate_sites.csv", "area_ha", "vaste", 'found "vaste"; expected a number'),
    ("platform_sizes.csv", "capacity_t_year", "0", "found 0.0; expected more than 0"),
]


@pytest.mark.parametrize(("table", "column", "value", "words"), SPOILT_CELLS)
def test_a_spoilt_cell_is_named(folder, table, column, value, words):
    path = folder / CHAIN / table
    row = cell(path, first_id(path), column, value)
    message = faults(folder)
    assert f"{CHAIN}/{table}: row {row} (id " in message
    assert words in message


def test_all_faults_of_all_files_stand_in_one_error(folder):
    for table, column, value, _ in SPOILT_CELLS:
        if table in ("customers.csv", "platform_sizes.csv"):
            path = folder / CHAIN / table
            cell(path, first_id(path), column, value)
    edit(folder / "study.toml", 'date = "', 'date = "le ')
    message = faults(folder)
    for words in ("moisture: found 30.0", "capacity_t_year: found 0.0", "study.toml: date"):
        assert words in message


def test_duplicate_id(folder):
    path = folder / CHAIN / "candidate_sites.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    message = faults(folder)
    assert f"row {len(lines) + 1} (id " in message
    assert "expected a value that no other row has" in message


def test_swapped_lon_lat(folder, study):
    path = folder / CHAIN / "candidate_sites.csv"
    name = first_id(path)
    site = study.chain().candidate_sites.loc[name]
    cell(path, name, "lon", str(site["lat"]))
    cell(path, name, "lat", str(site["lon"]))
    assert "lon and lat look swapped" in faults(folder)


@pytest.mark.parametrize(
    ("lon", "lat", "words"),
    [("0.10", "49.75", "lies in the sea or a river"), ("1.0993", "49.4431", "which lies in Rouen")],
)
def test_a_point_in_the_wrong_place(folder, lon, lat, words):
    path = folder / CHAIN / "candidate_sites.csv"
    name = first_id(path)
    cell(path, name, "lon", lon)
    cell(path, name, "lat", lat)
    assert words in faults(folder)


def test_a_point_over_the_river_from_its_commune(folder):
    row = cell(folder / CHAIN / "collection_points.csv", "haie-arelaune", "lon", "0.780")
    message = faults(folder)
    assert f"row {row} (id " in message
    assert "over the river from the town hall of Arelaune-en-Seine" in message


@pytest.mark.parametrize("encoding", ["mac_roman", "utf-16-le"])
def test_wrong_encoding(folder, encoding):
    path = folder / CHAIN / "customers.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding, errors="replace"))
    message = faults(folder)
    assert "which is not UTF-8" in message
    assert "CSV UTF-8" in message


def as_french(path):
    """Write a table as a French spreadsheet does: semicolons, decimal commas, a byte order mark."""
    import pandas as pd

    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    numeric = [
        c
        for c in table
        if c not in ("insee", "id", "note") and pd.to_numeric(table[c].replace("", "0"), errors="coerce").notna().all()
    ]
    for column in numeric:
        table[column] = table[column].str.replace(".", ",")
    table.to_csv(path, sep=";", index=False, encoding="utf-8-sig")


def test_semicolons_and_decimal_commas_are_read_alike(folder, study):
    for name in ("customers.csv", "candidate_sites.csv", "collection_points.csv"):
        as_french(folder / CHAIN / name)
    french = coopgeo.open_study(folder).chain().customers
    assert french[["lon", "lat"]].equals(study.chain().customers[["lon", "lat"]])


def test_a_row_with_too_many_values(folder):
    path = folder / CHAIN / "platform_sizes.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines) + ",extra,extra\n", encoding="utf-8")
    message = faults(folder)
    assert "one value a column" in message
    assert f"row {len(lines)} (id " in message


def test_an_axis_through_an_unknown_place_or_over_the_river(folder):
    cell(
        folder / "roads" / "axes.csv", first_id(folder / "roads" / "axes.csv"), "waypoints", "76351 nowhere 76384 27485"
    )
    message = faults(folder)
    assert "roads: axes.csv: row 2 (id " in message
    assert 'waypoints: found "nowhere"; expected an id of junctions.csv' in message


def test_settings_are_checked(folder):
    edit(folder / "study.toml", 'crs = "EPSG:2154"', 'crs = "EPSG:4326"')
    assert "expected a metric CRS" in faults(folder)


def test_unknown_epci_and_truck(folder):
    edit(folder / "study.toml", '"200010700"', '"999"')
    edit(folder / "study.toml", '"semi-44t"', '"velo"')
    message = faults(folder)
    assert 'epci: found "999"' in message
    assert 'truck: found "velo"' in message


def test_a_served_customer_needs_a_demand(folder, study):
    served = study.chain().served().index[0]
    path = folder / CHAIN / "customers.csv"
    for column in ("tonnes_year", "power_kw"):
        cell(path, served, column, "")
    assert "no demand that can be computed" in faults(folder)


def test_parameter_out_of_its_range(folder):
    edit(folder / CHAIN / "chain.toml", "value = 0.3\n", "value = 0.9\n")
    assert "expected low <= value <= high" in faults(folder)


def test_with_values_changes_one_assumption(study):
    changed = study.with_values(delivered_moisture=0.25)
    assert changed.chain().parameters.delivered_moisture.value == 0.25
    assert study.chain().parameters.delivered_moisture.value == 0.30
    assert changed.inputs_sha256 != study.inputs_sha256
    with pytest.raises(InputError, match="one of the parameters"):
        study.with_values(humidite=0.35)


def test_with_row_moves_a_point(study):
    chain = study.chain()
    name = chain.customers.index[0]
    moved = study.with_row("customers", name, lon=0.7, lat=49.6).chain().customers.geometry[name]
    assert moved.distance(chain.customers.geometry[name]) > 100
    with pytest.raises(InputError, match=r"row: found .*expected one of"):
        study.with_row("customers", "nobody", lon=1)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"fill": 95.0}, "parameters.fill: expected a share of at most 1"),
        ({"fill": float("nan")}, "finite number"),
        ({"gas_efficiency": 0.0}, "gas_efficiency.low: expected more than 0"),
        ({"delivered_moisture": 0.20}, "delivered_moisture: expected above equilibrium_moisture"),
        ({"delivered_moisture": 0.40}, "expected 0.4 .delivered_moisture of chain.toml. or more"),
    ],
)
def test_values_that_cannot_be_are_refused(study, values, words):
    with pytest.raises(InputError, match=words):
        study.with_values(**values)


@pytest.mark.parametrize(
    ("table", "columns", "words"),
    [
        ("customers", {"role": "clent"}, 'role: found "clent"; expected one of served'),
        ("customers", {"lon": "0,5 E"}, 'lon: found "0,5 E"; expected a number'),
        ("customers", {"lon": "0,5"}, r"lon, lat: found 0\.5, 49\.597, which lies in Nointot"),
        ("customers", {"efficiency": None}, "expected efficiency, and either"),
        ("candidate_sites", {"lon": 1.0993, "lat": 49.4431}, "which lies in Rouen"),
        ("collection_points", {"accepts": "gold"}, 'found "gold"'),
        ("forests", {}, "expected collection_points, customers"),
    ],
)
def test_rows_that_cannot_be_are_refused(study, table, columns, words):
    row = "" if table == "forests" else getattr(study.chain(), table).index[0]
    with pytest.raises(InputError, match=words):
        study.with_row(table, row, **columns)


def test_blank_rows_and_trailing_separators_are_passed_over(folder, study):
    path = folder / CHAIN / "platform_sizes.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\r\n".join([lines[0], "", *(line + "," for line in lines[1:]), "," * 9, ""]), encoding="utf-8")
    sizes = coopgeo.open_study(folder).chain().platform_sizes
    assert sizes["capacity_t_year"].equals(study.chain().platform_sizes["capacity_t_year"])


def test_row_numbers_are_those_of_the_file(folder):
    path = folder / CHAIN / "platform_sizes.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    columns = lines[0].split(",")
    words = {"id": "p-x", "name_fr": '"a\nb"', "name_en": "c", "source": "planning-hypothesis", "status": "assumed"}
    row = ",".join((dict.fromkeys(columns, "1") | words | {"capacity_t_year": "-1"})[column] for column in columns)
    path.write_text("\n".join([lines[0], "", row, *lines[1:]]), encoding="utf-8")
    assert 'row 3 (id "p-x"), capacity_t_year: found -1.0' in faults(folder)


def test_a_thousands_point_is_no_decimal(folder):
    path = folder / CHAIN / "platform_sizes.csv"
    as_french(path)
    text = path.read_text(encoding="utf-8-sig").replace("60000", "60.000", 1)
    path.write_text(text, encoding="utf-8")
    message = faults(folder)
    assert "equipment_eur: found" in message
    assert "60.000" in message


def test_a_range_out_of_order_is_one_fault(folder):
    path = folder / CHAIN / "resources.csv"
    row = cell(path, first_id(path), "low", "9")
    assert faults(folder).splitlines()[1:] == [
        f'  {CHAIN}/resources.csv: row {row} (id "{first_id(path)}"): expected low, value and high in rising order'
    ]


def test_the_id_of_a_chain_is_the_name_of_its_folder(folder):
    edit(folder / CHAIN / "chain.toml", 'id = "wood-energy"', 'id = "../../elsewhere"')
    assert "chain.toml: id: found" in faults(folder)


def test_a_vehicle_needs_a_speed_on_every_class(folder):
    path = folder / "roads" / "speeds.csv"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("tractor,tertiary,")]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert "no speed of tractor on tertiary" in faults(folder)


@pytest.mark.parametrize("call", [{"network": "roads.xyz"}, {"vehicle": "velo"}])
def test_unknown_roads(study, call):
    with pytest.raises(InputError, match="expected"):
        study.roads(**call)


def test_unknown_chain(study):
    with pytest.raises(InputError, match="expected one of organic, textile, wood-energy"):
        study.chain("silk")


@pytest.mark.parametrize(
    ("table", "row", "column", "value", "expected"),
    [
        (
            "competitors.csv",
            "linex-allouville",
            "customer",
            "ikea",
            'customer: found "ikea"; expected the id of a customer with the role "competitor"',
        ),
        (
            "competitors.csv",
            "linex-allouville",
            "customer",
            "reseau-bolbec",
            'expected the id of a customer with the role "competitor"',
        ),
        (
            "competitors.csv",
            "linex-allouville",
            "product",
            "coal",
            'product: found "coal"; expected a product of chain.toml',
        ),
        ("competitors.csv", "linex-allouville", "radius_km", "0", "radius_km: found 0.0; expected more than 0"),
        ("competitors.csv", "linex-allouville", "value", "-5", "low, value and high in rising order"),
        (
            "resources.csv",
            "forest-broadleaf",
            "potential",
            "magic",
            'potential: found "magic"; expected one of theoretical, unused',
        ),
        ("resources.csv", "forest-broadleaf", "effect", "plus", 'effect: found "plus"; expected one of times, less'),
        (
            "collection_points.csv",
            "decheterie-lillebonne",
            "accepts",
            "recycled-a recycled-c",
            "accepts: found recycled-c, which is refused (fate in chain.toml)",
        ),
        (
            "collection_points.csv",
            "decheterie-lillebonne",
            "accepts",
            "recycled-a recycled-b",
            "found recycled-b, which is for other plants",
        ),
        (
            "candidate_sites.csv",
            "baclair",
            "synergies",
            "quay casino",
            'synergies: found "casino"; expected words of recycling_centre',
        ),
    ],
)
def test_faults_of_supply_and_sites(folder, table, row, column, value, expected):
    line = cell(folder / CHAIN / table, row, column, value)
    found = faults(folder)
    assert expected in found
    assert f"{CHAIN}/{table}: row {line}" in found


def test_a_share_above_one_and_a_lacking_theory_are_named(folder):
    path = folder / CHAIN / "resources.csv"
    edit(path, "sawmill,used-share,unused,less", "sawmill,used-share,theoretical,times")
    edit(path, "0.9,0.95,0.98", "0.9,0.95,1.98")
    edit(path, "hedge,usable-share,technical,times", "hedge,managed-share,technical,times")
    edit(path, "green-waste,wood-share,technical,times", "green-waste,wood-share,technical,less")
    edit(path, "0.25,0.33,0.4,part", "0.25,0.33,1.4,part")
    edit(path, "clos-masure,density,theoretical", "clos-masure,density,technical")
    edit(path, "clos-masure,chip-yield,theoretical", "clos-masure,chip-yield,technical")
    edit(path, "clos-masure,dry-mass,theoretical", "clos-masure,dry-mass,technical")
    found = faults(folder)
    assert '(id "green-waste"), low, value, high: found 0.25 to 1.4; expected a share between 0 and 1' in found
    assert '(id "hedge"), factor: found managed-share again' in found
    assert 'id "clos-masure", potential: found no theoretical factor' in found
    assert '(id "clos-masure"), low, value, high: found 8.0 to 25.0' in found
    assert '(id "sawmill")' not in found  # a theoretical factor may be more than 1


def test_a_chain_without_competitors_may_have_an_empty_table(folder):
    path = folder / CHAIN / "competitors.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert coopgeo.open_study(folder).chain().competitors.empty


def test_a_product_is_either_collected_or_brought(folder):
    edit(folder / CHAIN / "chain.toml", 'collected_by = "tractor"', 'brought_by = "car"\ncollected_by = "tractor"')
    assert "either collected_by (the chain pays) or brought_by" in faults(folder)


def test_an_unknown_vehicle_or_fate_is_named(folder):
    edit(folder / CHAIN / "chain.toml", 'brought_by = "car"', 'brought_by = "bicycle"')
    assert 'products.recycled-a.brought_by: found "bicycle"; expected an id of roads/vehicles.csv' in faults(folder)
    edit(folder / CHAIN / "chain.toml", 'fate = "refused"', 'fate = "burnt"')
    assert "products.recycled-c.fate" in faults(folder)


def test_the_same_id_in_two_tables_is_named(folder):
    line = cell(folder / CHAIN / "candidate_sites.csv", "maulevrier", "id", "decheterie-maulevrier")
    fault = f'row {line} (id "decheterie-maulevrier"), candidate_sites.csv: '
    fault += "found decheterie-maulevrier, which stands in collection_points.csv too"
    assert fault in faults(folder)


@pytest.mark.parametrize(
    ("table", "column", "expected"),
    [("candidate_sites", "synergies", None), ("collection_points", "accepts", "a text, not a blank")],
)
def test_a_text_taken_away_is_a_blank(study, table, column, expected):
    row = getattr(study.chain(), table).index[0]
    if expected is None:
        assert getattr(study.with_row(table, row, **{column: None}).chain(), table).loc[row, column] == ""
        return
    with pytest.raises(InputError, match=expected):
        study.with_row(table, row, **{column: None})


def test_no_wood_left_is_said(study):
    none = study
    for product, factors in study.chain().resources.groupby("product"):
        none = none.with_factor(product, factors["factor"].iloc[0], 0.0)
    with pytest.raises(coopgeo.InfeasibleError, match="nothing is left for the platform"):
        coopgeo.run(none, alternatives=0)


def test_a_step_of_the_harvest_stands_once(folder):
    path = folder / CHAIN / "harvest_costs.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    found = faults(folder)
    assert f"row {len(lines) + 1}" in found
    assert "expected one row for each step of a product" in found


@pytest.mark.parametrize("place", ["raw", ".", "processed"])
def test_the_network_of_a_study_is_found_from_any_folder(folder, monkeypatch, tmp_path, place):
    path = folder / place / "roads.gpkg" if place == "raw" else folder.parent / place / "roads.gpkg"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"")
    named = {"raw": "raw/roads.gpkg", ".": "roads.gpkg", "processed": "processed/roads.gpkg"}[place]
    edit(folder / "study.toml", 'network = "atlas"', f'network = "{named}"')
    for cwd in (folder, tmp_path, tmp_path.parent):
        monkeypatch.chdir(cwd)
        assert network_path(folder, coopgeo.open_study(folder).settings.network) == str(path)


def test_an_extra_column_of_the_vehicles_is_passed_over(folder, study):
    path = folder / "roads" / "vehicles.csv"
    first, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([f"{first},owner", *(f"{row},us" for row in rows)]) + "\n", encoding="utf-8")
    assert coopgeo.open_study(folder).vehicles == study.vehicles


def test_the_atlas_of_an_opened_study_is_not_checked_again(study, monkeypatch):
    def refuse(_tables):
        raise AssertionError("checked again")

    monkeypatch.setattr("coopgeo.roads.atlas.AtlasTables.faults", refuse)
    assert coopgeo.Study.roads(study, "atlas").name == "atlas"
    with pytest.raises(AssertionError, match="checked again"):
        study.atlas_tables().build()


def test_without_a_folder_the_shipped_study_opens(study, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert coopgeo.open_study().inputs_sha256 == study.inputs_sha256


def test_a_lone_quote_in_the_header_is_named(folder):
    edit(folder / CHAIN / "customers.csv", "id,name,", 'id,"name,')
    assert "customers.csv: row" in faults(folder)


def test_a_line_of_one_point_is_no_geometry(folder):
    path = folder / "territory" / "seine.geojson"
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[0.5, 49.5]]}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    assert "territory/seine.geojson: found" in faults(folder)


def test_a_commune_drawn_in_two_ways_is_named(folder):
    path = folder / "territory" / "communes.geojson"
    layer = json.loads(path.read_text(encoding="utf-8"))
    first = layer["features"][0]
    insee = first["properties"]["insee"]
    layer["features"] += [
        {
            **first,
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[0.26, 49.37], [0.31, 49.37], [0.31, 49.42], [0.26, 49.37]]],
            },
        }
    ]
    path.write_text(json.dumps(layer), encoding="utf-8")
    assert f'communes.geojson: id "{insee}": found features 1 and {len(layer["features"])}' in faults(folder)


def test_faults_of_layers_stand_beside_those_of_tables(folder):
    customers = folder / CHAIN / "customers.csv"
    customers.write_text(customers.read_text("utf-8").replace(",300,", ",3OO,", 1), "utf-8")
    spoilt = f"{CHAIN}/customers.csv"
    (folder / "territory" / "communes.geojson").write_text("{", "utf-8")
    (folder / "territory" / "seine.geojson").unlink()
    words = faults(folder)
    assert spoilt in words
    assert "territory/communes.geojson: " in words
    assert "territory/seine.geojson: " in words


def test_a_code_that_is_none_is_no_lack_of_a_boundary(folder):
    communes = folder / "territory" / "communes.csv"
    lines = communes.read_text("utf-8").splitlines()
    lines[1] = "760X0," + lines[1].split(",", 1)[1]
    communes.write_text("\n".join(lines) + "\n", "utf-8")
    assert "the boundary of this commune" not in faults(folder)
