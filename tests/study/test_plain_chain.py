"""A chain of a plain material in a folder: what is read, and each fault with the words that name it."""

import re
import shutil

import numpy as np
import pytest
from conftest import ROOT
from small_study import write_small_study

import coopgeo
from coopgeo.chain.resource import assess, resource_places
from coopgeo.errors import InputError
from coopgeo.study.chain_settings import PlainChain
from coopgeo.study.folder import shipped_kinds
from coopgeo.study.wood_settings import WoodChain

RAW = ROOT / "data" / "raw"
WOOD, CHAIN = "chains/wood-energy", "chains/textile"
HEADER = ",source,status"
NOTED = ",planning-hypothesis,assumed"
TABLES = {
    "collection_points.csv": (
        "id,name,kind,insee,lon,lat,accepts,tonnes_year,bags,note",
        "bornes-a,Bornes A,textile_container,90001,1.5218,42.5063,clothes,12,40,",
        "bornes-b,Bornes B,textile_container,90002,1.5800,42.5350,clothes,8,,",
    ),
    "customers.csv": (
        "id,name,kind,insee,lon,lat,role,tonnes_year,demand_status,note",
        "friperie,Friperie,second_hand,90001,1.5218,42.5063,served,,assumed,",
        "four,Four,energy_plant,90004,1.5147,42.5450,served,,assumed,",
        "vue,Vue,industry,90004,1.5147,42.5450,shown,,assumed,",
    ),
    "outlets.csv": (
        "customer,output,low,value,high,unit,price_year,capacity_t_year,note",
        "friperie,reuse,400,680,900,€/t,2025,100,",
        "friperie,recycling,30,120,250,€/t,2025,,",
        "four,recovery,-160,-110,-60,€/t,2025,,",
    ),
    "candidate_sites.csv": (
        (
            "id,name,kind,insee,lon,lat,area_ha,zoning,distance_housing_m,hazard,synergies,land_eur_m2,plot_status,"
            "gate_fee_eur_t,plant_t_year,note"
        ),
        "terrain,Terrain,business_zone,90001,1.4950,42.4800,2,UX,300,none,,20,assumed,,,",
        "centre,Centre,existing_plant,90002,1.6600,42.5400,2,A,600,none,,0,assumed,150,500,",
    ),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The small study with a chain beside that of wood, which its roads reach as well."""
    folder = write_small_study(RAW, tmp_path_factory.mktemp("plain") / "study")
    (folder / CHAIN).mkdir()
    for name in ("chain.toml", "resources.csv", "harvest_costs.csv", "platform_sizes.csv"):
        shutil.copy(RAW / CHAIN / name, folder / CHAIN / name)
    for name, (header, *rows) in TABLES.items():
        lines = [header + HEADER, *(row + NOTED for row in rows)]
        (folder / CHAIN / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def folder(made, tmp_path):
    return shutil.copytree(made, tmp_path / "study")


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def without(path, heading):
    """Cut a section out of a settings file."""
    text = path.read_text(encoding="utf-8")
    cut = re.sub(rf"(?ms)^\[{re.escape(heading)}\].*?(?=^\[|\Z)", "", text)
    assert cut != text
    path.write_text(cut, encoding="utf-8")


def rows(folder, name, *lines):
    header, *_ = lines
    marked = [header + HEADER, *(line + NOTED for line in lines[1:])]
    (folder / name).write_text("\n".join(marked) + "\n", encoding="utf-8")


def faults(folder):
    with pytest.raises(InputError) as error:
        coopgeo.open_study(folder)
    return str(error.value)


def test_a_chain_of_a_plain_material_is_read_beside_one_of_wood(folder):
    study = coopgeo.open_study(folder)
    assert sorted(study.chains) == ["textile", "wood-energy"]
    plain, wood = study.chain("textile"), study.chain()
    assert isinstance(plain.settings, PlainChain)
    assert plain.settings.pushes
    assert isinstance(wood.settings, WoodChain)
    assert not wood.settings.pushes
    assert list(plain.outlets["customer"]) == ["friperie", "friperie", "four"]
    np.testing.assert_allclose(plain.outlets["capacity_t_year"], [100, np.nan, np.nan])
    np.testing.assert_allclose(plain.candidate_sites["gate_fee_eur_t"], [np.nan, 150])
    assert wood.outlets.empty
    assert plain.basis_by_commune.empty


def no_push(folder):
    edit(folder / CHAIN / "chain.toml", 'flow = "push"', 'flow = "pull"')


def no_outputs(folder):
    for output in ("outputs.reuse", "outputs.recycling", "outputs.recovery"):
        without(folder / CHAIN / "chain.toml", output)


def more_than_all(folder):
    edit(folder / CHAIN / "chain.toml", "value = 0.568\nhigh = 0.61", "value = 0.6\nhigh = 0.61")


def no_order(folder):
    edit(folder / CHAIN / "chain.toml", "low = 0.55", "low = 0.60")


def meals(folder):
    edit(folder / CHAIN / "chain.toml", 'unit = "t"', 'unit = "meal"')


def flying(folder):
    edit(folder / CHAIN / "chain.toml", 'vehicle = "box-12t"', 'vehicle = "box-12"')


def gold(folder):
    edit(folder / CHAIN / "outlets.csv", "four,recovery", "four,recoveries")


def rival(folder):
    edit(folder / CHAIN / "customers.csv", "1.5147,42.5450,shown", "1.5147,42.5450,competitor")
    edit(folder / CHAIN / "outlets.csv", "four,recovery", "vue,recovery")


def no_outlet(folder):
    for customer in ("friperie", "four"):
        path = folder / CHAIN / "customers.csv"
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(rf"(?m)^({customer},.*),served,", r"\1,shown,", text), encoding="utf-8")


def twice(folder):
    edit(folder / CHAIN / "outlets.csv", "friperie,recycling", "friperie,reuse")


def no_basis(folder):
    edit(folder / CHAIN / "chain.toml", 'basis = "population"', 'basis = "populations"')


def text_as_basis(folder):
    edit(folder / CHAIN / "chain.toml", 'basis = "population"', 'basis = "department"')


def unknown_kind(folder):
    edit(folder / CHAIN / "collection_points.csv", "Bornes A,textile_container", "Bornes A,textile_containers")


def kind_of_others(folder):
    edit(folder / CHAIN / "collection_points.csv", "Bornes A,textile_container", "Bornes A,pool")


def partner_elsewhere(folder):
    rows(
        folder,
        "partners.csv",
        "id,name,kind,chain,stage,role_fr,role_en,brings,note",
        "qui,Qui,firm,textiles,collection,Ramasse,Collects,staff gold,",
    )


def partners_that_are_none(folder):
    """Rows of a table that name partners of another chain, of none, or of nothing."""
    rows(
        folder,
        "partners.csv",
        "id,name,kind,chain,stage,role_fr,role_en,brings,note",
        "du-bois,Du bois,firm,wood-energy,collection,Ramasse,Collects,staff,",
        "ramasseurs,Ramasseurs,firm,textile,collection,Ramasse,Collects,staff,",
    )
    points, customers, sites = (TABLES[f"{name}.csv"] for name in ("collection_points", "customers", "candidate_sites"))
    for name, table, partners in (
        ("collection_points.csv", points, ["ramasseur", ""]),
        ("customers.csv", customers, ["", "ramasseurs", "Ramasseurs"]),
        ("candidate_sites.csv", sites, ["", "du-bois"]),
    ):
        named = [f"{row},{partner}" for row, partner in zip(table[1:], partners, strict=True)]
        rows(folder, f"{CHAIN}/{name}", f"{table[0]},partner", *named)


def text_in_a_table_of_amounts(folder):
    rows(folder, f"{CHAIN}/basis_by_commune.csv", "insee,clothes_t", "90001,beaucoup", "90002,-3", "90003,4")


def text_among_the_amounts_of_points(folder):
    edit(folder / CHAIN / "chain.toml", 'basis = "population"', 'basis = "bags"')
    edit(folder / CHAIN / "collection_points.csv", ",12,40,", ",12,quarante,")


def no_colour(folder):
    shutil.copy(RAW / "kinds.csv", folder / "kinds.csv")
    edit(folder / "kinds.csv", "circle,#6b4c9a", "heart,violet")


TOML = f"{CHAIN}/chain.toml"
FAULTS = {
    no_push: [f'{TOML}: expected outputs: expected with flow = "push", and with that alone'],
    no_outputs: [f'{TOML}: expected outputs: expected with flow = "push", and with that alone'],
    more_than_all: [f"{TOML}: expected outputs: shares whose sum is 1 at most"],
    no_order: [f"{TOML}: outputs.reuse: expected low <= value <= high, found 0.6, 0.568, 0.61"],
    meals: [f'{TOML}: expected unit: "t", or another with kg_per_unit among the parameters'],
    flying: [f'{TOML}: rounds.inbound.vehicle: found "box-12"; expected an id of roads/vehicles.csv', '"box-12t"'],
    gold: ["outlets.csv: row 4", 'output: found "recoveries"; expected an output of chain.toml', '"recovery"'],
    no_outlet: ["outlets.csv: customer: found no outlet that takes anything"],
    rival: ["outlets.csv: row 4", 'customer: found "vue"; expected the id of a customer with the role "served"'],
    twice: ["outlets.csv: row 3", "output: found reuse again; expected one row for each output of a customer"],
    no_basis: [f'{TOML}: products.clothes.basis: found "populations"; expected one of population', '"population"?'],
    text_as_basis: [f'{TOML}: products.clothes.basis: found "department"; expected one of population'],
    unknown_kind: ["collection_points.csv: row 2", 'found "textile_containers"; expected a kind of kinds.csv for this'],
    kind_of_others: ["collection_points.csv: row 2", 'found "pool"; expected a kind of kinds.csv for this: landing'],
    partner_elsewhere: [
        'partners.csv: row 2 (id "qui"), chain: found "textiles"; expected a folder of chains/, or all',
        'brings: found "gold"; expected words of money',
    ],
    partners_that_are_none: [
        (
            'collection_points.csv: row 2 (id "bornes-a"), partner: found "ramasseur"; expected the id of a row of '
            'partners.csv whose chain is textile or all; did you mean "ramasseurs"?'
        ),
        'customers.csv: row 4 (id "vue"), partner: found "Ramasseurs"; expected the id of a row',
        'candidate_sites.csv: row 3 (id "centre"), partner: found "du-bois"; expected the id of a row',
    ],
    text_in_a_table_of_amounts: [
        'basis_by_commune.csv: row 2 (id "90001"), clothes_t: found "beaucoup"; expected 0 or more',
        'row 3 (id "90002"), clothes_t: found "-3"; expected 0 or more',
    ],
    text_among_the_amounts_of_points: [
        'collection_points.csv: row 2 (id "bornes-a"), bags: found "quarante"; expected 0 or more'
    ],
    no_colour: ["kinds.csv: row", 'shape: found "heart"', 'colour: found "violet"; expected a colour such as #1f6b3a'],
}


@pytest.mark.parametrize("spoil", FAULTS, ids=lambda spoil: spoil.__name__)
def test_a_fault_is_named(folder, spoil):
    spoil(folder)
    message = faults(folder)
    for words in FAULTS[spoil]:
        assert words in message
    count = {partner_elsewhere: 2, text_in_a_table_of_amounts: 2, no_colour: 2, partners_that_are_none: 3}.get(spoil, 1)
    assert len(message.splitlines()) == 1 + count, message


def test_one_error_lists_all_faults(folder):
    together = (flying, gold, unknown_kind, partner_elsewhere, text_in_a_table_of_amounts, no_colour)
    for spoil in together:
        spoil(folder)
    message = faults(folder)
    for spoil in together:
        if spoil is not unknown_kind:  # what kinds there are is not known where their own table is spoilt
            for words in FAULTS[spoil]:
                assert words in message


def test_without_kinds_those_that_are_shipped_hold(folder):
    assert not (folder / "kinds.csv").exists()
    study = coopgeo.open_study(folder)
    assert study.kinds.equals(shipped_kinds())
    rows(folder, "kinds.csv", "id,use,name_fr,name_en,shape,colour", "bakery,customer,Boulangerie,Bakery,star,#aa5500")
    message = faults(folder)
    assert 'found "second_hand"; expected a kind of kinds.csv for this: bakery' in message


def test_partners_may_be_missing(folder):
    assert coopgeo.open_study(folder).partners.empty
    rows(
        folder,
        "partners.csv",
        "id,name,kind,chain,stage,role_fr,role_en,brings,note",
        "qui,,social_enterprise,textile,collection,Ramasse,Collects,staff fleet,",
        "tous,Tous,institution,all,coordination,Anime,Runs,,",
    )
    assert list(coopgeo.open_study(folder).partners["stage"]) == ["collection", "coordination"]


def test_places_name_partners_of_their_chain_or_of_all(folder):
    assert set(coopgeo.open_study(folder).chain("textile").customers["partner"]) == {""}  # a file may lack the column
    partners_that_are_none(folder)
    edit(folder / CHAIN / "collection_points.csv", ",ramasseur,", ",ramasseurs,")
    edit(folder / CHAIN / "customers.csv", ",Ramasseurs,", ",,")
    edit(folder / "partners.csv", "firm,wood-energy", "firm,all")
    study = coopgeo.open_study(folder)
    assert list(study.chain("textile").collection_points["partner"]) == ["ramasseurs", ""]
    assert list(study.chain("textile").candidate_sites["partner"]) == ["", "du-bois"]
    with pytest.raises(InputError, match='partner: found "du-bois"'):
        study.changed({"partners": {"du-bois": {"chain": "wood-energy"}}})
    with pytest.raises(InputError, match='partner: found "nobody-known"'):
        study.changed({"customers": {"vue": {"partner": "nobody-known"}}}, chain="textile")


def test_a_chain_without_a_material_is_one_of_wood(folder):
    text = (folder / WOOD / "chain.toml").read_text(encoding="utf-8")
    head, products, rest = text.partition("[products.")
    head = re.sub(r"(?m)^(material|unit) = .*\n", "", head)
    (folder / WOOD / "chain.toml").write_text(head + products + rest, encoding="utf-8")
    assert isinstance(coopgeo.open_study(folder).chain("wood-energy").settings, WoodChain)


def test_the_old_name_of_the_logs_of_sawmills_is_read(folder):
    path = folder / WOOD / "chain.toml"
    before = coopgeo.open_study(folder)
    if "sawmill_logs_m3" not in path.read_text(encoding="utf-8"):
        edit(path, 'basis = "logs_m3_year"', 'basis = "sawmill_logs_m3"')
    after = coopgeo.open_study(folder)
    for study in (before, after):
        chain = study.chain("wood-energy")
        assert chain.settings.products["sawmill"].basis == "logs_m3_year"
        places = resource_places(study, chain)
        assert "scierie" in set(places.place)


def test_a_material_that_is_none_is_refused(folder):
    edit(folder / CHAIN / "chain.toml", 'material = "plain"', 'material = "plastic"')
    assert "material: found" in faults(folder)


def _amounts(folder, basis):
    """What lies where, by place, of the product counted from a column."""
    edit(folder / CHAIN / "chain.toml", 'basis = "population"', f'basis = "{basis}"')
    study = coopgeo.open_study(folder)
    chain = study.chain("textile")
    factor = float(chain.resources["value"].prod())
    lying = assess(study, chain, study.roads(), level="value").balance.set_index("place")["theoretical_kept_t"]
    return (lying / factor).round(6).to_dict()


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ("population", {"90001": 23_000, "90002": 12_000, "90003": 5_000, "90004": 10_000}),
        ("forest_other_ha", {"90001": 100, "90002": 100, "90003": 100, "90004": 100}),
        ("tonnes_year", {"bornes-a": 12, "bornes-b": 8}),
        ("bags", {"bornes-a": 40}),
        ("clothes_t", {"90001": 2.5, "90003": 4}),
    ],
)
def test_a_product_is_counted_from_any_column_of_numbers(folder, basis, expected):
    rows(folder, f"{CHAIN}/basis_by_commune.csv", "insee,clothes_t", '90001,"2,5"', "90002,0", "90003,4")
    assert _amounts(folder, basis) == pytest.approx(expected)
