"""Days and moments seen from now."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from typecase.metadata.formats import duration_text, relative_day, relative_moment

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("days", "en", "zh"),
    [
        (0, "today", "今天"),
        (1, "tomorrow", "明天"),
        (-1, "yesterday", "昨天"),
        (3, "in 3 days", "3天后"),
        (-7, "7 days ago", "7天前"),
        (8, "Nov 29, 2026", "2026年11月29日"),
        (-40, "Oct 12, 2026", "2026年10月12日"),
    ],
)
def test_days(days: int, en: str, zh: str) -> None:
    day = TODAY + timedelta(days)
    assert (relative_day(day, TODAY, "en"), relative_day(day, TODAY, "zh")) == (en, zh)


@pytest.mark.parametrize(
    ("step", "en", "zh"),
    [
        (timedelta(seconds=-59), "just now", "刚刚"),
        (timedelta(seconds=-60), "1 minute ago", "1分钟前"),
        (timedelta(minutes=59), "in 59 minutes", "59分钟后"),
        (timedelta(hours=-2, minutes=-59), "2 hours ago", "2小时前"),
        (timedelta(hours=1), "in 1 hour", "1小时后"),
        (timedelta(hours=-11), "yesterday", "昨天"),
        (timedelta(hours=14), "tomorrow", "明天"),
        (timedelta(days=-30), "Oct 22, 2026, 10:00\u202fAM", "2026年10月22日 10:00"),
    ],
)
def test_moments(step: timedelta, en: str, zh: str) -> None:
    """Now it is ten in the morning in Shanghai."""
    found = [relative_moment(NOW + step, NOW, SHANGHAI, locale) for locale in ("en", "zh")]
    assert found == [en, zh]


def test_lengths_of_time() -> None:
    assert duration_text(59, "en") == "59 s"
    assert duration_text(86_400 * 3 + 60, "zh") == "3天 1分钟"
