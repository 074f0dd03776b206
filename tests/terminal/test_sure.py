"""The command that tells how sure an answer is, and the files that it writes."""

import json

import openpyxl
import pytest
from typer.testing import CliRunner

import coopgeo
from coopgeo.cli import app
from coopgeo.exports.former_run import confidence_in
from coopgeo.exports.results_json import write_json
from coopgeo.plan.confidence import Confidence, Decisive
from coopgeo.words.certainty import best_of_draws, certainty, certainty_in_detail, times_in_ten
from tests.conftest import ROOT
from tests.small_study import write_small_study
from tests.wood_text import wood_text


def call(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return write_small_study(ROOT / "data" / "raw", tmp_path_factory.mktemp("sure") / "raw")


def confidence(**other):
    own = {
        "draws": 1000, "seed": 0, "tolerance": 0.01, "infeasible": 0.125, "no_customer": 0.0, "unproved": 0.0,
        "best": {"a": 0.52, "b": 0.47, "c": 0.01}, "near": {"b": 0.95, "a": 0.9, "c": 0.2},
        "eur_per_unit": {"p5": 36.3, "p50": 47.1, "p95": 56.7}, "eur_year": {},
        "decides": (
            Decisive("x", {"fr": "Piscine : se fait ou non", "en": "Pool: built or not"}, 0.4, 0.0, "assumed"),
            Decisive("y", {"fr": "Indice de prix", "en": "Price index"}, 0.01, 0.3, "assumed"),
        ),
        "groups": {},
    }  # fmt: skip
    return Confidence(**(own | other))


def test_the_largest_doubt_comes_first():
    lines = certainty(confidence(), {"a": "Amont", "b": "Bas"}, wood_text("fr"))
    assert "875" in lines[0]
    assert lines[1].startswith(
        "Sur les 875 tirages servis\u00a0: Amont est le meilleur site 52 fois sur 100, "
        "et à moins de 1\u202f% du meilleur 90 fois sur 100."
    )
    assert "Bas est le meilleur site 47 fois sur 100, et à moins de 1\u202f% du meilleur 95 fois sur 100." in lines[1]
    assert "entre 36,3 et 56,7 €/MWh" in lines[2].replace("\u202f", " ")
    assert lines[3].startswith("12\u202f% des tirages ne peuvent être servis")
    site, cost = certainty_in_detail(confidence(), wood_text("fr"))
    assert site.endswith("site\u00a0: Piscine : se fait ou non (40\u202f%).")
    assert cost.endswith("coût\u00a0: Indice de prix (30\u202f%).")
    together = certainty(confidence(groups={"exists": (0.4, 0.1), "land": (0.01, 0.3)}), {}, wood_text("fr"))
    assert "quelles chaufferies se feront (40\u202f%)." in together[-2]
    assert "le prix des terrains (30\u202f%) ; quelles chaufferies" in together[-1].replace("\u202f;", " ;").replace(
        "\u00a0;", " ;"
    )
    scarce = certainty(confidence(infeasible=0.7), {"a": "Amont", "b": "Bas"}, wood_text("fr"))
    assert scarce[1].startswith("70\u202f% des tirages ne peuvent")


def test_nothing_is_claimed_where_no_draw_can_be_served():
    nothing = confidence(infeasible=0.9, no_customer=0.1, best={}, near={}, eur_per_unit={}, decides=())
    lines = certainty(nothing, {}, wood_text("en"))
    assert len(lines) == 3
    assert lines[0] == "Of 1,000 draws from the ranges of the study, 0 (0%) can be served."
    assert lines[1].startswith("90% of the draws cannot be served: wood or room is lacking")
    assert lines[2] == "In 10% of the draws no boiler gets built."


@pytest.mark.parametrize(
    ("share", "french", "english"),
    [
        (1.0, "100 fois sur 100", "100 times in 100"),
        (0.996, "plus de 99 fois sur 100", "more than 99 times in 100"),
        (0.94, "94 fois sur 100", "94 times in 100"),
        (0.92, "9 fois sur 10", "9 times in 10"),
        (0.52, "5 fois sur 10", "5 times in 10"),
        (0.47, "47 fois sur 100", "47 times in 100"),
        (1 / 6, "17 fois sur 100", "17 times in 100"),
        (0.11, "1 fois sur 10", "1 time in 10"),
        (0.012, "1 fois sur 100", "1 time in 100"),
        (0.002, "moins d’une fois sur 100", "less than once in 100"),
        (0.0, "0 fois sur 100", "0 times in 100"),
    ],
)
def test_a_share_is_never_told_as_more_than_it_is(share, french, english):
    told = [times_in_ten(share, wood_text(lang)).replace("\u00a0", " ") for lang in ("fr", "en")]
    assert told == [french, english]


def test_shares_are_of_the_draws_that_can_be_served():
    few = confidence(draws=20, infeasible=0.7, best={"a": 1.0}, near={"a": 1.0})
    (whole,) = best_of_draws(few, {"a": "Amont"}, wood_text("fr"))
    assert "Sur 20 tirages" in whole
    assert "6 peuvent être servis" in whole
    sites, cost = (
        next(line for line in certainty(few, {"a": "Amont"}, wood_text("fr")) if word in line)
        for word in ("Amont", "€/MWh")
    )
    assert sites.startswith("Sur les 6 tirages servis")
    assert "sur ces 6 tirages" in cost
    (every,) = best_of_draws(confidence(infeasible=0.0), {"a": "Amont", "b": "Bas"}, wood_text("fr"))
    assert "servis" not in every


def test_where_nothing_is_told_from_chance_it_is_said():
    silent = confidence(decides=(Decisive("x", {"fr": "Piscine", "en": "Pool"}, 0.0, 0.0, "assumed"),))
    lines = certainty(silent, {"a": "Amont", "b": "Bas"}, wood_text("fr"))
    assert lines[-1].startswith("Ce qui décide ne se distingue pas du hasard sur 875 tirages")
    assert not any("distingue" in line for line in certainty(confidence(), {"a": "A", "b": "B"}, wood_text("fr")))


def test_sure_says_and_writes_what_the_draws_are(small, tmp_path):
    done = call(
        "sure", "--study", small, "--draws", 40, "--seed", 2, "--out", tmp_path, "--set", "delivered_moisture=0.3"
    )
    assert done.exit_code == 0, done.output
    assert done.output.startswith("Sur 40 tirages")
    folder = tmp_path / "wood-energy"
    figures = json.loads((folder / "tirages.json").read_text(encoding="utf-8"))
    study = coopgeo.open_study(small).with_values(delivered_moisture=0.3)
    draws = coopgeo.scenarios.draw(study, n=40, seed=2, workers=1)
    assert figures["best_share"] == draws.confidence.best
    assert figures["eur_per_unit"] == draws.eur["eur_per_unit"].to_dict()
    assert [one["id"] for one in figures["decides"]] == draws.decides.index.tolist()
    book = openpyxl.load_workbook(folder / "tirages.xlsx")
    rows = list(book["Tirages"].iter_rows(min_row=3, values_only=True))
    assert len(rows) == 40
    assert sum(row[1] == "servi" for row in rows) == (draws.states == "served").sum()
    assert len(list(book["Ce qui décide"].iter_rows(min_row=3))) == len(draws.factors)


def test_run_puts_the_same_into_its_results(small, tmp_path):
    for draws in (20, 0):
        done = call("run", "--study", small, "--draws", draws, "--out", tmp_path)
        assert done.exit_code == 0, done.output
        results = json.loads((tmp_path / "wood-energy" / "results.json").read_text(encoding="utf-8"))
        assert ("confidence" in results) == ("Sur 20 tirages" in done.output) == bool(draws)
        if draws:
            expected = coopgeo.scenarios.draw(coopgeo.open_study(small), n=20, workers=1).confidence
            assert results["confidence"]["near_share"] == expected.near
            assert results["confidence"]["infeasible"] == expected.infeasible


def test_draws_of_several_platforms_say_first_how_long_they_take(small, tmp_path):
    done = call("sure", "--study", small, "--draws", 3, "--platforms", 2, "--out", tmp_path, "--lang", "en")
    assert done.exit_code == 0, done.output
    first, *others = done.output.splitlines()
    assert first.startswith("Several platforms: each draw is a whole search")
    assert any(line.startswith("Of 3 draws") for line in others)


def test_the_note_tells_the_draws_of_the_run(small, tmp_path, monkeypatch):
    """Page and note agree; other draws are drawn, and so are those of another job."""
    notes, drawn = [], []
    monkeypatch.setattr("coopgeo.exports.note.write_brief", lambda outcome, out, **_: notes.append(outcome) or out)
    assert call("run", "--study", small, "--draws", 20, "--seed", 4, "--out", tmp_path).exit_code == 0
    found = coopgeo.scenarios.draw(coopgeo.open_study(small), n=20, seed=4, workers=1).confidence
    draws = coopgeo.scenarios.with_draws
    monkeypatch.setattr("coopgeo.scenarios.with_draws", lambda *a, **k: drawn.append(a[1:]) or draws(*a, **k))
    for more in ((), ("--lang", "en"), ("--draws", 20, "--seed", 4)):
        done = call("brief", "--study", small, "--out", tmp_path, *more)
        assert done.exit_code == 0, done.output
    assert not drawn
    assert [note.confidence for note in notes] == [found] * 3
    assert all(note.break_even for note in notes)
    call("brief", "--study", small, "--out", tmp_path, "--draws", 6)
    assert drawn == [(6, 0)]
    assert notes[-1].confidence.draws == 6
    call("brief", "--study", small, "--out", tmp_path, "--set", "fill=0.9")
    assert notes[-1].confidence is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda known: known.pop("unproved"),
        lambda known: known.update(draws="many"),
        lambda known: known["best_share"].update(vallee=None),
        lambda known: known["decides"][0].update(id="customers.nobody.exists"),
        lambda known: known.update(near_share=[1.0]),
        lambda known: known.update(infeasible=float("nan")),
    ],
)
def test_spoilt_draws_are_none(small_run, spoil, tmp_path):
    outcome, results = small_run
    assert confidence_in(results, outcome) == outcome.confidence
    found = json.loads(results.read_text(encoding="utf-8"))
    spoil(found["confidence"])
    (tmp_path / "results.json").write_text(json.dumps(found), encoding="utf-8")
    assert confidence_in(tmp_path / "results.json", outcome) is None


@pytest.fixture(scope="module")
def small_run(small, tmp_path_factory):
    """A run with draws, and its results."""
    outcome = coopgeo.scenarios.with_draws(coopgeo.run(coopgeo.open_study(small)), 10, workers=1)
    path = tmp_path_factory.mktemp("run") / "results.json"
    write_json(outcome, path, wood_text("fr"))
    return outcome, path
