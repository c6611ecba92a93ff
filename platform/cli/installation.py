"""The installation a command works on: opened from its arguments, closed at the end."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from ..bootstrap import Platform, build_platform, require_current
from ..config import Settings
from .arguments import settings_from
from .console import Console


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


def say_unconverted(console: Console, lost: Sequence[Mapping[str, Any]]) -> None:
    """A line for each field whose values a change of type cannot all take along."""
    for each in lost:
        examples = ", ".join(f"“{example}”" for example in each["examples"])
        data = {"field": each["field"], "count": each["count"], "of": each["of"]}
        console.say(
            "{field}: {count} of {of} {of:value|values} cannot be converted"
            " (kept aside): {examples}",
            **data,
            examples=examples,
        )
