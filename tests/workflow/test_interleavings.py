"""K1 for what is more than a save: claims, decisions, conversions, moves of a role, each in every
order of two people's three steps. One of the two serial results, and the loser is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import a_field, a_lookup, a_package, a_permission_set, an_object
from tests.runtime.orders import ORDERS, Person, both, both_looked_first, failed
from tests.runtime.pools.market import Market
from tests.runtime.shop import FULL, Shop
from tests.workflow.approvals.firm import Firm
from tests.workflow.approvals.graphs import LINE
from tests.workflow.office import Office
from typecase.errors import AccessDenied, Conflict, Locked, NotFound
from typecase.runtime import checking, pools, reading, recycle, saving, sessions, users
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query
from typecase.runtime.storage.people import actor_of
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow import actions
from typecase.workflow.approvals import deciding, submitting
from typecase.workflow.approvals.deciding import Decision

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def nothing() -> None:
    return None


def sound(shop: Shop) -> None:
    assert [f for f in checking.check(shop.workspace, []) if not f.is_harmless] == []


def count(shop: Shop, name: str) -> int:
    query = Query(name, ("name",), count="exact")
    return shop.workspace.look(SYSTEM, lambda unit: reading.find(unit, query)).count or 0


@pytest.fixture
def market(database: str, tmp_path: Path) -> Iterator[Market]:
    built = Market(database, tmp_path)
    yield built
    built.close()


def test_two_claims(market: Market) -> None:
    for order in ORDERS:
        [lead] = market.free()
        claims = both(
            order,
            *(
                Person(market.workspace, who, nothing,
                       lambda unit, _, lead=lead: pools.claim(unit, "lead", lead))
                for who in (market.ada, market.bob)
            ),
        )  # fmt: skip
        won = [who for who, each in zip((market.ada, market.bob), claims, strict=True)
               if not failed(each)]  # fmt: skip
        assert len(won) == 1, (order, claims)
        assert market.owner(lead) == won[0].id
        [lost] = [each for each in claims if failed(each)]
        assert isinstance(lost, Conflict) and lost.text() == f"{won[0].name} was first."
        market.workspace.run(SYSTEM, lambda unit, lead=lead: recycle.delete(unit, "lead", lead))
        market.clock.advance(timedelta(days=1))
    sound(market)


def test_a_claim_and_a_take_back(market: Market) -> None:
    """Ada lets go of what Bob claims: nobody can before she has."""
    for order in ORDERS:
        lead = market.make(market.ada)
        released, claimed = both(
            order,
            Person(market.workspace, market.ada, nothing,
                   lambda unit, _, lead=lead: pools.release(unit, "lead", lead, "no time")),
            Person(market.workspace, market.bob, nothing,
                   lambda unit, _, lead=lead: pools.claim(unit, "lead", lead)),
        )  # fmt: skip
        assert not failed(released), (order, released)
        assert market.owner(lead) == (None if failed(claimed) else market.bob.id), order
        assert not failed(claimed) or isinstance(claimed, NotFound | Conflict)
        market.workspace.run(SYSTEM, lambda unit, lead=lead: recycle.delete(unit, "lead", lead))
        market.clock.advance(timedelta(days=1))
    sound(market)


def test_two_decisions(database: str, tmp_path: Path) -> None:
    firm = Firm(database, tmp_path)
    for order in ORDERS:
        firm.submit()
        said = [
            (who, Decision(decision, firm.task(who).id))
            for who, decision in (("boss", "approve"), ("chief", "reject"))
        ]
        outcomes = both(
            order,
            *(
                Person(firm.workspace, firm.who(who), nothing,
                       lambda unit, _, case=firm.case, d=decision: deciding.decide(unit, case, d))
                for who, decision in said
            ),
        )  # fmt: skip
        errors = [each for each in outcomes if failed(each)]
        assert len(errors) == 1 and isinstance(errors[0], Conflict), (order, outcomes)
        ended = firm.standing().case
        won = "chief" if failed(outcomes[0]) else "boss"
        assert [t.person for t in ended.tasks if t.by] == [firm.who(won).id]
        assert firm.state == ("running" if won == "boss" else "rejected")
    firm.close()


def test_an_edit_and_a_submission(database: str, tmp_path: Path) -> None:
    """What is decided about is what was submitted: an edit comes before it, or not at all."""
    firm = Firm(database, tmp_path)
    ada, bob = firm.who("ada"), firm.who("admin")
    for order in ORDERS:
        with firm.workspace.write(ada) as unit:
            firm.expense = saving.create(unit, "expense", {"name": "Taxi", "note": "first"})
        submitted, edited = both(
            order,
            Person(firm.workspace, ada, nothing,
                   lambda unit, _, id_=firm.expense: submitting.submit(unit, "expense", id_)),
            Person(firm.workspace, bob, nothing,
                   lambda unit, _, id_=firm.expense: saving.update(
                       unit, "expense", id_, {"note": "second"})),
        )  # fmt: skip
        assert not failed(submitted), (order, submitted)
        firm.case = submitted
        told = firm.standing().snapshot["note"]
        assert firm.stored("note")["note"] == told, (order, edited)
        assert (told == "second") == (not failed(edited)), (order, edited)
        assert not failed(edited) or isinstance(edited, Locked | Conflict)
    firm.close()


def test_a_part_and_a_submission_of_its_whole(database: str, tmp_path: Path) -> None:
    line = an_object(
        "line", a_field("price"), {**a_lookup("expense", "expense", "lines"), "type": "master"}
    )
    approved = an_object(
        "expense", a_field("state"), approvals={"approvals": [LINE]}, access={"default": "edit"}
    )
    sets = [a_permission_set("sales", expense=FULL, line=FULL)]
    shop = Shop.__new__(Shop)
    shop.open(database, tmp_path, a_package(approved, line, permissions=sets, roles=[
        {"name": "boss", "label": "Boss"}, {"name": "head", "label": "Head"}]))  # fmt: skip
    ada, _ = shop.person("ada", None, "sales"), shop.person("boss", "boss")
    shop.person("head", "head")
    for order in ORDERS:
        with shop.workspace.write(ada) as unit:
            whole = saving.create(unit, "expense", {"name": "Taxi"})
            part = saving.create(unit, "line", {"name": "One", "price": "5", "expense": whole})
        submitted, edited = both(
            order,
            Person(shop.workspace, ada, nothing,
                   lambda unit, _, whole=whole: submitting.submit(unit, "expense", whole)),
            Person(shop.workspace, ada, nothing,
                   lambda unit, _, part=part: saving.update(unit, "line", part, {"price": "7"})),
        )  # fmt: skip
        assert not failed(submitted), (order, submitted)
        assert not failed(edited) or isinstance(edited, Locked), (order, edited)
        assert (not failed(edited)) == (_second(order, "B") < _second(order, "A")), order
    shop.close()


def _second(order: tuple[str, ...], who: str) -> int:
    """When they work inside their transaction."""
    return order.index(who, order.index(who) + 1)


def test_two_conversions(database: str, tmp_path: Path) -> None:
    office = Office(database, tmp_path)
    for done, order in enumerate(ORDERS, 1):
        lead = office.workspace.run(
            office.ada, lambda unit: saving.create(unit, "lead", {"name": "W", "company": "A"})
        )
        outcomes = both(
            order,
            *(
                Person(office.workspace, who, nothing,
                       lambda unit, _, lead=lead: actions.run(unit, "lead", lead, "convert", {}))
                for who in (office.ada, office.boss)
            ),
        )  # fmt: skip
        assert [failed(each) for each in outcomes].count(True) == 1, (order, outcomes)
        assert (count(office, "deal"), count(office, "account")) == (done, done), order
        with office.workspace.read(SYSTEM) as unit:
            assert reading.stored(unit, "lead", lead)["status"] == "converted"
    sound(office)
    office.close()


def test_a_deletion_and_a_restoration(market: Market) -> None:
    """What lies in the bin is deleted again only after it came back."""
    for order in ORDERS:
        lead = market.make(market.ada)
        market.workspace.run(market.ada, lambda unit, lead=lead: recycle.delete(unit, "lead", lead))
        restored, deleted = both(
            order,
            Person(market.workspace, market.ada, nothing,
                   lambda unit, _, lead=lead: recycle.restore_record(unit, "lead", lead)),
            Person(market.workspace, market.boss, nothing,
                   lambda unit, _, lead=lead: recycle.delete(unit, "lead", lead)),
        )  # fmt: skip
        assert not failed(restored), (order, restored)
        assert not failed(deleted) or isinstance(deleted, NotFound), (order, deleted)
        with market.workspace.read(SYSTEM) as unit:
            assert reading.stored(unit, "lead", lead, binned=not failed(deleted))
        market.workspace.run(SYSTEM, lambda unit, lead=lead: saving_away(unit, lead))
    sound(market)


def saving_away(unit: Unit, lead: str) -> None:
    """Nobody holds more than three."""
    try:
        saving.update(unit, "lead", lead, {"owner": None})
    except NotFound:
        return


def test_two_moves_of_a_role(market: Market) -> None:
    second = market.person("second", None, "all")
    for order in ORDERS:
        version = market.workspace.look(SYSTEM, lambda unit: users.get(unit, market.cid.id)).version

        def look() -> int:
            with market.workspace.read(SYSTEM) as unit:
                return users.get(unit, market.cid.id).version

        outcomes = both(
            order,
            *(
                Person(market.workspace, who, look,
                       lambda unit, seen, role=role: users.update(
                           unit, market.cid.id, {"role": role}, seen))
                for who, role in ((market.admin, "boss"), (second, "stranger"))
            ),
        )  # fmt: skip
        kept = [role for role, each in zip(("boss", "stranger"), outcomes, strict=True)
                if not failed(each)]  # fmt: skip
        assert kept, (order, outcomes)
        assert all(isinstance(each, Conflict) for each in outcomes if failed(each)), outcomes
        if both_looked_first(order):
            assert len(kept) == 1, (order, outcomes)
        with market.workspace.read(SYSTEM) as unit:
            found = users.get(unit, market.cid.id)
        assert found.role in kept and found.version == version + len(kept)
        market.workspace.run(SYSTEM, lambda u: users.update(u, market.cid.id, {"role": "rep"}))


def test_a_move_of_a_role_and_an_edit(market: Market) -> None:
    """Who works with the rights of before has begun before; nobody begins with them afterwards."""
    for order in ORDERS:
        market.workspace.run(SYSTEM, lambda u: users.update(u, market.cid.id, {"role": "boss"}))
        lead = market.make(market.ada)
        cookie = market.workspace.run(
            SYSTEM, lambda unit: sessions.begin(unit, market.cid.id, None, None)
        )
        moved, edited = both(
            order,
            Person(market.workspace, market.admin, nothing,
                   lambda unit, _: users.update(unit, market.cid.id, {"role": "stranger"})),
            Person(market.workspace, sessions.credential(cookie), nothing,
                   lambda unit, _, lead=lead: saving.update(unit, "lead", lead, {"name": "Mine"})),
        )  # fmt: skip
        assert not failed(moved), (order, moved)
        assert not failed(edited) or isinstance(edited, NotFound | AccessDenied), (order, edited)
        last_of_the_move = 5 - order[::-1].index("A")
        began = [place for place, name in enumerate(order) if name == "B"][1]
        if last_of_the_move < began:
            assert failed(edited), order
        with market.workspace.read(SYSTEM) as unit:
            stored = reading.stored(unit, "lead", lead)
            after = actor_of(unit, market.cid.id)
        assert stored["name"] == ("A lead" if failed(edited) else "Mine")
        with pytest.raises(NotFound), market.workspace.write(after) as unit:
            saving.update(unit, "lead", lead, {"name": "Later"})
        market.workspace.run(SYSTEM, lambda unit, lead=lead: recycle.delete(unit, "lead", lead))
