"""What is done in time: once each, in due order, late after a standstill, never for what stands."""

from __future__ import annotations

import threading

from tests.workflow.sla.desk import GOLD, PLAIN, Desk, at, desk_package
from tests.workflow.test_actions import notices
from typecase.runtime import reading, saving, users
from typecase.runtime.actors import SYSTEM
from typecase.workflow import queue, runs
from typecase.workflow.jobs import Job


def field(desk: Desk, id_: str, name: str) -> object:
    with desk.workspace.read(SYSTEM) as unit:
        return reading.get(unit, "ticket", id_)[name]


def jobs(desk: Desk) -> list[Job]:
    with desk.workspace.read(desk.admin) as unit:
        return [job for job in queue.look(unit, limit=200).jobs if job.kind == "sla"]


def test_warning_and_breach_once_each(desk: Desk) -> None:
    ticket = desk.gold_ticket()
    desk.go("2026-11-23 16:23")
    desk.work()
    assert notices(desk) == []
    desk.go("2026-11-23 16:24")
    desk.work()
    assert notices(desk) == [(desk.ada.id, "Soon too late.")]
    assert field(desk, ticket, "solve_state") == "at_risk"
    desk.go("2026-11-23 18:00")
    desk.work()
    assert notices(desk)[1:] == [(desk.boss.id, "Too late.")]
    assert field(desk, ticket, "priority") == "urgent"
    desk.later(days=3)
    assert field(desk, ticket, "solve_state") == "overdue"
    desk.change(ticket, status="waiting")
    desk.change(ticket, status="new")
    desk.later(days=3)
    desk.work()
    assert len(notices(desk)) == 2, "nothing is done twice"
    with desk.workspace.read(desk.admin) as unit:
        names = [run.automation for run in runs.find(unit)]
    assert names == ["ticket.gold.solve_100", "ticket.gold.solve_80"]


def test_after_a_standstill_late_and_in_due_order(desk: Desk) -> None:
    first = desk.gold_ticket()
    desk.later(minutes=10)
    second = desk.gold_ticket()
    desk.later(days=10)
    desk.work()
    with desk.workspace.read(desk.admin) as unit:
        order = [(run.record, run.automation[-2:]) for run in runs.find(unit)]
    assert order[::-1] == [(first, "80"), (second, "80"), (first, "00"), (second, "00")]


def test_not_while_it_is_paused_nor_when_it_was_met(desk: Desk) -> None:
    paused, met = desk.gold_ticket(), desk.gold_ticket()
    desk.later(hours=1)
    desk.change(paused, status="waiting")
    desk.change(met, status="done")
    desk.later(days=10)
    desk.work()
    assert notices(desk) == []
    desk.change(paused, status="new")
    desk.later(days=10)
    desk.work()
    assert len(notices(desk)) == 2, "those of the one that went on"


def test_one_that_fails_is_tried_again_and_leaves_no_mark(desk: Desk) -> None:
    failing = {"target": "solve", "at": "50%", "do": [
        {"name": "never", "check": "record.note == 'Yes'", "message": "Not yet."},
        {"log": "'Done'"}]}  # fmt: skip
    desk.install(desk_package({**GOLD, "escalations": [failing]}, PLAIN, version="1.1.0"))
    ticket = desk.gold_ticket()
    desk.go("2026-11-23 14:00")
    desk.work()
    assert desk.kept(ticket)["solve"].fired == ()
    assert [job.state for job in jobs(desk)] == ["waiting"]
    desk.change(ticket, note="Yes")
    desk.later(minutes=1)
    desk.work()
    assert desk.kept(ticket)["solve"].fired == ("solve_50",)


def test_a_timer_of_a_clock_set_back_waits_for_its_time(desk: Desk) -> None:
    ticket = desk.gold_ticket()
    desk.go("2026-11-23 17:00")
    desk.go("2026-11-23 10:00")
    desk.work()
    assert desk.kept(ticket)["solve"].fired == ()
    desk.go("2026-11-23 17:00")
    desk.work()
    assert desk.kept(ticket)["solve"].fired == ("solve_80",)


def test_rows_of_a_package_have_clocks_too(desk: Desk) -> None:
    account = desk.made("account", name="Acme", level="gold")
    old = {"name": "Old", "account": account}

    def install() -> str:
        def made(unit: object) -> str:
            return saving.create(unit, "ticket", old)  # type: ignore[arg-type]

        return desk.workspace.run(SYSTEM, made, via="package")

    ticket = install()
    assert desk.kept(ticket)["solve"].due_at == at("2026-11-23 18:00")
    desk.later(days=1)
    desk.work()
    assert desk.kept(ticket)["solve"].fired == ("solve_80", "solve_100"), "these came in time"


def test_a_save_and_a_timer_at_once(desk: Desk) -> None:
    """Whoever is second sees what the first did: a ticket solved first is not warned about, and
    one warned about first keeps its mark."""
    tickets = [desk.gold_ticket() for _ in range(6)]
    desk.go("2026-11-23 17:00")
    start = threading.Barrier(2)

    def solve() -> None:
        start.wait()
        for ticket in tickets:
            desk.change(ticket, status="done")

    thread = threading.Thread(target=solve)
    thread.start()
    start.wait()
    desk.work()
    thread.join()
    desk.later(minutes=1)
    desk.work()
    warned = sum(desk.kept(ticket)["solve"].fired == ("solve_80",) for ticket in tickets)
    assert len(notices(desk)) == warned
    assert all(desk.kept(ticket)["solve"].clock.state == "met" for ticket in tickets)


def test_two_saves_at_once_come_to_one_clock(desk: Desk) -> None:
    ticket = desk.gold_ticket()
    desk.go("2026-11-23 10:00")
    start = threading.Barrier(2)

    def save(**raw: str) -> None:
        start.wait()
        desk.change(ticket, **raw)

    threads = [
        threading.Thread(target=save, kwargs={"status": "waiting"}),
        threading.Thread(target=save, kwargs={"replied_at": "2026-11-23T01:30:00Z"}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = desk.kept(ticket)
    assert (kept["solve"].clock.state, kept["reply"].clock.state) == ("paused", "met")


def test_a_notice_without_words_says_what_is_the_matter_in_the_readers_language(
    desk: Desk,
) -> None:
    """``{"notify": "owner"}`` is enough; a text of one's own is translated by the names of its
    escalation and step."""
    own = {"name": "tell", "notify": "owner", "text": "Half is gone."}
    escalations = [
        {"target": "solve", "at": "50%", "name": "half", "do": [own]},
        {"target": "solve", "at": "80%", "do": [{"notify": "owner"}]},
        {"target": "solve", "at": "100%", "do": [{"notify": "owner"}]},
    ]
    said = {
        "ticket": "工单",
        "ticket/sla/gold/solve": "解决",
        "ticket/sla/gold/half/tell:text": "已过半。",
    }
    gold = {**GOLD, "escalations": escalations}
    desk.install(desk_package(gold, PLAIN, version="1.1.0", chinese=said))
    desk.gold_ticket()
    desk.later(days=5)
    desk.work()
    assert [text for _, text in notices(desk)] == [
        "Half is gone.",
        "Ticket: 80 % of the time for “Solution” is over.",
        "Ticket: the time for “Solution” is over.",
    ]
    with desk.workspace.write(SYSTEM) as unit:
        users.update(unit, desk.ada.id, {"language": "zh"})
    desk.gold_ticket()
    desk.later(days=5)
    desk.work()
    assert [text for _, text in notices(desk)][3:] == [
        "已过半。", "工单：“解决”的时限已用 80%。", "工单：“解决”的时限已到。",
    ]  # fmt: skip
