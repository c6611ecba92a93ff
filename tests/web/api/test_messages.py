"""Mailings, unsubscribed addresses and addresses of incoming webhooks over REST."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.mailbox import open_mailbox
from tests.web.api.conftest import Client
from tests.workflow.messages.post import Post
from typecase.runtime import saving
from typecase.workflow.storage import message_rows

Clients = Callable[[str], Client]


@pytest.fixture
def shop(sqlite_database: str, tmp_path: Path) -> Iterator[Post]:
    with open_mailbox() as box:
        built = Post(sqlite_database, tmp_path, box)
        yield built
        built.close()


def test_a_mailing_is_put_followed_and_stopped(shop: Post, client_of: Clients) -> None:
    admin = client_of("admin")
    asked = {"template": "news", "records": [shop.customer], "language": "en"}
    made = admin.post("/mailings", asked)
    assert (made.status_code, made.json["state"], made.json["total"]) == (201, "waiting", 1)
    shop.work(5)
    found = admin.get(f"/mailings/{made.json['id']}").json
    assert (found["state"], found["counts"]) == ("done", {"sent": 1})
    assert len(shop.box.mails) == 1
    later = admin.post("/mailings", {**asked, "due_at": "2099-01-01T08:00:00Z"}).json
    assert later["due_at"] == "2099-01-01T08:00:00Z"
    assert admin.post(f"/mailings/{later['id']}/stop", {}).json["state"] == "stopped"
    assert admin.post(f"/mailings/{later['id']}/stop", {}).status_code == 409
    assert len(admin.get("/mailings").json["mailings"]) == 2
    assert client_of("ada").get(f"/mailings/{later['id']}").status_code == 404
    assert client_of("ada").post("/mailings", asked).status_code == 403


@pytest.mark.parametrize(
    "change",
    [{"template": 7}, {"template": "order_text"}, {"records": []}, {"records": ["x"]},
     {"language": "xx"}, {"due_at": "tomorrow"}, {"due_at": "2099-01-01T08:00:00"}, {"more": 1}],
)  # fmt: skip
def test_bodies_are_read_strictly(shop: Post, client_of: Clients, change: dict) -> None:
    asked = {"template": "news", "records": [shop.customer], **change}
    assert client_of("admin").post("/mailings", asked).status_code in (400, 404)
    shop.work()
    assert shop.box.mails == []


def test_a_wish_is_seen_and_lifted(shop: Post, client_of: Clients) -> None:
    admin = client_of("admin")
    for name in ("a", "b", "c"):
        shop.do(shop.admin, lambda u, n=name: message_rows.suppress(u, f"{n}@x.example", "link"))
    first = admin.get("/suppressions?limit=2").json
    assert [each["address"] for each in first["suppressions"]] == ["a@x.example", "b@x.example"]
    second = admin.get(f"/suppressions?limit=2&cursor={first['next']}").json
    assert [each["address"] for each in second["suppressions"]] == ["c@x.example"]
    assert second["next"] is None
    assert admin.post("/suppressions/lift", {"address": "A@x.example"}).status_code == 200
    assert admin.post("/suppressions/lift", {"address": "a@x.example"}).status_code == 404
    assert len(admin.get("/suppressions?starts_with=a").json["suppressions"]) == 0
    assert client_of("ada").get("/suppressions").status_code == 403


def test_who_wants_none_is_not_written_to(shop: Post, client_of: Clients) -> None:
    wish = {"no_mailing": True}
    shop.do(shop.admin, lambda unit: saving.update(unit, "customer", shop.customer, wish))
    client_of("admin").post("/mailings", {"template": "news", "records": [shop.customer]})
    shop.work(5)
    assert shop.box.mails == []


def test_hooks_are_listed_and_unknown_ones_not_opened(shop: Post, client_of: Clients) -> None:
    admin = client_of("admin")
    assert admin.get("/hooks").json == {"hooks": []}
    assert admin.post("/hooks/order.none", {}).status_code == 404
    assert admin.delete("/hooks/order.none").status_code == 404
    assert client_of("ada").get("/hooks").status_code == 403
