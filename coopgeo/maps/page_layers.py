"""The layers of the page, from the ground up."""

import pandas as pd

from coopgeo.maps.page_areas import available_layer, band_layer, catchment_layer, commune_layer, forest_layer
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

_COLLECTING = ("landing", "hedge_depot", "recycling_centre")


def page_layers(scene: Scene) -> list[PageLayer]:
    """Every layer."""
    outcome = scene.outcome
    return [
        commune_layer(scene),
        available_layer(scene),
        forest_layer(scene),
        *(catchment_layer(scene, kind) for kind in _collecting(outcome.catchments)),
        *(band_layer(scene, kind) for kind in _collecting(outcome.bands)),
        road_layer(scene),
        *_load_layers(scene),
        crossing_layer(scene),
        other_customer_layer(scene, "competitors", "competitor", "competitor", shown=True),
        other_customer_layer(scene, "other_customers", "shown", "customer", shown=False),
        *partner_layers(scene),
        *_site_layers(scene),
    ]


def layers_of_sites(scene: Scene) -> list[PageLayer]:
    """The layers that other sites change."""
    return [commune_layer(scene), *_load_layers(scene), *_site_layers(scene)]


def _load_layers(scene: Scene) -> list[PageLayer]:
    straight = [flow_layer(scene, "direct")] if scene.goes_straight else []
    passing = [flow_layer(scene, "outbound"), flow_layer(scene, "inbound")] if scene.has_platforms else []
    return [*straight, *passing, lorry_layer(scene)]


def _site_layers(scene: Scene) -> list[PageLayer]:
    platforms = [platform_layer(scene)] if scene.has_platforms else []
    return [collection_layer(scene), customer_layer(scene), candidate_layer(scene), *platforms]


def _collecting(table: pd.DataFrame) -> list[str]:
    """Kinds of collection points that a table has rows of, in the order of the switches."""
    return [kind for kind in _COLLECTING if (table["kind"] == kind).any()]
