"""Field type address."""

from __future__ import annotations

from typing import Any

import pytest

from tests.metadata.field_types.asking import EN, ZH, field, parsed, refusal, searched, shown

PLACE = field("address")
SHANGHAI = {"country": "中国", "province": "上海市", "city": "上海市", "street": "南京东路1号"}
SPRINGFIELD = {"street": "1 Main St", "city": "Springfield", "province": "IL", "postcode": "62701"}


def test_only_filled_parts_are_kept_in_order() -> None:
    raw = {"street": " 1 Main St ", "city": "", "country": None, "district": "  "}
    assert parsed(PLACE, raw) == {"street": "1 Main St"}
    assert list(parsed(PLACE, SPRINGFIELD)) == ["province", "city", "street", "postcode"]
    assert parsed(PLACE, {"city": " "}) is None


def test_plain_text_is_a_street() -> None:
    assert parsed(PLACE, "somewhere 5") == {"street": "somewhere 5"}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"planet": "Mars"}, "unknown_part"),
        ({5: "x"}, "unknown_part"),
        ({"city": 5}, "not_text"),
        ({"city": "x" * 256}, "too_long"),
        ([], "not_an_object"),
        ("{", "not_json"),
        ("{" * 5000, "not_json"),
    ],
)
def test_refused(raw: Any, code: str) -> None:
    assert refusal(PLACE, raw) == code


def test_each_country_writes_it_its_own_way() -> None:
    for how in (EN, ZH):
        assert shown(PLACE, SHANGHAI, how) == "中国上海市南京东路1号"
        assert shown(PLACE, SPRINGFIELD, how) == "1 Main St, Springfield, IL 62701"
    assert "南京东路1号" in searched(PLACE, SHANGHAI)
