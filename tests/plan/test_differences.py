"""What a job computes with that the folder does not say is told, each thing once."""

from coopgeo.plan.differences import differences
from coopgeo.plan.job import Job
from coopgeo.plan.placement import prepare
from coopgeo.words.sentences import remark_text
from tests.wood_text import wood_text


def told(study, **asked):
    """The remarks in French, with plain spaces."""
    placement = prepare(study, Job(**asked))
    words = [remark_text(remark, wood_text("fr")) for remark in differences(placement)]
    assert all(one.startswith("Hypothèse de cet essai") for one in words)
    return [one.replace("\u00a0", " ").replace("\u202f", " ").partition(" : ")[2] for one in words]


def test_of_a_job_as_the_folder_says_nothing_is_told(study):
    assert told(study) == []


def test_what_is_asked_of_roads_sites_and_wood_is_told(study):
    asked = told(
        study,
        road_changes={"closed": ["pont-de-brotonne"], "ferries": False},
        required=["port-jerome-2"],
        forbidden=["la-frenaye", "grande-campagne-est"],
        level="high",
    )
    assert asked == [
        "un passage fermé, Pont de Brotonne.",
        "site imposé, Port-Jérôme II.",
        "2 sites écartés (La Frénaye, terrain à trouver, Grande Campagne Est).",
        "routes changées (ferries).",
        "le gisement est à son niveau haut.",
    ]
    assert told(study, road_changes={"closed": ["bac-duclair", "bac-jumieges"]})[0].startswith("2 passages fermés (")


def test_a_parameter_is_told_with_its_name_both_values_and_its_unit(study):
    changed = study.with_values(subsidy_share=0.3, market_price_eur_mwh=35.5)
    assert told(changed) == [
        "Part de l'investissement subventionnée = 30 %, au lieu de 0 %.",
        "Prix de marché des plaquettes livrées = 35,5 €/MWh, au lieu de 32.",
    ]


def test_a_parameter_that_is_set_back_is_not_told(study):
    before = study.chain().parameters.fill.value
    assert told(study.with_values(fill=0.91).with_values(fill=before)) == []


def test_a_demand_that_is_multiplied_as_a_whole_is_told_as_a_factor(study):
    served = study.chain().served()["power_kw"]
    more = study.changed({"customers": {id: {"power_kw": power * 1.1} for id, power in served.items()}})
    assert told(more) == ["la demande de toutes les chaufferies est multipliée par 1,1."]


def test_other_changes_of_tables_are_told_by_file_rows_and_columns(study):
    served = study.chain().served()["power_kw"]
    one = study.with_row("customers", served.index[0], power_kw=float(served.iloc[0]) * 1.1)
    assert told(one) == ["1 ligne de chains/wood-energy/customers.csv changée (power_kw)."]
    two = study.changed({"crossings": {id: {"toll_eur": 0.0} for id in ("pont-de-tancarville", "pont-de-normandie")}})
    assert len(told(two)) == 1
    assert told(two)[0].startswith("2 lignes de roads/crossings.csv changées (toll_")


def test_other_settings_are_told_by_name(study):
    changed = study.changed({"settings": {"truck": "rigid-26t"}, "products": {"hedge": {"moisture": 0.4}}})
    assert told(changed) == [
        "products.hedge changé dans chains/wood-energy/chain.toml.",
        "truck changé dans study.toml.",
    ]
