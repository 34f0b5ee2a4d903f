"""The one way out: everything we fetch from addresses that people gave us.

An address from outside may point inside. So the name is resolved once, every number
that it stands for is looked at, and the connection goes to the number that was looked
at: a name that changes its mind afterwards gains nothing. Every redirect begins anew.
"""

import functools
import ipaddress
import itertools
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpcore2
import httpx2

from app.errors import BadRequest, NoRoom, NotFound, NotReady

CONNECT_SECONDS, SILENT_SECONDS = 10.0, 30.0
MOST_REDIRECTS = 5  # counting prefixes of podcast hosts come one behind the other
PORTS = {"http": 80, "https": 443}
BLOCK = 64 * 1024  # bytes
USER_AGENT = "Commoncast (podcast platform)"

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]

# Python calls these global, but what they lead to may be inside: NAT64, 6to4, Teredo.
_TUNNELS = [
    ipaddress.ip_network(network)
    for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
]


class Inside(BadRequest):
    """An address that leads to this machine or its neighbours."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered in the end."""

    url: str  # after all redirects
    content_type: str
    body: bytes
    moved_to: str = ""  # where it says it lives for ever now (301, 308)


def is_public(number: str) -> bool:
    """Whether an IP address is one of the open internet."""
    address: Address = ipaddress.ip_address(number.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        address = mapped
    in_tunnel = any(address in tunnel for tunnel in _TUNNELS)
    return address.is_global and not address.is_multicast and not in_tunnel


def door_of(url: str) -> str:
    """The host and port of an address, as `also` names them."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or PORTS.get(parts.scheme, 0)}"


def resolve(host: str, port: int) -> list[str]:
    """Every number that a name stands for."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered, whatever it was."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Outbound:
    """A guarded client. `also` names hosts of our own (host:port) that may be asked."""

    also: frozenset[str] = frozenset()
    resolver: Resolver = resolve
    total_seconds: float = 60.0

    def fetch(self, url: str, *, most_bytes: int) -> Fetched:
        """Read a whole answer into memory. Raises a sentence about what went wrong."""
        with self._answer(url) as answer:
            body = b"".join(self._blocks(answer, most_bytes))
            return Fetched(
                url=str(answer.url),
                content_type=answer.headers.get("content-type", ""),
                body=body,
                moved_to=_moved_for_ever(answer),
            )

    def ask(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        most_bytes: int,
    ) -> Answer:
        """Look how an address answers; a bad status is an answer too."""
        with self._asked(url, method, headers or {}, form) as answer:
            is_whole = method != "HEAD" and answer.status_code != 304
            blocks = self._blocks(answer, most_bytes) if is_whole else ()
            return Answer(answer.status_code, answer.headers, b"".join(blocks))

    def download(
        self,
        url: str,
        path: Path,
        *,
        most_bytes: int,
        on_progress: Callable[[int], None] = lambda done: None,
    ) -> str:
        """Write a whole answer to a file; its content type."""
        part = path.with_name(f"{path.name}.part")
        try:
            with self._answer(url) as answer, part.open("wb") as file:
                for block in self._blocks(answer, most_bytes):
                    file.write(block)
                    on_progress(file.tell())
            part.replace(path)
            return str(answer.headers.get("content-type", ""))
        except OSError as error:
            raise NoRoom("There is no room for this file now.") from error
        finally:
            part.unlink(missing_ok=True)

    @contextmanager
    def _answer(self, url: str) -> Iterator[httpx2.Response]:
        with self._asked(url, "GET", {"Accept-Encoding": "gzip"}) as answer:
            answer.raise_for_status()
            yield answer

    @contextmanager
    def _asked(
        self,
        url: str,
        method: str,
        headers: Mapping[str, str],
        form: Mapping[str, str] | None = None,
    ) -> Iterator[httpx2.Response]:
        transport = _Transport(_Guard(self.also, self.resolver), self.also)
        with (
            _in_words(url),
            httpx2.Client(
                transport=transport,
                timeout=httpx2.Timeout(SILENT_SECONDS, connect=CONNECT_SECONDS),
                follow_redirects=True,
                max_redirects=MOST_REDIRECTS,
                trust_env=False,
                headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
            ) as client,
            client.stream(method, url, headers=dict(headers), data=form) as answer,
        ):
            yield answer

    def _blocks(self, answer: httpx2.Response, most_bytes: int) -> Iterator[bytes]:
        deadline = time.monotonic() + self.total_seconds
        left = most_bytes
        for block in _inflated(answer, most_bytes):
            left -= len(block)
            if left < 0:
                raise BadRequest(f"{answer.url} is larger than we take.")
            if time.monotonic() > deadline:
                raise NotReady(f"{answer.url} answers too slowly.")
            yield block
        promised = answer.headers.get("content-length", "")
        if promised.isdigit() and answer.num_bytes_downloaded != int(promised):
            raise NotReady(f"{answer.url} broke off in the middle.")


def _inflated(answer: httpx2.Response, most_bytes: int) -> Iterator[bytes]:
    coding = answer.headers.get("content-encoding", "identity").strip().lower()
    if coding in ("", "identity"):
        yield from answer.iter_raw(BLOCK)
        return
    if coding not in ("gzip", "x-gzip"):
        raise NotReady(f"{answer.url} answers in a form that nobody asked for.")
    inflater = zlib.decompressobj(wbits=31)
    for packed in answer.iter_raw(BLOCK):
        while packed:  # little by little: a small answer can hide a huge one
            try:
                yield inflater.decompress(packed, BLOCK)
            except zlib.error as error:
                raise NotReady(f"{answer.url} answers with broken bytes.") from error
            packed = inflater.unconsumed_tail


def _moved_for_ever(answer: httpx2.Response) -> str:
    steps = [*answer.history, answer]
    moved = ""
    for before, after in itertools.pairwise(steps):
        if before.status_code not in (301, 308):
            break
        moved = str(after.url)
    return moved


@contextmanager
def _in_words(url: str) -> Iterator[None]:
    try:
        yield
    except httpx2.HTTPStatusError as error:
        status = error.response.status_code
        raise NotFound(f"{url} answers {status}.", cause=str(error)) from error
    except httpx2.TooManyRedirects as error:
        raise NotReady(f"{url} sends us from one address to the next.") from error
    except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as error:
        raise NotReady(f"{url} does not answer.", cause=repr(error)) from error


@functools.cache
def _trust() -> ssl.SSLContext:
    return httpx2.create_ssl_context(trust_env=False)


class _Transport(httpx2.HTTPTransport):
    """HTTP whose connections are made by the guard."""

    def __init__(self, guard: "_Guard", also: frozenset[str]) -> None:
        super().__init__(verify=_trust())
        self._also = also
        self._pool = httpcore2.ConnectionPool(
            ssl_context=_trust(), network_backend=guard
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        port = url.port or PORTS.get(url.scheme)
        ours = f"{url.host}:{port}" in self._also
        if url.scheme not in PORTS or url.userinfo or not url.host:
            raise Inside("Only plain http:// and https:// addresses can be fetched.")
        if port != PORTS[url.scheme] and not ours:
            raise Inside(f"Nothing is fetched from port {port}.")
        return super().handle_request(request)


@dataclass
class _Guard(httpcore2.NetworkBackend):
    also: frozenset[str]
    resolver: Resolver
    _plain: httpcore2.SyncBackend = field(default_factory=httpcore2.SyncBackend)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        numbers = self._looked_at(host, port)
        for number in numbers[:-1]:
            try:
                return self._plain.connect_tcp(number, port, timeout)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
        return self._plain.connect_tcp(numbers[-1], port, timeout)

    def _looked_at(self, host: str, port: int) -> list[str]:
        try:
            numbers = self.resolver(host, port)
        except OSError as error:
            raise httpcore2.ConnectError(str(error)) from error
        if not numbers:
            raise httpcore2.ConnectError(f"{host} stands for nothing")
        if f"{host}:{port}" not in self.also and not all(map(is_public, numbers)):
            raise Inside(f"{host} leads into a private network.")
        return numbers
