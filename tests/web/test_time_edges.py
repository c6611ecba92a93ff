"""Days, weeks and moments where they are hard: both ends of the calendar, the clocks' changes, the
leap day, and readers fourteen hours before and twelve behind, none in the server's own zone.

What SQL finds is compared with what Python's calendar says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from tests.builders import a_field, a_package, a_permission_set, a_view, an_object
from tests.runtime.shop import FULL
from tests.web.pages.site import Site
from typecase.clock import FrozenClock
from typecase.errors import RecordInvalid
from typecase.metadata.sources import PackageSource
from typecase.runtime import reading, saving
from typecase.runtime.queries import Query, Sort
from typecase.runtime.storage.system_tables import user
from typecase.web.filter_language import RELATIVE

ZONES = ("Pacific/Kiritimati", "Etc/GMT+12", "America/New_York", "Europe/Berlin", "Asia/Kathmandu")
"""+14, −12, one with summer time on each side of the sea, and one of a quarter of an hour."""

DAYS = (
    date(2026, 3, 29),  # Berlin's clocks skip an hour
    date(2026, 3, 8),  # New York's
    date(2026, 10, 25),  # Berlin's go back
    date(2026, 11, 1),  # New York's
    date(2028, 2, 29),
    date(2026, 12, 31),
    date(2027, 1, 1),
)
TICK = timedelta(microseconds=1)
ASKED = ("today", "yesterday", "tomorrow", "this_week", "last_week", "this_month", "last_7_days")


def package() -> PackageSource:
    return a_package(
        an_object(
            "visit",
            a_field("at", "datetime"),
            a_field("day", "date"),
            a_field("day_there", "formula", returns="date", expression="date(at)"),
            views=[a_view("all", "name", "at", "day", "day_there", sort="at")],
            tracks=["history"],
        ),
        permissions=[a_permission_set("sales", visit=FULL),
                     a_permission_set("all", visit=[*FULL, "view_all"], system=["manage_users"])],
        roles=[{"name": "boss", "label": "Boss", "permissions": ["sales"]},
               {"name": "rep", "label": "Rep", "permissions": ["sales"]},
               {"name": "stranger", "label": "Stranger"}],
    )  # fmt: skip


def midnight(day: date, zone: str) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    built = Site(database, tmp_path, package())
    yield built
    built.close()


def add(site: Site, raws: list[dict[str, Any]]) -> list[str]:
    with site.shop.workspace.write(site.shop.ada) as unit:
        return saving.create_many(unit, "visit", raws)


def edges() -> list[datetime]:
    """Around each midnight of each day's week in each zone."""
    found = set()
    for zone in ZONES:
        for day in DAYS:
            for offset in (-8, -7, -1, 0, 1, 2, 7):
                start = midnight(day + timedelta(days=offset), zone)
                found |= {start - TICK, start}
    return sorted(found)


def days_of(name: str, today: date) -> tuple[date, date]:
    """First day, and the day after the last."""
    one, monday = timedelta(days=1), today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    return {
        "today": (today, today + one),
        "yesterday": (today - one, today),
        "tomorrow": (today + one, today + 2 * one),
        "this_week": (monday, monday + 7 * one),
        "last_week": (monday - 7 * one, monday),
        "this_month": (first, (first + 31 * one).replace(day=1)),
        "last_7_days": (today - 6 * one, today + one),
    }[name]


@pytest.mark.timeout(180)
def test_today_and_this_week_are_the_readers(site: Site) -> None:
    moments = edges()
    ids = add(site, [{"name": "v", "at": m.isoformat(), "day": m.date().isoformat()}
                     for m in moments])  # fmt: skip
    by_id = dict(zip(ids, moments, strict=True))
    sources = {name: source for name, _, source in RELATIVE}
    clock: Any = site.shop.workspace.clock
    for place, zone in enumerate(ZONES):
        reader = replace(site.shop.ada, zone=zone)
        for day in DAYS[place % 2 :: 2]:
            start = midnight(day, zone)
            for now in (start - TICK, start):
                clock.advance(now - clock.now())
                today = now.astimezone(ZoneInfo(zone)).date()
                for name in ASKED:
                    first, after = days_of(name, today)
                    at = found(site, reader, sources[name].format(x="at"))
                    wanted = {i for i, m in by_id.items()
                              if midnight(first, zone) <= m < midnight(after, zone)}  # fmt: skip
                    assert at == wanted, (zone, now, name)
                    days = found(site, reader, sources[name].format(x="day"))
                    assert days == {i for i, m in by_id.items() if first <= m.date() < after}


def found(site: Site, reader: Any, filter_: str) -> set[str]:
    ids: set[str] = set()
    cursor = None
    while True:
        asked = Query("visit", ("id",), (filter_,), limit=500, cursor=cursor)
        page = site.shop.workspace.look(reader, lambda unit, q=asked: reading.find(unit, q))
        ids |= {row.id for row in page.rows}
        cursor = page.next
        if cursor is None:
            return ids


def test_moments_are_kept_exactly_and_in_order(site: Site) -> None:
    ends = [datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, 23, 59, 59, 999_999, UTC)]
    moments = [*edges(), *ends]
    ids = add(site, [{"name": "v", "at": m.isoformat()} for m in reversed(moments)])
    asked = Query("visit", ("at",), sort=(Sort("at"),), limit=500)
    page = site.shop.workspace.look(site.shop.ada, lambda unit: reading.find(unit, asked))
    assert len(ids) < 500
    assert [row["at"] for row in page.rows] == sorted(moments)


def test_what_the_clocks_skip_is_refused_and_what_comes_twice_is_the_first(site: Site) -> None:
    shop = site.shop
    for zone, gap, twice, first in (
        ("Europe/Berlin", "2026-03-29 02:30", "2026-10-25 02:30", "2026-10-25T00:30:00+00:00"),
        ("America/New_York", "2026-03-08 02:30", "2026-11-01 01:30", "2026-11-01T05:30:00+00:00"),
    ):
        reader = replace(shop.ada, zone=zone)
        with pytest.raises(RecordInvalid) as refused:
            shop.workspace.run(reader, lambda u, t=gap: saving.create(u, "visit", _named(t)))
        assert [(p.field, p.code) for p in refused.value.problems] == [("at", "skipped_time")]
        id_ = shop.workspace.run(reader, lambda u, t=twice: saving.create(u, "visit", _named(t)))
        with shop.workspace.read(reader) as unit:
            assert reading.stored(unit, "visit", id_)["at"] == datetime.fromisoformat(first)


def _named(at: str) -> dict[str, Any]:
    return {"name": "v", "at": at}


def test_every_reader_gets_their_pages_at_the_ends_of_the_calendar(site: Site) -> None:
    """Year 1 and year 9999 on a list, a record and a form, in every zone."""
    ids = add(site, [
        {"name": "first", "at": "0001-01-02T00:00:00Z", "day": "0001-01-01"},
        {"name": "last", "at": "9999-12-30T23:59:59Z", "day": "9999-12-31"},
        {"name": "leap", "at": "2028-02-29T12:00:00Z", "day": "2028-02-29"},
    ])  # fmt: skip
    assert isinstance(site.shop.workspace.clock, FrozenClock)
    for zone in ZONES:
        with site.shop.workspace.write(site.shop.ada) as unit:
            unit.execute(sa.update(user).where(user.c.id == site.shop.ada.id).values(zone=zone))
        browser = site.browser("ada")
        for path in (
            "/o/visit",
            *(f"/o/visit/{id_}{more}" for id_ in ids for more in ("", "/edit")),
        ):
            assert browser.get(path).status_code == 200, (zone, path)
        said = browser.get("/o/visit").text
        leap = datetime(2028, 2, 29, 12, tzinfo=UTC).astimezone(ZoneInfo(zone))
        assert f"{leap:%b} {leap.day}, {leap.year}" in said
