"""The layers of the small study, changed, and what reading them says."""

import json

from small_study import FRAME, PARISHES

from coopgeo.errors import Faults
from coopgeo.study.boundaries import read_boundaries
from coopgeo.study.rivers import read_rivers

CRS = "EPSG:2154"


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def square(west, south, side=0.1):
    ring = [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def parishes():
    """A feature for each commune of the small study."""
    return [
        feature(square(lon - 0.2, lat - 0.2, 0.4), insee=insee, name=name)
        for insee, (name, lon, lat, _) in PARISHES.items()
    ]


def written(tmp_path, content):
    """A layer as a file; `content` is a list of features, a whole layer, a text or bytes."""
    if isinstance(content, list):
        content = {"type": "FeatureCollection", "features": content}
    if isinstance(content, dict):
        content = json.dumps(content)
    path = tmp_path / "layer.geojson"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def boundaries(tmp_path, content):
    """The boundaries that a layer makes, and what is said of it."""
    faults = Faults("communes.geojson")
    return read_boundaries(written(tmp_path, content), CRS, list(PARISHES), tuple(FRAME), faults), "\n".join(
        faults.lines
    )


def rivers(tmp_path, content):
    """The features of rivers that a layer makes, and what is said of it."""
    faults = Faults("river.geojson")
    return read_rivers(written(tmp_path, content), "river", CRS, tuple(FRAME), faults), "\n".join(faults.lines)
