"""``typecase demo``: one command from nothing to a CRM with a demo company, served here.

A process of its own makes the database and the log-ins and hands them over; the one that goes on
to serve stays small.
"""

from __future__ import annotations

import json
import subprocess
import sys
from argparse import SUPPRESS, Namespace
from pathlib import Path
from typing import Any

from .arguments import Parser, add_address, add_place, settings_from
from .console import DONE, Console
from .loading import load
from .serving import open_listener, serve

FOLDER = Path("var/demo")


def configure(parser: Parser) -> None:
    add_place(parser)
    add_address(parser)
    parser.add_argument("--prepare", action="store_true", help=SUPPRESS)


def run(arguments: Namespace, console: Console) -> int:
    arguments.dir = arguments.dir or FOLDER
    settings = settings_from(arguments)
    if arguments.prepare:
        log_ins = load("typecase.cli.demo_company").prepare(settings, console)
        print(json.dumps(log_ins, ensure_ascii=False))
        return DONE
    open_listener(settings.host, settings.port).close()  # a taken port is told before the work
    prepared = _in_a_process_of_its_own(arguments)
    if prepared.returncode:
        return prepared.returncode
    users = json.loads(prepared.stdout)

    def ready(url: str) -> None:
        console.answer({"url": url, "users": users})
        console.say("Typecase answers at {url}. Stop it with Ctrl+C.", url=url)
        for each in users:
            console.show(f"  {each['name']:14} {each['password']:22} {each['role']}")

    return serve(settings, ready)


def _in_a_process_of_its_own(arguments: Namespace) -> subprocess.CompletedProcess[str]:
    """Runs ``demo --prepare`` over the same place; progress and errors go where ours go."""
    words = [sys.executable, "-m", "typecase.cli", "demo", "--prepare", "--dir", arguments.dir]
    given: dict[str, Any] = {"--database": arguments.database, "--schema": arguments.schema}
    for option, value in given.items():
        words += [option, value] if value else []
    return subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False)
