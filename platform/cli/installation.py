"""The installation a command works on: opened from its arguments, closed at the end."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from ..bootstrap import Platform, build_platform, require_current
from ..config import Settings
from ..runtime.installing import Progress
from .arguments import settings_from
from .console import Console

SENTENCES = {
    "plan": "Planning",
    "tables": "Making the tables",
    "data": "Adding the data",
}
"""What the runtime calls its long work → what a person reads."""


@contextmanager
def opened(settings: Settings) -> Iterator[Platform]:
    platform = build_platform(settings)
    try:
        yield platform
    finally:
        platform.close()


@contextmanager
def existing(arguments: Namespace) -> Iterator[Platform]:
    """The installation that ``arguments`` name. Raises Conflict when there is none, or when its
    database belongs to another release."""
    with opened(settings_from(arguments)) as platform:
        require_current(platform.main)
        yield platform


def progress_of(console: Console) -> Progress:
    return lambda what, done, total: console.progress(SENTENCES.get(what, what), done, total)
