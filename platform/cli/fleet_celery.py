"""Workers of a Celery fleet: ``celery --app typecase.cli.fleet_celery worker --concurrency 4``.

The settings are those of the environment, as for every command; ``TYPECASE_WAKE`` names the broker.
Nothing is connected to before Celery forks.
"""

from __future__ import annotations

import os
from functools import partial

from ..bootstrap import build_platform, woken
from ..config import load_settings
from ..workflow.wakers.opening import broker_asked
from ..workflow.wakers.with_celery import add_task, open_queue

_settings = load_settings(os.environ)

app = open_queue(broker_asked(_settings.wake, "celery"))
"""What Celery's command looks for."""

add_task(app, partial(woken, build_platform(_settings)))
