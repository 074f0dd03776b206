"""One table of symbols serves the page, the maps that stand still and QGIS."""

from matplotlib.lines import Line2D

from coopgeo.maps import symbols


def test_every_kind_has_a_shape_that_matplotlib_and_qgis_know():
    known = {"circle", "square", "triangle", "diamond", "pentagon", "star"}  # of QGIS, simple markers
    for kind, place in symbols.PLACES.items():
        assert place.marker in Line2D.markers, kind
        assert place.qgis in known, kind
        assert place.shape in symbols.symbol(kind, 18)
        assert place.colour in symbols.symbol(kind, 18, assumed=True)


def test_what_is_assumed_is_hollow_with_a_broken_outline():
    assert "stroke-dasharray" in symbols.symbol("customer", 18, assumed=True)
    assert 'fill="#fff"' in symbols.symbol("customer", 18, assumed=True)
    assert "stroke-dasharray" not in symbols.symbol("customer", 18)


def test_the_width_of_a_flow_goes_with_the_root_of_its_tonnes():
    assert symbols.flow_width(100.0, 100.0) == 11.0
    assert symbols.flow_width(25.0, 100.0) == 6.5
    assert symbols.flow_width(0.0, 0.0) == 2.0
