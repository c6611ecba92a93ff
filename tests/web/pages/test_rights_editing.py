"""Rights changed on pages: previewed, published, refused with words, taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.pages.site import Browser, Site
from tests.web.pages.test_rights import estate
from typecase.metadata.rights import SYSTEM_RIGHTS
from typecase.metadata.rights_edits import with_item
from typecase.runtime import customizing, installing
from typecase.runtime.actors import SYSTEM

BASE = re.compile(r'name="base" value="(\d+)"')


@pytest.fixture
def site(sqlite_database: str, tmp_path: Path) -> Iterator[Site]:
    built = Site(sqlite_database, tmp_path, estate())  # type: ignore[arg-type]
    built.shop.dora = built.shop.person("dora", "dealer")  # type: ignore[attr-defined]
    for number in range(3):
        built.add(built.shop.ada, f"deal{number}", "deal", name=f"Deal {number}", open=number < 2)
    give_root(built)
    yield built
    built.close()


def give_root(site: Site) -> None:
    """An administrator with every right, and a person who only looks after rights."""
    root = {"name": "x_root", "label": "Root", "system": [*SYSTEM_RIGHTS]}
    rights = {"name": "x_rights", "label": "Rights", "system": ["manage_rights"]}
    with site.shop.workspace.read(SYSTEM) as unit:
        found = customizing.definitions(unit)
        content = found.content("permissions")
        for each in (root, rights):
            content = with_item(content, "permission_sets", each)
        wanted = {("permissions", ""): content}
        proposal = customizing.propose(unit, unit.opening.catalog, found, wanted, "Root")
    installing.alone(site.shop.workspace, lambda unit: customizing.publish(unit, proposal))
    site.shop.root = site.shop.person("root", None, "all", "x_root")  # type: ignore[attr-defined]
    site.shop.keeper = site.shop.person("keeper", "rep", "x_rights")  # type: ignore[attr-defined]


@pytest.fixture
def root(site: Site) -> Browser:
    return site.browser("root")


def base_of(browser: Browser, path: str) -> str:
    found = BASE.search(browser.get(path).text)
    assert found is not None
    return found[1]


def send(browser: Browser, path: str, **data: Any) -> Any:
    """The form at ``path`` as it is shown now, sent with ``data``."""
    return browser.post(path, {"base": base_of(browser, path), **data})


RULE = "/admin/sharing/deal/_new"
WHOM = {"label": "Open ones for reps", "when": "open", "with": ["role:rep"], "grant": "read"}


def test_a_rule_is_seen_before_it_holds_and_holds_at_once(site: Site, root: Browser) -> None:
    bob = site.browser("bob")
    assert "Deal 0" not in bob.get("/o/deal").text
    shown = send(root, RULE, **WHOM, do="preview")
    assert shown.status_code == 200
    assert "2 of 8 people gain records of Deals" in shown.text  # Bob and the keeper
    assert "+2 to see" in shown.text
    assert ">Deal 1</a>" in shown.text
    assert 'value="Open ones for reps"' in shown.text
    assert "Deal 0" not in bob.get("/o/deal").text, "only looked at"
    done = send(root, RULE, **WHOM, do="publish")
    assert done.headers["Location"] == "/admin/sharing"
    assert "Deal 0" in bob.get("/o/deal").text
    assert "Deal 2" not in bob.get("/o/deal").text
    listed = root.get("/admin/sharing").text
    assert "Made here" in listed
    rule = "/admin/sharing/deal/x_open_ones_for_reps"
    assert rule in listed
    lost = send(root, rule, do="remove")
    assert "2 people lose some of Deals" in lost.text
    assert "−2 to see" in lost.text
    assert "Remove it now" in lost.text
    send(root, rule, do="remove_now")
    assert "Deal 0" not in bob.get("/o/deal").text


def test_going_back(site: Site, root: Browser) -> None:
    send(root, RULE, **WHOM, do="publish")
    page = root.get("/admin/changes").text
    assert "Sharing rule “Open ones for reps” of Deals made" in page
    assert "Root" in page
    version = base_of(root, "/admin/changes")
    gone = send(root, "/admin/changes", base="1")
    assert gone.status_code == 405
    late = root.post(f"/admin/changes/{version}/undo", {"base": "1"})
    assert late.status_code == 409
    assert "Somebody else has changed the definitions" in late.text
    back = root.post(f"/admin/changes/{version}/undo", {"base": version})
    assert back.status_code == 303
    assert "Deal 0" not in site.browser("bob").get("/o/deal").text
    audit = root.get("/admin/audit?group=people").text
    assert "Own changes published" in audit
    assert f"Back to what was before version {version}" in audit


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(root: Browser) -> None:
    wrong = send(root, RULE, **{**WHOM, "when": "gone == 1"}, do="publish")
    assert wrong.status_code == 422
    assert "gone" in wrong.text
    assert 'value="Open ones for reps"' in wrong.text
    nobody = send(root, RULE, **{**WHOM, "with": []}, do="preview")
    assert nobody.status_code == 422
    assert "Say who is meant by exactly one key" in nobody.text
    nameless = send(root, RULE, **{**WHOM, "label": " "}, do="publish")
    assert "Say what it is called." in nameless.text
    forged = send(root, RULE, **{**WHOM, "with": ["secret:x"]}, do="publish")
    assert forged.status_code == 422


def test_the_second_administrator_is_told_and_keeps_what_was_typed(
    site: Site, root: Browser
) -> None:
    base = base_of(root, RULE)
    send(root, "/admin/role/_new", label="Lead", above="boss", set=["sales"])
    late = root.post(RULE, {"base": base, **WHOM, "do": "publish"})
    assert late.status_code == 409
    assert "Somebody else has changed the definitions meanwhile" in late.text
    assert 'value="Open ones for reps"' in late.text
    again = BASE.search(late.text)
    assert again is not None
    assert root.post(RULE, {"base": again[1], **WHOM, "do": "publish"}).status_code == 303


def test_roles_are_added_renamed_hung_elsewhere_and_removed(site: Site, root: Browser) -> None:
    made = send(root, "/admin/role/_new", label="销售主管", above="boss", set=["sales"])
    assert made.headers["Location"] == "/admin/roles"
    role = "/admin/role/x_xiao_shou_zhu_guan"
    assert "销售主管" in root.get(role).text
    send(root, "/admin/role/rep", label="Seller", above="x_xiao_shou_zhu_guan", set=["sales"])
    assert "Seller" in root.get("/admin/roles").text
    assert "from the package shop" in root.get("/admin/role/rep").text
    circle = send(root, role, label="销售主管", above="rep", set=["sales"])
    assert circle.status_code == 422
    assert "stand above each other in a circle" in circle.text
    hung = send(root, role, do="remove")
    assert hung.status_code == 409
    assert "These roles stand below it: Seller" in hung.text
    held = send(root, "/admin/role/stranger", do="remove")
    assert held.status_code == 409
    assert "1 person is in the role Stranger: Stranger" in held.text
    send(root, "/admin/role/rep", label="Seller", above="boss", set=["sales"])
    assert send(root, role, do="remove").status_code == 303
    assert root.get(role).status_code == 404


def test_a_permission_set_is_copied_filled_and_takes_effect(site: Site, root: Browser) -> None:
    copy = root.get("/admin/set/_new?copy=sales").text
    assert 'value="Copy of Sales"' in copy
    assert re.search(r'value="deal:create" aria-label="Deals: Create" checked', copy)
    filled = send(root, "/admin/set/_new", label="Mine", cell=["deal:read"], fill="row:deal")
    assert filled.status_code == 200
    ticked = re.findall(r'value="(\w+):\w+" aria-label="[^"]+" checked', filled.text)
    assert ticked == ["deal"] * 6
    column = send(root, "/admin/set/_new", label="Mine", fill="column:read")
    assert 'value="region:read" aria-label="Regions: Read" checked' in column.text
    assert 'value="*:read" aria-label="Every object: Read" checked' not in column.text
    stranger = site.browser("stranger")
    assert stranger.get("/o/deal").status_code == 403
    saved = send(root, "/admin/set/_new", label="Mine", cell=["deal:read", "deal:view_all"],
                 system=["export"], **{"field:deal.margin": "read"})  # fmt: skip
    assert saved.headers["Location"] == "/admin/rights?set=x_mine"
    person = site.shop.stranger.id
    root.post("/admin/rights/grant", {"set": "x_mine", "person": [person]})
    page = site.browser("stranger").get("/o/deal").text
    assert "Deal 2" in page
    held = send(root, "/admin/set/x_mine", do="remove")
    assert held.status_code == 409
    assert "1 person has the permission set Mine" in held.text
    stranger = site.browser("stranger")
    send(root, "/admin/set/x_mine", label="Mine")
    assert stranger.get("/o/deal").status_code == 403, "the session under way loses it at once"


def test_a_set_and_a_role_say_who_gains_what(site: Site, root: Browser) -> None:
    cells = [f"deal:{r}" for r in ("read", "create", "edit", "delete")]
    told = send(root, "/admin/set/sales", label="Sales", do="preview",
                cell=[*cells, "deal:view_all", "region:read"])  # fmt: skip
    assert told.status_code == 200
    assert "4 of 8 people have other rights then." in told.text
    assert "2 of 8 people gain records of Deals" in told.text  # Bob and the keeper
    assert "+3 to see" in told.text
    assert re.search(r'value="deal:view_all" aria-label="Deals: See all" checked', told.text)
    assert "Deal 0" not in site.browser("bob").get("/o/deal").text, "only looked at"
    hung = send(root, "/admin/role/rep", label="Rep", above="", set=["sales"], do="preview")
    assert "0 of 8 people have other rights then." in hung.text
    assert "−3 to see" in hung.text
    assert "1 person loses" in hung.text
    named = send(root, "/admin/role/rep", label="Agent", above="boss", set=["sales"], do="preview")
    assert "Nobody reaches more or fewer records." in named.text
    assert 'value="Agent"' in named.text
    circle = send(root, "/admin/role/boss", label="Boss", above="rep", set=["sales"], do="preview")
    assert circle.status_code == 422


def test_the_last_administrator_and_oneself(root: Browser) -> None:
    mine = send(root, "/admin/set/x_root", label="Root", system=["export"])
    assert mine.status_code in (409, 303)
    out = send(root, "/admin/set/all", label="All", system=[])
    assert out.status_code == 409
    assert "shut yourself out" in out.text or "nobody would be left" in out.text


def test_one_who_looks_after_rights_gives_no_more_than_they_have(site: Site) -> None:
    keeper = site.browser("keeper")
    more = send(keeper, "/admin/set/_new", label="More", cell=["deal:view_all"])
    assert more.status_code == 403
    assert "rights that you do not have" in more.text
    rule = send(keeper, RULE, **WHOM, do="publish")
    assert rule.status_code == 403
    assert "cannot open more records of Deals" in rule.text
    assert 'value="Open ones for reps"' in rule.text
    bob = site.browser("bob")
    for path in ("/admin/role/rep", "/admin/set/sales", RULE, "/admin/sharing/deal",
                 "/admin/changes"):  # fmt: skip
        assert bob.get(path).status_code == 403


def test_the_default_of_an_object(site: Site, root: Browser) -> None:
    shown = send(root, "/admin/sharing/deal", default="read", do="preview")
    assert "people gain records of Deals" in shown.text
    assert "Deal 2" not in site.browser("bob").get("/o/deal").text
    send(root, "/admin/sharing/deal", default="read", do="publish")
    assert "Deal 2" in site.browser("bob").get("/o/deal").text
    assert "Deal 2" not in site.browser("dora").get("/o/deal").text
    assert send(root, "/admin/sharing/deal", default="all", do="publish").status_code == 422
    assert root.get("/admin/sharing/none").status_code == 404


def test_members_of_a_queue(site: Site, root: Browser) -> None:
    page = root.get("/admin/queue/desk").text
    assert re.search(r'value="role:rep" checked', page)
    path = "/admin/queue/desk"
    told = {"label": "Front desk", "object": ["deal"], "member": ["role:boss"],
            "person": [site.shop.bob.id], "assign": "by_hand"}  # fmt: skip
    assert send(root, path, **told).headers["Location"] == "/admin/groups"
    assert "Bob, Boss" in root.get("/admin/groups").text
    again = root.get(path).text
    assert ">Bob</option>" in again
    assert send(root, path, **{**told, "assign": "none"}).status_code == 422
    assert send(root, path, **{**told, "person": ["x"]}).status_code == 422
    assert root.get("/admin/queue/none").status_code == 404


def test_the_branches_of_a_person_on_their_page(site: Site, root: Browser) -> None:
    site.add(site.shop.admin, "north", "region", name="North")
    bob = site.shop.bob.id
    person = f"/admin/users/{bob}"
    assert "They belong to no branch." in root.get(person).text
    told = {"person": bob, "back": "person"}
    joined = root.post("/admin/groups", {**told, "branch": f"region:{site.names['north']}"})
    assert joined.headers["Location"] == person
    assert "North" in root.get(person).text
    root.post("/admin/groups", {**told, "leave": site.names["north"]})
    assert "They belong to no branch." in root.get(person).text
    assert 'id="branches"' not in site.browser("bob").get(person).text
