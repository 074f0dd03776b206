"""Partners on a map: those of `partners.csv` that have a place."""

import geopandas as gpd
import pandas as pd

from coopgeo.maps.page_layer import PageLayer, Scene
from coopgeo.opportunity.actors import partners_of
from coopgeo.study import Study
from coopgeo.study.geojson import WGS84
from coopgeo.study.schemas import EVERY_CHAIN
from coopgeo.words.actors import partner_name

_COLOUR = "#b25000"
_SIZE_PX = 20


def partner_points(study: Study, chain: str | None = None) -> gpd.GeoDataFrame:
    """The partners that have a place, each as `partner`, in the metric CRS.

    Parameters
    ----------
    study : Study
    chain : str, optional
        Those of a chain, or of all chains; everybody by default.
    """
    table = study.partners
    asked = [one for one in partners_of(study) if not one.missing and (not chain or one.chain in (chain, EVERY_CHAIN))]
    placed = table.reindex(columns=["lon", "lat"]).astype(float).dropna()
    found = [one for one in asked if one.id in placed.index]
    at = placed.loc[[one.id for one in found]]
    points = gpd.points_from_xy(at["lon"], at["lat"], crs=WGS84)
    return gpd.GeoDataFrame({"partner": found}, geometry=points, crs=WGS84).to_crs(study.settings.crs)


def symbol_of(*, assumed: bool) -> str:
    """SVG of a partner: head and shoulders; hollow where assumed."""
    paint = (
        f'fill="#fff" stroke="{_COLOUR}" stroke-width="2.6" stroke-dasharray="3.6 2"'
        if assumed
        else f'fill="{_COLOUR}" stroke="#fff" stroke-width="1.4"'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_SIZE_PX}" height="{_SIZE_PX}" viewBox="-1 -1 26 26" '
        f'aria-hidden="true"><g {paint}><circle cx="12" cy="7" r="5.5"/><path d="M2 24c0-13 20-13 20 0z"/></g></svg>'
    )


def partner_layers(scene: Scene) -> list[PageLayer]:
    """The partners of the chain that have a place; no layer if none has.

    Parameters
    ----------
    scene : Scene
    """
    text, outcome = scene.text, scene.outcome
    placed = partner_points(outcome.study, outcome.chain.settings.id)
    if placed.empty:
        return []
    titles, partners = outcome.study.sources["title"], list(placed["partner"])
    rows = pd.DataFrame(
        {
            "name": [partner_name(one, text) for one in partners],
            "stage": [text(f"actors.stage_{one.stage}") for one in partners],
            "role": [one.role[text.lang] for one in partners],
            "note": [one.note for one in partners],
            "status": [text(f"status.{one.status}") for one in partners],
            "source": [titles.get(one.source, one.source) for one in partners],
        }
    )
    styles = [[symbol_of(assumed=one.status == "assumed"), _SIZE_PX] for one in partners]
    legend = [(symbol_of(assumed=False), text("actors.layer"))]
    return [PageLayer("partners", "landmarks", "places", rows, placed.geometry, styles, legend, shown=False)]
