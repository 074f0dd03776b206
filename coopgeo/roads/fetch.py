"""Download the roads of a frame from an Overpass server into an OpenStreetMap file.

A large frame is parted into tiles, two questions each. Each whole answer is kept until the file stands, and checked
when it is read again, so that a download that broke off goes on where it was.
"""

import hashlib
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import osmium
import tenacity

from coopgeo.errors import CoopgeoError, InputError, Message, check_kind
from coopgeo.roads.overpass import MOST_BYTES, Answer, Node, RefusedError, Server, Way, checked_answer
from coopgeo.roads.tags import FERRY, HIGHWAYS
from coopgeo.scratch import scratch_in, settle

OVERPASS_URL = "https://overpass-api.de/api"
_FILTERS = [f'["highway"~"^({"|".join(sorted(HIGHWAYS))})$"]["area"!~"yes"]', f'["route"="{FERRY}"]']
_TILE_DEGREES = 0.6, 0.45  # some 45 x 50 km in France
_MOST_TILES = 400
_ATTEMPTS = 6
_FIRST_WAIT_S, _LONGEST_WAIT_S = 5.0, 120.0

Frame = tuple[float, float, float, float]
OnRetry = Callable[[str, float], None]


def fetch_roads(
    frame: Frame,
    path: Path | str,
    *,
    url: str = OVERPASS_URL,
    timeout_s: float = 180.0,
    attempts: int = _ATTEMPTS,
    first_wait_s: float = _FIRST_WAIT_S,
    on_retry: OnRetry | None = None,
    plain_http: bool = False,
) -> Path:
    """Download the roads and ferries of a frame.

    Parameters
    ----------
    frame : (west, south, east, north)
        Degrees.
    path : Path
        File to write, `.osm.pbf`; the answers are kept in the folder `overpass` beside it until it stands.
    url : str
        Address of the Overpass server, without `/interpreter`.
    timeout_s : float
        How long to wait for one answer, from the question to its last byte.
    attempts : int
        How often to put each question.
    first_wait_s : float
        Wait before the second attempt, seconds; twice as long before each further one, two minutes at most.
    on_retry : callable, optional
        Called with what went wrong and the seconds to wait.
    plain_http : bool
        Whether the address of another machine may be one without https.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If the frame is none, too large, or holds no road, or the address may not be asked.
    CoopgeoError
        If the server gave no whole answer, or the files cannot be written; what came is kept for the next call.
    """
    questions = _questions(_checked_frame(frame))
    check_kind("path", path, str | Path, Message("the path of a file"))
    path = Path(path)
    if not path.name.endswith(".osm.pbf"):
        raise InputError(Message("{path}: found this name; expected one that ends in .osm.pbf", path=str(path)))
    check_kind("url", url, str, Message("the address of an Overpass server"))
    _check_limits(timeout_s, attempts, first_wait_s)
    server = Server.at(url, timeout_s, plain_http=plain_http)
    folder = path.parent / "overpass" / "_".join(f"{edge:g}" for edge in frame)

    def tell(state: tenacity.RetryCallState) -> None:
        if on_retry and state.outcome and state.next_action:
            on_retry(_said_of(state.outcome.exception()), float(state.next_action.sleep))

    retrying = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(attempts),
        wait=tenacity.wait_exponential(multiplier=first_wait_s, max=_LONGEST_WAIT_S),
        retry=tenacity.retry_if_exception_type(RefusedError),
        before_sleep=tell,
        reraise=True,
    )
    with _writing(path):
        try:
            answers = [_kept(folder, question) or retrying(_asked, server, question, folder) for question in questions]
        except RefusedError as error:
            raise CoopgeoError(
                Message(
                    "{url}: found {what}, {count} times; expected the roads of {frame}. What came is kept in {folder}: "
                    "run the command again to go on, or download an extract from Geofabrik and give it with --roads",
                    url=url,
                    what=_said_of(error),
                    count=attempts,
                    frame=str(tuple(frame)),
                    folder=str(folder),
                )
            ) from None
        _write_pbf(answers, path, frame, folder)
        _drop(questions, folder)
    return path


def _said_of(error: BaseException | None) -> str:
    return str(error) if error is None or not error.args else error.args[0]


def _checked_frame(frame: Frame) -> Frame:
    try:
        west, south, east, north = (float(edge) for edge in frame)
        right = -180 <= west < east <= 180 and -90 <= south < north <= 90
    except (TypeError, ValueError, OverflowError):
        right = False
    if not right:
        raise InputError(
            Message(
                "frame: found {frame}; expected west, south, east, north in degrees, west < east and south < north",
                frame=str(frame),
            )
        )
    return west, south, east, north


def _check_limits(timeout_s: float, attempts: int, first_wait_s: float) -> None:
    for name, number, whole in (
        ("timeout_s", timeout_s, False),
        ("attempts", attempts, True),
        ("first_wait_s", first_wait_s, False),
    ):
        kind = isinstance(number, int | np.integer if whole else int | float | np.number)
        least = 0 if name == "first_wait_s" else 1 if whole else 1e-3
        if not kind or isinstance(number, bool) or not least <= number < threading.TIMEOUT_MAX:
            raise InputError(
                Message(
                    "{name}: found {number}; expected a number, {least:g} or more",
                    name=name,
                    number=str(number),
                    least=least,
                )
            )


def _questions(frame: Frame) -> list[str]:
    """The questions for the roads and the ferries of each tile of a frame."""
    west, south, east, north = frame
    columns, rows = (
        math.ceil(span / step) for span, step in zip((east - west, north - south), _TILE_DEGREES, strict=True)
    )
    if columns * rows > _MOST_TILES:
        raise InputError(
            Message(
                "frame: found {frame}, which takes {count} questions; expected {most} at most: for a larger area "
                "download an extract from Geofabrik and give it with --roads",
                frame=str(frame),
                count=2 * columns * rows,
                most=2 * _MOST_TILES,
            )
        )
    x, y = np.linspace(west, east, columns + 1), np.linspace(south, north, rows + 1)
    boxes = [
        f"{y[row]:.7f},{x[column]:.7f},{y[row + 1]:.7f},{x[column + 1]:.7f}"
        for row in range(rows)
        for column in range(columns)
    ]
    return [f"(way{tags}({box});>;);out;" for box in boxes for tags in _FILTERS]


def _file_of(folder: Path, question: str) -> Path:
    return folder / f"{hashlib.sha256(question.encode()).hexdigest()[:32]}.json"


def _kept(folder: Path, question: str) -> Answer | None:
    """The answer that is kept from an earlier call; None if there is none, or one that is spoilt."""
    file = _file_of(folder, question)
    if not file.is_file():
        return None
    with file.open("rb") as kept:
        content = kept.read(MOST_BYTES + 1)
    try:
        return checked_answer(content)
    except RefusedError:
        return None


def _asked(server: Server, question: str, folder: Path) -> Answer:
    """The answer of the server, kept once it is known to be whole."""
    content = server.ask(f"[out:json][timeout:{math.ceil(server.timeout_s)}];{question}")
    answer = checked_answer(content)
    with scratch_in(folder) as scratch:
        file = _file_of(folder, question)
        new = scratch / file.name
        new.write_bytes(content)
        settle(new, file)
    return answer


def _drop(questions: list[str], folder: Path) -> None:
    """Remove the answers once the file stands, so that a later call asks for the roads of its day."""
    for question in questions:
        _file_of(folder, question).unlink(missing_ok=True)
    for empty in (folder, folder.parent):
        with suppress(OSError):  # another call may still write there
            empty.rmdir()


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CoopgeoError(
            Message(
                "{path}: cannot be written ({reason}); make room there or choose another place (--out), and run the "
                "command again to go on",
                path=str(path),
                reason=error.strerror or str(error),
            )
        ) from error


def _write_pbf(answers: list[Answer], path: Path, frame: Frame, folder: Path) -> None:
    """All ways of the answers, and their nodes, each once, as one file."""
    elements = [element for answer in answers for element in answer.elements]
    nodes = {element.id: element for element in elements if isinstance(element, Node)}
    ways = {element.id: element for element in elements if isinstance(element, Way)}
    if not ways:
        raise InputError(
            Message(
                "frame: found no road in {frame}; expected a frame on land, as west, south, east, north",
                frame=str(tuple(frame)),
            )
        )
    mutable = osmium.osm.mutable
    with scratch_in(folder) as scratch:
        new = scratch / path.name
        try:
            with osmium.SimpleWriter(str(new)) as writer:
                for _, node in sorted(nodes.items()):
                    writer.add_node(mutable.Node(id=node.id, version=1, location=(node.lon, node.lat)))
                for _, way in sorted(ways.items()):
                    writer.add_way(mutable.Way(id=way.id, version=1, nodes=way.nodes, tags=way.tags))
        except RuntimeError as error:  # how osmium says that a disk is full
            raise OSError(str(error)) from error
        settle(new, path)
