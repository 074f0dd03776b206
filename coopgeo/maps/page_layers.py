"""The layers of the page, from the ground up."""

import pandas as pd

from coopgeo.maps.page_areas import (
    available_layer,
    band_layer,
    catchment_layer,
    commune_layer,
    counts_forest,
    forest_layer,
)
from coopgeo.maps.page_layer import PageLayer, Scene
from coopgeo.maps.page_partners import partner_layers
from coopgeo.maps.page_places import (
    candidate_layer,
    collection_layer,
    crossing_layer,
    customer_layer,
    other_customer_layer,
    platform_layer,
)
from coopgeo.maps.page_roads import flow_layer, lorry_layer, road_layer
from coopgeo.plan.outcome import Outcome


def page_layers(scene: Scene) -> list[PageLayer]:
    """Every layer."""
    outcome = scene.outcome
    return [
        commune_layer(scene),
        available_layer(scene),
        *([forest_layer(scene)] if counts_forest(outcome.chain) else []),
        *(catchment_layer(scene, kind) for kind in _kinds(outcome.catchments.dropna(subset="geometry"), outcome)),
        *(band_layer(scene, kind) for kind in _kinds(outcome.bands, outcome)),
        road_layer(scene),
        *_load_layers(scene),
        crossing_layer(scene),
        *(
            other_customer_layer(scene, name, role, shown=shown)
            for name, role, shown in (("competitors", "competitor", True), ("other_customers", "shown", False))
            if (outcome.chain.customers["role"] == role).any()
        ),
        *partner_layers(scene),
        *_site_layers(scene),
    ]


def layers_of_sites(scene: Scene) -> list[PageLayer]:
    """The layers that other sites change."""
    return [commune_layer(scene), *_load_layers(scene), *_site_layers(scene)]


def _load_layers(scene: Scene) -> list[PageLayer]:
    straight = [flow_layer(scene, "direct")] if scene.goes_straight else []
    onward = [flow_layer(scene, "outbound")] if scene.has_platforms and scene.goes_onward else []
    passing = [*onward, flow_layer(scene, "inbound")] if scene.has_platforms else []
    return [*straight, *passing, lorry_layer(scene)]


def _site_layers(scene: Scene) -> list[PageLayer]:
    platforms = [platform_layer(scene)] if scene.has_platforms else []
    return [collection_layer(scene), customer_layer(scene), candidate_layer(scene), *platforms]


def _kinds(table: pd.DataFrame, outcome: Outcome) -> list[str]:
    """Kinds of collection points that a table has rows of, in the order of `kinds.csv`."""
    found = set(table["kind"])
    return [str(kind) for kind in outcome.study.kinds.index if kind in found]
