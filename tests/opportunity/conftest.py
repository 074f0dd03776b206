"""The opportunity study of a small study, and of the shipped one: each is worked out once."""

import pytest

import coopgeo
from coopgeo.opportunity import study_chains
from tests.conftest import ROOT
from tests.small_study import write_small_study

PARTNERS = """id,name,kind,chain,stage,role_fr,role_en,brings,insee,lon,lat,eur_year,note,source,status
comu,Comú,institution,all,coordination,Coordination,Coordination,support,90001,1.5218,42.5063,4000,,planning-hypothesis,assumed
bosc,Bosc <SA>,firm,wood-energy,resource,Bois,Wood,staff,90003,1.5330,42.5560,,,planning-hypothesis,attested
camio,,firm,wood-energy,transport,Transporteur,Haulier,fleet,,,,,,planning-hypothesis,assumed
"""


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory):
    folder = write_small_study(ROOT / "data" / "raw", tmp_path_factory.mktemp("opportunity") / "small")
    (folder / "partners.csv").write_text(PARTNERS, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def small(small_folder):
    return study_chains(coopgeo.open_study(small_folder))


@pytest.fixture(scope="session")
def shipped(study):
    return study_chains(study)
