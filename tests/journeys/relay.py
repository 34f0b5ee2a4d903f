"""A slow line between an app and the site, which remembers what was asked."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BLOCK = 8192  # bytes


class Relay:
    """Passes everything on, as slowly as it is told."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.site_port = 0
        self.pause_seconds = 0.0  # after each block that comes back
        self.asked = b""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def listen(self) -> None:
        with suppress(OSError):
            while True:
                app, _ = self.listener.accept()
                threading.Thread(target=self._connect, args=(app,), daemon=True).start()

    def _connect(self, app: socket.socket) -> None:
        with app, socket.create_connection(("127.0.0.1", self.site_port)) as site:
            way_in = threading.Thread(target=self._ask, args=(app, site), daemon=True)
            way_in.start()
            with suppress(OSError):
                while block := site.recv(BLOCK):
                    app.sendall(block)
                    time.sleep(self.pause_seconds)

    def _ask(self, app: socket.socket, site: socket.socket) -> None:
        with suppress(OSError):
            while block := app.recv(BLOCK):
                self.asked += block
                site.sendall(block)
            site.shutdown(socket.SHUT_WR)


@contextmanager
def relaying() -> Iterator[Relay]:
    relay = Relay()
    listening = threading.Thread(target=relay.listen)
    listening.start()
    yield relay
    relay.listener.shutdown(socket.SHUT_RDWR)
    relay.listener.close()
    listening.join()
