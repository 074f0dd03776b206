"""One question to an Overpass server, and its answer: bounded in bytes and seconds, and checked element by element."""

import ipaddress
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import requests
from pydantic import Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass
from urllib3.exceptions import HTTPError

from coopgeo.errors import InputError, Message

MOST_BYTES = 256 * 2**20  # unfolded; a tile of a dense town has a third of it
_CHUNK_BYTES = 2**16
_FOLDINGS = ("", "identity", "gzip", "deflate")  # no others, and none within another: they unfold without measure
_HEADERS = {"User-Agent": "coopgeo", "Accept-Encoding": "gzip"}

_Id = Annotated[int, Field(strict=True, gt=0, lt=2**63)]
_Longitude = Annotated[float, Field(strict=True, ge=-180, le=180)]
_Latitude = Annotated[float, Field(strict=True, ge=-90, le=90)]
_Word = Annotated[str, StringConstraints(max_length=255, pattern="^[^\0]*$")]  # as OpenStreetMap bounds them


@checked_dataclass(slots=True)
class Node:
    """A node of OpenStreetMap."""

    type: Literal["node"]
    id: _Id
    lon: _Longitude
    lat: _Latitude


@checked_dataclass(slots=True)
class Way:
    """A way of OpenStreetMap."""

    type: Literal["way"]
    id: _Id
    nodes: list[_Id]
    tags: dict[_Word, _Word] = field(default_factory=dict)


@checked_dataclass(slots=True)
class Answer:
    """What a server found; `remark` if that is not all."""

    elements: list[Annotated[Node | Way, Field(discriminator="type")]]
    remark: str | None = None


_ANSWER = TypeAdapter(Answer)


class RefusedError(Exception):
    """An answer that is no whole set of roads: asking again may help."""


@dataclass(frozen=True)
class Server:
    """An Overpass server.

    Attributes
    ----------
    url : str
        Without `/interpreter`.
    timeout_s : float
        Longest time from a question to the last byte of its answer.
    """

    url: str
    timeout_s: float

    @classmethod
    def at(cls, url: str, timeout_s: float, *, plain_http: bool) -> "Server":
        """A server under an address that may be asked; raises `InputError`."""
        scheme, host = _scheme_and_host(url)
        if not host or not (scheme == "https" or (scheme == "http" and (plain_http or _is_this_machine(host)))):
            raise InputError(
                Message(
                    'url: found "{url}"; expected an address that begins with https:// (with http:// only on this '
                    "machine, or with --plain-http)",
                    url=url,
                )
            )
        return cls(url.rstrip("/"), timeout_s)

    def ask(self, question: str) -> bytes:
        """The bytes of an answer, unfolded; raises `RefusedError`.

        The server is listened to in a thread of its own: no time limit of a connection ends one that sends a byte now
        and then.
        """
        given_up, answer = threading.Event(), Future[bytes]()

        def listen() -> None:
            try:
                answer.set_result(self._listen(question, given_up))
            except BaseException as error:  # noqa: BLE001 - raised where the answer is waited for
                answer.set_exception(error)

        threading.Thread(target=listen, daemon=True).start()
        try:
            return answer.result(self.timeout_s)
        except (OSError, ValueError, HTTPError) as error:  # requests tells most of them as OSError
            raise RefusedError(self._in_words(error)) from error
        finally:
            given_up.set()

    def _listen(self, question: str, given_up: threading.Event) -> bytes:
        more: dict[str, Any] = {"headers": _HEADERS, "stream": True, "allow_redirects": False}
        address = f"{self.url}/interpreter"
        with requests.post(address, data={"data": question}, timeout=self.timeout_s, **more) as response:
            if response.status_code != requests.codes.ok:
                raise RefusedError(
                    Message("HTTP {status} {reason}", status=str(response.status_code), reason=str(response.reason))
                )
            if response.headers.get("Content-Encoding", "").strip().lower() not in _FOLDINGS:
                raise RefusedError(Message("an answer folded in another way than was asked for"))
            content = bytearray()
            for chunk in response.iter_content(_CHUNK_BYTES):
                content += chunk
                if len(content) > MOST_BYTES:
                    raise RefusedError(Message("an answer of more than {most} MB", most=MOST_BYTES // 2**20))
                if given_up.is_set():
                    raise RefusedError(self._late())
            return bytes(content)

    def _late(self) -> Message:
        return Message("no whole answer within {seconds:g} s", seconds=self.timeout_s)

    def _in_words(self, error: Exception) -> Message:
        if isinstance(error, requests.Timeout | TimeoutError):
            return self._late()
        if isinstance(error, requests.exceptions.SSLError):
            return Message("a server whose certificate is not trusted")
        if isinstance(error, requests.ConnectionError):
            return Message("no connection to the server (is there internet?)")
        if isinstance(error, requests.exceptions.ChunkedEncodingError):
            return Message("an answer that broke off")
        if isinstance(error, requests.exceptions.ContentDecodingError):
            return Message("an answer that cannot be unfolded")
        return Message("an answer that breaks the rules of HTTP ({kind})", kind=type(error).__name__)


def checked_answer(content: bytes) -> Answer:
    """An answer, each of its elements what OpenStreetMap knows, each way with all its nodes; raises `RefusedError`."""
    try:
        answer = _ANSWER.validate_json(content)
    except ValidationError as error:
        raise RefusedError(_fault(error, content)) from None
    if answer.remark is not None:  # a question that took too long is answered with what was found until then
        raise RefusedError(Message('the remark "{remark}"', remark=answer.remark[:200]))
    known = {one.id for one in answer.elements if one.type == "node"}
    for one in answer.elements:
        if one.type == "way" and not known.issuperset(one.nodes):
            raise RefusedError(Message("an answer that lacks nodes of the way {id}", id=str(one.id)))
    return answer


def _fault(error: ValidationError, content: bytes) -> Message:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        if "EOF" in first["msg"]:
            return Message("an answer cut after {count} bytes", count=len(content))
        return Message("an answer that is no JSON")
    return Message(
        "an answer with {count} faults, the first at {place}",
        count=error.error_count(),
        place=".".join(str(step) for step in first["loc"])[:60],
    )


def _scheme_and_host(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.hostname or ""


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
