"""Many records given to one owner: what can be is, and what stays says why, for each reason."""

from __future__ import annotations

import pytest

from tests.runtime.pools.market import Market
from typecase.errors import AccessDenied, RecordInvalid, TypecaseError
from typecase.runtime import giving, sharing
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.sharing import To


def give(market: Market, who: Actor, ids: list[str], to: str) -> dict[str, str | None]:
    """Record → why it stayed; None: it was given."""
    outcomes = market.workspace.run(who, lambda unit: giving.give(unit, "lead", ids, to))
    return {each.id: _said(each.error) for each in outcomes}


def _said(error: TypecaseError | None) -> str | None:
    if isinstance(error, RecordInvalid):
        return " ".join(problem.text() for problem in error.problems)
    return error.text() if error else None


def share(market: Market, lead: str, level: str) -> None:
    to = To("user", market.ada.id)
    market.workspace.run(market.bob, lambda unit: sharing.share(unit, "lead", lead, to, level))


def test_what_can_be_given_is_and_the_rest_says_why(market: Market) -> None:
    own = [market.make(market.ada, name=f"Own {n}") for n in range(2)]
    edited, seen, hidden = (market.make(market.bob) for _ in range(3))
    share(market, edited, "edit")
    share(market, seen, "read")
    wanted = [own[0], edited, hidden, seen, own[1]]
    assert give(market, market.ada, wanted, market.cid.id) == {
        own[0]: None,
        own[1]: None,
        edited: "Only the owner of a record, or somebody above them, hands it over.",
        seen: "You may see this record, but not change it.",
        hidden: "Not found, or not visible to you.",
    }
    assert {market.owner(id_) for id_ in own} == {market.cid.id}
    assert {market.owner(id_) for id_ in (edited, seen, hidden)} == {market.bob.id}


def test_of_what_is_too_much_as_many_as_fit(market: Market) -> None:
    own = [market.make(SYSTEM, owner=market.ada.id) for _ in range(9)]
    market.make(market.cid)
    done = market.make(market.ada, state="won")  # does not count: it may not lie in the pool
    told = give(market, market.ada, [*own, done], market.cid.id)
    full = "Cid would hold 4 Leads; 3 is the most anybody may hold."
    assert [*told.values()].count(full) == 7
    assert told[done] is None
    given = [id_ for id_, why in told.items() if why is None]
    assert {market.owner(id_) for id_ in given} == {market.cid.id}
    assert len(given) == 3


def test_nobody_to_give_them_to(market: Market) -> None:
    own = market.make(market.ada)
    for nobody in ("", "x", "00000000-0000-7000-8000-00000000dead"):
        with pytest.raises(RecordInvalid):
            give(market, market.ada, [own], nobody)
    assert market.owner(own) == market.ada.id


def test_who_may_edit_nothing_gives_nothing(market: Market) -> None:
    own = market.make(market.ada)
    reader = market.person("reader", None)
    with pytest.raises(AccessDenied):
        give(market, reader, [own], market.cid.id)
