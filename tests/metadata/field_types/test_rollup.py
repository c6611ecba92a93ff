"""Field type rollup."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.metadata.field_types.asking import as_json, field, refusal, shown
from typecase.metadata.field_types import type_of
from typecase.metadata.field_types.base import Storage, StorageKind
from typecase.metadata.field_types.rollup import Rollup


@pytest.mark.parametrize(
    ("settings", "storage"),
    [
        ({"function": "count"}, Storage(StorageKind.INTEGER)),
        ({"function": "count_distinct", "returns": "currency"}, Storage(StorageKind.INTEGER)),
        ({"function": "sum"}, Storage(StorageKind.DECIMAL, 18, 2)),
        ({"function": "sum", "returns": "currency"}, Storage(StorageKind.DECIMAL, 18, 2)),
        ({"function": "avg", "scale": 4}, Storage(StorageKind.DECIMAL, 18, 4)),
        ({"function": "max", "returns": "date"}, Storage(StorageKind.DATE)),
        (
            {"function": "max", "returns": "datetime", "keep": "recount"},
            Storage(StorageKind.MOMENT),
        ),
        ({"function": "sum", "keep": "query"}, Storage(StorageKind.NONE)),
    ],
)
def test_its_storage_follows_what_it_returns(settings: dict[str, Any], storage: Storage) -> None:
    of = field("rollup", of="lines.total", **settings)
    assert type_of(of).storage(of) == storage


def test_a_count_is_whole_and_a_sum_has_its_digits() -> None:
    count, total = field("rollup", function="count"), field("rollup", function="sum")
    assert as_json(count, 3) == 3
    assert as_json(total, Decimal("3")) == "3.00"
    assert shown(field("rollup", function="sum", returns="currency"), Decimal(3)) == "¥3.00"


def test_what_no_records_come_to() -> None:
    rollup = Rollup()
    assert rollup.empty(field("rollup", function="count")) == 0
    assert rollup.empty(field("rollup", function="sum")) == Decimal("0.00")
    assert rollup.empty(field("rollup", function="max")) is None


def test_nobody_writes_it() -> None:
    assert refusal(field("rollup", function="count"), 3) == "read_only"
