"""Many at once: one record has one winner, and nobody gets more than they may hold."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.runtime.pools.market import LIMITS, Market, a_pool, market_package
from typecase.errors import Conflict, RecordInvalid, TypecaseError
from typecase.runtime import pool_recycling, saving


def at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        gate.wait(30)
        try:
            return job()
        except TypecaseError as error:
            return error

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs))


def test_one_record_one_winner(market: Market) -> None:
    people = (market.ada, market.bob, market.cid) * 2
    for lead in market.free(2):
        found = at_once([lambda who=who, lead=lead: market.claim(who, lead) for who in people])
        assert found.count(None) == 1
        winner = people[found.index(None)]
        assert market.owner(lead) == winner.id
        told = {e.text() for e in found if e is not None}
        assert {type(e) for e in found if e is not None} == {Conflict}
        assert told <= {f"{winner.name} was first.", "It is yours already."}


def test_eight_claims_at_once_against_a_limit_of_three(database: str, tmp_path: Path) -> None:
    limits = {**LIMITS, "per_day": 20}
    market = Market(database, tmp_path, market_package({"pool": a_pool(limits=limits)}))
    leads = market.free(8)
    found = at_once([lambda id_=id_: market.claim(market.ada, id_) for id_ in leads])
    assert found.count(None) == 3
    assert {type(e) for e in found if e is not None} == {Conflict}
    assert Counter(map(market.owner, leads)) == {market.ada.id: 3, None: 5}
    market.close()


def test_claims_of_a_day_cannot_be_passed_either(market: Market) -> None:
    leads = market.free(8)
    found = at_once([lambda id_=id_: market.claim(market.ada, id_) for id_ in leads])
    assert found.count(None) == 2
    assert Counter(map(market.owner, leads)) == {market.ada.id: 2, None: 6}


def test_every_path_counts_at_the_same_time(market: Market) -> None:
    """Claims, assignments, new records and hand-overs to one person, all at once."""
    free, given = market.free(2), market.make(market.bob)
    jobs = [
        *(lambda id_=id_: market.claim(market.ada, id_) for id_ in free),
        *(lambda: market.make(market.ada) for _ in range(2)),
        lambda: market.assign(market.boss, market.free()[0], market.ada),
        lambda: market.workspace.run(
            market.bob, lambda unit: saving.update(unit, "lead", given, {"owner": market.ada.id})
        ),
    ]
    found = at_once(jobs)
    refused = [each for each in found if isinstance(each, TypecaseError)]
    assert len(refused) == 3
    assert {type(each) for each in refused} <= {Conflict, RecordInvalid}
    with market.workspace.read(market.ada) as unit:
        of = unit.model.table("lead")
        has = pool_recycling.pool_limits.holding(unit, of, of.object.access.pool, market.ada.id)
    assert has.held == 3


def test_two_recyclers_send_each_record_back_once(market: Market) -> None:
    from datetime import timedelta

    leads = [market.make(market.admin) for _ in range(6)]
    market.clock.advance(timedelta(days=11))
    found = at_once([lambda: pool_recycling.recycle(market.workspace, "lead")] * 2)
    assert sum(each.gone for each in found) == 6
    assert {market.owner(lead) for lead in leads} == {None}
