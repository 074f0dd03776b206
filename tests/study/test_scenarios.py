"""A study under a scenario: which customers it leaves out, and what its file says of itself."""

from itertools import takewhile

import pytest

from coopgeo.errors import InfeasibleError, InputError
from coopgeo.plan.job import Job
from coopgeo.scenarios import Prepared, compare
from coopgeo.scenarios.prepared import JOB_KEYS
from coopgeo.study.scenarios import changed_by
from coopgeo.study.settings import Scenario
from coopgeo.text.messages import said
from tests.conftest import ROOT


def scenario(**parts):
    names = dict.fromkeys(("fr", "en", "why_fr", "why_en"), "")
    return Scenario(**names, source="planning-hypothesis", status="assumed", **parts)


def test_without_potential_customers_only_the_certain_are_served(study):
    served = study.chain().served()
    certain = served.index[~(served["probability"] < 1)]
    assert 0 < len(certain) < len(served)
    alone = changed_by(study, scenario(potential_customers="none")).chain()
    assert alone.served().index.tolist() == certain.tolist()
    assert (alone.customers.loc[served.index.difference(certain), "role"] == "shown").all()
    assert changed_by(study, scenario()) is study


def test_who_is_potential_is_what_the_changes_of_the_scenario_leave(study):
    built = scenario(potential_customers="none", changes={"customers": {"reseau-bolbec": {"probability": 1.0}}})
    assert "reseau-bolbec" in changed_by(study, built).chain().served().index


def test_kinds_of_customers_are_left_out(study):
    left = changed_by(study, scenario(without_kinds=["hospital", "heat_network"])).chain().served()
    kinds = set(study.chain().served()["kind"])
    assert set(left["kind"]) == kinds - {"hospital", "heat_network"} != kinds
    with pytest.raises(InputError) as error:
        changed_by(study, scenario(without_kinds=["hopital"]))
    assert "hopital" in said(error.value, "fr")


def test_the_scenario_of_existing_boilers_follows_the_table(study):
    shown = study.scenarios["existing-boilers"]
    assert not shown.changes
    certain = study.changed({"customers": {"piscine-bolbec": {"probability": 1.0}}})
    assert "piscine-bolbec" in changed_by(certain, shown).chain().served().index


def test_the_head_of_the_file_names_all_that_a_scenario_may_hold():
    lines = (ROOT / "data" / "raw" / "scenarios.toml").read_text(encoding="utf-8").splitlines()
    head = " ".join(takewhile(lambda line: line.startswith("#"), lines))
    about = {"fr", "en", "why_fr", "why_en", "source", "status"}
    missing = [name for name in (*sorted(set(Scenario.model_fields) - about), *JOB_KEYS) if name not in head]
    assert missing == []


def test_a_scenario_that_leaves_nobody_to_serve_says_so_for_itself(study):
    all_kinds = scenario(without_kinds=sorted(set(study.chain().served()["kind"])))
    with pytest.raises(InfeasibleError) as error:
        changed_by(study, all_kinds)
    assert said(error.value, "fr") == "il ne reste aucun client à servir"
    found = compare(Prepared(study, Job(alternatives=0)), {"nobody": all_kinds})
    assert found.cases[1].lacking == "no customer is left to serve"
    assert found.compared.tolist() == [True, False]
