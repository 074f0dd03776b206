"""Download the roads of a frame from an Overpass server, through osmnx, into an OpenStreetMap file.

osmnx parts a large frame into several questions and keeps each whole answer, so that a download that broke off goes
on where it was.
"""

import json
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import osmium
import osmnx
import requests
import tenacity

from coopgeo.errors import CoopgeoError, InputError
from coopgeo.roads.tags import FERRY, HIGHWAYS

OVERPASS_URL = str(osmnx.settings.overpass_url)
_FILTERS = [f'["highway"~"^({"|".join(sorted(HIGHWAYS))})$"]["area"!~"yes"]', f'["route"="{FERRY}"]']
_ATTEMPTS = 6
_FIRST_WAIT_S, _LONGEST_WAIT_S = 5.0, 120.0
# osmnx raises private errors for answers that are empty or refused: caught by the public one they derive from.
_REFUSED = (requests.RequestException, ValueError)

OnRetry = Callable[[str, float], None]


class _Refused(requests.RequestException):
    """An answer that is no whole set of roads."""


def fetch_roads(
    frame: tuple[float, float, float, float],
    path: Path,
    *,
    url: str = OVERPASS_URL,
    timeout_s: float = 180.0,
    attempts: int = _ATTEMPTS,
    first_wait_s: float = _FIRST_WAIT_S,
    on_retry: OnRetry | None = None,
) -> Path:
    """Download the roads and ferries of a frame.

    Parameters
    ----------
    frame : (west, south, east, north)
        Degrees.
    path : Path
        File to write, `.osm.pbf`; the answers are kept in the folder `overpass` beside it.
    url : str
        Address of the Overpass server, without `/interpreter`.
    timeout_s : float
        How long to wait for one answer.
    attempts : int
        How often to ask in all.
    first_wait_s : float
        Wait before the second attempt, seconds; twice as long before each further one, two minutes at most.
    on_retry : callable, optional
        Called with what went wrong and the seconds to wait.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If the frame is none, or holds no road.
    CoopgeoError
        If the server gave no whole answer; what came is kept for the next call.
    """
    west, south, east, north = frame
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InputError(
            f"frame: found {frame}; expected west, south, east, north in degrees, west < east and south < north"
        )
    if not path.name.endswith(".osm.pbf"):
        raise InputError(f"{path}: found this name; expected one that ends in .osm.pbf")
    answers = path.parent / "overpass" / "_".join(f"{edge:g}" for edge in frame)
    answers.mkdir(parents=True, exist_ok=True)

    def tell(state: tenacity.RetryCallState) -> None:
        if on_retry and state.outcome and state.next_action:
            on_retry(_in_words(state.outcome.exception()), float(state.next_action.sleep))

    retrying = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(attempts),
        wait=tenacity.wait_exponential(multiplier=first_wait_s, max=_LONGEST_WAIT_S),
        retry=tenacity.retry_if_exception_type(_REFUSED),
        before_sleep=tell,
        reraise=True,
    )
    try:
        retrying(_ask, frame, answers, url, timeout_s)
    except _REFUSED as error:
        raise CoopgeoError(
            f"{url}: found {_in_words(error)}, {attempts} times; expected the roads of {frame}. "
            f"What came is kept in {answers}: run the command again to go on, "
            "or download an extract from Geofabrik and give it with --roads"
        ) from None
    _write_pbf(answers, path, frame)
    return path


def _in_words(error: BaseException | None) -> str:
    if isinstance(error, requests.ConnectionError) and not isinstance(error, requests.Timeout):
        return "no connection to the server (is there internet?)"
    return f"{type(error).__name__.removeprefix('_')} {str(error)[:200]}".strip()


def _ask(frame: tuple[float, float, float, float], answers: Path, url: str, timeout_s: float) -> None:
    """Ask for what is not kept yet."""
    for answer in answers.glob("*.json"):
        if not _is_whole(answer):
            answer.unlink()
    with _settings(answers, url, timeout_s):
        try:
            osmnx.graph_from_bbox(frame, custom_filter=_FILTERS, simplify=False, retain_all=True)
        except InterruptedError:  # how osmnx says that every answer is kept
            return


def _is_whole(answer: Path) -> bool:
    try:
        return "elements" in json.loads(answer.read_text("utf-8"))
    except ValueError:
        return False


@contextmanager
def _settings(answers: Path, url: str, timeout_s: float) -> Iterator[None]:
    """The settings of osmnx, which are global, as this download needs them, and put back after it."""
    values = {
        "cache_folder": answers,
        "use_cache": True,
        "cache_only_mode": True,
        "overpass_url": url.rstrip("/"),
        "overpass_rate_limit": False,  # a busy server is asked again later, by us
        "requests_timeout": timeout_s,
        "requests_kwargs": {**osmnx.settings.requests_kwargs, "hooks": {"response": _refuse_parts}},
    }
    before = {name: getattr(osmnx.settings, name) for name in values}
    lookup = socket.getaddrinfo  # osmnx replaces it
    for name, value in values.items():
        setattr(osmnx.settings, name, value)
    try:
        yield
    finally:
        socket.getaddrinfo = lookup
        for name, value in before.items():
            setattr(osmnx.settings, name, value)


def _refuse_parts(response: requests.Response, *_args: Any, **_kwargs: Any) -> None:
    """Refuse what is no whole answer before osmnx sees it: it would keep a part, or wait a minute without a word."""
    fault = _fault(response) if response.request.method == "POST" else None
    if fault:
        response.close()
        raise _Refused(fault)


def _fault(response: requests.Response) -> str | None:
    if not response.ok:
        return f"HTTP {response.status_code} {response.reason}"
    try:
        answer = response.json()
    except ValueError:
        return f"an answer cut after {len(response.content)} bytes"
    # A question that took too long is answered with what was found until then, and a remark.
    return f"the remark {answer['remark']!r}" if "remark" in answer else None


def _write_pbf(answers: Path, path: Path, frame: tuple[float, float, float, float]) -> None:
    """All ways of the answers, and their nodes, each once, as one file."""
    elements = [
        element
        for answer in sorted(answers.glob("*.json"))
        for element in json.loads(answer.read_text("utf-8"))["elements"]
    ]
    nodes = {element["id"]: element for element in elements if element["type"] == "node"}
    ways = {element["id"]: element for element in elements if element["type"] == "way"}
    if not ways:
        raise InputError(f"frame: found no road in {frame}; expected a frame on land, as west, south, east, north")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as scratch:
        new = Path(scratch) / path.name
        with osmium.SimpleWriter(str(new)) as writer:
            for _, node in sorted(nodes.items()):
                writer.add_node(osmium.osm.mutable.Node(id=node["id"], version=1, location=(node["lon"], node["lat"])))
            for _, way in sorted(ways.items()):
                writer.add_way(
                    osmium.osm.mutable.Way(id=way["id"], version=1, nodes=way["nodes"], tags=way.get("tags", {}))
                )
        new.replace(path)
