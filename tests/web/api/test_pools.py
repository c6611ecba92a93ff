"""Pools over REST: one record, many with a result each, what one has, what lies there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runtime.pools.market import Market, market_package
from tests.runtime.pools.test_queues import QUEUES
from tests.web.api.conftest import Client
from typecase.runtime import sharing
from typecase.runtime.sharing import To

LEADS = "/objects/lead/records"


@pytest.fixture
def shop(sqlite_database: str, tmp_path: Path) -> Iterator[Market]:
    built = Market(sqlite_database, tmp_path, market_package(queues=QUEUES))
    yield built
    built.close()


def test_claim_release_assign(shop: Market, ada: Client, bob: Client, client_of) -> None:
    lead, other = shop.free(2)
    mine = ada.post(f"{LEADS}/{lead}/claim", {})
    assert (mine.status_code, mine.json["owner"]) == (200, shop.ada.id)
    second = bob.post(f"{LEADS}/{lead}/claim", {})
    assert (second.status_code, second.json["error"]["message"]) == (409, "Ada was first.")
    assert ada.post(f"{LEADS}/{lead}/release", {}).status_code == 422
    gone = ada.post(f"{LEADS}/{lead}/release", {"reason": "no budget"})
    assert (gone.status_code, gone.json["owner"]) == (200, None)
    boss = client_of("boss")
    given = boss.post(f"{LEADS}/{other}/assign", {"owner": shop.bob.id, "reason": "south"})
    assert (given.status_code, given.json["owner"]) == (200, shop.bob.id)
    assert bob.post(f"{LEADS}/{other}/assign", {"owner": shop.ada.id}).status_code == 200
    assert client_of("stranger").post(f"{LEADS}/{lead}/claim", {}).status_code == 403


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("claim", {"owner": "x"}, 400),
        ("release", {"reason": 7}, 400),
        ("assign", {}, 422),
        ("assign", {"owner": "nobody"}, 422),
        ("assign", {"owner": "00000000-0000-7000-8000-00000000dead"}, 422),
    ],
)
def test_bodies_are_read_strictly(shop: Market, ada: Client, path, body, status) -> None:
    lead = shop.make(shop.ada)
    assert ada.post(f"{LEADS}/{lead}/{path}", body).status_code == status


def test_many_with_a_result_each(shop: Market, ada: Client) -> None:
    leads = shop.free(3)
    body = {"operation": "claim", "records": [{"id": id_} for id_ in leads], "atomic": False}
    found = ada.post("/objects/lead/bulk", body).json["results"]
    assert [each["status"] for each in found] == ["claimed", "claimed", "refused"]
    assert found[2]["error"]["code"] == "conflict"
    undone = {"operation": "release", "records": [{"id": i, "reason": "x"} for i in leads]}
    assert ada.post("/objects/lead/bulk", undone).status_code == 403  # the third is not hers
    assert shop.owner(leads[0]) == shop.ada.id
    undone["records"].pop()
    assert ada.post("/objects/lead/bulk", undone).status_code == 200


def test_a_new_owner_for_each_that_can_change_hands(shop: Market, ada: Client) -> None:
    own, shared = shop.make(shop.ada), shop.make(shop.bob)
    to = To("user", shop.ada.id)
    shop.workspace.run(shop.bob, lambda unit: sharing.share(unit, "lead", shared, to, "edit"))
    desk = next(q["id"] for q in ada.get("/queues").json["queues"] if q["name"] == "desk")
    rows = [{"id": shared, "owner": shop.cid.id}, {"id": own, "owner": desk},
            {"id": own, "owner": shop.cid.id}]  # fmt: skip
    body = {"operation": "update", "records": rows, "atomic": False}
    found = ada.post("/objects/lead/bulk", body).json["results"]
    assert [each["status"] for each in found] == ["refused", "refused", "updated"]
    details = [each["error"]["details"][0] for each in found[:2]]
    assert [(each["field"], each["code"]) for each in details] == [
        ("owner", "denied"),
        ("owner", "not_held"),
    ]
    assert (shop.owner(shared), shop.owner(own)) == (shop.bob.id, shop.cid.id)


def test_what_one_has_and_what_lies_there(shop: Market, ada: Client, client_of) -> None:
    shop.free(2)
    shop.make(shop.ada)
    pool = ada.get("/objects/lead/pool").json
    assert pool["held"] == {"count": 1, "most": 3}
    assert (pool["may_claim"], pool["may_assign"]) == (True, False)
    found = ada.post("/objects/lead/query", {"fields": ["name"], "pooled": True}).json
    assert {each["name"] for each in found["records"]} == {"Free 0", "Free 1"}
    everything = client_of("admin").post("/objects/lead/query", {"pooled": True}).json["records"]
    assert len(everything) == 2
    counted = ada.post("/objects/lead/query", {"pooled": True, "measures": [{"count": "*"}]}).json
    assert counted["groups"] == [{"count": 2}]
    assert client_of("stranger").get("/objects/lead/pool").status_code == 404
    assert ada.get("/objects/ticket/pool").status_code == 404
    none = ada.post("/objects/ticket/query", {"pooled": True}).json["records"]
    assert none == []


def test_my_queues(shop: Market, ada: Client) -> None:
    found = {each["name"]: each for each in ada.get("/queues").json["queues"]}
    assert set(found) == {"desk", "turns", "fair"}
    ticket = shop.make(shop.boss, "ticket", owner=found["desk"]["id"])
    assert ada.get("/queues").json["queues"][0]["waiting"] == {"ticket": 1}
    assert ada.post(f"/objects/ticket/records/{ticket}/take", {}).json["owner"] == shop.ada.id


def test_the_description_has_them_for_who_has_them(shop: Market, ada: Client, client_of) -> None:
    paths = ada.get("/openapi.json").json["paths"]
    assert {"claim", "assign", "release", "take"} <= {
        path.rpartition("/")[2] for path in paths if path.startswith("/api/v1/objects/lead/")
    }
    assert "/api/v1/objects/ticket/records/{id}/claim" not in paths
    assert "/api/v1/objects/lead/pool" in paths
    assert (
        "/api/v1/objects/lead/pool" not in client_of("stranger").get("/openapi.json").json["paths"]
    )
