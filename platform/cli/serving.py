"""The web server inside ``serve`` and ``demo``: gunicorn, one process of several threads.

The process that watches over the worker loads neither Flask nor a database library; the worker
loads the application after the fork, so nothing is held twice.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..config import Settings
from ..errors import Unavailable
from .console import DONE, UNAVAILABLE
from .loading import load

APPLICATION = "typecase.web.wsgi"
"""The module whose ``application(settings)`` makes the WSGI application."""

Ready = Callable[[str], None]
"""Called with the address once requests are answered."""


@dataclass(frozen=True, slots=True)
class Listening:
    host: str
    port: int

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def serve(settings: Settings, ready: Ready) -> int:
    """Serves until the process is told to stop; returns the exit code.

    Raises Unavailable when the port is taken.
    """
    listener = open_listener(settings.host, settings.port)
    if sys.platform == "win32":
        return _serve_with_waitress(settings, listener, ready)
    return _serve_with_gunicorn(settings, listener, ready)


def open_listener(host: str, port: int) -> socket.socket:
    """A bound, listening socket; port 0 takes any free one. Raises Unavailable."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    try:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise Unavailable(
            "Cannot listen on {host}:{port}: {reason}. Another port: --port {other}.",
            host=host,
            port=port,
            reason=error.strerror or str(error),
            other=port + 1,
        ) from error
    return listener


def _listening(listener: socket.socket) -> Listening:
    host, port = listener.getsockname()[:2]
    return Listening(host, port)


def _serve_with_gunicorn(settings: Settings, listener: socket.socket, ready: Ready) -> int:
    base = load("gunicorn.app.base").BaseApplication
    arbiter = load("gunicorn.arbiter").Arbiter
    url = _listening(listener).url

    def started(worker: Any) -> None:
        if worker.age == 1:  # not again after a worker was replaced
            ready(url)

    class Server(base):  # type: ignore[misc, valid-type]
        def load_config(self) -> None:
            for name, value in gunicorn_settings(settings, listener, started).items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            return load(APPLICATION).application(settings)

    try:
        arbiter(Server()).run()
    except SystemExit as stop:
        return UNAVAILABLE if stop.code else DONE
    return DONE


def gunicorn_settings(
    settings: Settings, listener: socket.socket, started: Callable[[Any], None]
) -> dict[str, Any]:
    memory = Path("/dev/shm")
    return {
        "bind": f"fd://{listener.fileno()}",
        "worker_class": "gthread",
        "workers": 1,
        "threads": settings.threads,
        "preload_app": False,
        "timeout": 120,
        "graceful_timeout": 10,
        "keepalive": 5,
        "loglevel": "info" if settings.debug else "warning",
        "accesslog": "-" if settings.debug else None,
        "worker_tmp_dir": str(memory) if memory.is_dir() else None,
        "control_socket_disable": True,
        "post_worker_init": started,
    }


def _serve_with_waitress(settings: Settings, listener: socket.socket, ready: Ready) -> int:
    application = load(APPLICATION).application(settings)
    server = load("waitress").create_server(
        application, sockets=[listener], threads=settings.threads
    )
    ready(_listening(listener).url)
    server.run()
    return DONE
