"""Killed at any moment between save, outbox, delivery and mark: no message is lost, none has two
names, and what works on our own records takes effect once (C6, C8)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.deliveries import delivered_to
from tests.faults.killing import run_and_kill
from tests.runtime.shop import Shop
from typecase.runtime import reading
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query
from typecase.workflow import queue

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


@pytest.fixture
def shop(database: str, tmp_path: Path) -> Iterator[Shop]:
    built = Shop(database, tmp_path)
    yield built
    built.close()


def names(shop: Shop) -> list[str]:
    found, cursor = [], None
    with shop.workspace.read(SYSTEM) as unit:
        while True:
            page = reading.find(unit, Query("account", ("name",), limit=500, cursor=cursor))
            found += [row["name"] for row in page.rows]
            cursor = page.next
            if cursor is None:
                return found


def test_every_message_arrives_and_every_effect_is_there_once(
    shop: Shop, database: str, tmp_path: Path
) -> None:
    chance = random.Random(7)
    acked: list[int] = []
    for round_ in range(2):
        said = run_and_kill("put", database, tmp_path, round_ * 1000,
                            lines=chance.randint(15, 25), wait=chance.random() / 20)  # fmt: skip
        acked += [int(line.split()[1]) for line in said]
    for _ in range(3):
        run_and_kill("deliver", database, tmp_path, lines=chance.randint(3, 14),
                     wait=chance.random() / 20)  # fmt: skip
    last = run_and_kill("deliver", database, tmp_path, lines=10_000)
    assert last[-1] == "empty"

    counted = Counter(names(shop))
    assert set(counted.values()) == {1}, "nothing took effect twice"
    saved = {int(n.split()[1]) for n in counted if n.startswith("Account")}
    followed = {int(n.split()[1]) for n in counted if n.startswith("Follow-up")}
    assert set(acked) <= saved, "what was acknowledged is there"
    assert followed == saved, "each save had its effect"
    lines = delivered_to(shop.workspace).read_text().splitlines()
    assert {int(line.removeprefix("message ")) for line in lines} == saved, (
        "none lost, none made up"
    )
    assert len(lines) < 2 * len(saved), "a message is seldom sent twice"
    with shop.workspace.read(SYSTEM) as unit:
        assert queue.look(unit, limit=1).counts == {"done": 2 * len(saved)}
