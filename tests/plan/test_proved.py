"""What a run has proved is not sought again by the same job, and by no other."""

import json
from dataclasses import replace

import pytest

import coopgeo
from coopgeo import siting
from coopgeo.exports import export
from coopgeo.exports.former_run import proved_in
from coopgeo.plan.job import Job
from coopgeo.plan.proved import job_digest


@pytest.fixture(scope="module")
def former(outcome, tmp_path_factory):
    """results.json of a run."""
    return export(outcome, tmp_path_factory.mktemp("former")) / "results.json"


@pytest.fixture
def searches(monkeypatch):
    """How often the best choice was sought."""
    sought, best = [], siting.TwoStage.best
    monkeypatch.setattr(
        siting.TwoStage, "best", lambda self, *args, **more: sought.append(1) or best(self, *args, **more)
    )
    return sought


def test_the_same_job_is_not_sought_again(study, outcome, former, searches):
    again = coopgeo.run(study, proved=proved_in(former))
    assert searches == []
    assert again.objective.status == "optimal"
    assert again.objective.value_eur_year == pytest.approx(outcome.objective.value_eur_year)
    assert again.objective.bound_eur_year == outcome.objective.bound_eur_year
    assert list(again.platforms.index) == list(outcome.platforms.index)
    assert list(again.platforms["size"]) == list(outcome.platforms["size"])
    assert [other.sites for other in again.alternatives] == [other.sites for other in outcome.alternatives]
    assert [other.regret_eur_year for other in again.alternatives] == pytest.approx(
        [other.regret_eur_year for other in outcome.alternatives], abs=1e-3
    )
    figures = ["tonnes", "haulage_eur"]
    assert again.accounts.flows[figures].sum().to_numpy() == pytest.approx(
        outcome.accounts.flows[figures].sum().to_numpy(), rel=1e-6
    )
    assert [remark.key for remark in again.remarks] == [remark.key for remark in outcome.remarks]


def test_another_job_is_sought(study, former, searches):
    proved = proved_in(former)
    coopgeo.run(study.with_values(fill=0.9), proved=proved, alternatives=0)
    coopgeo.run(study, platforms=2, proved=proved, alternatives=0)
    coopgeo.run(study, road_changes={"closed": ["pont-de-brotonne"]}, proved=proved, alternatives=0)
    assert len(searches) == 3


@pytest.mark.parametrize(
    "spoil",
    [
        lambda found: found["objective"].update(value_eur_year=found["objective"]["value_eur_year"] * 0.9),
        lambda found: found["objective"].update(bound_eur_year=found["objective"]["bound_eur_year"] * 0.9),
        lambda found: found["objective"].update(status="feasible"),
        lambda found: found["platforms"][0].update(id="nowhere"),
        lambda found: found["platforms"][0].update(size="p6000"),
        lambda found: found["study"].update(job_sha256=None),
        lambda found: found["study"].pop("job_sha256"),
        lambda found: found.update(platforms=[]),
        lambda found: found.update(alternatives=3),
        lambda found: found["objective"].update(value_eur_year="much"),
    ],
)
def test_an_answer_that_is_spoilt_is_not_trusted(study, outcome, former, tmp_path, spoil):
    found = json.loads(former.read_text(encoding="utf-8"))
    spoil(found)
    path = tmp_path / "results.json"
    path.write_text(json.dumps(found), encoding="utf-8")
    proved = proved_in(path)
    assert proved is None or proved.solution(outcome.placement) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"null", b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_is_none_is_no_answer(tmp_path, content):
    (tmp_path / "results.json").write_bytes(content)
    assert proved_in(tmp_path / "results.json") is None
    assert proved_in(tmp_path / "nothing") is None


def test_the_digest_knows_what_stands_in_a_file_of_roads_and_beside_it(study, outcome, tmp_path):
    path = tmp_path / "roads.gpkg"

    def digest():
        placement = replace(outcome.placement, job=Job(roads=path))
        return job_digest(placement)

    path.write_bytes(b"roads")
    first = digest()
    assert digest() == first
    (tmp_path / "roads.toml").write_bytes(b"ref = 1")
    second = digest()
    path.write_bytes(b"other roads")
    assert len({first, second, digest()}) == 3
    assert job_digest(replace(outcome.placement, job=Job(roads=outcome.roads))) is None
