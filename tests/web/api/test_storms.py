"""K3, K4: many calls at once with one key, or with one unique value: one of them does it, the
others are told what it did, or that it is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.runtime.shop import Shop
from tests.runtime.test_races import at_once
from tests.web.api.conftest import Client
from typecase.runtime.storage import idempotency

pytestmark = pytest.mark.timeout(120)

DEALS = "/objects/deal/records"
Clients = Callable[[str], Client]


def many(client_of: Clients, count: int, call: Callable[[Client, int], Any]) -> list[Any]:
    clients = [client_of("ada") for _ in range(count)]
    return at_once([lambda n=n: call(clients[n], n) for n in range(count)])


@pytest.mark.parametrize("code", [None, "A-1"])
def test_ten_calls_with_one_key_do_it_once_and_get_one_answer(
    client_of: Clients, account: str, code: str | None
) -> None:
    rows = [{"name": "One", "account": account, "code": code}, {"name": "Two", "account": account}]
    body = {"operation": "create", "records": rows}
    headers = {"Idempotency-Key": "night-2026-11-21"}
    answers = many(
        client_of, 10, lambda ada, _: ada.post("/objects/deal/bulk", body, headers=headers)
    )
    assert [a.status_code for a in answers] == [200] * 10, [a.text for a in answers]
    assert all(a.json == answers[0].json for a in answers)
    ada = client_of("ada")
    assert ada.get(DEALS, query_string={"count": "exact"}).json["count"] == 2


def test_what_broke_off_before_its_answer_was_kept_is_done_by_the_next_try(
    client_of: Clients, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"operation": "create", "records": [{"name": "One", "account": account}]}
    headers = {"Idempotency-Key": "night-2026-11-21"}
    ada = client_of("ada")

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(idempotency, "keep", killed)
        ada.post("/objects/deal/bulk", body, headers=headers)
    assert ada.get(DEALS).json["records"] == []
    answers = [ada.post("/objects/deal/bulk", body, headers=headers) for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert len(ada.get(DEALS).json["records"]) == 1


def test_a_refused_call_leaves_its_key_free(client_of: Clients, account: str) -> None:
    headers = {"Idempotency-Key": "night-2026-11-21"}
    ada = client_of("ada")
    wrong = {"operation": "create", "records": [{"name": "One"}]}
    assert ada.post("/objects/deal/bulk", wrong, headers=headers).status_code == 422
    right = {"operation": "create", "records": [{"name": "One", "account": account}]}
    assert ada.post("/objects/deal/bulk", right, headers=headers).status_code == 200


VARIANTS = ("Straße-1", " Straße-1", "Straße-1 ", "Straße-1\n")
"""What a text field keeps of these is one and the same value."""
OTHERS = ("straße-1", "STRASSE-1", "Ｓtraße-1", "Straße－1")
"""Unique is what is written: these differ in case or width, and each may be there once."""


def test_thirty_two_with_one_unique_value_and_one_gets_it(
    shop: Shop, client_of: Clients, account: str
) -> None:
    def create(ada: Client, n: int) -> Any:
        code = VARIANTS[n % len(VARIANTS)]
        return ada.post(DEALS, {"name": f"D{n}", "account": account, "code": code})

    answers = many(client_of, 32, create)
    assert sorted(a.status_code for a in answers) == [201, *[409] * 31]
    assert {a.json["error"]["code"] for a in answers if a.status_code == 409} == {"not_unique"}
    more = many(client_of, 8, lambda ada, n: create_other(ada, account, n))
    assert sorted(a.status_code for a in more) == [*[201] * 4, *[409] * 4]


def create_other(ada: Client, account: str, n: int) -> Any:
    code = OTHERS[n % len(OTHERS)]
    return ada.post(DEALS, {"name": f"O{n}", "account": account, "code": code})
