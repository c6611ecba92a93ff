"""API tokens on the page of one's account: as much as one chose, and what they may is said."""

from __future__ import annotations

import re
from typing import Any

from tests.web.pages.site import Site
from typecase.runtime import tokens

SECRET = re.compile(r"tc_[0-9a-f]{8}_[\w-]{43}")


def made(site: Site, who: str, **said: Any) -> dict[str, str]:
    """What a call with a new token sends along."""
    page = site.browser(who).post("/me/tokens", {"name": "Mine", **said})
    assert page.status_code == 200
    found = SECRET.search(page.text)
    assert found is not None
    return {"Authorization": f"Bearer {found[0]}"}


def rename(site: Site, key: dict[str, str]) -> int:
    big = f"/api/v1/objects/deal/records/{site.names['big']}"
    client = site.app.test_client()
    return client.patch(big, json={"name": "Bigger"}, headers=key).status_code


def status(site: Site, path: str, key: dict[str, str]) -> int:
    return site.app.test_client().get(f"/api/v1{path}", headers=key).status_code


def test_a_token_may_as_much_as_was_chosen(fresh_site: Site) -> None:
    site = fresh_site
    reading = made(site, "ada")
    assert status(site, "/objects/deal/records", reading) == 200
    assert rename(site, reading) == 403
    assert rename(site, made(site, "ada", level="write", object=["account"])) in (403, 404)
    assert rename(site, made(site, "ada", level="write", object=["deal"])) == 200
    page = site.browser("ada").get("/me").text
    assert "Read and write: Deals ·" in page
    assert "Read and write: Accounts ·" in page
    assert re.search(r'<span class="quiet">Read ·', page)


def test_people_and_rights_only_for_whoever_asks_for_it(fresh_site: Site) -> None:
    site = fresh_site
    assert 'value="admin"' in site.browser("admin").get("/me").text
    assert 'value="admin"' not in site.browser("ada").get("/me").text
    for level, scopes in (("write", ("read", "write")), ("admin", ("read", "write", "admin"))):
        made(site, "admin", level=level)
        with site.shop.workspace.read(site.shop.admin) as unit:
            assert tokens.of_user(unit)[0].scopes == scopes


def test_what_means_nothing_is_refused(fresh_site: Site) -> None:
    for said in ({"level": "root"}, {"level": "write", "object": ["nothing"]}):
        page = fresh_site.browser("ada").post("/me/tokens", {"name": "Mine", **said})
        assert page.status_code == 422
        assert "There is no scope" in page.text
