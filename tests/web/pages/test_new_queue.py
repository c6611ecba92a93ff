"""A queue made on a page: it holds records at once, its members find them, refusals say why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.pages.site import Browser, Site
from tests.web.pages.test_rights import estate
from tests.web.pages.test_rights_editing import base_of, give_root, send
from typecase.runtime import saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage import group_rows

NEW = "/admin/queue/_new"
MADE = "/admin/queue/x_ke_fu"
TOLD: dict[str, Any] = {
    "label": "客服",
    "object": ["deal"],
    "member": ["role:rep"],
    "assign": "by_hand",
}


@pytest.fixture
def site(database: str, tmp_path: Path) -> Iterator[Site]:
    built = Site(database, tmp_path, estate())  # type: ignore[arg-type]
    built.shop.dora = built.shop.person("dora", "dealer")  # type: ignore[attr-defined]
    give_root(built)
    yield built
    built.close()


@pytest.fixture
def root(site: Site) -> Browser:
    return site.browser("root")


def id_of(site: Site, label: str) -> str:
    with site.shop.workspace.read(SYSTEM) as unit:
        return next(each.id for each in group_rows.queues(unit) if each.name == label)


def give(site: Site, key: str, owner: str) -> None:
    """A deal of Ada's goes to ``owner``."""
    site.add(site.shop.ada, key, "deal", name=f"Deal {key}", open=False)
    named = site.names[key]
    site.shop.workspace.run(
        SYSTEM, lambda unit: saving.update(unit, "deal", named, {"owner": owner})
    )


def test_it_is_made_and_its_members_find_what_it_holds(site: Site, root: Browser) -> None:
    bob, stranger = site.browser("bob"), site.browser("stranger")
    assert f'href="{NEW}"' in root.get("/admin/groups").text
    assert "<h1>New queue</h1>" in root.get(NEW).text
    told = {**TOLD, "person": [site.shop.dora.id]}  # type: ignore[attr-defined]
    assert send(root, NEW, **told).headers["Location"] == "/admin/groups"
    listed = root.get("/admin/groups").text
    assert f'href="{MADE}"' in listed
    assert "Deals · Ada, Bob, Dora, Keeper" in listed
    queue = site.shop.workspace.catalog.queues["x_ke_fu"]
    assert (queue.label, queue.objects, queue.assign) == ("客服", ("deal",), "by_hand")
    give(site, "waiting", id_of(site, "客服"))
    assert "客服" in bob.get("/queues").text
    assert "Deal waiting" in bob.get("/o/deal").text
    assert "Deal waiting" in site.browser("dora").get("/o/deal").text
    assert "客服" not in stranger.get("/queues").text
    assert "Queue “客服” made" in root.get("/admin/changes").text


def test_a_second_of_the_same_name_is_another(site: Site, root: Browser) -> None:
    send(root, NEW, **TOLD)
    send(root, NEW, **{**TOLD, "object": [], "assign": "least_loaded"})
    queues = site.shop.workspace.catalog.queues
    assert {*queues} == {"desk", "x_ke_fu", "x_ke_fu_2"}
    assert queues["x_ke_fu_2"].objects == ()
    assert id_of(site, "客服")


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(site: Site, root: Browser) -> None:
    wrong: dict[str, dict[str, Any]] = {
        "Say what it is called.": {"label": " "},
        "Choose which records it holds.": {"object": ["region", "none"]},
        "Choose how its records are handed out.": {"assign": "by_lot"},
        "Choose who is meant.": {"member": ["secret:x"]},
        "nobody_knows": {"member": ["role:nobody_knows"]},
    }
    for words, said in wrong.items():
        answer = send(root, NEW, **{**TOLD, **said})
        assert answer.status_code == 422, words
        assert words in answer.text
        assert 'value="客服"' in answer.text or "label" in said
    assert {*site.shop.workspace.catalog.queues} == {"desk"}


def test_the_second_administrator_is_told(root: Browser) -> None:
    base = base_of(root, NEW)
    send(root, "/admin/role/_new", label="Lead", above="boss", set=["sales"])
    late = root.post(NEW, {"base": base, **TOLD})
    assert late.status_code == 409
    assert "Somebody else has changed the definitions meanwhile" in late.text
    assert 'value="客服"' in late.text


def test_who_may_not(site: Site) -> None:
    """Who may not edit all deals puts nobody into a queue of them, nor into one of everything."""
    keeper, bob = site.browser("keeper"), site.browser("bob")
    for objects in (["deal"], []):
        refused = send(keeper, NEW, **{**TOLD, "object": objects})
        assert refused.status_code == 403
        assert "You cannot open more records of Deals" in refused.text
    assert bob.get(NEW).status_code == 403
    assert bob.post(NEW, {"base": "1", **TOLD}).status_code == 403
    assert {*site.shop.workspace.catalog.queues} == {"desk"}


def test_a_form_from_elsewhere_makes_nothing(site: Site, root: Browser) -> None:
    answer = root.client.post(NEW, data={"base": base_of(root, NEW), **TOLD})
    assert answer.status_code == 403
    assert "x_ke_fu" not in root.get("/admin/groups").text
    assert {*site.shop.workspace.catalog.queues} == {"desk"}


def test_renamed_and_holding_something_else(site: Site, root: Browser) -> None:
    desk = "/admin/queue/desk"
    assert 'value="deal" checked' in root.get(desk).text
    told = {"label": "Reception", "object": [], "member": ["role:rep"], "assign": "by_hand"}
    assert send(root, desk, **told).status_code == 303
    queue = site.shop.workspace.catalog.queues["desk"]
    assert (queue.label, queue.objects) == ("Reception", ())


def test_an_object_goes_only_when_nothing_of_it_waits(site: Site, root: Browser) -> None:
    assert send(root, NEW, **{**TOLD, "object": []}).status_code == 303
    owner = id_of(site, "客服")
    give(site, "waiting", owner)
    with site.shop.workspace.read(SYSTEM) as unit:
        others = [o.name for o in unit.catalog.objects.values() if o.owner == "user"]
    others.remove("deal")
    kept = send(root, MADE, **{**TOLD, "object": others})
    assert kept.status_code == 409
    assert "Records of Deals wait in the queue “客服”: 1." in kept.text
    named = site.names["waiting"]
    ada = site.shop.ada.id
    site.shop.workspace.run(SYSTEM, lambda unit: saving.update(unit, "deal", named, {"owner": ada}))
    assert send(root, MADE, **{**TOLD, "object": others}).status_code == 303


def test_it_goes_when_nothing_waits_in_it(site: Site, root: Browser) -> None:
    send(root, NEW, **{**TOLD, "object": []})
    assert 'value="remove"' in root.get(MADE).text
    assert 'value="remove"' not in root.get(NEW).text
    give(site, "waiting", id_of(site, "客服"))
    kept = send(root, MADE, do="remove")
    assert kept.status_code == 409
    assert "Records of Deals wait in the queue “客服”: 1. Give them to somebody first." in kept.text
    assert 'value="客服"' in kept.text, "shown as it is"
    ada, named = site.shop.ada.id, site.names["waiting"]
    site.shop.workspace.run(SYSTEM, lambda unit: saving.update(unit, "deal", named, {"owner": ada}))
    assert send(root, MADE, do="remove").headers["Location"] == "/admin/groups"
    assert {*site.shop.workspace.catalog.queues} == {"desk"}
    assert root.get(MADE).status_code == 404
    assert root.post(MADE, {"base": "1", "do": "remove"}).status_code == 404
    assert "客服" not in site.browser("bob").get("/queues").text
    listed = root.get("/admin/changes").text
    assert "Queue “客服” removed" in listed
    version = base_of(root, "/admin/changes")
    assert root.post(f"/admin/changes/{version}/undo", {"base": version}).status_code == 303
    assert "客服" in site.browser("bob").get("/queues").text


def test_what_names_it_keeps_it(site: Site, root: Browser) -> None:
    send(root, NEW, **TOLD)
    rule = {"label": "Complaints", "with": ["queue:x_ke_fu"], "grant": "read", "do": "publish"}
    send(root, "/admin/sharing/deal/_new", **rule)
    kept = send(root, MADE, do="remove")
    assert kept.status_code == 409
    assert "is still named by: sharing rule “Complaints” of Deals" in kept.text
    send(root, "/admin/sharing/deal/x_complaints", do="remove_now")
    assert send(root, MADE, do="remove").status_code == 303


def test_a_queue_with_records_is_not_undone(site: Site, root: Browser) -> None:
    send(root, NEW, **TOLD)
    version = base_of(root, "/admin/changes")
    give(site, "waiting", id_of(site, "客服"))
    back = root.post(f"/admin/changes/{version}/undo", {"base": version})
    assert back.status_code == 409
    assert "x_ke_fu" in site.shop.workspace.catalog.queues


def test_who_may_not_remove_it(site: Site) -> None:
    keeper, bob = site.browser("keeper"), site.browser("bob")
    refused = send(keeper, "/admin/queue/desk", do="remove")
    assert refused.status_code == 403
    assert "You cannot open more records of Deals" in refused.text
    assert bob.post("/admin/queue/desk", {"base": "1", "do": "remove"}).status_code == 403
    assert {*site.shop.workspace.catalog.queues} == {"desk"}
