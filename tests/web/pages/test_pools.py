"""Pools and queues on pages: the list, the card on the record, the forms, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.runtime.pools.market import market_package
from tests.runtime.pools.test_queues import QUEUES
from tests.web.pages.site import Scenario, Site
from typecase.runtime import pool_recycling, queues, sharing
from typecase.runtime.actors import SYSTEM
from typecase.runtime.sharing import To


@pytest.fixture
def market(sqlite_database: str, tmp_path: Path) -> Iterator[Site]:
    built = Site(sqlite_database, tmp_path, market_package(queues=QUEUES))
    for n in range(4):
        built.add(SYSTEM, f"free{n}", "lead", name=f"Free {n}")
    built.add(built.shop.ada, "own", "lead", name="My own")
    yield built
    built.close()


def owner(site: Site, key: str, object_name: str = "lead") -> str | None:
    found: str | None = site.stored(key, object_name)["owner"]
    return found


def test_the_pool_is_a_list_with_what_one_holds(market: Site) -> None:
    told = ("Public pool", "Free 0", "Free 3", "You hold", "1 of 3", "0 of 2", 'value="claim"')
    mine = ("My own", 'name="action" value="edit"', 'name="action" value="owner"')
    market.run(Scenario("claims", "ada", "/o/lead?view=public", holds=told, lacks=mine))
    managed = ("Free 0", 'value="assign"')
    market.run(Scenario("manages", "boss", "/o/lead?view=public", holds=managed,
                        lacks=('value="claim"',)))  # fmt: skip
    market.run(Scenario("not meant", "stranger", "/o/lead?view=public", status=400))
    market.run(Scenario("no tab", "stranger", "/o/lead", lacks=("Public pool", "Free 0")))


def test_an_empty_pool_says_what_would_be_there(market: Site) -> None:
    market.run(Scenario("empty", "ada", "/o/account?view=public", holds=("The pool is empty",)))


def test_claiming_from_the_list_and_being_second(market: Site) -> None:
    claimed = {"back": "/o/lead?view=public"}
    market.run(Scenario("first", "ada", "/o/lead/{free0}/claim", 303, data=claimed,
                        to="/o/lead/{free0}"))  # fmt: skip
    assert owner(market, "free0") == market.shop.ada.id
    browser = market.browser("bob")
    answer = browser.post(f"/o/lead/{market.names['free0']}/claim", claimed)
    assert (answer.status_code, answer.location) == (303, "/o/lead?view=public")
    assert "Ada was first." in browser.get(answer.location).text


def test_the_card_of_a_free_record_and_of_ones_own(market: Site) -> None:
    free = ("It lies in the pool “Public pool”: nobody owns it.", "/claim", "Claim it to work")
    market.run(Scenario("free", "ada", "/o/lead/{free0}", holds=free, lacks=("/release",)))
    own = ("It goes back to the pool “Public pool” in 10 days.", "Nobody followed it up",
           "/release")  # fmt: skip
    market.run(Scenario("own", "ada", "/o/lead/{own}", holds=own, lacks=("/claim", "/assign")))
    market.run(Scenario("above", "boss", "/o/lead/{own}", holds=("/assign", "/release")))


def test_releasing_asks_why_and_shows_it(market: Site) -> None:
    asked = ("Release into the pool", 'name="reason"')
    market.run(Scenario("asks", "ada", "/o/lead/{own}/release", holds=asked))
    market.run(Scenario("without", "ada", "/o/lead/{own}/release", 422, data={"reason": " "},
                        holds=("Say why; others will read it.",)))  # fmt: skip
    market.run(Scenario("done", "ada", "/o/lead/{own}/release", 303,
                        data={"reason": "No <b>budget</b>"}, to="/o/lead"))  # fmt: skip
    assert owner(market, "own") is None
    shown = ("released this into the pool", "No &lt;b&gt;budget&lt;/b&gt;")
    market.run(Scenario("read", "bob", "/o/lead/{own}", holds=shown, lacks=("<b>budget",)))


def test_assigning(market: Site) -> None:
    market.run(Scenario("not a rep", "ada", "/o/lead/{free0}/assign", 403))
    market.run(Scenario("form", "boss", "/o/lead/{free0}/assign", holds=('name="owner"',)))
    market.run(Scenario("nobody", "boss", "/o/lead/{free0}/assign", 422, data={"owner": ""},
                        holds=("Choose somebody",)))  # fmt: skip
    to = market.shop.bob.id
    market.run(Scenario("done", "boss", "/o/lead/{free0}/assign", 303, data={"owner": to}))
    assert owner(market, "free0") == to
    market.run(Scenario("told", "bob", "/o/lead/{free0}", holds=("assigned this to Bob",)))


def test_many_at_once_say_which_and_why_not(market: Site) -> None:
    browser = market.browser("ada")
    ids = [market.names[f"free{n}"] for n in range(3)]
    answer = browser.post("/o/lead/bulk", {"action": "claim", "id": ids})
    assert answer.status_code == 200
    for words in ("2 records are yours now.", "1 record was left as it is", "Free 2"):
        assert words in answer.text, words
    both = [market.names["free0"], market.names["free1"]]
    asked = browser.post("/o/lead/bulk", {"action": "release", "id": both})
    assert 'name="reason"' in asked.text
    told = {"action": "release", "id": both, "reason": "too many", "bulk_save": "1"}
    assert browser.post("/o/lead/bulk", told).status_code == 303
    assert owner(market, "free0") is None and owner(market, "free1") is None


def test_all_that_match_are_those_of_the_pool(market: Site) -> None:
    """“All matching” of the pool's list is what lies in the pool, nothing else."""
    told = {"action": "assign", "everything": "1", "q.view": "public", "bulk_save": "1",
            "owner": market.shop.bob.id}  # fmt: skip
    market.browser("boss").post("/o/lead/bulk", told)
    assert owner(market, "own") == market.shop.ada.id
    found = [owner(market, f"free{n}") for n in range(4)]
    assert found.count(market.shop.bob.id) == 3  # as many as anybody may hold


def test_of_many_given_to_somebody_those_stay_that_cannot_go(market: Site) -> None:
    """Ada may edit what Bob shares with her, but not give it away; her own goes all the same."""
    site = market.shop
    market.add(site.bob, "shared", "lead", name="Shared <b>")
    lead, to = market.names["shared"], To("user", site.ada.id)
    site.workspace.run(site.bob, lambda unit: sharing.share(unit, "lead", lead, to, "edit"))
    told = {"action": "owner", "id": [market.names["own"], lead], "bulk_save": "1",
            "owner": site.boss.id, "back": "/o/lead?sort=name"}  # fmt: skip
    browser = market.browser("ada")
    answer = browser.post("/o/lead/bulk", told)
    assert answer.status_code == 200
    for words in ("1 record has a new owner.", "1 record was left as it is", "Shared &lt;b&gt;",
                  "Only the owner of a record, or somebody above them, hands it over.",
                  'href="/o/lead?sort=name"'):  # fmt: skip
        assert words in answer.text, words
    assert owner(market, "own") == site.boss.id
    assert owner(market, "shared") == site.bob.id
    nobody = browser.post("/o/lead/bulk", {**told, "id": [lead], "owner": "x"})
    assert nobody.status_code == 422
    assert 'name="owner"' in nobody.text


def test_the_timeline_in_words(market: Site) -> None:
    market.shop.clock.advance(timedelta(days=7))
    pool_recycling.recycle(market.shop.workspace, "lead")
    warned = ("warns: this goes back to the pool on Dec 1, 2026", "Nobody followed it up")
    market.run(Scenario("warned", "ada", "/o/lead/{own}", holds=warned))
    market.shop.clock.advance(timedelta(days=3))
    pool_recycling.recycle(market.shop.workspace, "lead")
    gone = ("put this back into the pool", "Nobody followed it up")
    market.run(Scenario("gone", "bob", "/o/lead/{own}", holds=gone))


def test_my_queues(market: Site) -> None:
    with market.shop.workspace.read(market.shop.ada) as unit:
        desk = next(each.id for each in queues.mine(unit) if each.queue.name == "desk")
    market.add(market.shop.boss, "ticket", "ticket", name="Broken", owner=desk)
    listed = ("Desk", "Tickets", f"owner+%3D%3D+%27{desk}%27", "Members take what they work on.")
    market.run(Scenario("mine", "ada", "/queues", holds=listed))
    market.run(Scenario("none", "stranger", "/queues", holds=("You are in no queue",)))
    card = ("It waits in the queue “Desk”.", "/take")
    market.run(Scenario("card", "ada", "/o/ticket/{ticket}", holds=card))
    market.run(Scenario("take", "ada", "/o/ticket/{ticket}/take", 303, data={}))
    assert owner(market, "ticket", "ticket") == market.shop.ada.id
    took = ("took this out of the queue “Desk”",)
    market.run(Scenario("told", "ada", "/o/ticket/{ticket}", holds=took))
