"""Field type currency."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.metadata.field_types.asking import (
    EN,
    ZH,
    as_input,
    as_json,
    field,
    parsed,
    refusal,
    shown,
)
from typecase.metadata.field_types import type_of
from typecase.metadata.field_types.base import Storage, StorageKind, ValueProblem

PRICE = field("currency")


def test_an_amount_has_the_digits_of_its_column() -> None:
    assert as_json(PRICE, parsed(PRICE, "1,234.5")) == "1234.50"
    assert as_input(PRICE, parsed(PRICE, "1,234.5")) == "1234.50"
    assert refusal(PRICE, "0.005") == "too_precise"
    assert refusal(PRICE, "123456789012345") == "out_of_range"
    assert type_of(PRICE).storage(PRICE) == Storage(StorageKind.MONEY, 16, 2)


def test_a_currency_in_the_amount_is_refused_not_dropped() -> None:
    assert refusal(PRICE, "12.50 USD") == refusal(PRICE, "$12.50") == "not_a_number"


def test_its_parts() -> None:
    price = type_of(PRICE)
    assert price.parts(PRICE) == ("value_currency", "value_base")
    assert price.parse_part(PRICE, "value_currency", " usd ") == "USD"


@pytest.mark.parametrize(
    ("part", "raw", "code"),
    [
        ("value_currency", "dollars", "not_a_currency"),
        ("value_currency", 840, "not_text"),
        ("value_base", "1", "read_only"),
    ],
)
def test_parts_refused(part: str, raw: object, code: str) -> None:
    with pytest.raises(ValueProblem) as raised:
        type_of(PRICE).parse_part(PRICE, part, raw)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("code", "en", "zh"),
    [
        (None, "-¥1,234.50", "-¥1,234.50"),
        ("USD", "-$1,234.50", "-US$1,234.50"),
        ("EUR", "-€1,234.50", "-€1,234.50"),
        ("CHF", "-CHF1,234.50", "-CHF1,234.50"),
    ],
)
def test_shown_with_its_currency(code: str | None, en: str, zh: str) -> None:
    amount = Decimal("-1234.50")
    assert shown(PRICE, amount, EN, value_currency=code) == en
    assert shown(PRICE, amount, ZH, value_currency=code) == zh


def test_a_currency_without_cents_shows_none_it_does_not_have() -> None:
    assert shown(PRICE, Decimal("1200.00"), EN, value_currency="JPY") == "JP¥1,200"


def test_minimum() -> None:
    assert refusal(field("currency", minimum=0), "-0.01") == "too_small"
