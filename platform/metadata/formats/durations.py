"""Lengths of time, in words."""

from __future__ import annotations

from ...texts import translate

UNITS = ((86_400, "{count} d"), (3_600, "{count} h"), (60, "{count} min"), (1, "{count} s"))


def duration_text(seconds: int, locale: str) -> str:
    """1 d 2 h 30 min · 1天 2小时 30分钟. A day has 24 hours here."""
    if seconds < 0:
        return f"-{duration_text(-seconds, locale)}"
    parts = []
    for size, template in UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(translate(template, locale, count=count))
    return " ".join(parts) or translate("{count} min", locale, count=0)
