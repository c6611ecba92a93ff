"""Limits of pools, changed on pages; asked by handing over and by the bin, too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.runtime.pools.market import Market
from tests.web.pages.filled import filled
from tests.web.pages.site import Site
from typecase.errors import FieldProblem, RecordInvalid
from typecase.metadata.rights_edits import with_item
from typecase.runtime import customizing, handing, installing, pool_recycling, recycle
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.storage.unit_of_work import Unit
from typecase.web.app import create_app


@pytest.fixture
def market(database: str, tmp_path: Path) -> Iterator[Market]:
    built = Market(database, tmp_path)
    yield built
    built.close()


def hand_over(market: Market, who: Actor, person: Actor, to: Actor) -> int:
    return market.workspace.run(who, lambda unit: handing.hand_over(unit, person.id, to.id))


def keeper(market: Market) -> Actor:
    """Looks after people, and has no right to all leads."""
    with market.workspace.read(SYSTEM) as unit:
        found = customizing.definitions(unit)
        people = {"name": "x_people", "label": "People", "system": ["manage_users"]}
        content = with_item(found.content("permissions"), "permission_sets", people)
        wanted = {("permissions", ""): content}
        proposal = customizing.propose(unit, unit.opening.catalog, found, wanted, "People")
    installing.alone(market.workspace, lambda unit: customizing.publish(unit, proposal))
    return market.person("keeper", "rep", "x_people")


def test_of_a_leavers_records_the_taker_gets_what_they_may_hold(market: Market) -> None:
    keeping = keeper(market)
    for who in (market.ada, market.ada, market.bob, market.bob):
        market.make(who)
    call = market.make(market.ada, "call")
    told: list[FieldProblem] = []

    def some(unit: Unit) -> int:
        told.clear()
        return handing.hand_over(unit, market.ada.id, market.bob.id, kept=told)

    run = market.workspace.run
    assert run(keeping, some) == 1, "one lead still fits"
    assert run(keeping, some) == 1, "then what is of no pool"
    assert market.owner(call, "call") == market.bob.id
    assert run(keeping, some) == 0
    assert [each.text() for each in told] == [
        "Bob would hold 4 Leads; 3 is the most anybody may hold."
    ]
    with market.workspace.read(SYSTEM) as unit:
        assert handing.owned(unit, market.ada.id) == {"lead": 1}
        assert sum(handing.owned(unit, market.bob.id).values()) == 4
    assert hand_over(market, keeping, market.ada, market.cid) == 1, "it goes on with somebody else"
    assert hand_over(market, SYSTEM, market.cid, market.bob) == 1, "the system passes"


def test_the_bin_gives_nothing_back_that_is_too_much(market: Market) -> None:
    binned = market.make(market.ada)
    gone = market.workspace.run(market.ada, lambda unit: recycle.delete(unit, "lead", binned))
    held = [market.make(market.ada) for _ in range(3)]
    with pytest.raises(RecordInvalid) as caught, market.workspace.write(market.ada) as unit:
        recycle.restore(unit, gone.id)
    assert "would hold 4 Leads; 3 is the most" in caught.value.problems[0].text()
    market.workspace.run(market.ada, lambda unit: recycle.delete(unit, "lead", held[0]))
    market.workspace.run(market.ada, lambda unit: recycle.restore(unit, gone.id))
    assert market.owner(binned) == market.ada.id


def test_limits_and_periods_on_pages(market: Market) -> None:
    site = Site.__new__(Site)
    site.shop, site.app = market, create_app(market.platform)  # type: ignore[assignment]
    admin, rep = site.browser("admin"), site.browser("ada")
    listed = admin.get("/admin/pools").text
    assert "Records held at a time: 3" in listed
    assert "Nobody followed it up: goes back after 10 days" in listed
    told = filled(admin.get("/admin/pools/lead").text, **{
        "held": "2", "per_day": "", "cool_down_days": "0",
        "after:quiet": "20", "warn:quiet": "2", "after:gold": "5", "warn:gold": "1",
        "after:not_won": "30", "warn:not_won": "0", "after:stale": "4",
        "warn:stale": "0", "do": "publish"})  # fmt: skip
    wrong = admin.post("/admin/pools/lead", {**told, "held": "many"})
    assert wrong.status_code == 422
    assert "Records held at a time: a whole number from 1 to" in wrong.text
    assert 'value="20"' in wrong.text, "nothing typed is lost"
    late = admin.post("/admin/pools/lead", {**told, "warn:quiet": "20"})
    assert late.status_code == 422
    assert "A warning comes after the day" in late.text
    assert admin.post("/admin/pools/lead", told).headers["Location"] == "/admin/pools"
    pool = market.workspace.catalog.object("lead").access.pool
    assert pool is not None
    assert (pool.limits.held, pool.limits.per_day) == (2, None)
    quiet = pool.recycle[0]
    assert (quiet.name, quiet.after_days, quiet.warn_days) == ("quiet", 20, 2)
    for _ in range(2):
        market.make(market.ada)
    with pytest.raises(RecordInvalid):
        market.make(market.ada)
    for path in ("/admin/pools", "/admin/pools/lead"):
        assert rep.get(path).status_code == 403
    assert admin.get("/admin/pools/ticket").status_code == 404


def test_what_would_go_back_is_shown_before_it_is_published(market: Market) -> None:
    site = Site.__new__(Site)
    site.shop, site.app = market, create_app(market.platform)  # type: ignore[assignment]
    quiet = market.make(market.ada)
    signing = market.make(market.ada, state="signing")
    market.free()
    market.clock.advance(timedelta(days=6))
    fresh = market.make(market.bob)
    admin = site.browser("admin")
    page = admin.get("/admin/pools/lead").text
    assert 'value="publish"' not in page, "nobody publishes without having looked"
    told = filled(page, **{
        "after:quiet": "5", "warn:quiet": "0", "after:gold": "3", "warn:gold": "0",
        "after:not_won": "30", "warn:not_won": "0", "after:stale": "4",
        "warn:stale": "0"})  # fmt: skip
    shown = admin.post("/admin/pools/lead", told)
    assert shown.status_code == 200
    assert "Nobody followed it up: 1 record goes back within the hour." in shown.text
    assert "Not won in time: 0 records go back within the hour." in shown.text
    assert 'value="publish"' in shown.text
    assert 'name="after:quiet" type="number" min="1" step="1" inputmode="numeric" value="5"' in (
        shown.text
    )
    pool = market.workspace.catalog.object("lead").access.pool
    assert pool is not None
    assert pool.recycle[0].after_days == 10, "only looked at"
    late = admin.post("/admin/pools/lead", {**told, "base": "9"})
    assert late.status_code == 409
    assert admin.post("/admin/pools/lead", {**told, "do": "publish"}).status_code == 303
    assert pool_recycling.recycle(market.workspace, "lead").gone == 1
    assert market.owner(quiet) is None
    assert market.owner(signing) == market.ada.id
    assert market.owner(fresh) == market.bob.id
