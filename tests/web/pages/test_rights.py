"""Rights on the pages: roles as a tree, the matrix, rules tried out, branches, exposure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import a_field, a_lookup, a_package, a_permission_set, an_object
from tests.runtime.shop import FULL
from tests.web.pages.site import Browser, Scenario, Site
from typecase.runtime import recycle, users
from typecase.runtime.actors import SYSTEM
from typecase.web import people_pages
from typecase.web.labels import Labels
from typecase.web.rights_words import right_words

ALL = ["view_all", "edit_all", *FULL]


def estate() -> object:
    """Deals of reps, private; a rule for dealers; a tree of regions; a queue."""
    return a_package(
        an_object("region", a_field("name", search=True),
                  {**a_lookup("above", "region", "parts"), "tree": True}),
        an_object("deal", a_field("name"), a_field("open", "boolean"),
                  a_field("margin", sensitive=True),
                  access={"sharing": [{"name": "to_dealers", "label": "Dealers see open deals",
                                       "when": "open", "with": [{"role": "dealer"}],
                                       "grant": "read"}]}),
        {"queues.json": {"queues": [{"name": "desk", "label": "Front desk", "objects": ["deal"],
                                     "members": [{"role": "rep"}]}]}},
        {"permissions.json": {
            "permissions": [{"name": "collect", "label": "Take payments"}],
            "permission_sets": [
                a_permission_set("sales", deal=FULL, region=["read"]),
                a_permission_set("margins", fields={"deal.margin": "read"}),
                a_permission_set("outside", deal=["read"], system=["collect"]),
                a_permission_set("all", deal=ALL, region=ALL, fields={"deal.margin": "edit"},
                                 system=["manage_users", "manage_rights", "export"])]}},
        {"translations/zh.json": {"texts": {"permissions/collect": "收款"}}},
        roles=[{"name": "boss", "label": "Boss", "permissions": ["sales"]},
               {"name": "rep", "label": "Rep", "above": "boss", "permissions": ["sales"]},
               {"name": "dealer", "label": "Dealer", "outside": True, "permissions": ["outside"]},
               {"name": "stranger", "label": "Stranger"}],
    )  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("rights")
    built = Site(f"sqlite:///{folder / 'a.sqlite'}", folder, estate())  # type: ignore[arg-type]
    built.shop.dora = built.shop.person("dora", "dealer")
    for number in range(4):
        key = f"deal{number}"
        built.add(built.shop.ada, key, "deal", name=f"Deal {number}", open=number < 3)
    built.add(built.shop.admin, "north", "region", name="North")
    built.names |= {n: getattr(built.shop, n).id for n in ("ada", "bob", "dora", "admin")}
    yield built
    built.close()


@pytest.fixture
def admin(site: Site) -> Browser:
    return site.browser("admin")


def test_the_pages_and_who_may(site: Site) -> None:
    for path, holds in [
        ("/admin/roles", ("Boss", "Ada", "From outside", "Dora")),
        (
            "/admin/rights?set=sales",
            ("from the package shop", "Give it to many people", "Nobody yet."),
        ),
        ("/admin/rights?role=rep", ("what the role&#39;s permission sets add up to",)),
        ("/admin/rights?set=margins", ("Margin: Read",)),
        ("/admin/sharing", ("Dealers see open deals", "Who gains what?")),
        ("/admin/groups", ("Front desk", "Ada, Bob")),
        ("/admin/exposure?role=boss", ("What Boss can reach",)),
    ]:
        site.run(Scenario(path, "admin", path, holds=holds))
        site.run(Scenario(path, "boss", path, 403))


def test_a_permission_set_for_many_at_once_and_back(site: Site, admin: Browser) -> None:
    both = [site.names["ada"], site.names["bob"]]
    given = admin.post("/admin/rights/grant", {"set": "margins", "person": both})
    assert given.headers["Location"] == "/admin/rights?set=margins"
    with site.shop.workspace.read(SYSTEM) as unit:
        assert [users.get(unit, i).permission_sets for i in both] == [("margins",)] * 2
    for person in both:
        admin.post("/admin/rights/take", {"set": "margins", "person": person})
    with site.shop.workspace.read(SYSTEM) as unit:
        assert [users.get(unit, i).permission_sets for i in both] == [(), ()]
    assert admin.post("/admin/rights/grant", {"set": "none", "person": both}).status_code == 400
    assert admin.post("/admin/rights/grant", {"set": "margins"}).status_code == 400


def test_a_rule_says_who_gains_what_before_it_is_there(site: Site, admin: Browser) -> None:
    """Dora has no other way to the three open deals; Bob would gain all four of Ada's."""
    page = admin.get("/admin/sharing?object=deal&rule=to_dealers").text
    assert "1 of 6 people gain records of Deals" in page
    assert "+3" in page
    assert "Deal 2</a>" in page
    assert "Deal 0" not in site.browser("bob").get("/o/deal").text


def test_exposure_counts_what_lists_show(site: Site, admin: Browser) -> None:
    person = admin.get(f"/admin/exposure?person={site.names['dora']}").text
    assert "What Dora can reach" in person
    assert '<td class="num" data-label="May see">3</td>' in person
    answer = admin.post("/admin/exposure.csv", {})
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    found = {(r["Role"], r["Person"], r["Object"]): (r["May see"], r["May edit"]) for r in rows}
    assert found["Boss", "", "Deals"] == ("4", "4")
    assert found["Rep", "", "Deals"] == ("4", "4")
    assert found["Dealer", "Dora", "Deals"] == ("3", "")


def test_a_right_of_a_package_is_called_as_the_package_says(site: Site, admin: Browser) -> None:
    dora = site.names["dora"]
    for path in ("/admin/rights?set=sales", "/admin/set/sales", f"/admin/exposure?person={dora}"):
        page = admin.get(path).text
        assert "Take payments" in page, path
        assert "Collect" not in page and "> collect" not in page, path
    assert "Manage rights" in admin.get("/admin/set/sales").text
    answer = admin.post("/admin/exposure.csv", {})
    assert "Take payments" in answer.get_data(as_text=True)
    with site.shop.workspace.read(SYSTEM) as unit:
        assert right_words(unit, "collect", Labels(unit.catalog, "zh")) == "收款"
        assert right_words(unit, "manage_rights", Labels(unit.catalog, "zh")) == "管理权限"


def test_belonging_to_a_branch(site: Site, admin: Browser) -> None:
    found = admin.get("/admin/groups/branches?q=nor").json["results"]
    assert [(c["text"], c["second"]) for c in found] == [("North", "Region")]
    told = {"person": site.names["bob"], "branch": found[0]["value"]}
    assert admin.post("/admin/groups", told).status_code == 303
    assert "North" in admin.get("/admin/groups").text
    assert "Branch and those below it" in admin.get("/o/deal/sharing/choices?q=north").text
    left = {"person": site.names["bob"], "leave": site.names["north"]}
    assert admin.post("/admin/groups", left).status_code == 303
    assert "North" not in admin.get("/admin/groups").text


def test_moving_somebody_into_another_role(site: Site, admin: Browser) -> None:
    told = {"person": site.names["bob"], "role": "boss"}
    assert admin.post("/admin/roles/move", told).status_code == 303
    with site.shop.workspace.read(SYSTEM) as unit:
        assert users.get(unit, site.names["bob"]).role == "boss"
    admin.post("/admin/roles/move", {**told, "role": "rep"})


def test_handing_over_shows_the_counts_and_goes_on(site: Site, admin: Browser) -> None:
    bob, ada = site.names["bob"], site.names["ada"]
    site.add(site.shop.bob, "his", "deal", name="His")
    page = admin.get(f"/admin/users/{bob}/hand-over").text
    assert "Hand over 1 record" in page
    assert ">People</a>" in page
    refused = admin.post(f"/admin/users/{bob}/hand-over", {"to": bob})
    assert refused.status_code == 422
    assert "Choose somebody else" in refused.text
    assert admin.post(f"/admin/users/{bob}/hand-over", {"to": ada}).status_code == 303
    assert "Bob owns no records." in admin.get(f"/admin/users/{bob}/hand-over").text
    assert site.stored("his", "deal")["owner"] == ada
    with site.shop.workspace.write(SYSTEM) as unit:  # as the other tests know it
        recycle.delete(unit, "deal", site.names["his"])


def test_the_tree_of_roles_asks_once_however_many_there_are(site: Site) -> None:
    with site.shop.workspace.read(site.shop.admin) as unit:
        before = unit.statements
        told = people_pages.roles(unit, Labels(unit.catalog, "en"))
        assert unit.statements - before == 1
    assert {r.name: [name for _, name in r.members] for r in told.roles} == {
        "boss": ["Boss"], "rep": ["Ada", "Bob"], "dealer": ["Dora"], "stranger": ["Stranger"],
    }  # fmt: skip
