"""Circles of shares on the map of a notebook."""

import re

import pandas as pd
import pytest

from coopgeo.maps import shares_map
from coopgeo.maps.notebook_shares import radius_px


def test_the_area_of_a_circle_goes_with_its_share():
    assert radius_px(0.4) ** 2 == pytest.approx(4 * radius_px(0.1) ** 2, rel=0.02)
    assert 0 < radius_px(0.0) < radius_px(0.05)


def test_each_site_has_its_circle_its_words_and_the_map_its_legend(study):
    sites = study.chain().candidate_sites
    shares = pd.Series({"la-frenaye": 0.25, "gruchet": 0.5})
    words = {0.0: "jamais"}
    chart = shares_map(
        study, study.roads(), sites, shares, "Le meilleur", words=lambda part: words.get(part, f"{part} fois")
    )
    html = chart.get_root().render()
    assert html.count("L.circleMarker(") == len(sites)
    radii = sorted(map(float, re.findall(r'"radius": ([\d.]+)', html)))
    assert radii[-2:] == [radius_px(0.25), radius_px(0.5)]
    assert radii[0] == radius_px(0.0)
    assert html.count('"dashArray": "4 3"') == (sites["status"] == "assumed").sum()
    assert "0.5 fois" in html
    legend = html[html.index('<div class="legend"') :]
    assert "jamais" in legend
    assert "Le meilleur" in legend
    assert not re.search(r"https?://(?!www\.w3\.org)[^\s\"'<>]+\.(js|css)\b", html)
