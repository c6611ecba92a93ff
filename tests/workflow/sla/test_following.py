"""Clocks follow their records through saves, the bin, batches and new definitions."""

from __future__ import annotations

from datetime import timedelta

from tests.workflow.sla.desk import GOLD, OFFICE, PLAIN, Desk, at, desk_package
from typecase.runtime import recycle, saving
from typecase.runtime.storage.unit_of_work import Unit

HOUR = timedelta(hours=1)


def test_the_policy_that_fits_starts_its_clocks_with_the_record(desk: Desk) -> None:
    ticket = desk.gold_ticket(priority="urgent")
    kept = desk.kept(ticket)
    assert kept["reply"].due_at == at("2026-11-23 09:30")
    assert kept["solve"].due_at == at("2026-11-23 18:00")
    assert kept["solve"].risk_at == at("2026-11-23 16:24"), "80 % of eight hours, without lunch"
    plain = desk.made("ticket", name="P")
    assert desk.kept(plain)["solve"].due_at == at("2026-11-25 09:00"), "two days, every hour"
    low = desk.made("ticket", name="L", priority="low")
    assert desk.kept(low) == {}, "nothing is promised for a low priority"


def test_pauses_do_not_count_and_what_is_reached_stops(desk: Desk) -> None:
    ticket = desk.gold_ticket()
    desk.go("2026-11-23 11:00")
    desk.change(ticket, status="waiting")
    assert desk.kept(ticket)["solve"].due_at is None
    desk.go("2026-11-24 10:00")
    desk.change(ticket, status="new")
    assert desk.kept(ticket)["solve"].due_at == at("2026-11-24 17:00"), "six hours were left"
    desk.go("2026-11-24 12:30")
    desk.change(ticket, status="done")
    kept = desk.kept(ticket)["solve"]
    assert (kept.clock.state, kept.clock.spent) == ("met", 4 * HOUR)
    desk.go("2026-11-24 14:00")
    desk.change(ticket, status="new")
    assert desk.kept(ticket)["solve"].due_at == at("2026-11-24 18:00"), "opened again, it goes on"


def test_the_record_may_say_when_it_was_reached(desk: Desk) -> None:
    ticket = desk.gold_ticket()
    desk.go("2026-11-23 16:00")
    desk.change(ticket, replied_at="2026-11-23T10:00:00+08:00")
    kept = desk.kept(ticket)["reply"]
    assert (kept.clock.spent, kept.clock.stopped_at) == (HOUR, at("2026-11-23 10:00"))
    late = desk.gold_ticket()
    desk.go("2026-11-24 16:00")
    desk.change(late, replied_at="2027-01-01T10:00:00+08:00")
    kept = desk.kept(late)["reply"]
    assert kept.clock.stopped_at == at("2026-11-24 16:00"), "not later than now"
    assert kept.standing(desk.clock.now()) == "missed"


def test_a_changed_value_freezes_or_recomputes(desk: Desk) -> None:
    ticket = desk.gold_ticket()
    desk.change(ticket, priority="urgent")
    assert desk.kept(ticket)["reply"].due_at == at("2026-11-23 14:00"), "it began with four hours"
    plain = desk.made("ticket", name="P")
    desk.later(hours=3)
    desk.change(plain, priority="urgent")
    kept = desk.kept(plain)["solve"]
    assert (kept.clock.allowed, kept.clock.spent) == (HOUR, 3 * HOUR)
    assert kept.standing(desk.clock.now() + timedelta(seconds=1)) == "overdue"
    gold = desk.made("account", name="Acme", level="gold")
    desk.change(plain, account=gold)
    kept = desk.kept(plain)["solve"]
    assert (kept.policy, kept.clock.allowed, kept.due_at) == (
        "gold",
        8 * HOUR,
        at("2026-11-23 18:00"),
    ), "three hours have passed, and five are left"
    desk.change(plain, account=None)
    assert desk.kept(plain)["solve"].policy == "gold", "and there it is frozen"


def test_what_no_clock_looks_at_costs_nothing(desk: Desk) -> None:
    ticket = desk.gold_ticket()
    with desk.workspace.write(desk.ada) as unit:
        before = unit.statements
        saving.update(unit, "ticket", ticket, {"note": "Hello"})
        plain = unit.statements - before
    with desk.workspace.write(desk.ada) as unit:
        before = unit.statements
        saving.update(unit, "ticket", ticket, {"status": "waiting"})
        assert unit.statements - before == plain + 2, "its clocks are read and written"


def test_a_batch_takes_as_many_statements_as_one(desk: Desk) -> None:
    account = desk.made("account", name="Acme", level="gold")

    def statements(count: int) -> int:
        rows = [{"name": f"T{n}", "account": account} for n in range(count)]
        with desk.workspace.write(desk.ada) as unit:
            before = unit.statements
            saving.create_many(unit, "ticket", rows)
            return unit.statements - before

    assert statements(1) == statements(40)


def test_in_the_bin_clocks_stand_still(desk: Desk) -> None:
    ticket = desk.gold_ticket()
    desk.go("2026-11-23 10:00")
    gone = desk.workspace.run(desk.ada, lambda unit: recycle.delete(unit, "ticket", ticket))
    assert desk.kept(ticket)["solve"].clock.state == "paused"
    desk.go("2026-11-30 09:00")
    assert desk.work() > 0
    assert desk.kept(ticket)["solve"].fired == (), "nothing happens to what lies in the bin"
    desk.workspace.run(desk.ada, lambda unit: recycle.restore(unit, gone.id))
    assert desk.kept(ticket)["solve"].due_at == at("2026-11-30 17:00")

    def purge(unit: Unit) -> None:
        recycle.purge(unit, recycle.delete(unit, "ticket", ticket).id)

    desk.workspace.run(desk.admin, purge)
    assert desk.kept(ticket) == {}


def test_a_new_calendar_counts_from_now_on(desk: Desk) -> None:
    ticket = desk.gold_ticket()
    desk.work()
    desk.go("2026-11-23 11:00")
    long = {**OFFICE, "hours": {"mon": [["06:00", "22:00"]], "tue": [["06:00", "22:00"]]}}
    desk.install(desk_package(GOLD, PLAIN, calendars=[long], version="1.1.0"))
    desk.work()
    kept = desk.kept(ticket)["solve"]
    assert (kept.clock.spent, kept.due_at) == (2 * HOUR, at("2026-11-23 17:00")), "no lunch now"
    shorter = [{**t, "within": "4h"} if t["name"] == "solve" else t for t in GOLD["targets"]]  # type: ignore[index]
    gold = {**GOLD, "targets": shorter}
    desk.later(minutes=1)
    desk.install(desk_package(gold, PLAIN, calendars=[long], version="1.2.0"))
    desk.work()
    kept = desk.kept(ticket)["solve"]
    assert (kept.clock.allowed, kept.due_at) == (4 * HOUR, at("2026-11-23 13:00"))


def test_clocks_of_a_policy_that_is_gone_end(desk: Desk) -> None:
    ticket = desk.made("ticket", name="P")
    desk.work()
    desk.install(desk_package({**GOLD, "calendar": "office"}, version="1.1.0"))
    desk.later(minutes=1)
    desk.work()
    assert desk.kept(ticket) == {}


def test_a_clock_set_back_counts_nothing_twice(desk: Desk) -> None:
    ticket = desk.gold_ticket()
    desk.go("2026-11-23 11:00")
    desk.change(ticket, status="waiting")
    desk.go("2026-11-23 10:00")
    desk.change(ticket, status="new")
    desk.go("2026-11-23 10:30")
    desk.change(ticket, status="waiting")
    assert desk.kept(ticket)["solve"].clock.spent == 2.5 * HOUR
    desk.change(ticket, status="new")
    desk.go("2026-11-23 09:00")
    desk.change(ticket, status="done")
    assert desk.kept(ticket)["solve"].clock.spent == 2.5 * HOUR


def test_what_is_solved_after_hours_of_the_day_it_was_due_is_late(desk: Desk) -> None:
    ticket = desk.gold_ticket()
    desk.go("2026-11-23 19:00")
    assert desk.kept(ticket)["solve"].standing(desk.clock.now()) == "overdue"
    desk.change(ticket, status="done")
    kept = desk.kept(ticket)["solve"]
    assert (kept.clock.spent, kept.standing(desk.clock.now())) == (8 * HOUR, "missed")
