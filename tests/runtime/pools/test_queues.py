"""Queues at work: taken by hand, dealt in turn or to whoever has least, listed for members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.runtime.pools.market import Market, market_package
from tests.runtime.pools.test_pool_races import at_once
from typecase.errors import AccessDenied, Conflict, NotFound
from typecase.runtime import history, queues, saving, users
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage.access_tables import queue as queue_table
from typecase.runtime.storage.people import actor_of

REPS = [{"role": "rep"}]
QUEUES = (
    {"name": "desk", "label": "Desk", "objects": ["ticket"], "members": REPS},
    {"name": "turns", "label": "In turn", "members": REPS, "assign": "round_robin"},
    {"name": "fair", "label": "Fair", "members": REPS, "assign": "least_loaded"},
    {"name": "empty", "label": "Empty", "members": [], "assign": "round_robin"},
)


@pytest.fixture
def market(database: str, tmp_path: Path) -> Iterator[Market]:
    built = Market(database, tmp_path, market_package(queues=QUEUES))
    yield built
    built.close()


def queue(market: Market, name: str) -> str:
    with market.workspace.read(market.ada) as unit:
        return next(each.id for each in queues.mine(unit) if each.queue.name == name)


def enter(market: Market, name: str, count: int = 1, object_name: str = "ticket") -> list[str]:
    to = queue(market, name)
    return [market.make(market.boss, object_name, owner=to) for _ in range(count)]


def test_by_hand_it_waits_until_a_member_takes_it(market: Market) -> None:
    (ticket,) = enter(market, "desk")
    assert market.owner(ticket, "ticket") == queue(market, "desk")
    with pytest.raises(NotFound):
        market.take(market.stranger, ticket)
    with pytest.raises(AccessDenied):
        market.take(market.boss, ticket)  # above its members, but no member
    market.take(market.ada, ticket)
    assert market.owner(ticket, "ticket") == market.ada.id
    with pytest.raises(Conflict) as told:
        market.take(market.bob, ticket)
    assert told.value.text() == "Ada was first."
    with market.workspace.read(market.ada) as unit:
        latest = history.entries(unit, unit.catalog.object("ticket"), ticket)[0]
    assert latest.kind == "take"


def test_what_is_no_queues_cannot_be_taken(market: Market) -> None:
    ticket = market.make(market.ada, "ticket")
    for who in (market.ada, market.boss):
        with pytest.raises(Conflict):
            market.take(who, ticket)


def test_one_taker_wins(market: Market) -> None:
    (ticket,) = enter(market, "desk")
    people = (market.ada, market.bob, market.cid)
    found = at_once([lambda who=who: market.take(who, ticket) for who in people])
    assert found.count(None) == 1
    assert {type(each) for each in found if each is not None} == {Conflict}


def test_in_turn(market: Market) -> None:
    tickets = enter(market, "turns", 7)
    dealt = [market.owner(ticket, "ticket") for ticket in tickets]
    assert sorted(Counter(dealt).values()) == [2, 2, 3]
    assert dealt[:3] == dealt[3:6] and len(set(dealt[:3])) == 3


def test_a_batch_is_dealt_in_turn_too(market: Market) -> None:
    to = queue(market, "turns")
    rows = [{"name": f"T{n}", "owner": to} for n in range(6)]
    made = market.workspace.run(market.boss, lambda unit: saving.create_many(unit, "ticket", rows))
    assert set(Counter(market.owner(id_, "ticket") for id_ in made).values()) == {2}


def test_dealers_at_once_keep_the_turns(market: Market) -> None:
    to = queue(market, "turns")
    made = at_once([lambda: market.make(market.boss, "ticket", owner=to)] * 6)
    assert set(Counter(market.owner(id_, "ticket") for id_ in made).values()) == {2}


def test_to_whoever_has_least(market: Market) -> None:
    for _ in range(3):
        market.make(market.ada, "ticket")
    market.make(market.bob, "ticket")
    tickets = enter(market, "fair", 5)
    dealt = Counter(market.owner(ticket, "ticket") for ticket in tickets)
    assert dealt == {market.cid.id: 3, market.bob.id: 2}


def test_who_is_disabled_or_full_is_passed_over(market: Market) -> None:
    with market.workspace.write(market.admin) as unit:
        users.disable(unit, market.bob.id)
    for _ in range(3):
        market.make(market.ada)  # the leads' pool lets nobody hold more than three
    leads = enter(market, "turns", 4, "lead")
    dealt = Counter(market.owner(lead) for lead in leads)
    assert dealt == {market.cid.id: 3, queue(market, "turns"): 1}


def test_without_members_it_waits(market: Market) -> None:
    with market.workspace.read(SYSTEM) as unit:
        from_catalog = unit.catalog.queues["empty"].id
        chosen = sa.select(queue_table).where(queue_table.c.definition == from_catalog)
        row = unit.execute(chosen).one()
    ticket = market.make(market.admin, "ticket", owner=row.id)
    assert market.owner(ticket, "ticket") == row.id


def test_what_was_dealt_says_through_which_queue(market: Market) -> None:
    ticket = market.make(market.boss, "ticket")
    to = queue(market, "turns")
    market.workspace.run(
        market.boss, lambda unit: saving.update(unit, "ticket", ticket, {"owner": to})
    )
    with market.workspace.read(market.boss) as unit:
        latest = history.entries(unit, unit.catalog.object("ticket"), ticket)[0]
    assert latest.kind == "dealt"
    assert {e.field: e.after for e in latest.edits}["queue"] == to


def test_my_queues_and_what_waits_there(market: Market) -> None:
    enter(market, "desk", 2)
    with market.workspace.read(market.ada) as unit:
        found = {each.queue.name: dict(each.counts) for each in queues.mine(unit)}
    assert found == {"desk": {"ticket": 2}, "turns": {}, "fair": {}}
    with market.workspace.read(SYSTEM) as unit:
        stranger = actor_of(unit, market.stranger.id)
    with market.workspace.read(stranger) as unit:
        assert queues.mine(unit) == ()
