"""Sharing on the pages: the panel, the form, the reasons, many records at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.web.pages.site import Scenario, Site, check
from typecase.runtime import sharing
from typecase.runtime.sharing import To


def share(site: Site, level: str = "read", **more: object) -> None:
    with site.shop.workspace.write(site.shop.ada) as unit:
        to = To("user", site.shop.bob.id)
        sharing.share(unit, "deal", site.names["big"], to, level, **more)


def run(site: Site, *scenarios: Scenario) -> None:
    site.names |= {"bob": site.shop.bob.id, "ada": site.shop.ada.id}
    for scenario in scenarios:
        site.run(scenario)


def test_from_the_panel_to_the_other_side_and_back(fresh_site: Site) -> None:
    run(
        fresh_site,
        Scenario("not Bob's to see", "bob", "/o/deal/{big}", 404),
        Scenario("the panel offers it", "ada", "/o/deal/{big}",
                 holds=("/o/deal/{big}/sharing", "Why do I see this?")),
        Scenario("the form", "ada", "/o/deal/{big}/sharing", 
                 holds=("Share with", "<strong>Ada</strong>", "Owner"), lacks=("System",)),
        Scenario("it is shared", "ada", "/o/deal/{big}/sharing", 303, to="/o/deal/{big}",
                 data={"to": "user:{bob}", "level": "read", "until": "2026-11-30"}),
        Scenario("Bob sees it", "bob", "/o/deal/{big}",
                 holds=("Big deal", "Shared with 1 other", "Ada"),
                 lacks=('href="/o/deal/{big}/edit"',)),
        Scenario("and why", "bob", "/o/deal/{big}/access",
                 holds=("Ada shared it with them", "Until 2026-11-30")),
        Scenario("he cannot pass it on", "bob", "/o/deal/{big}/sharing",
                 holds=("until 2026-11-30", "Only the owner of a record")),
        Scenario("however he tries", "bob", "/o/deal/{big}/sharing", 403,
                 data={"to": "role:rep", "level": "read"}),
        Scenario("the form knows what he has", "ada", "/o/deal/{big}/sharing?to=user:{bob}",
                 holds=('value="2026-11-30"', 'value="user:{bob}" selected')),
        Scenario("the timeline tells", "ada", "/o/deal/{big}", holds=("shared this", "may read")),
        Scenario("taken back", "ada", "/o/deal/{big}/sharing/remove", 303,
                 data={"to": "user:{bob}"}),
        Scenario("gone again", "bob", "/o/deal/{big}", 404),
    )  # fmt: skip


def test_whoever_got_it_may_give_it_up(fresh_site: Site) -> None:
    share(fresh_site)
    run(
        fresh_site,
        Scenario("his to remove", "bob", "/o/deal/{big}/sharing",
                 holds=('action="/o/deal/{big}/sharing/remove"',)),
        Scenario("given up", "bob", "/o/deal/{big}/sharing/remove", 303,
                 data={"to": "user:{bob}"}),
        Scenario("gone", "bob", "/o/deal/{big}", 404),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"to": "", "level": "read"}, "There is nobody of that name."),
        ({"to": "role:nobody", "level": "read"}, "There is nobody of that name."),
        ({"to": "user:not-an-id", "level": "read"}, "There is nobody of that name."),
        ({"to": "role:boss", "level": "read", "until": "2026-11-01"}, "That is over already."),
        ({"to": "role:boss", "level": "read", "until": "9999-12-31"}, "This is not a day."),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(
    fresh_site: Site, data: dict[str, str], said: str
) -> None:
    run(fresh_site, Scenario("x", "ada", "/o/deal/{big}/sharing", 422, (said,), data=data))


def test_an_expired_share_opens_nothing_and_says_so(fresh_site: Site) -> None:
    share(fresh_site, expires_at=fresh_site.shop.clock.now() + timedelta(minutes=5))
    run(fresh_site, Scenario("still", "bob", "/o/deal/{big}"))
    fresh_site.shop.clock.advance(timedelta(minutes=6))
    run(
        fresh_site,
        Scenario("no longer", "bob", "/o/deal/{big}", 404),
        Scenario("told as over", "ada", "/o/deal/{big}/sharing", holds=(">Over<",)),
    )


def test_the_choice_finds_people_and_roles(fresh_site: Site) -> None:
    found = fresh_site.browser("ada").get("/o/deal/sharing/choices?q=bo").json["results"]
    assert [(c["text"], c["second"]) for c in found] == [
        ("Bob", "Person · bob"),
        ("Boss", "Person · boss"),
        ("Boss", "Role"),
        ("Boss", "Role and those below it"),
    ]
    refused = fresh_site.browser("stranger").get("/o/deal/sharing/choices?q=bo")
    assert refused.status_code == 403


def test_why_not_is_for_those_who_look_after_rights(fresh_site: Site) -> None:
    run(
        fresh_site,
        Scenario("an administrator asks about Bob", "admin", "/o/deal/{big}/access?person={bob}",
                 holds=("What may Bob do here?", "None of the reasons to see a record holds")),
        Scenario("Ada may not ask", "ada", "/o/deal/{big}/access?person={bob}", 403),
        Scenario("about herself she may", "ada", "/o/deal/{big}/access",
                 holds=("They own it.",), lacks=("why-person",)),
        Scenario("nobody of that id", "admin", "/o/deal/{big}/access?person=nobody", 404),
        Scenario("Bob learns nothing", "bob", "/o/deal/{big}/access", 404),
    )  # fmt: skip


def test_many_records_are_shared_at_once_or_none(fresh_site: Site) -> None:
    names = fresh_site.names
    ada = fresh_site.browser("ada")
    chosen = {"action": "share", "id": [names["big"], names["small"]]}
    page = ada.post("/o/deal/bulk", chosen)
    check(Scenario("asked first", "ada", "", holds=("Share with", "2 records")), page, names)
    told = chosen | {"bulk_save": "1", "to": f"user:{fresh_site.shop.bob.id}", "level": "edit"}
    assert ada.post("/o/deal/bulk", told).status_code == 303
    shown = fresh_site.browser("bob").get("/o/deal?columns=name").text
    assert "Big deal" in shown
    assert "Small deal" in shown
    bobs = fresh_site.browser("bob")
    greedy = told | {"id": [names["bobs"], names["big"]], "to": "role:stranger"}
    assert bobs.post("/o/deal/bulk", greedy).status_code == 403
    with fresh_site.shop.workspace.read(fresh_site.shop.bob) as unit:
        assert sharing.of_record(unit, "deal", names["bobs"]) == ()
