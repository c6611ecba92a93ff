"""What the web server loads: ``application(settings)``."""

from __future__ import annotations

from flask import Flask

from ..bootstrap import build_platform
from ..config import Settings
from .app import create_app


def application(settings: Settings) -> Flask:
    return create_app(build_platform(settings))
