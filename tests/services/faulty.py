"""A bad road to a good service: it answers nonsense, or nothing, when it is told to."""

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from urllib.parse import urlsplit

BLOCK = 65536
CUT_AFTER = 700  # bytes of an answer: its head, and too little of its body
PAGE = b"<!doctype html><title>Maintenance</title><p>Back soon.<br></p>"
ANSWER_PAGE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n" % len(PAGE)
)
ANSWER_500 = (
    b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n"
    b"Connection: close\r\n\r\n"
)


class Fault(Enum):
    """What is wrong with the road."""

    NONE = "nothing"
    ANSWERS_500 = "every answer is 500"
    ANSWERS_PAGE = "every answer is a page of somebody else"
    HANGS = "there is no answer"
    RESETS = "the connection is reset"
    CUTS = "answers end too early"


class Road:
    """A proxy of bytes on the loopback, in front of one address."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._target = (parts.hostname or "", parts.port or 80)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._fault = Fault.NONE
        self.tried = threading.Event()  # somebody came while it was bad
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def go_bad(self, fault: Fault) -> None:
        """From now on; connections that are open end."""
        self.tried.clear()
        self._fault = fault
        self.hang_up()

    def recover(self) -> None:
        """All is well again."""
        self.go_bad(Fault.NONE)

    def hang_up(self) -> None:
        """End every connection."""
        for end in list(self._open):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listening.close()
        self.hang_up()

    def serve(self) -> None:
        """Take connections until it is closed."""
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._listening.accept()
                threading.Thread(target=self._take, args=(caller,), daemon=True).start()

    def _take(self, caller: socket.socket) -> None:
        fault = self._fault
        if fault is not Fault.NONE:
            self.tried.set()
        self._open.add(caller)
        with caller, contextlib.suppress(OSError):
            if fault is Fault.RESETS:
                linger = struct.pack("ii", 1, 0)
                caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            elif fault is Fault.ANSWERS_500:
                caller.recv(BLOCK)
                caller.sendall(ANSWER_500)
            elif fault is Fault.ANSWERS_PAGE:
                asked = caller.recv(BLOCK)
                caller.sendall(ANSWER_PAGE + PAGE * (not asked.startswith(b"HEAD")))
                caller.shutdown(socket.SHUT_WR)
                while caller.recv(BLOCK):
                    pass
            elif fault is Fault.HANGS:
                while caller.recv(BLOCK):
                    pass
            else:
                self._pass_on(caller, CUT_AFTER if fault is Fault.CUTS else None)
        self._open.discard(caller)

    def _pass_on(self, caller: socket.socket, most: int | None) -> None:
        with socket.create_connection(self._target) as target:
            self._open.add(target)
            there = threading.Thread(target=_pour, args=(caller, target, None))
            there.start()
            _pour(target, caller, most)
            with contextlib.suppress(OSError):
                caller.shutdown(socket.SHUT_RDWR)
            there.join()
            self._open.discard(target)


@contextmanager
def road_to(address: str) -> Iterator[Road]:
    """A road that is good until somebody says otherwise."""
    road = Road(address)
    serving = threading.Thread(target=road.serve, daemon=True)
    serving.start()
    try:
        yield road
    finally:
        road.close()


def _pour(source: socket.socket, into: socket.socket, most: int | None) -> None:
    left = most
    with contextlib.suppress(OSError):
        while block := source.recv(BLOCK if left is None else min(BLOCK, left)):
            into.sendall(block)
            if left is not None:
                left -= len(block)
                if left <= 0:
                    break
    with contextlib.suppress(OSError):
        into.shutdown(socket.SHUT_WR)
