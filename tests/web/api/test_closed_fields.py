"""Read-only fields at every door of the API that takes values: refused, each at its field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.runtime.shop import Shop
from tests.runtime.test_closed_fields import package
from tests.web.api.conftest import Client


@pytest.fixture
def shop(database: str, tmp_path: Path) -> Iterator[Shop]:
    found = Shop.__new__(Shop)
    found.open(database, tmp_path, package())
    found.ada = found.person("ada", "rep")
    yield found
    found.close()


CLOSED = {"checked_on": "2026-01-01"}


def doors(deal: str) -> Iterator[tuple[str, str, Any]]:
    yield "PATCH", f"/objects/deal/records/{deal}", CLOSED
    yield "POST", "/objects/deal/records", {"name": "New", **CLOSED}
    for operation, record in (
        ("create", {"name": "New", **CLOSED}),
        ("update", {"id": deal, **CLOSED}),
        ("upsert", {"name": "New", "code": "A", **CLOSED}),
        ("upsert", {"name": "New", "code": "fresh", **CLOSED}),
    ):
        body = {"operation": operation, "records": [record], "atomic": True}
        yield "POST", "/objects/deal/bulk", body | ({"match": "code"} if "code" in record else {})


def test_no_door_takes_what_is_read_only(ada: Client) -> None:
    deal = ada.post("/objects/deal/records", {"name": "One", "code": "A"}).json["id"]
    before = ada.get(f"/objects/deal/records/{deal}").json
    for method, path, body in doors(deal):
        answer = ada.call(method, path, json=body)
        assert answer.status_code == 422, (method, path, body, answer.json)
        assert "checked_on" in answer.text and "This field cannot be written." in answer.text
    assert ada.get(f"/objects/deal/records/{deal}").json == before
    assert ada.get("/objects/deal/records?count=exact").json["count"] == 1


def test_the_description_does_not_offer_it(ada: Client) -> None:
    fields = {each["name"]: each for each in ada.get("/objects/deal").json["fields"]}
    assert not fields["checked_on"]["writable"]
    assert fields["amount"]["writable"], "it depends on the record"
    schemas = ada.get("/openapi.json").json["components"]["schemas"]
    assert "checked_on" not in schemas["deal.values"]["properties"]
