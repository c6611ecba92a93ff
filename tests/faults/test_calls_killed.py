"""Killed between save, job, delivery and mark: each text message and each call of a webhook
comes at least once, always under its one id, and none is lost (C6)."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import a_package
from tests.faults.killing import run_and_kill
from tests.runtime.shop import Shop
from tests.target import Target, open_target
from typecase.runtime import installing
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow.messages import gateway_accounts
from typecase.workflow.storage import message_rows, webhook_rows
from typecase.workflow.webhooks import endpoints

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

GATEWAY = {
    "name": "xg_gate", "label": "Gate", "kind": "message",
    "settings": [{"name": "address", "label": "Address"}],
    "message": {
        "address": {"place": "account.address"},
        "fields": {"to": {"place": "number"}, "text": {"place": "text"}, "id": {"place": "id"}},
    },
}  # fmt: skip


@pytest.fixture
def shop(database: str, tmp_path: Path) -> Iterator[Shop]:
    built = Shop(database, tmp_path)
    yield built
    built.close()


@pytest.fixture
def target(shop: Shop) -> Iterator[Target]:
    with open_target() as opened:
        shop.workspace.settings = replace(shop.workspace.settings, hosts=frozenset((opened.host,)))
        yield opened


def saved_and_sent(
    put: str, send: str, target: Target, database: str, tmp_path: Path, seed: int
) -> list[int]:
    """Kills whoever saves, then several times whoever sends; returns what was acknowledged."""
    chance, port = random.Random(seed), target.host.rpartition(":")[2]
    said = run_and_kill(put, database, tmp_path, 1, lines=12, wait=chance.random() / 20)
    for _ in range(3):
        run_and_kill(send, database, tmp_path, port, lines=chance.randint(2, 7),
                     wait=chance.random() / 50)  # fmt: skip
    last = run_and_kill(send, database, tmp_path, port, lines=10_000)
    assert last[-1] == "empty"
    return [int(line.split()[1]) for line in said]


def test_every_text_comes_under_its_one_id(
    shop: Shop, target: Target, database: str, tmp_path: Path
) -> None:
    gate = a_package({"plugins.json": {"plugins": [GATEWAY]}}, name="xg", prefix="xg")
    installing.install(shop.workspace, [gate])
    form = {"gateway": "xg_gate", "setting.address": target.url, "country": "CN"}
    shop.workspace.run(SYSTEM, lambda unit: gateway_accounts.save(unit, form))
    acked = saved_and_sent("put_texts", "post_texts", target, database, tmp_path, 12)
    ids: dict[str, set[str]] = {}
    saved = set()
    for _, headers, body in target.seen:
        told = json.loads(body)
        assert told["id"] == headers["idempotency-key"]
        ids.setdefault(told["to"], set()).add(told["id"])
        saved.add(int(told["text"]))
    assert {len(each) for each in ids.values()} == {1}, "one id for each recipient"
    assert set(acked) <= saved, "none is lost"
    assert len(ids) == 2 * len(saved), "both of a save, or none"
    with shop.workspace.read(SYSTEM) as unit:
        assert message_rows.counts(unit) == {"sent": len(ids)}


def test_every_call_comes_under_its_one_id_with_the_same_body(
    shop: Shop, target: Target, database: str, tmp_path: Path
) -> None:
    def opened(unit: Unit) -> str:
        return endpoints.create(unit, "erp", target.url)[0]

    id_ = shop.workspace.run(SYSTEM, opened)
    acked = saved_and_sent("put_calls", "call", target, database, tmp_path, 13)
    bodies: dict[str, set[bytes]] = {}
    for _, headers, body in target.seen:
        bodies.setdefault(headers["webhook-id"], set()).add(body)
    assert {len(each) for each in bodies.values()} == {1}, "one body for each id"
    numbers = Counter(json.loads(body)["data"]["number"] for (body,) in bodies.values())
    assert set(acked) <= set(numbers), "none is lost"
    assert set(numbers.values()) == {1}, "one id for each"
    with shop.workspace.read(SYSTEM) as unit:
        assert webhook_rows.counts(unit, id_) == {(id_, "sent"): len(bodies)}
