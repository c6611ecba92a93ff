"""Automations: before and after a change, on a date, on a schedule; in order, bounded, told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.workflow.office import Office
from tests.workflow.test_actions import all_of, got, made, notices
from typecase.bootstrap import runner_of
from typecase.errors import AccessDenied, Conflict, NotFound, RecordInvalid
from typecase.metadata.processes import process_of
from typecase.runtime import history, recycle, saving
from typecase.runtime.actors import SYSTEM
from typecase.workflow import dates, queue, replaying, runs, schedules
from typecase.workflow.jobs import Job
from typecase.workflow.runs import Run


def a_deal(office: Office, **raw: Any) -> str:
    account = made(office, "account", name="Acme")
    return made(office, "deal", **{"name": "D", "account": account, **raw})


def change(office: Office, id_: str, **raw: Any) -> None:
    office.workspace.run(office.ada, lambda unit: saving.update(unit, "deal", id_, raw))


def ran(office: Office, name: str | None = None) -> list[Run]:
    with office.workspace.read(office.admin) as unit:
        return runs.find(unit, name)


def work(office: Office) -> int:
    """All that is due now; returns how many jobs."""
    runner, total = runner_of(office.workspace), 0
    while count := runner.tick():
        total += count
    return total


def jobs(office: Office, kind: str) -> list[Job]:
    with office.workspace.read(office.admin) as unit:
        return [job for job in queue.look(unit, limit=200).jobs if job.kind == kind]


def test_before_a_save_fields_are_set(office: Office) -> None:
    deal = a_deal(office)
    change(office, deal, stage="won", probability=3)
    assert got(office, "deal", deal)["probability"] == 100
    assert got(office, "deal", a_deal(office, stage="won"))["probability"] == 100
    change(office, deal, probability=7)
    assert got(office, "deal", deal)["probability"] == 7, "only when the stage changes"


def test_after_a_save_in_their_order_each_kept_in_the_history(office: Office) -> None:
    deal = a_deal(office, stage="talks")
    change(office, deal, stage="won")
    assert notices(office) == [(office.boss.id, "A deal was won.")]
    stored = got(office, "deal", deal)
    account = got(office, "account", stored["account"])
    assert account["level"] == "gold"
    newest = [each.automation for each in ran(office)]
    assert newest == ["deal.tell_boss", "deal.account_is_gold"], "the later one first"
    with office.workspace.read(office.admin) as unit:
        of = unit.catalog.object("account")
        entry = history.entries(unit, of, account["id"], 1)[0]
    assert (entry.via, entry.actor) == ("automation", SYSTEM.id)


def test_what_was_is_known_and_nothing_happens_without_a_change(office: Office) -> None:
    deal = a_deal(office)
    change(office, deal, stage="won")
    account = got(office, "account", got(office, "deal", deal)["account"])
    assert account["level"] is None, "it did not come from talks"
    told = len(notices(office))
    change(office, deal, stage="won")
    assert len(notices(office)) == told


def test_deleting_and_restoring_are_events(office: Office) -> None:
    deal = a_deal(office)
    deletion = office.workspace.run(office.ada, lambda unit: recycle.delete(unit, "deal", deal))
    office.workspace.run(office.ada, lambda unit: recycle.restore(unit, deletion.id))
    assert [each.event for each in ran(office, "deal.gone")] == ["restore", "delete"]
    assert notices(office) == [(office.ada.id, "A deal went or came.")] * 2


def test_a_loop_stops_names_its_chain_and_saves_nothing(office: Office) -> None:
    with pytest.raises(Conflict, match=r"account\.ping → account\.ping"):
        made(office, "account", name="Loop")
    assert all_of(office, "account", "name") == []
    failed = ran(office, "account.ping")
    assert failed and {each.outcome for each in failed} == {"failed"}


def test_a_check_of_an_automation_refuses_the_save_and_says_why(office: Office) -> None:
    account = made(office, "account", name="Refused")
    with pytest.raises(RecordInvalid) as refused:
        office.workspace.run(
            office.ada, lambda unit: saving.update(unit, "account", account, {"level": "gold"})
        )
    assert [p.text() for p in refused.value.problems] == ["Never this one."]
    assert got(office, "account", account)["level"] is None
    assert [each.outcome for each in ran(office, "account.refuse")] == ["failed"]


def test_many_records_take_few_more_statements_than_one(office: Office) -> None:
    deals = [a_deal(office, stage="new") for _ in range(12)]

    def statements(ids: list[str], stage: str) -> int:
        with office.workspace.write(office.ada) as unit:
            saving.update_many(unit, "deal", [(id_, {"stage": stage}, None) for id_ in ids])
            return unit.statements

    one = statements(deals[:1], "talks")
    eleven = statements(deals[1:], "talks")
    assert eleven - one <= 10 + 2, "the writes, and nothing for each automation that is not meant"


def test_on_a_date_it_fires_once_at_its_moment(office: Office) -> None:
    """Noon of the 21st in Shanghai; a day before the 24th is the midnight of the 23rd there."""
    deal = a_deal(office, close_date="2026-11-24")
    work(office)
    assert notices(office) == []
    office.clock.advance(timedelta(hours=35))
    work(office)
    assert notices(office) == [], "an hour early"
    office.clock.advance(timedelta(hours=1))
    work(office)
    assert notices(office) == [(office.ada.id, "Tomorrow!")]
    office.clock.advance(timedelta(days=3))
    work(office)
    assert len(notices(office)) == 1
    (run,) = ran(office, "deal.remind")
    assert (run.event, run.outcome, run.record) == ("date", "done", deal)


@pytest.mark.parametrize("moved", [{"close_date": "2027-01-01"}, {"stage": "won"}, None])
def test_a_timer_asks_again_when_it_fires(office: Office, moved: dict[str, Any] | None) -> None:
    deal = a_deal(office, close_date="2026-11-23")
    work(office)
    assert len(jobs(office, "automation")) == 1
    if moved:
        change(office, deal, **moved)
    else:
        office.workspace.run(office.ada, lambda unit: recycle.delete(unit, "deal", deal))
    office.clock.advance(timedelta(days=2))
    work(office)
    assert "Tomorrow!" not in [text for _, text in notices(office)]


def test_a_date_moved_near_after_the_planning_is_not_missed(office: Office) -> None:
    deal = a_deal(office, close_date="2027-01-01")
    work(office)
    change(office, deal, close_date="2026-11-23")
    assert [job.record for job in jobs(office, "automation")] == [deal]
    change(office, deal, close_date="2027-01-01")
    change(office, deal, close_date="2026-11-23")
    assert len(jobs(office, "automation")) == 1, "the same moment is one timer"


def test_a_standstill_makes_it_late_not_lost(office: Office) -> None:
    a_deal(office, close_date="2026-11-28")
    work(office)
    office.clock.advance(timedelta(days=20))
    work(office)
    assert notices(office) == [(office.ada.id, "Tomorrow!")]


@pytest.mark.parametrize(
    ("repeat", "value", "since", "expected"),
    [
        ("never", date(2026, 5, 1), datetime(2026, 1, 1, tzinfo=UTC), "2026-05-01"),
        ("never", date(2026, 5, 1), datetime(2026, 6, 1, tzinfo=UTC), None),
        ("yearly", date(2000, 2, 29), datetime(2026, 1, 1, tzinfo=UTC), "2026-02-28"),
        ("yearly", date(2000, 2, 29), datetime(2028, 1, 1, tzinfo=UTC), "2028-02-29"),
        ("yearly", date(2000, 5, 1), datetime(2026, 6, 1, tzinfo=UTC), "2027-05-01"),
        ("yearly", date(2030, 5, 1), datetime(2026, 6, 1, tzinfo=UTC), "2030-05-01"),
        ("monthly", date(2026, 1, 31), datetime(2026, 2, 3, tzinfo=UTC), "2026-02-28"),
        ("monthly", date(2026, 1, 31), datetime(2026, 3, 1, tzinfo=UTC), "2026-03-31"),
    ],
)
def test_when_a_date_comes_round(
    office: Office, repeat: str, value: date, since: datetime, expected: str | None
) -> None:
    with office.workspace.read(SYSTEM) as unit:
        automation = next(
            each for each in process_of(unit.catalog, "deal").automations if each.name == "remind"
        )
        automation = replace(automation, repeat=repeat, offset="0d")
        moment = dates.due(unit, automation, value, since)
    assert (moment.date().isoformat() if moment else None) == expected


def test_on_a_schedule_each_record_is_a_job_and_one_that_fails_is_replayed(office: Office) -> None:
    good = [a_deal(office, stage="talks") for _ in range(3)]
    bad = a_deal(office, stage="talks", name="Bad")
    new = a_deal(office)
    work(office)
    assert jobs(office, "automation") == []
    office.clock.advance(timedelta(days=2))  # Monday, 23 November, noon
    work(office)
    assert [got(office, "deal", id_)["amount"] for id_ in good] == [1, 1, 1]
    assert got(office, "deal", new)["amount"] is None
    (waiting,) = [job for job in jobs(office, "automation") if job.state == "waiting"]
    assert (waiting.record, waiting.error) == (bad, "A bad one.")
    assert [r.outcome for r in ran(office, "deal.weekly")].count("failed") == 1
    for _ in range(8):
        office.clock.advance(timedelta(hours=6))
        work(office)
    (dead,) = [job for job in jobs(office, "automation") if job.state == "dead"]
    change(office, bad, name="Better")
    office.workspace.run(office.admin, lambda unit: queue.replay(unit, [dead.id]))
    work(office)
    assert got(office, "deal", bad)["amount"] == 1
    assert [got(office, "deal", id_)["amount"] for id_ in good] == [1, 1, 1], "once a turn"


def test_after_a_standstill_one_turn_is_made_up_for(office: Office) -> None:
    deal = a_deal(office, stage="talks")
    work(office)
    office.clock.advance(timedelta(days=30))
    work(office)
    assert got(office, "deal", deal)["amount"] == 1


def test_a_schedule_keeps_the_clocks_of_its_zone_across_summer_time() -> None:
    zone = ZoneInfo("Europe/Berlin")
    before = schedules.next_moment("0 8 * * *", datetime(2026, 3, 28, 5, tzinfo=UTC), zone)
    after = schedules.next_moment("0 8 * * *", datetime(2026, 3, 29, 5, tzinfo=UTC), zone)
    assert [m.astimezone(UTC).hour for m in (before, after)] == [7, 6]


def test_started_by_hand(office: Office) -> None:
    deal = a_deal(office, stage="talks")
    with pytest.raises(AccessDenied):
        office.workspace.run(office.ada, lambda unit: schedules.start(unit, "deal.weekly"))
    for wrong, error in (("deal.remind", Conflict), ("deal.none", NotFound), ("x.y", NotFound)):
        with pytest.raises(error):
            office.workspace.run(office.admin, lambda unit, name=wrong: schedules.start(unit, name))
    office.workspace.run(office.admin, lambda unit: schedules.start(unit, "deal.weekly"))
    work(office)
    assert got(office, "deal", deal)["amount"] == 1


def test_a_failed_run_is_done_again_by_hand(office: Office) -> None:
    """What a save started was undone with it: its steps run for the record as it is now."""
    account = made(office, "account", name="Refused")
    with pytest.raises(RecordInvalid):
        office.workspace.run(
            office.ada, lambda unit: saving.update(unit, "account", account, {"level": "gold"})
        )
    (failed,) = ran(office, "account.refuse")
    with pytest.raises(AccessDenied):
        office.workspace.run(office.ada, lambda unit: replaying.replay(unit, failed.id))
    with pytest.raises(RecordInvalid):
        office.workspace.run(office.admin, lambda unit: replaying.replay(unit, failed.id))
    assert [each.outcome for each in ran(office, "account.refuse")] == ["failed", "failed"]
    deal = a_deal(office, stage="talks", name="Bad")
    work(office)
    office.clock.advance(timedelta(days=2))
    work(office)
    (bad,) = [each for each in ran(office, "deal.weekly") if each.record == deal]
    with pytest.raises(NotFound):  # its job tries again by itself
        office.workspace.run(office.admin, lambda unit: replaying.replay(unit, bad.id))
    change(office, deal, name="Good")
    office.clock.advance(timedelta(hours=6))
    work(office)
    done = ran(office, "deal.weekly")[0]
    assert done.outcome == "done"
    with pytest.raises(Conflict, match="nothing to do again"):
        office.workspace.run(office.admin, lambda unit: replaying.replay(unit, done.id))
