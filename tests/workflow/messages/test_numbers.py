"""Numbers made whole, and texts counted as networks count them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from typecase.workflow.messages.numbers import COUNTRIES, whole_number
from typecase.workflow.messages.texting import MOST_PARTS, count, tidied

SAME = "+8613800000000"


@pytest.mark.parametrize(
    ("written", "country", "whole"),
    [
        ("138 0000 0000", "CN", SAME),
        ("+86 138-0000-0000", "US", SAME),
        ("0086 13800000000", "CN", SAME),
        ("8613800000000", "CN", SAME),
        ("１３８００００００００", "CN", SAME),
        ("021-62881234", "CN", "+862162881234"),
        ("+44 (0)20 7946 0018", "CN", "+442079460018"),
        ("020 7946 0018", "GB", "+442079460018"),
        ("(415) 555-0100", "US", "+14155550100"),
        ("1-415-555-0100", "US", "+14155550100"),
        ("011 44 20 7946 0018", "US", "+442079460018"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("5123 4567", "HK", "+85251234567"),
        ("021-62881234 转 12", "CN", None),
        ("021-62881234 ext. 12", "CN", None),
        ("110", "CN", None),
        ("+0 138 0000 0000", "CN", None),
        ("+86138000000001234", "CN", None),
        ("", "CN", None),
    ],
)
def test_numbers_as_people_write_them(written: str, country: str, whole: str | None) -> None:
    assert whole_number(written, country) == whole


@given(st.text(max_size=30), st.sampled_from(sorted(COUNTRIES)))
def test_a_whole_number_is_digits_and_stays_what_it_is(written: str, country: str) -> None:
    whole = whole_number(written, country)
    if whole is not None:
        assert whole[0] == "+"
        assert whole[1:].isascii()
        assert whole[1:].isdecimal()
        assert whole_number(whole, "CN") == whole


@pytest.mark.parametrize(
    ("text", "length", "parts", "is_plain"),
    [
        ("a" * 160, 160, 1, True),
        ("a" * 161, 161, 2, True),
        ("a" * 306, 306, 2, True),
        ("a" * 307, 307, 3, True),
        ("€" * 80, 160, 1, True),
        ("€" * 81, 162, 2, True),
        ("a" * 152 + "€" + "a" * 153, 307, 3, True),
        ("字" * 70, 70, 1, False),
        ("字" * 71, 71, 2, False),
        ("😀" * 35, 70, 1, False),
        ("字" * 66 + "😀" + "字" * 66, 134, 3, False),
        ("字" * 67 * MOST_PARTS, 670, MOST_PARTS, False),
        ("", 0, 1, True),
    ],
)
def test_parts_are_counted(text: str, length: int, parts: int, is_plain: bool) -> None:
    counted = count(text)
    assert (counted.length, counted.parts, counted.is_plain) == (length, parts, is_plain)


def test_a_text_is_tidied() -> None:
    assert tidied("\r\n Hello\x00\u202e you \t\r\nthere\x1b[0m\n\n") == "Hello you\nthere[0m"


@given(st.text(max_size=400))
def test_tidying_twice_changes_nothing(text: str) -> None:
    once = tidied(text)
    assert tidied(once) == once
    assert count(once).length <= count(once).room
