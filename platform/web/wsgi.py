"""What the web server loads: ``application(settings)``, and beside it a thread for the jobs."""

from __future__ import annotations

import atexit

from flask import Flask

from ..bootstrap import build_platform, runner_of
from ..config import Settings
from ..workflow.runner import Working
from .app import create_app


def application(settings: Settings) -> Flask:
    platform = build_platform(settings)
    atexit.register(Working(runner_of(platform.main)).stop)
    return create_app(platform)
