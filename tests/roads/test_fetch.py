"""Downloads from an Overpass server of our own on loopback, which is busy, and breaks off."""

import json
import re
import threading
import zlib
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import osmium
import pytest
import requests
from conftest import PATIENCE_S
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import coopgeo
from coopgeo.cli import app
from coopgeo.errors import CoopgeoError, InputError
from coopgeo.roads import fetch, overpass, read
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
        self.odd, self.over = None, threading.Event()  # what is answered instead; the end of the test
        self.url = f"http://127.0.0.1:{self.server_port}/api"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}).start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.shutdown()
        self.server_close()


class Answer(BaseHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing."""

    def send(self, status, body, claimed=None, encoding=None, location=None):
        self.send_response(status)
        self.send_header("Content-Length", str(claimed or len(body)))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def pour(self, chunk, *, folded):
        """Send without end, until nobody listens any more."""
        press = zlib.compressobj(wbits=31)
        self.send_response(200)
        if folded:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        with suppress(OSError):
            while True:
                self.wfile.write(press.compress(chunk) if folded else chunk)

    def drop(self, *, after_headers):
        """Send a byte now and then, until nobody listens any more, or the test is over."""
        with suppress(OSError):
            self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
            if after_headers:
                self.wfile.write(b"1\r\n\r\n")
            while not self.server.over.wait(0.02):
                self.wfile.write(b" ")

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
        remark = answer | {"remark": "runtime error: Query timed out", "elements": nodes[:1]}
        sent = {
            "none": lambda: self.send(200, body if self.server.odd is None else self.server.odd),
            "busy": lambda: self.send(429, b"<html>Too Many Requests</html>"),
            "moved": lambda: self.send(307, b"", location="http://127.0.0.1:9/api/interpreter"),
            "cut": lambda: self.send(200, body[: len(body) // 2]),
            "broken off": lambda: self.send(200, body[: len(body) // 2], claimed=len(body)),
            "remark": lambda: self.send(200, json.dumps(remark).encode()),
            "no gzip": lambda: self.send(200, body, encoding="gzip"),
            "brotli": lambda: self.send(200, body, encoding="br"),
            "html": lambda: self.send(200, b"<html>" + body),
            "endless": lambda: self.pour(b" " * 2**16, folded=False),
            "endless gzip": lambda: self.pour(b" " * 2**16, folded=True),
            "drops": lambda: self.drop(after_headers=True),
            "drops of headers": lambda: self.drop(after_headers=False),
        }
        sent[fault]()


def limits(path):
    roads = read(path, coopgeo.roads.CAR)
    return {(row.highway, row.ref): (row.max_weight_t, row.fixed_time_s) for row in roads.edges.itertuples()}


@pytest.mark.parametrize(
    ("faults", "words"),
    [
        ([], []),
        (["busy"], ["HTTP 429 Too Many Requests"]),
        (["moved"], ["HTTP 307"]),
        (["cut"], ["an answer cut after [0-9]+ bytes"]),
        (["broken off"], ["an answer that broke off"]),
        (["silent"], ["no whole answer within 600 s"]),
        (["remark"], ['the remark "runtime error: Query timed out"']),
        (["no gzip"], ["an answer that cannot be unfolded"]),
        (["brotli"], ["an answer folded in another way"]),
        (["html"], ["an answer that is no JSON"]),
        (["busy", "none", "silent", "remark"], ["HTTP 429", "no whole answer", "Query timed out"]),
    ],
)
def test_what_goes_wrong_is_asked_again(tmp_path, monkeypatch, faults, words):
    retries, real = [], requests.post
    with Overpass(town(), faults) as server:

        def post(*arguments, **more):
            if server.faults[:1] == ["silent"]:
                raise requests.ReadTimeout(server.faults.pop(0))
            return real(*arguments, **more)

        monkeypatch.setattr(requests, "post", post)
        path = fetch_roads(
            FRAME,
            tmp_path / "roads.osm.pbf",
            url=server.url,
            timeout_s=PATIENCE_S,
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


NODE, WAY = {"type": "node", "id": 1, "lon": 0.5, "lat": 49.5}, {"type": "way", "id": 9, "nodes": [1], "tags": {}}
ODD = {
    "null": None,
    "a list": [],
    "elements null": {"elements": None},
    "elements a text": {"elements": "abc"},
    "elements numbers": {"elements": [1, 2]},
    "no elements": {"version": 0.6},
    "way without id": {"elements": [NODE, {"type": "way", "nodes": [1]}]},
    "id as text": {"elements": [NODE | {"id": "1"}]},
    "id beyond measure": {"elements": [NODE | {"id": 10**400}]},
    "id true": {"elements": [NODE | {"id": True}]},
    "node nowhere": {"elements": [NODE | {"lat": 91.0}]},
    "node without place": {"elements": [{"type": "node", "id": 1}]},
    "not a number": {"elements": [NODE | {"lon": float("nan")}]},
    "number as tag": {"elements": [NODE, WAY | {"tags": {"lanes": 2}}]},
    "long tag": {"elements": [NODE, WAY | {"tags": {"name": "x" * 70_000}}]},
    "zero byte in a tag": {"elements": [NODE, WAY | {"tags": {"name": "a\0b"}}]},
    "way of unknown nodes": {"elements": [NODE, WAY | {"nodes": [1, 2]}]},
    "way of texts": {"elements": [NODE, WAY | {"nodes": ["1"]}]},
    "another type": {"elements": [NODE | {"type": "area"}]},
    "remark that is no text": {"elements": [], "remark": {"error": 1}},
}


@pytest.mark.parametrize("odd", [*(json.dumps(one) for one in ODD.values()), "[" * 200_000, '{"elements":' * 5_000])
def test_an_odd_answer_is_never_kept(tmp_path, odd):
    """It is refused in words; once the server is good, the download is as if it had been so always."""
    with Overpass(town()) as server:
        server.odd = odd.encode()
        with pytest.raises(CoopgeoError, match=r"found (an answer|the remark) .*, 2 times"):
            fetch_roads(FRAME, tmp_path / "roads.osm.pbf", url=server.url, attempts=2, first_wait_s=0)
        assert [file for file in tmp_path.rglob("*") if file.is_file()] == []
        server.odd = None
        path = fetch_roads(FRAME, tmp_path / "roads.osm.pbf", url=server.url, first_wait_s=0)
    assert ("ferry", "") in limits(path)


@pytest.mark.parametrize("odd", [*(json.dumps(one) for one in ODD.values()), "[" * 200_000, ""])
def test_an_odd_answer_that_was_kept_is_asked_for_anew(tmp_path, odd):
    path = tmp_path / "roads.osm.pbf"
    with Overpass(town(), ["none", "busy"]) as server:
        with pytest.raises(CoopgeoError):
            fetch_roads(FRAME, path, url=server.url, attempts=1)
        (kept,) = (tmp_path / "overpass").rglob("*.json")
        kept.write_text(odd)
        fetch_roads(FRAME, path, url=server.url)
        assert server.asked == ["roads", "ferries", "roads", "ferries"]


@pytest.mark.parametrize("folded", [False, True])
def test_an_answer_without_end_is_given_up(tmp_path, monkeypatch, folded):
    """What counts are the bytes after unfolding."""
    monkeypatch.setattr(overpass, "MOST_BYTES", 2**20)
    with (
        Overpass(town(), ["endless gzip" if folded else "endless"]) as server,
        pytest.raises(CoopgeoError, match="found an answer of more than 1 MB"),
    ):
        fetch_roads(FRAME, tmp_path / "roads.osm.pbf", url=server.url, attempts=1)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


@pytest.mark.parametrize("fault", ["drops", "drops of headers"])
def test_an_answer_that_comes_in_drops_is_given_up(tmp_path, fault):
    """No time limit of a connection ends it: each byte comes in time."""
    with (
        Overpass(town(), [fault]) as server,
        pytest.raises(CoopgeoError, match=r"found no whole answer within 0.2 s, 1 times"),
    ):
        fetch_roads(FRAME, tmp_path / "roads.osm.pbf", url=server.url, timeout_s=0.2, attempts=1)


@pytest.mark.parametrize(
    "url",
    ["http://example.org/api", "ftp://127.0.0.1/api", "file:///etc", "example.org", "https://", "", "http://[::1"],
)
def test_only_a_server_that_proves_who_it_is_is_asked(tmp_path, url):
    with pytest.raises(InputError, match="expected an address that begins with https://"):
        fetch_roads(FRAME, tmp_path / "roads.osm.pbf", url=url)
    assert list(tmp_path.iterdir()) == []


def test_plain_http_may_be_allowed(tmp_path, monkeypatch):
    asked = []

    def post(address, **_):
        asked.append(address)
        raise requests.ConnectionError

    monkeypatch.setattr(requests, "post", post)
    with pytest.raises(CoopgeoError, match="no connection"):
        fetch_roads(FRAME, tmp_path / "roads.osm.pbf", url="http://10.0.0.1/api/", attempts=1, plain_http=True)
    assert asked == ["http://10.0.0.1/api/interpreter"]


@pytest.mark.parametrize("more", [{"timeout_s": 0}, {"timeout_s": "7"}, {"attempts": 0}, {"attempts": 1.5},
                                  {"first_wait_s": -1}, {"timeout_s": float("nan")}, {"timeout_s": 1e300}])  # fmt: skip
def test_limits_that_are_none(tmp_path, more):
    with pytest.raises(InputError, match=f"{next(iter(more))}: found .*; expected a number"):
        fetch_roads(FRAME, tmp_path / "roads.osm.pbf", **more)


def test_a_frame_of_a_continent_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"takes .* questions; expected 800 at most"):
        fetch_roads((-10, 40, 30, 60), tmp_path / "roads.osm.pbf")


@settings(max_examples=60)
@given(st.data())
def test_whatever_an_answer_is_it_is_refused_or_read(tmp_path_factory, data):
    """Bytes, JSON of any shape, and whole answers with some bytes changed."""
    whole = json.dumps({"elements": town()}).encode()
    leaf = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from([NODE, WAY])
    shapes = st.recursive(leaf, lambda one: st.lists(one) | st.dictionaries(st.sampled_from([*NODE, *WAY, "x"]), one))
    some = st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), min_size=1, max_size=4)
    kind = data.draw(st.sampled_from(["bytes", "json", "changed"]))
    if kind == "bytes":
        content = data.draw(st.binary(max_size=60))
    elif kind == "json":
        content = json.dumps({"elements": data.draw(st.lists(shapes, max_size=4))}).encode()
    else:
        changed = bytearray(whole)
        for at, byte in data.draw(some):
            changed[at] = byte
        content = bytes(changed)
    try:
        answer = overpass.checked_answer(content)
    except overpass.RefusedError:
        return
    folder = tmp_path_factory.mktemp("fuzz")
    try:
        fetch._write_pbf([answer], folder / "roads.osm.pbf", FRAME, folder)
        read(folder / "roads.osm.pbf")
    except CoopgeoError:
        pass


def test_a_download_that_broke_off_goes_on_where_it_was(tmp_path):
    path = tmp_path / "roads.osm.pbf"
    with Overpass(town(), ["none", *["busy"] * 3]) as server:
        with pytest.raises(CoopgeoError, match="HTTP 429 Too Many Requests, 3 times; expected the roads of"):
            fetch_roads(FRAME, path, url=server.url, attempts=3, first_wait_s=0)
        assert not path.exists()
        assert server.asked == ["roads", "ferries", "ferries", "ferries"]
        fetch_roads(FRAME, path, url=server.url, first_wait_s=0)
        assert server.asked == ["roads", "ferries", "ferries", "ferries", "ferries"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["roads.osm.pbf"]


def test_a_download_that_is_done_is_asked_anew(tmp_path):
    path = tmp_path / "roads.osm.pbf"
    with Overpass(town()) as server:
        fetch_roads(FRAME, path, url=server.url)
        fetch_roads(FRAME, path, url=server.url)
        assert len(server.asked) == 4


def test_an_answer_spoilt_on_disk_is_asked_for_again(tmp_path):
    path = tmp_path / "roads.osm.pbf"
    with Overpass(town(), ["none", "busy"]) as server:
        with pytest.raises(CoopgeoError):
            fetch_roads(FRAME, path, url=server.url, attempts=1)
        (spoilt,) = (tmp_path / "overpass").rglob("*.json")
        spoilt.write_text(spoilt.read_text()[:40])
        fetch_roads(FRAME, path, url=server.url)
        assert server.asked == ["roads", "ferries", "roads", "ferries"]


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
