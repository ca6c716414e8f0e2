"""What a web server does in front of the site: take https, and hand on what is in it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer

PATIENCE = 30


@contextmanager
def in_front_of(port: int, folder: Path) -> Iterator[int]:
    """A port that speaks https with the certificate in ``folder`` for the plain one at ``port``."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")

    class Relay(BaseRequestHandler):
        def handle(self) -> None:
            # A visitor who does not trust us, or leaves, is no error.
            with (
                suppress(OSError),
                context.wrap_socket(self.request, server_side=True) as visitor,
                socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as site,
            ):
                visitor.settimeout(PATIENCE)
                answers = threading.Thread(target=_pump, args=(site, visitor), daemon=True)
                answers.start()
                _pump(visitor, site)
                answers.join()

    class Server(ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Relay) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
