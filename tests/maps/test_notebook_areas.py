"""Coloured areas for notebooks: classes, legends and labels; hostile names stay words; no address of any network."""

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from bs4 import BeautifulSoup

from coopgeo.maps import areas_map, roads_map, shaded_map
from coopgeo.text import Text

TEXT = Text("fr")
CLASSES = {"breaks": (1, 5), "colours": ("#111111", "#222222", "#333333"), "number": TEXT.number}
HOSTILE = "<script>alert(1)</script> ${x} `y` {{z}} \\\\"


@pytest.fixture(scope="module")
def roads(study):
    return study.roads()


def legend(chart):
    drawn = BeautifulSoup(chart.get_root().render(), "html.parser").select_one(".legend")
    return [drawn.strong.text, *(line.text.strip() for line in drawn.select("div"))]


def fills(chart):
    return re.findall(r'"fill": "(#\w+)"', chart.get_root().render())


def test_each_commune_has_the_colour_of_its_class(study, roads):
    values = pd.Series(3.0, index=study.territory.index)
    values.iloc[:4] = [0.0, 1.0, 5.0, np.inf]
    chart = shaded_map(study, roads, values, "Minutes", missing="aucun chemin", **CLASSES)
    assert fills(chart)[:5] == ["#111111", "#222222", "#333333", "#b9b9b9", "#222222"]
    narrow = "\u202f"
    assert [line.replace(narrow, " ") for line in legend(chart)] == [
        "Minutes",
        "moins de 1",
        "1 à 5",
        "5 et plus",
        "aucun chemin",
    ]


def test_what_is_everywhere_known_has_no_class_of_the_unknown(study, roads):
    values = pd.Series(3.0, index=study.territory.index)
    assert "aucun" not in legend(shaded_map(study, roads, values, "Minutes", missing="aucun", **CLASSES))


def test_a_label_says_the_value_and_the_facts(study, roads):
    values = pd.Series(1234.0, index=study.territory.index)
    facts = pd.DataFrame({"Habitants": ["12"] * len(values)}, index=values.index)
    page = shaded_map(study, roads, values, "Tonnes", facts=facts, **CLASSES).get_root().render()
    name = study.territory["name"].iloc[0]
    label = f"<b>{name}</b><table><tr><td>Tonnes</td><th>1\u202f234</th></tr><tr><td>Habitants</td><th>12</th></tr>"
    assert label in _plain(page)


def _plain(page):
    return re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), page)


@pytest.mark.parametrize("chart", ["shaded", "areas"])
def test_a_hostile_name_stays_words_and_no_network_is_named(study, roads, chart):
    if chart == "shaded":
        values = pd.Series(1.0, index=study.territory.index)
        facts = pd.DataFrame({HOSTILE: [HOSTILE] * len(values)}, index=values.index)
        page = shaded_map(study, roads, values, HOSTILE, facts=facts, **CLASSES).get_root().render()
    else:
        square = shapely.box(*study.territory.total_bounds)
        areas = gpd.GeoDataFrame({"name": [HOSTILE]}, geometry=[square], crs=study.settings.crs)
        page = areas_map(study, roads, areas, HOSTILE).get_root().render()
    assert "<script>alert" not in _plain(page)
    assert "${x}" not in page
    assert "`y`" not in page
    assert "{{z}}" not in page
    assert not re.search(r'(?:src|href)="https?:', page)


def test_catchments_bear_the_numbers_of_their_legend_bands_do_not(study, roads):
    west, south, east, north = study.territory.total_bounds
    squares = [shapely.box(west, south, (west + east) / 2, north), shapely.box((west + east) / 2, south, east, north)]
    areas = gpd.GeoDataFrame({"name": ["Ici", "Là"]}, geometry=squares, crs=study.settings.crs)
    numbered = areas_map(study, roads, areas, "Bassins")
    assert legend(numbered) == ["Bassins", "1Ici", "2Là"]
    assert (
        numbered.get_root().render().count('class=\\"number\\"') + numbered.get_root().render().count('class="number"')
        == 4
    )
    banded = areas_map(study, roads, areas, "Trajet", colours=["#111111", "#222222"])
    assert legend(banded) == ["Trajet", "Ici", "Là"]
    assert fills(banded) == ["#111111", "#222222"]


def test_roads_have_a_legend_and_the_crossings_their_names(study, roads):
    chart = roads_map(study, roads)
    words = legend(chart)
    assert words[0] == TEXT("layer.roads")
    assert {TEXT("highway.trunk"), "Pont", "Bac"} <= set(words)
    assert "Pont de Brotonne" in chart.get_root().render()


def test_a_map_is_as_high_as_it_says(study, roads):
    frame = roads_map(study, roads, height="321px")._repr_html_()
    assert re.match(r'<iframe srcdoc="[^"]*" width="100%" height="321px"', frame)
    assert "padding-bottom" not in frame[-300:]
