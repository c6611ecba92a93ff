"""Field type formula."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.metadata.field_types.asking import ZH, as_json, field, refusal, shown
from typecase.metadata.field_types import type_of
from typecase.metadata.field_types.base import Operator, StorageKind
from typecase.metadata.field_types.computed import RETURNED

THIRD = Decimal("0.3333333333")


@pytest.mark.parametrize(
    ("returns", "value", "json", "text"),
    [
        ("text", "A-1", "A-1", "A-1"),
        ("integer", Decimal("7.0"), 7, "7"),
        ("decimal", THIRD, "0.33", "0.33"),
        ("currency", Decimal("1234.565"), "1234.57", "¥1,234.57"),
        ("percent", 100 * THIRD, "33.33", "33.33%"),
        ("boolean", True, True, "是"),
        ("date", date(2026, 11, 21), "2026-11-21", "2026年11月21日"),
        ("duration", 5400, 5400, "1小时 30分钟"),
    ],
)
def test_it_looks_like_what_it_returns(returns: str, value: Any, json: Any, text: str) -> None:
    of = field("formula", returns=returns, expression="x")
    assert as_json(of, value) == json
    assert shown(of, value, ZH) == text


def test_scale() -> None:
    assert as_json(field("formula", returns="decimal", scale=4), THIRD) == "0.3333"


@pytest.mark.parametrize("each", RETURNED, ids=lambda each: each.name)
def test_it_is_compared_as_what_it_returns(each: Any) -> None:
    of = field("formula", returns=each.name, expression="x")
    assert type_of(of).operators_for(of) == each.operators
    assert type_of(of).expression_type(of) == each.expression_type(of)


def test_it_is_neither_stored_nor_written() -> None:
    of = field("formula", returns="date", expression="x")
    assert type_of(of).storage(of).kind is StorageKind.NONE
    assert Operator.RELATIVE_DATE in type_of(of).operators_for(of)
    assert refusal(of, "2026-11-21") == "read_only"
