"""Field type phone."""

from __future__ import annotations

import pytest

from tests.metadata.field_types.asking import field, parsed, refusal, searched

PHONE = field("phone")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (" +86 138-0013 8000 ", "+86 138-0013 8000"),
        ("（０２１）５８８８－１２３４", "(021)5888-1234"),
        ("021-5888 1234 转 12", "021-5888 1234 转 12"),
        ("+1 (415) 555-0123 ext. 9", "+1 (415) 555-0123 ext. 9"),
        ("110", "110"),
    ],
)
def test_kept_as_written(raw: str, value: str) -> None:
    assert parsed(PHONE, raw) == value


@pytest.mark.parametrize("raw", ["call me", "12", "1" * 25, "tel:110", "110<b>", "++1 234 567"])
def test_refused(raw: str) -> None:
    assert refusal(PHONE, raw) == "not_a_phone"


def test_found_with_any_punctuation() -> None:
    assert searched(PHONE, "+86 138-0013 8000") == "+86 138-0013 8000 8613800138000 13800138000"
    assert searched(PHONE, "110") == "110"
