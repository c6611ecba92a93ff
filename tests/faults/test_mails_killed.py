"""Killed between save, job, delivery and mark: each mail comes at least once, always under its one
Message-ID, and none is lost (C6)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.killing import run_and_kill
from tests.mailbox import open_mailbox
from tests.runtime.shop import Shop
from typecase.runtime.actors import SYSTEM
from typecase.workflow.messages import accounts
from typecase.workflow.storage import message_rows

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


@pytest.fixture
def shop(database: str, tmp_path: Path) -> Iterator[Shop]:
    built = Shop(database, tmp_path)
    yield built
    built.close()


def test_every_mail_comes_under_its_one_id(shop: Shop, database: str, tmp_path: Path) -> None:
    chance = random.Random(11)
    with open_mailbox() as box:
        host, port = box.url.removeprefix("smtp+plain://").split(":")
        account = {"scheme": "smtp+plain", "host": host, "port": int(port), "name": "",
                   "sender": "crm@acme.example", "user": ""}  # fmt: skip
        shop.workspace.run(SYSTEM, lambda unit: accounts.save(unit, "email", account, {}))
        said = run_and_kill("put_mails", database, tmp_path, 1, lines=12, wait=chance.random() / 20)
        acked = [int(line.split()[1]) for line in said]
        for _ in range(3):
            run_and_kill("post", database, tmp_path, lines=chance.randint(2, 7),
                         wait=chance.random() / 50)  # fmt: skip
        last = run_and_kill("post", database, tmp_path, lines=10_000)
        assert last[-1] == "empty"

        ids: dict[str, set[str]] = {}
        for mail in box.mails:
            ids.setdefault(str(mail["To"]), set()).add(str(mail["Message-ID"]))
        assert {len(each) for each in ids.values()} == {1}, "one id for each recipient"
        saved = {int(address.partition("-")[0]) for address in ids}
        assert set(acked) <= saved, "none is lost"
        assert len(ids) == 2 * len(saved), "both of a save, or none"
        assert len(box.mails) < 2 * len(ids), "a mail seldom comes twice"
        with shop.workspace.read(SYSTEM) as unit:
            assert message_rows.counts(unit) == {"sent": len(ids)}
