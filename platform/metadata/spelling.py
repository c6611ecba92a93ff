"""Guesses what a misspelt name was meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from ..texts import Phrase


def nearest(name: str, known: Iterable[str]) -> Phrase | str:
    """`` Did you mean …?`` for messages, or nothing."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return Phrase(" Did you mean {name}?", {"name": close[0]}) if close else ""
