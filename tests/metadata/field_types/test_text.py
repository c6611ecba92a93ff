"""Field type text."""

from __future__ import annotations

import pytest

from tests.metadata.field_types.asking import field, parsed, refusal
from typecase.metadata.field_types import type_of


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("  Ada Lovelace  ", "Ada Lovelace"),
        ("one\r\ntwo\tthree", "one two three"),
        ("two  blanks stay", "two  blanks stay"),
        ("\u3000王芳\u3000", "王芳"),
        ("e\u0301", "é"),
        ("bell\x07 and escape\x1b", "bell and escape"),
        ("line\u2028separator\x0b", "line separator"),
        ("\u200b", "\u200b"),
        ("\x07", None),
    ],
)
def test_one_clean_line(raw: str, value: str | None) -> None:
    assert parsed(field("text"), raw) == value


def test_length_is_counted_in_characters_after_trimming() -> None:
    short = field("text", max_length=3)
    assert parsed(short, "  王芳芳 ") == "王芳芳"
    assert refusal(short, "王芳芳芳") == "too_long"
    assert refusal(field("text"), "x" * 256) == "too_long"


def test_what_is_no_text_is_refused() -> None:
    assert refusal(field("text"), 12) == "not_text"
    assert refusal(field("text"), "a\x00") == "bad_character"
    assert refusal(field("text"), "\ud83d") == "bad_character"


def test_lists_sort_it_by_a_key_of_its_own() -> None:
    assert type_of(field("text")).storage(field("text")).sort_key
