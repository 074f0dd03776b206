"""Downloads from an Overpass server of our own on loopback, which is busy, and breaks off."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import osmium
import pytest
import requests
from conftest import PATIENCE_S
from typer.testing import CliRunner

import coopgeo
from coopgeo.cli import app
from coopgeo.errors import CoopgeoError, InputError
from coopgeo.roads import read
from coopgeo.roads.fetch import fetch_roads

FRAME = (0.40, 49.40, 0.60, 49.60)


def town():
    """A street, a main road with a limit, and a ferry with a slip at its end, as Overpass tells them."""
    places = {1: (0.50, 49.50), 2: (0.51, 49.50), 3: (0.52, 49.50), 4: (0.53, 49.51), 5: (0.54, 49.51)}
    nodes = [{"type": "node", "id": id, "lon": lon, "lat": lat} for id, (lon, lat) in places.items()]
    tags = {
        10: ([1, 2, 3], {"highway": "primary", "ref": "D982", "maxweight": "19"}),
        11: ([3, 4], {"route": "ferry", "duration": "00:08", "motor_vehicle": "yes"}),
        12: ([4, 5], {"highway": "residential"}),
    }
    return nodes + [{"type": "way", "id": id, "nodes": refs, "tags": values} for id, (refs, values) in tags.items()]


def extract(path):
    """The roads of an extract in the same shape."""
    nodes, ways = {}, []
    key_filter = osmium.filter.KeyFilter("highway", "route")
    for way in (
        osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations().with_filter(key_filter)
    ):
        if isinstance(way, osmium.osm.Way):
            whole = [node for node in way.nodes if node.location.valid()]
            nodes |= {node.ref: {"type": "node", "id": node.ref, "lon": node.lon, "lat": node.lat} for node in whole}
            ways.append({"type": "way", "id": way.id, "nodes": [node.ref for node in whole], "tags": dict(way.tags)})
    return [*nodes.values(), *ways]


class Overpass(ThreadingHTTPServer):
    """Answers as Overpass does; `faults` are what it does wrong first, one a question."""

    daemon_threads = False

    def __init__(self, elements, faults=()):
        super().__init__(("127.0.0.1", 0), Answer)
        self.elements, self.faults, self.asked = elements, list(faults), []
        self.url = f"http://127.0.0.1:{self.server_port}/api"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Answer(BaseHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing."""

    def send(self, status, body, claimed=None):
        self.send_response(status)
        self.send_header("Content-Length", str(claimed or len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        query = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["data"][0]
        ferries = '"route"="ferry"' in query
        self.server.asked.append("ferries" if ferries else "roads")
        ways = [
            e
            for e in self.server.elements
            if e["type"] == "way" and (("route" in e["tags"]) if ferries else ("highway" in e["tags"]))
        ]
        used = {ref for way in ways for ref in way["nodes"]}
        nodes = [e for e in self.server.elements if e["type"] == "node" and e["id"] in used]
        answer = {"version": 0.6, "generator": "Overpass API", "elements": [*nodes, *ways]}
        body = json.dumps(answer).encode()
        fault = self.server.faults.pop(0) if self.server.faults else "none"
        if fault == "busy":
            self.send(429, b"<html>Too Many Requests</html>")
        elif fault == "cut":
            self.send(200, body[: len(body) // 2])
        elif fault == "broken off":
            self.send(200, body[: len(body) // 2], claimed=len(body))
        elif fault == "remark":
            self.send(
                200, json.dumps(answer | {"remark": "runtime error: Query timed out", "elements": nodes[:1]}).encode()
            )
        else:
            self.send(200, body)


def limits(path):
    roads = read(path, coopgeo.roads.CAR)
    return {(row.highway, row.ref): (row.max_weight_t, row.fixed_time_s) for row in roads.edges.itertuples()}


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ([], []),
        (["busy"], ["HTTP 429"]),
        (["cut"], ["an answer cut after"]),
        (["broken off"], ["IncompleteRead"]),
        (["slow"], ["Timeout"]),
        (["remark"], ["Query timed out"]),
        (["busy", "none", "slow", "remark"], ["HTTP 429", "Timeout", "Query timed out"]),
    ],
)
def test_what_goes_wrong_is_asked_again(tmp_path, monkeypatch, faults, words):
    retries, real = [], requests.post
    with Overpass(town(), faults) as server:

        def post(*arguments, timeout, **more):
            """A slow answer is given up at once; for any other a busy machine may take its time."""
            assert timeout == 7
            if server.faults[:1] == ["slow"]:
                raise requests.ReadTimeout(server.faults.pop(0))
            return real(*arguments, timeout=PATIENCE_S, **more)

        monkeypatch.setattr(requests, "post", post)
        path = fetch_roads(
            FRAME,
            tmp_path / "roads.osm.pbf",
            url=server.url,
            timeout_s=7,
            first_wait_s=0,
            on_retry=lambda what, _: retries.append(what),
        )
    assert len(retries) == len(words)
    assert all(re.search(word, line) for word, line in zip(words, retries, strict=True))
    assert limits(path) == {
        ("primary", "D982"): (19, 0),
        ("ferry", ""): (float("inf"), 480),
        ("residential", ""): (float("inf"), 0),
    }


def test_a_download_that_broke_off_goes_on_where_it_was(tmp_path):
    path = tmp_path / "roads.osm.pbf"
    with Overpass(town(), ["none", *["busy"] * 3]) as server:
        with pytest.raises(CoopgeoError, match="HTTP 429 Too Many Requests, 3 times; expected the roads of"):
            fetch_roads(FRAME, path, url=server.url, attempts=3, first_wait_s=0)
        assert not path.exists()
        assert server.asked == ["roads", "ferries", "ferries", "ferries"]
        fetch_roads(FRAME, path, url=server.url, first_wait_s=0)
        assert server.asked == ["roads", "ferries", "ferries", "ferries", "ferries"]
        before = path.read_bytes()
        fetch_roads(FRAME, path, url=server.url)
        assert len(server.asked) == 5
    assert path.read_bytes() == before
    assert sorted(file.name for file in tmp_path.iterdir()) == ["overpass", "roads.osm.pbf"]


def test_an_answer_spoilt_on_disk_is_asked_for_again(tmp_path):
    path = tmp_path / "roads.osm.pbf"
    with Overpass(town()) as server:
        fetch_roads(FRAME, path, url=server.url)
        before = path.read_bytes()
        spoilt = min((tmp_path / "overpass").rglob("*.json"))
        spoilt.write_text(spoilt.read_text()[:40])
        fetch_roads(FRAME, path, url=server.url)
        assert len(server.asked) == 3
    assert path.read_bytes() == before


def test_a_frame_without_a_road(tmp_path):
    with Overpass([]) as server, pytest.raises(InputError, match="found no road in"):
        fetch_roads(FRAME, tmp_path / "roads.osm.pbf", url=server.url)
    assert not (tmp_path / "roads.osm.pbf").exists()


@pytest.mark.parametrize(
    "frame", [(0.6, 49.4, 0.4, 49.6), (0.4, 49.6, 0.6, 49.4), (0.4, 49.4, 200, 49.6), (float("nan"), 49.4, 0.6, 49.6)]
)
def test_a_frame_that_is_none(tmp_path, frame):
    with pytest.raises(InputError, match="expected west, south, east, north"):
        fetch_roads(frame, tmp_path / "roads.osm.pbf", url="http://127.0.0.1:9")


def test_nobody_answers(tmp_path):
    with pytest.raises(CoopgeoError, match="no connection to the server"):
        fetch_roads(FRAME, tmp_path / "roads.osm.pbf", url="http://127.0.0.1:9", attempts=2, first_wait_s=0)


def test_a_real_extract_comes_through_whole(shared, tmp_path):
    """Andorra, served by our server and fetched, gives the same network as the extract itself."""
    source = shared / "bench" / "roads" / "andorra.osm.pbf"
    with Overpass(extract(source)) as server:
        path = fetch_roads((1.40, 42.42, 1.79, 42.66), tmp_path / "roads.osm.pbf", url=server.url)
    fetched, original = read(path), read(source)
    assert len(fetched.edges) == len(original.edges)
    assert fetched.edges["time_s"].tolist() == original.edges["time_s"].tolist()


def test_the_command(tmp_path):
    out = tmp_path / "roads.osm.pbf"
    with Overpass(town()) as server:
        result = CliRunner().invoke(
            app, ["fetch", "roads", "--study", "data/raw", "--out", str(out), "--url", server.url]
        )
        assert result.exit_code == 0, result.output
        assert (
            server.asked.count("roads") == server.asked.count("ferries") > 1
        )  # the frame of the study is parted into several questions
    assert out.name in result.output
    assert out.is_file()
