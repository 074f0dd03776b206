"""One table of symbols serves the page, the maps that stand still and QGIS."""

from matplotlib.lines import Line2D

from coopgeo.maps import symbols


def test_every_kind_has_a_shape_that_matplotlib_and_qgis_know():
    known = {"circle", "square", "triangle", "diamond", "pentagon", "star"}  # of QGIS, simple markers
    own = {shape: symbols.drawn_as(shape, "#102030") for shape in symbols.SHAPES}
    for kind, place in {**symbols.PLACES, **own}.items():
        assert place.marker in Line2D.markers, kind
        assert place.qgis in known, kind
        assert place.shape in symbols.symbol(place, 18)
        assert place.colour in symbols.symbol(place, 18, assumed=True)


def test_what_is_assumed_is_hollow_with_a_broken_outline():
    assert "stroke-dasharray" in symbols.symbol("customer", 18, assumed=True)
    assert 'fill="#fff"' in symbols.symbol("customer", 18, assumed=True)
    assert "stroke-dasharray" not in symbols.symbol("customer", 18)


def test_the_width_of_a_flow_goes_with_the_root_of_its_tonnes():
    assert symbols.flow_width(100.0, 100.0) == 11.0
    assert symbols.flow_width(25.0, 100.0) == 6.5
    assert symbols.flow_width(0.0, 0.0) == 2.0


def test_kinds_are_drawn_as_their_table_says(study):
    places = symbols.places_of(study.kinds)
    assert places["landing"] == symbols.PlaceSymbol('<path d="M12 2 22 21H2z"/>', "#1f6b3a", "^", "triangle")
    assert places["hospital"] == symbols.PLACES["customer"]
    assert set(study.kinds["shape"]) <= set(symbols.SHAPES)


def test_kinds_that_look_alike_need_one_entry_of_a_legend(study):
    places = symbols.places_of(study.kinds)
    assert symbols.look_alike(["hospital", "school"], places)
    assert not symbols.look_alike(["canteen", "shop"], places)
    assert symbols.look_alike([], places)
