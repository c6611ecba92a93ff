"""Claiming, assigning and releasing: who may, how much, how soon again, what goes along."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.runtime.pools.market import Market
from typecase.errors import (
    AccessDenied,
    Conflict,
    NotFound,
    RecordInvalid,
    TypecaseError,
)
from typecase.runtime import history, pools, reading, saving, timeline
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query


def test_a_claim_makes_it_mine_and_tells_the_timeline(market: Market) -> None:
    (lead,) = market.free()
    market.claim(market.ada, lead)
    assert market.owner(lead) == market.ada.id
    with market.workspace.read(market.ada) as unit:
        obj = unit.catalog.object("lead")
        latest = history.entries(unit, obj, lead)[0]
        assert (latest.kind, latest.actor) == ("claim", market.ada.id)
        assert timeline.timeline(unit, "lead", lead).items[0].what == latest


def test_what_is_claimed_is_gone_for_the_others(market: Market) -> None:
    (lead,) = market.free()
    market.claim(market.ada, lead)
    with market.workspace.read(market.bob) as unit:
        assert reading.find(unit, Query("lead")).rows == ()
    with pytest.raises(Conflict) as told:
        market.claim(market.bob, lead)
    assert told.value.text() == "Ada was first."
    with pytest.raises(Conflict) as mine:
        market.claim(market.ada, lead)
    assert mine.value.text() == "It is yours already."


def test_later_nothing_says_that_it_ever_lay_there(market: Market) -> None:
    (lead,) = market.free()
    market.claim(market.ada, lead)
    market.clock.advance(timedelta(days=2))
    with pytest.raises(NotFound):
        market.claim(market.bob, lead)


def test_records_that_were_never_in_the_pool_are_not_there(market: Market) -> None:
    lead = market.make(market.ada)
    for work in (
        lambda: market.claim(market.bob, lead),
        lambda: market.release(market.bob, lead),
        lambda: market.assign(market.bob, lead, market.bob),
    ):
        with pytest.raises(NotFound):
            work()


def test_who_is_not_meant_neither_sees_nor_claims(market: Market) -> None:
    (lead,) = market.free()
    with pytest.raises(AccessDenied):
        market.claim(market.stranger, lead)
    with market.workspace.read(market.stranger) as unit:
        assert reading.find(unit, Query("lead")).rows == ()
    with pytest.raises(AccessDenied):
        market.claim(market.boss, lead)  # manages, but does not claim
    assert market.owner(lead) is None


def test_the_pool_is_only_for_reading_until_it_is_claimed(market: Market) -> None:
    (lead,) = market.free()
    with pytest.raises(AccessDenied):
        market.workspace.run(
            market.ada, lambda unit: saving.update(unit, "lead", lead, {"name": "Mine"})
        )
    with pytest.raises(AccessDenied):
        market.workspace.run(
            market.ada, lambda unit: saving.update(unit, "lead", lead, {"owner": market.ada.id})
        )


def test_what_is_won_does_not_lie_in_the_pool(market: Market) -> None:
    (lead,) = market.free(state="won")
    with pytest.raises(NotFound):
        market.claim(market.ada, lead)
    own = market.make(market.ada, state="won")
    with pytest.raises(Conflict):
        market.release(market.ada, own)


def test_claims_a_day_begin_anew_at_midnight_of_the_workspace(market: Market) -> None:
    leads = market.free(3)
    market.claim(market.ada, leads[0])
    market.claim(market.ada, leads[1])
    market.release(market.ada, leads[0])  # a claim counts, whatever became of it
    with pytest.raises(Conflict) as told:
        market.claim(market.ada, leads[2])
    assert "today" in told.value.text()
    # It is noon in Shanghai's zone (04:00 UTC): the day ends at 16:00 UTC, not at midnight UTC.
    market.clock.advance(timedelta(hours=11, minutes=59, seconds=59))
    with pytest.raises(Conflict):
        market.claim(market.ada, leads[2])
    market.clock.advance(timedelta(seconds=1))
    market.claim(market.ada, leads[2])


def test_nobody_holds_more_than_the_limit_on_any_path(market: Market) -> None:
    for _ in range(3):
        market.make(market.ada)
    (lead,) = market.free()
    with pytest.raises(Conflict) as told:
        market.claim(market.ada, lead)
    assert told.value.text() == "You hold 3 Leads, as many as you may. Release some first."
    with pytest.raises(Conflict):
        market.assign(market.boss, lead, market.ada)
    with pytest.raises(RecordInvalid) as made:
        market.make(market.ada)
    assert made.value.problems[0].code == "too_many"
    bobs = market.make(market.bob)
    with pytest.raises(RecordInvalid):
        market.workspace.run(
            market.bob, lambda unit: saving.update(unit, "lead", bobs, {"owner": market.ada.id})
        )
    assert market.owner(bobs) == market.bob.id
    market.workspace.run(
        market.admin, lambda unit: saving.update(unit, "lead", bobs, {"owner": market.ada.id})
    )
    assert market.owner(bobs) == market.ada.id


def test_a_batch_is_counted_as_a_whole(market: Market) -> None:
    market.make(market.ada)
    rows = [{"name": f"L{n}"} for n in range(3)]
    with pytest.raises(RecordInvalid):
        market.workspace.run(market.ada, lambda unit: saving.create_many(unit, "lead", rows))
    market.workspace.run(market.ada, lambda unit: saving.create_many(unit, "lead", rows[:2]))


def test_what_is_won_is_no_longer_held(market: Market) -> None:
    for _ in range(3):
        market.make(market.ada)
    market.make(market.ada, state="won")
    with market.workspace.read(market.ada) as unit:
        of = unit.model.table("lead")
        has = pools.pool_limits.holding(unit, of, of.object.access.pool, market.ada.id)
    assert has.held == 3


def test_cooling_down(market: Market) -> None:
    (lead,) = market.free()
    market.claim(market.ada, lead)
    market.release(market.ada, lead)
    with pytest.raises(Conflict) as told:
        market.claim(market.ada, lead)
    assert told.value.text() == (
        "You let go of it not long ago. You may claim it again from 2026-11-28 on."
    )
    market.claim(market.bob, lead)  # for others it is free at once
    market.release(market.bob, lead)
    market.clock.advance(timedelta(days=7))
    market.claim(market.ada, lead)


@pytest.mark.parametrize("reason", [None, "", "   ", "x" * 301])
def test_a_release_says_why(market: Market, reason: str | None) -> None:
    lead = market.make(market.ada)
    with pytest.raises(RecordInvalid) as told:
        market.release(market.ada, lead, reason)
    assert told.value.problems[0].field == "reason"
    assert market.owner(lead) == market.ada.id


def test_a_release_is_read_by_whoever_sees_it_next(market: Market) -> None:
    lead = market.make(market.ada)
    market.release(market.ada, lead, "  no\n budget ")
    with market.workspace.read(market.bob) as unit:
        latest = history.entries(unit, unit.catalog.object("lead"), lead)[0]
    assert latest.kind == "release"
    assert {e.field: e.after for e in latest.edits} == {"owner": None, "reason": "no budget"}


def test_managers_assign_and_take_back(market: Market) -> None:
    (lead,) = market.free()
    with pytest.raises(AccessDenied):
        market.assign(market.ada, lead, market.bob)
    market.assign(market.boss, lead, market.bob)
    assert market.owner(lead) == market.bob.id
    with pytest.raises(Conflict):
        market.assign(market.boss, lead, market.bob)
    market.release(market.boss, lead, "on leave")
    assert market.owner(lead) is None
    with pytest.raises(Conflict):
        market.release(market.boss, lead)


def test_only_somebody_who_can_work_on_it_is_given_it(market: Market) -> None:
    (lead,) = market.free()
    nobody = market.person("nobody", None)
    for to in (nobody.id, lead, SYSTEM.id):
        with pytest.raises(RecordInvalid):
            market.workspace.run(
                market.boss, lambda unit, to=to: pools.assign(unit, "lead", lead, to)
            )


def test_what_is_carried_goes_along(market: Market) -> None:
    account = market.make(market.ada, "account", name="Acme")
    contact = market.make(market.ada, "contact", name="Ann", account=account)
    foreign = market.make(market.bob, "contact", name="Bo")
    market.workspace.run(
        market.ada, lambda unit: pools.release(unit, "account", account, "moved away")
    )
    assert market.owner(contact, "contact") is None
    market.claim(market.bob, account, "account")
    assert market.owner(contact, "contact") == market.bob.id
    assert market.owner(foreign, "contact") == market.bob.id


def test_many_at_once_each_on_its_own(market: Market) -> None:
    leads = [*market.free(3), market.make(market.bob)]
    outcomes = market.workspace.run(
        market.ada,
        lambda unit: pools.each(unit, leads, lambda id_: pools.claim(unit, "lead", id_)),
    )
    assert [type(each.error) for each in outcomes] == [
        type(None), type(None), Conflict, NotFound
    ]  # fmt: skip
    assert [market.owner(id_) for id_ in leads[:3]] == [market.ada.id, market.ada.id, None]


def test_objects_without_a_pool(market: Market) -> None:
    ticket = market.make(market.ada, "ticket")
    with pytest.raises(NotFound):
        market.claim(market.ada, ticket, "ticket")
    with pytest.raises(TypecaseError):
        market.claim(market.ada, "nonsense", "lead")
