"""What goes back by itself: which days count, what begins them anew, who is told and when."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.runtime.pools.market import LIMITS, RULES, Market, a_pool, market_package
from tests.runtime.shop import NOON
from typecase.errors import Conflict, Locked
from typecase.runtime import comments, history, pool_recycling, saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.hooks import Hooks
from typecase.runtime.pool_recycling import GoingBack, Recycled

QUIET, GOLD, NOT_WON, STALE = RULES


def recycle(market: Market) -> Recycled:
    return pool_recycling.recycle(market.workspace, "lead")


def going_back(market: Market, lead: str) -> GoingBack | None:
    with market.workspace.read(market.ada) as unit:
        of = unit.model.table("lead")
        return pool_recycling.going_back(unit, of, of.object.access.pool, lead)


def days(market: Market, count: float) -> None:
    market.clock.advance(timedelta(days=count))


def call(market: Market, lead: str, who: Any = None) -> None:
    market.make(who or market.ada, "call", name="Rang", regarding=f"lead:{lead}")


def test_nobody_followed_it_up(market: Market) -> None:
    lead = market.make(market.ada)
    shown = going_back(market, lead)
    assert shown is not None and (shown.on, shown.days) == (date(2026, 12, 1), 10)
    days(market, 9.49)  # 30 November, 23:45 in the workspace
    assert recycle(market).gone == 0 and market.owner(lead) == market.ada.id
    days(market, 0.02)  # 1 December, 0:14: in UTC it is still November
    assert recycle(market).gone == 1 and market.owner(lead) is None
    with market.workspace.read(market.bob) as unit:
        latest = history.entries(unit, unit.catalog.object("lead"), lead)[0]
    assert (latest.kind, latest.actor, latest.via) == ("recycle", SYSTEM.id, "job")
    assert {e.field: e.after for e in latest.edits} == {
        "owner": None,
        "reason": "shop:lead/pool/recycle/quiet",
    }


@pytest.mark.parametrize("how", ["call", "comment", "colleague"])
def test_a_follow_up_begins_the_days_anew(market: Market, how: str) -> None:
    lead = market.make(market.ada)
    days(market, 8)
    if how == "comment":
        market.workspace.run(market.ada, lambda unit: comments.add(unit, "lead", lead, "spoke"))
    else:
        call(market, lead, market.ada if how == "call" else market.boss)
    days(market, 9)
    assert recycle(market).gone == 0
    days(market, 1)
    assert recycle(market).gone == 1


def test_what_the_system_notes_is_no_follow_up(market: Market) -> None:
    lead = market.make(market.ada)
    days(market, 8)
    call(market, lead, SYSTEM)
    days(market, 2)
    assert recycle(market).gone == 1


def test_each_level_has_its_own_days(market: Market) -> None:
    gold, silver = market.make(market.ada, level="gold"), market.make(market.ada, level="silver")
    days(market, 5)
    assert recycle(market).gone == 1
    assert (market.owner(gold), market.owner(silver)) == (None, market.ada.id)


def test_not_won_in_time_whatever_was_done(market: Market) -> None:
    lead = market.make(market.ada)
    for _ in range(5):
        days(market, 6)
        call(market, lead)
        assert recycle(market).gone == (1 if market.clock.now() >= NOON + timedelta(30) else 0)


def test_days_since_a_field_but_never_before_it_was_got(market: Market) -> None:
    lead = market.make(market.ada, promised="2026-11-01")
    assert recycle(market).gone == 0  # promised long ago, but hers only since today
    shown = going_back(market, lead)
    assert shown is not None and shown.on == date(2026, 11, 25)
    days(market, 3)
    market.workspace.run(
        market.ada, lambda unit: saving.update(unit, "lead", lead, {"promised": "2026-11-23"})
    )
    days(market, 2)
    assert recycle(market).gone == 0
    days(market, 1)
    assert recycle(market).gone == 1


def test_a_new_owner_begins_the_days_anew(market: Market) -> None:
    lead = market.make(market.ada)
    days(market, 8)
    market.assign(market.boss, lead, market.bob)
    days(market, 9)
    assert recycle(market).gone == 0
    days(market, 1)
    assert recycle(market).gone == 1


def test_what_is_protected_or_won_or_a_queues_stays(market: Market) -> None:
    signing, won = market.make(market.ada, state="signing"), market.make(market.ada, state="won")
    days(market, 100)
    assert recycle(market) == Recycled("lead")
    assert going_back(market, signing) is None and going_back(market, won) is None


def test_warned_once_and_again_when_it_comes_to_it_again(market: Market) -> None:
    lead = market.make(market.ada)
    days(market, 6)
    assert recycle(market).warned == 0
    days(market, 1)
    assert recycle(market).warned == 1
    days(market, 1)
    assert recycle(market).warned == 0
    call(market, lead)
    assert recycle(market).warned == 0
    days(market, 7)
    assert recycle(market).warned == 1
    with market.workspace.read(market.ada) as unit:
        entries = history.entries(unit, unit.catalog.object("lead"), lead)
    told = [
        {e.field: e.after for e in each.edits} for each in entries if each.kind == "pool_warning"
    ]
    assert [each["due"] for each in told] == ["2026-12-09", "2026-12-01"]


def test_many_go_in_batches(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_recycling, "AT_ONCE", 2)
    leads = [market.make(market.admin) for _ in range(5)]
    days(market, 8)
    assert recycle(market) == Recycled("lead", 0, 5)
    days(market, 2)
    assert recycle(market) == Recycled("lead", 5)
    assert [market.owner(lead) for lead in leads] == [None] * 5
    assert recycle(market) == Recycled("lead")


def test_what_is_locked_is_left_for_the_next_time(market: Market) -> None:
    held, lead = market.make(market.ada), market.make(market.ada)

    def guard(unit: Any, of: Any, changes: Any) -> None:
        if any(change.id == held for change in changes):
            raise Locked("An approval holds it.")

    days(market, 10)
    market.workspace.hooks = Hooks(guards=(guard,))
    assert recycle(market) == Recycled("lead", gone=1, warned=1, stuck=1)  # its owner is told
    assert (market.owner(held), market.owner(lead)) == (market.ada.id, None)
    market.workspace.hooks = Hooks()
    assert recycle(market).gone == 1


def test_the_loser_cools_down_too(market: Market) -> None:
    lead = market.make(market.ada)
    days(market, 10)
    recycle(market)
    with pytest.raises(Conflict):
        market.claim(market.ada, lead)


def test_followed_records_are_a_limit_of_their_own(database: str, tmp_path: Any) -> None:
    limits = {**LIMITS, "held": 10, "followed": 1, "per_day": 9}
    market = Market(database, tmp_path, market_package({"pool": a_pool(limits=limits)}))
    first, second, third = market.free(3)
    market.claim(market.ada, first)
    market.claim(market.ada, second)  # two held, none followed yet
    call(market, first)
    with pytest.raises(Conflict) as told:
        market.claim(market.ada, third)
    assert "following 1 Leads" in told.value.text()
    market.claim(market.bob, third)
    market.close()


@given(
    moves=st.lists(st.sampled_from(["wait", "call", "hand", "gold", "recycle"]), max_size=12),
    steps=st.lists(st.integers(1, 70), min_size=12, max_size=12),
)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_shown_is_what_happens(shared: Market, moves: list[str], steps: list[int]) -> None:
    """Whatever happens to a record: it goes back on the day its page says, and not before."""
    lead = shared.make(shared.boss)
    for move, hours in zip(moves, steps, strict=False):
        shared.clock.advance(timedelta(hours=hours))
        if shared.owner(lead) is None:
            break
        _move(shared, lead, move)
    if shared.owner(lead) is None:
        return
    shown = going_back(shared, lead)
    assert shown is not None
    zone = shared.workspace.settings.zone_info
    dawn = datetime(shown.on.year, shown.on.month, shown.on.day, tzinfo=zone)
    if dawn > shared.clock.now():
        shared.clock.advance(dawn - shared.clock.now() - timedelta(seconds=1))
        recycle(shared)
        assert shared.owner(lead) is not None
        shared.clock.advance(timedelta(seconds=1))
    recycle(shared)
    assert shared.owner(lead) is None


def _move(market: Market, lead: str, move: str) -> None:
    match move:
        case "call":
            call(market, lead, market.boss)
        case "hand":
            to = market.bob.id if market.owner(lead) != market.bob.id else market.boss.id
            market.workspace.run(
                market.admin, lambda unit: saving.update(unit, "lead", lead, {"owner": to})
            )
        case "gold":
            market.workspace.run(
                market.admin, lambda unit: saving.update(unit, "lead", lead, {"level": "gold"})
            )
        case "recycle":
            recycle(market)


@pytest.fixture
def shared(market: Market) -> Market:
    """One market for all examples: the properties hold of one record, whatever else there is."""
    return market
