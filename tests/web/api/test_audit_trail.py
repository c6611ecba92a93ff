"""The audit trail over REST: to be read by those who may, written by nobody."""

from __future__ import annotations

from datetime import timedelta

from tests.runtime.shop import Shop
from tests.web.api.conftest import Client
from typecase.web.app import create_app


def test_entries_by_kind_person_and_moment(shop: Shop, admin: Client, ada: Client) -> None:
    shop.clock.advance(timedelta(hours=1))
    found = admin.get("/audit?kind=token_created&limit=1").json
    [entry] = found["entries"]
    assert (entry["kind"], entry["about"]) == ("token_created", shop.ada.id)
    assert set(entry["data"]) == {"user", "hint", "scopes"}
    more = admin.get(f"/audit?kind=token_created&limit=1&before={found['next']}").json
    assert [e["about"] for e in more["entries"]] == [shop.admin.id]
    of_ada = admin.get(f"/audit?person={shop.ada.id}").json["entries"]
    assert of_ada and {e["about"] for e in of_ada} == {shop.ada.id}
    assert admin.get("/audit?until=2026-11-21T04:00:00Z").json["entries"] == []
    assert admin.get("/audit?since=2026-11-21T04:30:00%2B00:00").json["entries"] == []
    assert len(admin.get("/audit?since=2026-11-21T12:00:00%2B08:00").json["entries"]) >= 2


def test_only_with_the_right(ada: Client, admin: Client) -> None:
    assert ada.get("/audit").status_code == 403
    for asked in (
        "since=yesterday",
        "since=2026-11-21",
        "limit=0",
        "limit=201",
        "limit=x",
        "who=x",
    ):
        assert admin.get(f"/audit?{asked}").status_code == 400, asked
    assert admin.get("/audit?before=x").status_code == 404


def test_no_route_writes_it(shop: Shop) -> None:
    methods = {
        method
        for rule in create_app(shop.platform).url_map.iter_rules()
        if "audit" in rule.rule
        for method in rule.methods or ()
    }
    assert methods == {"GET", "HEAD", "OPTIONS"}
