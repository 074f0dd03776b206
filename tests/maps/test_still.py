"""Maps that stand still, drawn from a made-up outcome."""

from types import SimpleNamespace

import geopandas as gpd
import pytest
from made_up import CRS, line, made_up_outcome
from matplotlib.figure import Figure

from coopgeo.maps.still import _lorries, _resource, _set_apart
from tests.wood_text import wood_text


@pytest.fixture
def outcome():
    roads = gpd.GeoDataFrame(
        {"u": ["a"], "v": ["b"], "highway": ["primary"]}, geometry=[line((0, 0), (900, 0))], crs=CRS
    )
    return made_up_outcome(roads=SimpleNamespace(edges=roads))


@pytest.mark.parametrize(("lang", "words"), [("en", "D 1: 3.0"), ("fr", "D 1\u00a0: 3,0")])
def test_lorries_a_day_are_written_as_each_language_writes_them(outcome, lang, words):
    axes = Figure().add_subplot()
    title, _ = _lorries(axes, outcome, wood_text(lang))
    assert title == wood_text(lang)("layer.lorries")
    assert words in [written.get_text() for written in axes.texts]


def test_wood_is_told_per_square_kilometre_as_on_the_page(outcome):
    _, handles = _resource(Figure().add_subplot(), outcome, wood_text("en"))
    classes = [handle.get_label() for handle in handles][:5]
    assert classes == ["under 2.0", "2.0 to 4.0", "4.0 to 7.0", "7.0 to 11.0", "11.0 and more"]


def test_labels_never_overprint_one_another_and_the_first_keeps_its_place():
    figure = Figure()
    axes = figure.add_subplot()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    for at in range(8):
        axes.annotate(f"road {at}", (0.5, 0.5), (8, 8), textcoords="offset points")
    _set_apart(axes)
    boxes = [label.get_window_extent() for label in axes.texts]
    assert 1 < len(boxes) < 8
    apart = 1.9 * axes.figure.dpi / 72  # points on each side
    boxes = [box.padded(apart) for box in boxes]
    assert not any(box.overlaps(other) for at, box in enumerate(boxes) for other in boxes[:at])
    assert axes.texts[0].get_text() == "road 0"
    assert axes.texts[0].get_position() == (8, 8)
