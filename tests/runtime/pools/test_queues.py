"""Queues at work: taken by hand, dealt in turn or to whoever has least, listed for members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.runtime.pools.market import Market, market_package
from tests.runtime.pools.test_pool_races import at_once
from typecase.errors import AccessDenied, Conflict, FieldProblem, NotFound, RecordInvalid
from typecase.metadata.rights_edits import with_item
from typecase.runtime import (
    customizing,
    giving,
    handing,
    history,
    installing,
    pools,
    queues,
    saving,
    users,
)
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.storage.access_tables import queue as queue_table
from typecase.runtime.storage.people import actor_of
from typecase.runtime.storage.unit_of_work import Unit

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


def refused(market: Market, who: Actor, work: Callable[[Unit], object]) -> list[tuple[str, str]]:
    """(field, words) of why a piece of work was refused."""
    with pytest.raises(RecordInvalid) as caught:
        market.workspace.run(who, work)
    return [(str(each.field), each.text()) for each in caught.value.problems]


def test_a_queue_gets_only_what_it_holds(market: Market) -> None:
    """The desk holds tickets: it gets no lead and no contact, by whatever way and whoever asks."""
    desk, (free,) = queue(market, "desk"), market.free()
    own = [market.make(market.ada) for _ in range(2)]
    told = [("owner", "The queue “Desk” does not hold Leads.")]
    given = {"name": "A lead", "owner": desk}
    ways: dict[str, tuple[Actor, Callable[[Unit], object]]] = {
        "new": (market.ada, lambda unit: saving.create(unit, "lead", given)),
        "changed": (market.ada, lambda unit: saving.update(unit, "lead", own[0], {"owner": desk})),
        "by the system": (SYSTEM, lambda unit: saving.update(unit, "lead", free, {"owner": desk})),
        "by a step": (
            SYSTEM,
            lambda unit: saving.update(unit, "lead", own[0], {"owner": desk}, is_authored=True),
        ),
        "assigned": (market.boss, lambda unit: pools.assign(unit, "lead", free, desk)),
    }
    for way, (who, work) in ways.items():
        assert refused(market, who, work) == told, way

    def both(unit: Unit) -> None:
        saving.update_many(unit, "lead", [(id_, {"owner": desk}, None) for id_ in own])

    with pytest.raises(RecordInvalid) as caught:
        market.workspace.run(market.ada, both)
    assert [each.data["row"] for each in caught.value.problems] == [0, 1]
    assert {market.owner(id_) for id_ in own} == {market.ada.id}


def test_what_goes_along_with_it_must_fit_too(market: Market) -> None:
    with market.workspace.read(SYSTEM) as unit:
        found = customizing.definitions(unit)
        content = with_item(
            found.content("queues"), "queues", {"name": "desk", "objects": ["account"]}
        )
        wanted = {("queues", ""): content}
        proposal = customizing.propose(unit, unit.opening.catalog, found, wanted, "Accounts")
    installing.alone(market.workspace, lambda unit: customizing.publish(unit, proposal))
    desk = queue(market, "desk")
    alone, with_people = (market.make(market.ada, "account") for _ in range(2))
    market.make(market.ada, "contact", account=with_people)
    give = {"owner": desk}
    why = refused(
        market, market.ada, lambda unit: saving.update(unit, "account", with_people, give)
    )
    assert why == [("owner", "The queue “Desk” does not hold Contacts.")]
    both = [with_people, alone]
    outcomes = market.workspace.run(
        market.ada, lambda unit: giving.give(unit, "account", both, desk)
    )
    assert [each.error is None for each in outcomes] == [False, True]
    assert [market.owner(id_, "account") for id_ in both] == [market.ada.id, desk]


def test_of_a_leavers_records_a_queue_gets_what_it_holds(market: Market) -> None:
    desk, lead = queue(market, "desk"), market.make(market.ada)
    ticket = market.make(market.ada, "ticket")
    told: list[FieldProblem] = []
    moved = market.workspace.run(
        market.admin, lambda unit: handing.hand_over(unit, market.ada.id, desk, kept=told)
    )
    assert moved == 1
    assert [each.text() for each in told] == ["The queue “Desk” does not hold Leads."]
    assert (market.owner(lead), market.owner(ticket, "ticket")) == (market.ada.id, desk)


def test_which_queues_are_closed_to_an_object(market: Market) -> None:
    with market.workspace.read(market.ada) as unit:
        turns, desk = queue(market, "turns"), queue(market, "desk")
        lead, ticket = unit.catalog.object("lead"), unit.catalog.object("ticket")
        assert queues.closed_to(unit, lead, [turns, desk, market.bob.id]) == {desk: "Desk"}
        assert queues.closed_to(unit, ticket, [turns, desk]) == {}
