"""Sharing over REST: shares, teams, and the reasons for what somebody may."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.runtime.shop import Shop
from typecase.runtime import saving, tokens
from typecase.runtime.actors import SYSTEM
from typecase.web.app import create_app


class Api:
    def __init__(self, shop: Shop) -> None:
        self.shop, self.app = shop, create_app(shop.platform)
        with shop.workspace.write(shop.ada) as unit:
            account = saving.create(unit, "account", {"name": "Acme"})
            self.deal = saving.create(unit, "deal", {"name": "Big", "account": account})

    def __call__(self, who: str, method: str, path: str, **told: Any) -> TestResponse:
        user = getattr(self.shop, who).id
        secret = self.shop.workspace.run(SYSTEM, lambda u: tokens.create(u, "t", user=user)).secret
        return self.app.test_client().open(
            f"/api/v1/objects/deal/records/{self.deal}{path}",
            method=method,
            headers={"Authorization": f"Bearer {secret}"},
            **told,
        )


@pytest.fixture
def api(sqlite_database: str, tmp_path: Path) -> Iterator[Api]:
    shop = Shop(sqlite_database, tmp_path)
    yield Api(shop)
    shop.close()


def test_shared_read_and_taken_back(api: Api) -> None:
    bob = f"user:{api.shop.bob.id}"
    assert api("bob", "GET", "").status_code == 404
    until = "2026-11-30T00:00:00Z"
    told = {"to": bob, "level": "read", "expires_at": until}
    answer = api("ada", "POST", "/share", json=told)
    assert [(s["to"], s["name"], s["level"], s["role"], s["expires_at"])
            for s in answer.json["shares"]] == [(bob, "Bob", "read", None, until)]  # fmt: skip
    assert api("bob", "GET", "").status_code == 200
    assert api("bob", "PATCH", "", json={"name": "Mine"}).status_code == 403
    assert api("bob", "POST", "/share", json={"to": "role:boss"}).status_code == 403
    assert api("ada", "DELETE", f"/share?to={bob}").status_code == 204
    assert api("ada", "DELETE", f"/share?to={bob}").status_code == 404
    assert api("bob", "GET", "").status_code == 404


def test_the_team_keeps_its_roles(api: Api) -> None:
    bob = api.shop.bob.id
    told = {"user": bob, "role": "Engineer", "level": "edit"}
    answer = api("ada", "POST", "/team", json=told)
    assert [(m["name"], m["role"], m["level"]) for m in answer.json["team"]] == [
        ("Bob", "Engineer", "edit")
    ]
    assert api("bob", "PATCH", "", json={"name": "Ours"}).status_code == 200
    api("ada", "POST", "/share", json={"to": f"user:{bob}", "level": "read"})
    team = api("ada", "GET", "/team").json["team"]
    assert [(m["role"], m["level"]) for m in team] == [("Engineer", "read")]
    assert api("bob", "DELETE", f"/team?user={bob}").status_code == 204
    assert api("ada", "GET", "/team").json == {"team": []}
    assert api("ada", "POST", "/team", json={"user": bob, "role": " "}).status_code == 422


def test_why(api: Api) -> None:
    mine = api("ada", "GET", "/access").json
    assert mine["access"]["hand_over"]["allowed"]
    assert "They own it." in [r["text"] for r in mine["access"]["read"]["reasons"]]
    bobs = api("admin", "GET", f"/access?user={api.shop.bob.id}").json
    assert (bobs["name"], bobs["access"]["read"]["allowed"]) == ("Bob", False)
    assert api("ada", "GET", f"/access?user={api.shop.bob.id}").status_code == 403
    assert api("bob", "GET", "/access").status_code == 404


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({}, 422),
        ({"to": "everyone"}, 422),
        ({"to": "user:x\u0000"}, 400),
        ({"to": ["role:boss"]}, 422),
        ({"to": "role:boss", "level": "own"}, 422),
        ({"to": "role:boss", "level": ["read"]}, 422),
        ({"to": "role:boss", "expires_at": "soon"}, 400),
        ({"to": "role:boss", "expires_at": "2027-01-01T00:00:00"}, 400),
        ({"to": "role:boss", "expires_at": "2020-01-01T00:00:00Z"}, 422),
        ({"to": "role:boss", "until": "2027-01-01"}, 400),
    ],
)
def test_what_makes_no_sense(api: Api, told: dict[str, Any], status: int) -> None:
    assert api("ada", "POST", "/share", json=told).status_code == status
