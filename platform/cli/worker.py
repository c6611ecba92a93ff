"""``typecase worker``: does the jobs that wait, in a process of its own.

``serve`` has a thread for them; more workers take load off it. Any number may run. Where a broker
wakes workers (``TYPECASE_WAKE``), ``fleet_huey`` and ``fleet_celery`` are what theirs load.
"""

from __future__ import annotations

import signal
import threading
from argparse import Namespace

from ..bootstrap import runner_of
from .arguments import Parser, add_place
from .console import DONE, Console
from .installation import existing


def configure(parser: Parser) -> None:
    add_place(parser)
    parser.add_argument("--once", action="store_true", help="do what is due now, then end")


def run(arguments: Namespace, console: Console) -> int:
    with existing(arguments) as platform:
        runner = runner_of(platform.main)
        if arguments.once:
            count = runner.work_off()
            console.answer({"jobs": count})
            console.say("{count} jobs done.", count=count)
            return DONE
        stop = threading.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: stop.set())
        console.answer({"worker": runner.name})
        console.say("At work. Stop with Ctrl+C.")
        runner.run(stop)
    return DONE
