"""A message that will never be taken, as whoever was to take it says."""

from __future__ import annotations


class TurnedDown(Exception):
    """Trying again makes no sense; its text is what was said."""
