"""Jobs: kept with their transaction, done at least once, tried again, replayed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.runtime.shop import Shop
from typecase.errors import AccessDenied, BadRequest, Conflict, NotFound
from typecase.runtime import recycle, saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage.unit_of_work import Unit
from typecase.runtime.workspaces import Workspace
from typecase.workflow import housekeeping, queue
from typecase.workflow.jobs import MOST_ATTEMPTS, Errand, Inside, Job, row, wait_before
from typecase.workflow.runner import Runner
from typecase.workflow.storage import job_rows


def makes_account(unit: Unit, job: Job) -> None:
    saving.create(unit, "account", {"name": job.payload["name"]})
    if job.payload.get("fails"):
        raise Conflict("It does not go.")


def put(shop: Shop, kind: str = "account", **payload: Any) -> None:
    shop.workspace.run(SYSTEM, lambda unit: queue.put(unit, kind, payload))


def accounts(shop: Shop) -> list[str]:
    def names(unit: Unit) -> list[str]:
        from_ = unit.model.table("account")
        return sorted(unit.execute(from_.table.select()).scalars(from_["name"]).all())

    with shop.workspace.read(SYSTEM) as unit:
        return names(unit)


def jobs(shop: Shop, state: str | None = None) -> list[Job]:
    with shop.workspace.read(SYSTEM) as unit:
        return list(queue.look(unit, state).jobs)


def runner(shop: Shop, *handlers: Any) -> Runner:
    return Runner(shop.workspace, handlers or (Inside("account", makes_account),))


def test_many_dead_ones_are_paged_and_counted_to_a_limit(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST_COUNTED", 5)
    monkeypatch.setattr(queue, "MOST", 4)

    def bury(unit: Unit) -> None:
        rows = [row(unit, "account", {"name": str(n)}, f"k{n}") for n in range(10)]
        job_rows.insert(unit, [{**each, "state": "dead"} for each in rows])

    shop.workspace.run(SYSTEM, bury)
    put(shop, name="waits")
    seen, before = list[str](), None
    with shop.workspace.read(SYSTEM) as unit:
        while True:
            page = queue.look(unit, "dead", 100, before)
            seen += [job.id for job in page.jobs]
            if (before := page.next) is None:
                break
    assert len(set(seen)) == len(seen) == 10
    assert page.counts == {"dead": 5, "waiting": 1}
    shop.workspace.run(SYSTEM, lambda unit: queue.replay(unit, seen[3:5]))
    assert {job.id for job in jobs(shop, "waiting")} >= set(seen[3:5])


def test_a_job_is_kept_if_and_only_if_its_transaction_is(shop: Shop) -> None:
    def work(unit: Unit) -> None:
        queue.put(unit, "account", {"name": "Acme"})
        raise Conflict("Undone.")

    with pytest.raises(Conflict):
        shop.workspace.run(SYSTEM, work)
    assert jobs(shop) == []


def test_work_is_done_once_and_marked_with_it(shop: Shop) -> None:
    for name in ("Acme", "Bolt", "Core"):
        put(shop, name=name)
    works = runner(shop)
    assert works.tick() == 3
    assert works.tick() == 0
    assert accounts(shop) == ["Acme", "Bolt", "Core"]
    assert {job.state for job in jobs(shop)} == {"done"}


def test_the_same_key_is_put_once(shop: Shop) -> None:
    def work(unit: Unit) -> list[bool]:
        return [queue.put(unit, "account", {"name": "Acme"}, key="k") for _ in range(2)]

    assert shop.workspace.run(SYSTEM, work) == [True, False]
    runner(shop).tick()
    assert shop.workspace.run(SYSTEM, work) == [False, False], "done is not forgotten"
    assert len(jobs(shop)) == 1


def test_a_timer_waits_for_its_moment_and_the_earliest_goes_first(shop: Shop) -> None:
    def work(unit: Unit) -> None:
        for name, hours in (("Late", 2), ("Early", 1)):
            due = unit.now + timedelta(hours=hours)
            queue.put(unit, "account", {"name": name}, due_at=due)

    shop.workspace.run(SYSTEM, work)
    order: list[str] = []
    works = runner(shop, Inside("account", lambda unit, job: order.append(job.payload["name"])))
    assert works.tick() == 0
    shop.clock.advance(timedelta(hours=1))
    assert works.tick() == 1
    shop.clock.advance(timedelta(hours=9))
    works.tick()
    assert order == ["Early", "Late"]


def test_a_failing_job_is_undone_alone_and_tried_again_later_and_later(shop: Shop) -> None:
    put(shop, name="Good")
    put(shop, name="Bad", fails=True)
    works = runner(shop)
    works.tick()
    assert accounts(shop) == ["Good"]
    (waiting,) = jobs(shop, "waiting")
    assert (waiting.attempts, waiting.error) == (1, "It does not go.")
    assert waiting.due_at == shop.clock.now() + wait_before(1)
    assert works.tick() == 0, "not before its time"
    for attempt in range(1, MOST_ATTEMPTS):
        shop.clock.advance(wait_before(attempt))
        assert works.tick() == 1
    assert [job.state for job in jobs(shop, "dead")] == ["dead"]
    shop.clock.advance(timedelta(days=30))
    assert works.tick() == 0, "nobody tries a dead one"
    assert accounts(shop) == ["Good"]


def test_a_dead_job_is_replayed(shop: Shop) -> None:
    put(shop, name="Bad", fails=True)
    runner(shop, Inside("account", makes_account, most_attempts=1)).tick()
    (dead,) = jobs(shop, "dead")
    shop.workspace.run(SYSTEM, lambda unit: queue.replay(unit, [dead.id]))
    works = runner(shop, Inside("account", lambda unit, job: None))
    assert works.tick() == 1
    assert jobs(shop)[0].state == "done"
    with pytest.raises(NotFound):
        shop.workspace.run(SYSTEM, lambda unit: queue.replay(unit, [dead.id]))


def test_who_may_look_and_replay(shop: Shop) -> None:
    for call in (queue.look, lambda unit: queue.replay(unit, [])):
        with pytest.raises(AccessDenied):
            shop.workspace.run(shop.ada, call)
    with pytest.raises(BadRequest), shop.workspace.read(SYSTEM) as unit:
        queue.look(unit, "lost")


def test_a_job_of_a_process_that_died_is_taken_over_when_its_lease_is_over(shop: Shop) -> None:
    put(shop, kind="errand", name="Acme")
    done: list[str] = []

    def dies(workspace: Workspace, job: Job) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runner(shop, Errand("errand", dies)).tick()
    other = runner(shop, Errand("errand", lambda workspace, job: done.append(job.id)))
    assert other.tick() == 0
    shop.clock.advance(timedelta(minutes=6))
    assert other.tick() == 1
    assert done == [jobs(shop)[0].id]
    assert (jobs(shop)[0].state, jobs(shop)[0].attempts) == ("done", 2)


def test_a_job_that_kills_its_process_each_time_ends_dead(shop: Shop) -> None:
    put(shop, kind="errand")

    def dies(workspace: Workspace, job: Job) -> None:
        raise KeyboardInterrupt

    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            runner(shop, Errand("errand", dies)).tick()
        shop.clock.advance(timedelta(minutes=6))
    assert runner(shop, Errand("errand", dies)).tick() == 1
    assert jobs(shop)[0].state == "dead"


def test_work_of_another_release_waits_for_it(shop: Shop) -> None:
    put(shop, kind="from_the_future")
    assert runner(shop).tick() == 0
    assert [job.state for job in jobs(shop)] == ["waiting"]


def test_two_runners_at_once_never_do_the_same(shop: Shop) -> None:
    for number in range(120):
        put(shop, name=f"A{number:03}")

    def work() -> None:
        works = runner(shop)
        while works.tick():
            pass

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert accounts(shop) == [f"A{number:03}" for number in range(120)]


def test_only_one_process_plans_by_the_clock(shop: Shop) -> None:
    planned: list[str] = []

    def planner(name: str) -> Callable[[Unit], None]:
        return lambda unit: planned.append(name)

    first, second = (Runner(shop.workspace, (), (planner(n),)) for n in ("first", "second"))
    for _ in range(3):
        first.tick()
        second.tick()
        shop.clock.advance(timedelta(seconds=20))
    assert planned == ["first"] * 3
    shop.clock.advance(timedelta(minutes=2))
    second.tick()
    assert planned[-1] == "second", "the first one seems to be gone"


def test_a_clock_that_jumps_back_does_not_stop_planning(shop: Shop) -> None:
    planned: list[int] = []
    works = Runner(shop.workspace, (), (lambda unit: planned.append(1),))
    works.tick()
    shop.clock.advance(timedelta(days=-3))
    works.tick()
    assert len(planned) == 2


def test_chores_run_once_in_each_span(shop: Shop) -> None:
    works = Runner(shop.workspace, (housekeeping.CHORE,), (housekeeping.plan,))
    works.tick()
    shop.clock.advance(timedelta(seconds=30))
    works.tick()
    assert {job.payload["name"]: job.state for job in jobs(shop)} == {
        chore.name: "done" for chore in housekeeping.CHORES
    }
    assert len(jobs(shop)) == len(housekeeping.CHORES)


def test_the_bin_is_emptied_of_what_has_lain_there_long(shop: Shop) -> None:
    def delete(unit: Unit) -> str:
        return recycle.delete(unit, "account", saving.create(unit, "account", {"name": "X"})).id

    old = shop.workspace.run(SYSTEM, delete)
    shop.clock.advance(recycle.KEPT - timedelta(days=1))
    young = shop.workspace.run(SYSTEM, delete)
    assert housekeeping.empty_bin(shop.workspace) == 0
    shop.clock.advance(timedelta(days=2))
    assert housekeeping.empty_bin(shop.workspace) == 1
    with shop.workspace.read(SYSTEM) as unit:
        assert [entry.id for entry in recycle.entries(unit)] == [young]
    assert old != young
