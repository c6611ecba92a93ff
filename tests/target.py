"""A small HTTP server of this machine: keeps what it is sent, and answers as it is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Target:
    """``answer``: a status (with ``body``), ``hang`` (nothing comes) or ``drip`` (byte by byte)."""

    url: str = ""
    host: str = ""
    answer: int | str = 200
    body: bytes = b"ok"
    seen: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@contextmanager
def open_target() -> Iterator[Target]:
    target, over = Target(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            target.seen.append((self.path, headers, body))
            if target.answer == "hang":
                over.wait(20)
            elif target.answer == "drip":
                self._drip()
            else:
                self.send_response(int(target.answer))
                self.send_header("Location", "http://127.0.0.1:1/inside")
                self.send_header("Content-Length", str(len(target.body)))
                self.end_headers()
                self.wfile.write(target.body)

        do_GET = do_POST  # noqa: N815

        def _drip(self) -> None:
            self.send_response(200)
            self.end_headers()
            try:
                while not over.is_set():
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(0.05)
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    target.host = f"127.0.0.1:{server.server_port}"
    target.url = f"http://{target.host}/in"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield target
    finally:
        over.set()
        server.shutdown()
        server.server_close()
