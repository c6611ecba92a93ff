"""Workers of a huey fleet: ``huey_consumer typecase.cli.fleet_huey.queue --workers 4``.

The settings are those of the environment, as for every command; ``TYPECASE_WAKE`` names the broker.
"""

from __future__ import annotations

import os
from functools import partial

from ..bootstrap import build_platform, woken
from ..config import load_settings
from ..workflow.wakers.opening import broker_asked
from ..workflow.wakers.with_huey import add_task, open_queue

_settings = load_settings(os.environ)

queue = open_queue(broker_asked(_settings.wake, "huey"))
"""What huey's consumer looks for."""

add_task(queue, partial(woken, build_platform(_settings)))
