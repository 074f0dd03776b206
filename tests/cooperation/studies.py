"""Studies of a few players: the small study, the dale with its communes, and a triangle in which nobody can share."""

from dataclasses import replace
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coopgeo.cooperation.players import players_of
from coopgeo.cooperation.study_game import game_of_placement
from coopgeo.plan.job import Job
from coopgeo.plan.placement import prepare
from tests.plan.dale import pulling, with_chain
from tests.plan.valley import CRS, straight_road

CORNERS, MIDDLES = ("ouest", "sommet", "est"), ("flanc-ouest", "flanc-est", "base")
SIDE_KM = 10.0
NEAR_MIN = 10.0  # 10 km: from the middle of a side its two corners, and no other


def with_tables(study):
    """The study of the valley or the dale, with what is read of its communes."""
    communes = pd.DataFrame(study.communes[["name", "epci_siren", "population"]]).assign(epci_name="Vallée")
    return replace(study, inputs=SimpleNamespace(tables={"territory/communes": communes}))


def placed(study, *, platforms=None):
    """As many platforms as cost least on the road of the valley."""
    return prepare(with_tables(study), Job(roads=straight_road(), platforms=platforms), measure="estimate")


def game_of(placement, by="communes", supply="shared", **other):
    return game_of_placement(placement, players_of(placement, by), supply, **{"workers": 1} | other)


def triangle():
    """Three customers at the corners of roads of 10 km; in the middle of each, a site that reaches two of them.

    What they need lies in the middle of the triangle, as far from one site as from another.
    """
    height = SIDE_KM * np.sqrt(3) / 2
    at_km = dict(zip(CORNERS, ((0, 0), (SIDE_KM / 2, height), (SIDE_KM, 0)), strict=True))
    for name, (one, other) in zip(MIDDLES, ((0, 1), (1, 2), (0, 2)), strict=True):
        at_km[name] = np.mean([at_km[CORNERS[one]], at_km[CORNERS[other]]], axis=0)
    at_km["milieu"] = (SIDE_KM / 2, height / 3)
    point = {name: shapely.Point(500_000 + 1000 * x, 6_900_000 + 1000 * y) for name, (x, y) in at_km.items()}
    ends = [
        (CORNERS[one], middle) for middle, pair in zip(MIDDLES, ((0, 1), (1, 2), (0, 2)), strict=True) for one in pair
    ]
    ends += [("milieu", middle) for middle in MIDDLES]
    lines = gpd.GeoDataFrame(
        {
            "u": [u for u, _ in ends],
            "v": [v for _, v in ends],
            "highway": "primary",
            "ref": "D1",
            "name": "",
            "crossing": "",
        },
        geometry=[shapely.LineString([point[u], point[v]]) for u, v in ends],
        crs=CRS,
    )
    base = pulling(settings={"limits": {"outbound_min": NEAR_MIN, "source": "invented", "status": "assumed"}})
    chain = base.chain()
    places = lambda table, names: _moved(table, names, point)  # noqa: E731
    tables = {
        "collection_points": places(chain.collection_points.iloc[[0]].assign(tonnes_year=900.0), ["milieu"]),
        "customers": places(chain.customers.iloc[[0, 0, 0]].assign(tonnes_year=100.0), CORNERS),
        "candidate_sites": places(chain.candidate_sites.iloc[[0, 0, 0]], MIDDLES),
        **{
            name: getattr(chain, name)
            for name in ("resources", "harvest_costs", "platform_sizes", "suppliers", "outlets")
        },
    }
    study = with_chain(chain.settings, tables)
    communes = study.communes.assign(chef_lieu=[point["milieu"]] * 2)
    return prepare(
        with_tables(replace(study, communes=communes)),
        Job(roads=straight_road(lines=lines), platforms=None),
        measure="estimate",
    )


def _moved(table, names, point):
    moved = table.set_axis(pd.Index(names, name="id")).set_geometry([point[name] for name in names], crs=CRS)
    return moved.assign(name=[name.capitalize() for name in names])
