"""Lengths of time, in words."""

from __future__ import annotations

from datetime import timedelta

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


def hours_text(length: timedelta, locale: str) -> str:
    """2 h 30 min, whatever a day is to whoever counts: whole minutes and any number of hours."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    parts = [translate("{count} h", locale, count=hours)] if hours else []
    if minutes or not hours:
        parts.append(translate("{count} min", locale, count=minutes))
    return " ".join(parts)
