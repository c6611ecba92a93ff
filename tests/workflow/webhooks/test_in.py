"""Webhooks in: signed, typed, once for each id, done as the automation says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.workflow.office import Office
from typecase.bootstrap import runner_of
from typecase.errors import (
    AccessDenied,
    BadRequest,
    NotFound,
    RecordInvalid,
    TooLarge,
    TypecaseError,
)
from typecase.runtime import reading
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query
from typecase.web.app import create_app
from typecase.workflow.webhooks import incoming, signing

NAME = "account.arrives"


class Sender:
    """The other side: knows the address and the secret."""

    def __init__(self, office: Office) -> None:
        self.office, self.workspace = office, office.workspace
        self.open()

    def open(self) -> None:
        opened = self.workspace.run(
            self.office.admin, lambda unit: incoming.open_address(unit, NAME)
        )
        self.token, self.secret = opened.address.rpartition("/")[2], opened.secret

    def send(self, told: Any, id_: str = "msg_1", **headers: str) -> bool:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        signed = signing.headers([self.secret], id_, self.office.clock.now(), body)
        return incoming.receive(self.workspace, self.token, {**signed, **headers}, body)

    def names(self) -> list[tuple[str, int | None]]:
        runner = runner_of(self.workspace)
        while runner.tick():
            pass
        with self.workspace.read(SYSTEM) as unit:
            page = reading.find(unit, Query("account", ("name", "rank")))
            return sorted((row["name"], row["rank"]) for row in page.rows)


@pytest.fixture
def sender(office: Office) -> Sender:
    return Sender(office)


def test_what_arrives_is_done_once_for_each_id(sender: Sender) -> None:
    assert sender.send({"company": "Acme", "rank": 3})
    assert not sender.send({"company": "Acme", "rank": 3})
    assert sender.send({"company": "Bolt"}, "msg_2")
    assert sender.names() == [("Acme", 3), ("Bolt", None)]
    assert not sender.send({"company": "Acme"}), "done is not forgotten"


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({}, RecordInvalid),
        ({"company": "A" * 41}, RecordInvalid),
        ({"company": "Acme", "rank": "many"}, RecordInvalid),
        ({"company": "Acme", "other": 1}, BadRequest),
        ([1], BadRequest),
        (b"{", BadRequest),
        (b"[" * 100_000, BadRequest),
        (b" " * 256_001, TooLarge),
    ],
)
def test_what_makes_no_sense_is_refused_at_once(
    sender: Sender, told: Any, error: type[TypecaseError]
) -> None:
    with pytest.raises(error):
        sender.send(told)
    assert sender.names() == []


def test_who_does_not_sign_is_nobody(sender: Sender) -> None:
    for wrong in ({"webhook-signature": "v1,AAAA"}, {"webhook-timestamp": "1"}):
        with pytest.raises(AccessDenied):
            sender.send({"company": "Acme"}, **wrong)
    old = sender.token
    sender.open()
    sender.token, new = old, sender.token
    with pytest.raises(NotFound):
        sender.send({"company": "Acme"})
    sender.token = new
    assert sender.send({"company": "Acme"})
    sender.workspace.run(sender.office.admin, lambda unit: incoming.close_address(unit, NAME))
    with pytest.raises(NotFound):
        sender.send({"company": "Acme"}, "msg_3")


def test_over_http_and_never_by_others_hands(sender: Sender) -> None:
    client = create_app(sender.office.platform).test_client()
    body = json.dumps({"company": "Acme"}).encode()
    signed = signing.headers([sender.secret], "m", sender.office.clock.now(), body)
    url = f"/hooks/{sender.token}"
    assert client.post(url, data=body, headers=signed).status_code == 202
    assert client.post(url, data=body, headers=signed).status_code == 200
    wrong = client.post(url, data=body)
    assert (wrong.status_code, wrong.is_json) == (403, True)
    assert client.post("/hooks/other", data=body, headers=signed).status_code == 404
    bad = b"{}"
    signed = signing.headers([sender.secret], "n", sender.office.clock.now(), bad)
    refused = client.post(url, data=bad, headers=signed)
    assert refused.status_code == 422
    assert refused.get_json()["problems"]
    with pytest.raises(AccessDenied):
        sender.workspace.run(sender.office.ada, lambda unit: incoming.open_address(unit, NAME))
