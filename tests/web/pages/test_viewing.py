"""Looking as somebody else: what is seen, what is refused, what the audit says."""

from __future__ import annotations

from typing import Any

from tests.web.pages.site import TOKEN, Browser, Site
from typecase.runtime import audit, users
from typecase.runtime.actors import SYSTEM


def as_(site: Site, viewer: str, person: str) -> tuple[Browser, int]:
    browser = site.browser(viewer)
    status = browser.post(f"/admin/users/{getattr(site.shop, person).id}/view", {}).status_code
    return browser, status


def told(site: Site, kind: str) -> list[tuple[str | None, Any]]:
    with site.shop.workspace.read(SYSTEM) as unit:
        return [(e.actor, e.data["user"]) for e in audit.entries(unit, kind)]


def test_it_is_their_page_with_a_banner_until_one_click(fresh_site: Site) -> None:
    shop = fresh_site.shop
    browser, status = as_(fresh_site, "admin", "bob")
    assert status == 303
    page = browser.get("/o/deal").text
    assert "You see this as Bob does." in page
    assert "Bob&#39;s deal" in page
    assert "Big deal" not in page
    assert browser.get(f"/o/deal/{fresh_site.names['big']}").status_code == 404
    assert browser.get("/admin/users").status_code == 403
    ended = browser.post("/view-as/end", {})
    assert ended.headers["Location"] == f"/admin/users/{shop.bob.id}"
    assert "Big deal" in browser.get("/o/deal").text
    assert "You see this as" not in browser.get("/o/deal").text
    both = [(shop.admin.id, shop.bob.id)]
    assert told(fresh_site, "view_as_began") == told(fresh_site, "view_as_ended") == both


def test_nothing_can_be_changed_meanwhile(fresh_site: Site) -> None:
    browser, _ = as_(fresh_site, "admin", "bob")
    bobs = fresh_site.names["bobs"]
    for path, data in [
        (f"/o/deal/{bobs}/edit", {"name": "Mine"}),
        (f"/o/deal/{bobs}/comments", {"body": "x"}),
        (f"/o/deal/{bobs}/delete", {}),
        ("/me/tokens", {"name": "kept"}),
        ("/me/password", {"old": "x", "new": "y", "again": "y"}),
        ("/me/second-step/begin", {"password": "x"}),
    ]:
        answer = browser.post(path, data)
        assert answer.status_code == 403, path
        assert "nothing can be changed" in answer.text, path
    answer = browser.client.patch(
        f"/api/v1/objects/deal/records/{bobs}",
        json={"name": "Mine"},
        headers={"X-CSRF-Token": browser.csrf},
    )
    assert answer.status_code == 403
    assert fresh_site.stored("bobs", "deal")["name"] == "Bob's deal"


def test_it_ends_only_with_the_token_of_the_session(fresh_site: Site) -> None:
    browser, _ = as_(fresh_site, "admin", "bob")
    assert browser.client.post("/view-as/end", data={"csrf": "wrong"}).status_code == 403
    assert "You see this as Bob does." in browser.get("/o/deal").text


def test_never_somebody_who_sees_more(fresh_site: Site) -> None:
    """Whoever looks after rights without seeing every deal learns nothing by it."""
    shop = fresh_site.shop
    for person, viewer, status in [
        ("ada", "ada", 403),
        ("bob", "ada", 403),
        ("admin", "admin", 403),
        ("boss", "admin", 303),
    ]:
        assert as_(fresh_site, viewer, person)[1] == status, (viewer, person)
    shop.clerk = shop.person("clerk", "rep", "rights")
    assert as_(fresh_site, "clerk", "bob")[1] == 403
    assert as_(fresh_site, "clerk", "stranger")[1] == 303


def test_whoever_gains_rights_meanwhile_is_no_longer_shown(fresh_site: Site) -> None:
    shop = fresh_site.shop
    shop.clerk = shop.person("clerk", "rep", "rights")
    browser, status = as_(fresh_site, "clerk", "stranger")
    assert status == 303
    assert "You see this as Stranger does." in browser.get("/").text
    with shop.workspace.write(SYSTEM) as unit:
        users.update(unit, shop.stranger.id, {"permission_sets": ["all"]})
    assert "You see this as" not in browser.get("/").text
    assert "You see this as" not in browser.get("/o/deal").text
    with shop.workspace.write(SYSTEM) as unit:
        users.update(unit, shop.stranger.id, {"permission_sets": []})
        users.disable(unit, shop.stranger.id)
    assert "You see this as" not in browser.get("/").text


def test_a_new_id_of_the_session_takes_it_along(fresh_site: Site) -> None:
    browser, _ = as_(fresh_site, "admin", "bob")
    with fresh_site.shop.workspace.write(SYSTEM) as unit:
        users.update(unit, fresh_site.shop.admin.id, {"role": "boss"})
    page = browser.get("/o/deal").text  # the cookie changes with this answer
    page = browser.get("/o/deal").text
    assert "You see this as Bob does." in page
    found = TOKEN.search(page)
    assert found is not None
    fresh = Browser(browser.client, found.group(1))
    assert fresh.post("/view-as/end", {}).status_code == 303
    assert "Big deal" in fresh.get("/o/deal").text
