"""What is kept of clocks equals what their histories say, and both what a naive judge counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.workflow.sla.desk import GOLD, OFFICE, PLAIN, SHANGHAI, Desk, at, desk_package
from tests.workflow.sla.test_business_hours import STARTS, calendars, is_work
from typecase.metadata.calendars import Calendar
from typecase.metadata.service_levels import service_levels_of
from typecase.runtime import recycle
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage import records
from typecase.workflow.sla import recomputing
from typecase.workflow.sla.clocks import Clock, Seen, Terms, due_at, elapsed, step
from typecase.workflow.sla.keeping import Kept
from typecase.workflow.sla.replaying import replayed
from typecase.workflow.storage import clock_rows

MINUTE = timedelta(minutes=1)

# The pure clock -----------------------------------------------------------------------------

LOOKS = st.lists(
    st.tuples(st.integers(1, 2_000), st.booleans(), st.sampled_from([False, False, True])),
    max_size=8,
)
"""How many minutes after the one before, whether it pauses, whether it stops."""


def judged(of: Calendar, looks: Sequence[Seen], until: datetime) -> timedelta:
    """Every minute of work in which the last look before it neither paused nor stopped."""
    passed, now = 0, looks[0].at
    while now < until:
        last = [each for each in looks if each.at <= now][-1]
        passed += is_work(of, now) and not last.pauses and not last.stops
        now += MINUTE
    return passed * MINUTE


@settings(max_examples=60, deadline=None)
@given(calendars(), STARTS, LOOKS, st.integers(1, 3_000), st.integers(1, 40))
def test_a_clock_counts_what_minutes_count(
    of: Calendar, start: datetime, later: list[Any], rest: int, hours: int
) -> None:
    looks = [Seen(start, starts=True, stops=False, pauses=False)]
    for minutes, pauses, stops in later:
        looks.append(Seen(looks[-1].at + minutes * MINUTE, False, stops, pauses))
    end = looks[-1].at + rest * MINUTE
    terms = Terms(timedelta(hours=hours), of, SHANGHAI)
    clock: Clock | None = None
    for each in looks:
        clock = step(clock, each, terms)
    assert clock is not None
    passed = elapsed(clock, end, terms)
    assert passed == judged(of, looks, end)
    if clock.state == "running":
        due = due_at(clock, terms) if any(of.weekly) else None
        if due is not None:
            assert due >= end or passed >= clock.allowed
            assert due < end or passed <= clock.allowed


@given(STARTS, LOOKS)
def test_a_look_at_what_has_not_changed_changes_nothing(start: datetime, later: list[Any]) -> None:
    terms, clock, now = Terms(timedelta(hours=3), None, SHANGHAI), None, start
    for minutes, pauses, stops in later:
        clock = step(clock, Seen(now, True, stops, pauses), terms)
        again = step(clock, Seen(now + MINUTE, True, stops, pauses), terms)
        assert again == clock
        now += (minutes + 1) * MINUTE


# Records ------------------------------------------------------------------------------------

DOINGS = st.one_of(
    st.fixed_dictionaries({"status": st.sampled_from(["new", "waiting", "done"])}),
    st.fixed_dictionaries({"priority": st.sampled_from(["urgent", "normal", "low"])}),
    st.fixed_dictionaries({"account": st.sampled_from(["gold", "none"])}),
    st.fixed_dictionaries({"replied": st.sampled_from([None, 0, -90, 500])}),
    st.fixed_dictionaries({"note": st.text("ab", max_size=3)}),
    st.just({"bin": True}),
)
LIVES = st.lists(st.tuples(st.integers(0, 1_500), DOINGS), max_size=10)


def live(desk: Desk, gold: str, life: list[Any]) -> str:
    ticket = desk.made("ticket", name="T")
    for minutes, doing in life:
        desk.later(minutes=minutes)
        if "bin" in doing:
            gone = desk.workspace.run(desk.ada, lambda u: recycle.delete(u, "ticket", ticket).id)
            desk.later(minutes=30)
            desk.workspace.run(desk.ada, lambda u, gone=gone: recycle.restore(u, gone))
            continue
        raw = dict(doing)
        if "account" in raw:
            raw["account"] = gold if raw["account"] == "gold" else None
        if "replied" in raw:
            told = raw.pop("replied")
            moment = None if told is None else desk.clock.now() + told * MINUTE
            raw["replied_at"] = moment.astimezone(UTC).isoformat() if moment else None
        desk.change(ticket, **raw)
    return ticket


def from_history(desk: Desk, ticket: str) -> dict[str, Kept]:
    with desk.workspace.read(SYSTEM) as unit:
        of, levels = unit.model.table("ticket"), service_levels_of(unit.catalog, "ticket")
        found = replayed(unit, of, levels, records.load_all(unit, of, [ticket]))
    return found[ticket]


@settings(max_examples=40, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@example(life=[(0, {"status": "done"}), (0, {"priority": "urgent"}), (0, {"status": "new"}),
               (0, {"note": "a"})])  # fmt: skip
@given(life=LIVES)
def test_a_history_says_what_is_kept(desk: Desk, life: list[Any]) -> None:
    gold = desk.made("account", name="Acme", level="gold")
    ticket = live(desk, gold, life)
    assert from_history(desk, ticket) == desk.kept(ticket)


def test_recomputing_applies_new_policies_to_the_past(desk: Desk) -> None:
    ticket = desk.gold_ticket()
    solved = desk.gold_ticket()
    desk.go("2026-11-23 11:00")
    desk.change(ticket, status="waiting")
    desk.change(solved, status="done")
    desk.go("2026-11-23 16:00")
    desk.change(ticket, status="new")
    strict = [dict(t) for t in GOLD["targets"]]  # type: ignore[call-overload]
    strict[1].pop("pauses")
    desk.install(desk_package({**GOLD, "targets": strict}, PLAIN, version="1.1.0"))
    desk.work()
    assert desk.kept(ticket)["solve"].clock.spent == timedelta(hours=2), "from now on"
    with desk.workspace.read(desk.admin) as unit:
        said = recomputing.preview(unit, "ticket")
    assert (said.records, said.clocks) == (2, 4), "the solved one has an open clock, too"
    assert [each.target for each in said.examples] == ["solve"]
    desk.workspace.run(desk.admin, lambda unit: recomputing.start(unit, "ticket"))
    desk.work()
    kept = desk.kept(ticket)["solve"]
    assert (kept.clock.since, kept.due_at) == (at("2026-11-23 09:00"), at("2026-11-23 18:00"))
    with desk.workspace.read(desk.admin) as unit:
        assert recomputing.preview(unit, "ticket").changed == 0
        done = recomputing.progress(unit, "ticket")
    assert done is not None and (done.done, done.total, done.error) == (2, 2, None)
    assert done.ended_at is not None


def test_recomputing_gives_clocks_to_records_from_before_the_policies(desk: Desk) -> None:
    desk.install(desk_package(PLAIN, version="1.1.0"))
    gold = desk.made("account", name="Acme", level="gold")
    ticket = desk.made("ticket", name="T", account=gold, priority="low")
    assert desk.kept(ticket) == {}
    desk.install(desk_package(GOLD, PLAIN, version="1.2.0"))
    desk.go("2026-11-24 17:00")
    desk.workspace.run(desk.admin, lambda unit: recomputing.start(unit, "ticket"))
    desk.work()
    kept = desk.kept(ticket)["solve"]
    assert kept.due_at == at("2026-11-23 18:00")
    assert kept.fired == ("solve_80", "solve_100"), "nobody is told of what is long past"


def test_a_large_recomputing_goes_chunk_by_chunk(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr(recomputing, "CHUNK", 2)
    tickets = [desk.made("ticket", name=f"T{n}") for n in range(5)]
    with desk.workspace.write(SYSTEM) as unit:
        clock_rows.drop(unit, [(ticket, "solve") for ticket in tickets])
    desk.workspace.run(desk.admin, lambda unit: recomputing.start(unit, "ticket"))
    desk.work()
    assert all(desk.kept(ticket) for ticket in tickets)
    with desk.workspace.read(desk.admin) as unit:
        done = recomputing.progress(unit, "ticket")
    assert done is not None and done.done == done.total == 5


def test_a_calendar_of_before_is_kept_for_what_runs(desk: Desk) -> None:
    """Until a record is looked at again it counts by the calendar it had."""
    ticket = desk.gold_ticket()
    digest = desk.kept(ticket)["solve"].calendar
    desk.install(desk_package(GOLD, PLAIN, calendars=[{**OFFICE, "holidays": []}], version="1.1.0"))
    with desk.workspace.read(SYSTEM) as unit:
        assert clock_rows.calendar_document(unit, digest)["holidays"] == OFFICE["holidays"]
    kept = desk.kept(ticket)["solve"]
    assert replace(kept, calendar="") != kept
