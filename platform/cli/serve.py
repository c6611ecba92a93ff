"""``typecase serve``: answers browsers and API clients until it is stopped."""

from __future__ import annotations

from argparse import Namespace

from .arguments import Parser, add_address, add_place, settings_from
from .console import Console
from .serving import serve


def configure(parser: Parser) -> None:
    add_place(parser)
    add_address(parser)


def run(arguments: Namespace, console: Console) -> int:
    def ready(url: str) -> None:
        console.answer({"url": url})
        console.say("Typecase answers at {url}. Stop it with Ctrl+C.", url=url)

    return serve(settings_from(arguments), ready)
