"""C8: a clock that is put forward or back: nothing is done twice, nothing waits for days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.runtime.shop import Shop
from tests.workflow.test_jobs import accounts, jobs, makes_account, put, runner
from typecase.runtime.workspaces import Workspace
from typecase.workflow.jobs import Errand, Inside, Job
from typecase.workflow.runner import Runner


def dies(workspace: Workspace, job: Job) -> None:
    raise KeyboardInterrupt


def test_forward_while_a_job_is_under_way_takes_effect_once(shop: Shop) -> None:
    """The other process thinks the first is gone, and takes over what that one still holds."""
    put(shop, name="Acme")
    second = runner(shop)

    class Slow(Runner):
        def _is_errand(self, job: Job) -> bool:
            if job.attempts == 1:
                shop.clock.advance(timedelta(hours=1))
                second.tick()
            return False

    Slow(shop.workspace, (Inside("account", makes_account),)).tick()
    assert accounts(shop) == ["Acme"]
    assert [(job.state, job.attempts) for job in jobs(shop)] == [("done", 2)]


@pytest.mark.parametrize("back", [timedelta(minutes=20), timedelta(days=3)])
def test_back_does_not_keep_a_dead_process_its_jobs(shop: Shop, back: timedelta) -> None:
    put(shop, kind="errand")
    shop.clock.advance(back + timedelta(hours=1))
    with pytest.raises(KeyboardInterrupt):
        runner(shop, Errand("errand", dies)).tick()
    shop.clock.advance(-back)
    done: list[str] = []
    assert runner(shop, Errand("errand", lambda w, job: done.append(job.id))).tick() == 1
    assert len(done) == 1


def test_back_does_not_keep_a_dead_process_the_lease_of_planning(shop: Shop) -> None:
    planned: list[str] = []
    Runner(shop.workspace, (), (lambda unit: planned.append("gone"),)).tick()
    shop.clock.advance(timedelta(days=-3))
    Runner(shop.workspace, (), (lambda unit: planned.append("next"),)).tick()
    assert planned == ["gone", "next"]


def test_a_little_back_leaves_the_living_their_leases(shop: Shop) -> None:
    """As clocks of two machines differ."""
    planned: list[str] = []
    put(shop, kind="errand")
    shop.clock.advance(timedelta(seconds=2))
    Runner(shop.workspace, (), (lambda unit: planned.append("first"),)).tick()
    with pytest.raises(KeyboardInterrupt):
        runner(shop, Errand("errand", dies)).tick()
    shop.clock.advance(timedelta(seconds=-2))
    Runner(shop.workspace, (), (lambda unit: planned.append("second"),)).tick()
    assert planned == ["first"]
    assert runner(shop, Errand("errand", dies)).tick() == 0
