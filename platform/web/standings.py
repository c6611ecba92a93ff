"""How clocks of service levels look: always a word, with a calm color beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from markupsafe import Markup

from .value_markup import NOTHING, Show, Values

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

    def show(values: Values) -> Markup:
        value = values[name]
        return NOTHING if value is None else pill(value, text(values).unescape())

    return show


def due(name: str, text: Show, now: datetime, late: str) -> Show:
    """The cell of a moment, which says so when it has passed."""

    def show(values: Values) -> Markup:
        value = values[name]
        if value is None or value >= now:
            return text(values)
        return LATE.format(word=late, moment=text(values))

    return show
