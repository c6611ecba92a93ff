"""How clocks of service levels look: always a word, with a calm color beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from markupsafe import Markup

Show = Callable[[Mapping[str, Any]], Markup]

COLORS: Mapping[str, str] = {
    "running": "blue",
    "at_risk": "orange",
    "paused": "gray",
    "overdue": "red",
    "met": "green",
    "missed": "pink",
}

LATE = Markup(
    '<span class="late" title="{word}">{moment}<span class="visually-hidden"> {word}</span></span>'
)


def pill(state: str, word: str) -> Markup:
    return Markup('<span class="pill c-{}">{}</span>').format(COLORS.get(state, "gray"), word)


def standing(name: str, text: Show) -> Show:
    """The cell of how a clock stands; ``text`` gives the word."""

    def show(values: Mapping[str, Any]) -> Markup:
        value = values[name]
        return Markup("") if value is None else pill(value, text(values).unescape())

    return show


def due(name: str, text: Show, now: datetime, late: str) -> Show:
    """The cell of a moment, which says so when it has passed."""

    def show(values: Mapping[str, Any]) -> Markup:
        value = values[name]
        if value is None or value >= now:
            return text(values)
        return LATE.format(word=late, moment=text(values))

    return show
