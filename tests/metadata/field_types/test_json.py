"""Field type json."""

from __future__ import annotations

from typing import Any

import pytest

from tests.metadata.field_types.asking import as_input, field, parsed, refusal, shown

DATA = field("json")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ({"a": [1, 2.5, None, True, {"b": "中"}]}, {"a": [1, 2.5, None, True, {"b": "中"}]}),
        ('[1, {"x": "y"}]', [1, {"x": "y"}]),
        ((1, 2), [1, 2]),
        ({}, {}),
    ],
)
def test_taken(raw: Any, value: Any) -> None:
    assert parsed(DATA, raw) == value
    assert parsed(DATA, as_input(DATA, value)) == value


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else []


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("text", "not_json"),
        ('"text"', "not_json"),
        ("1", "not_json"),
        (5, "not_json"),
        ('{"a": 1', "not_json"),
        ("[" * 100_000, "not_json"),
        ({"a": {1, 2}}, "not_json"),
        ({1: 2}, "not_text"),
        (nested(40), "too_deep"),
        ([float("nan")], "out_of_range"),
        ("[1e999]", "out_of_range"),
        ({"n": 2**53}, "out_of_range"),
        ({"a": "\x00"}, "bad_character"),
        ({"\ud800": 1}, "bad_character"),
        (["x" * 100_000], "too_long"),
    ],
)
def test_refused(raw: Any, code: str) -> None:
    assert refusal(DATA, raw) == code


def test_shown_in_one_line() -> None:
    assert shown(DATA, {"a": ["中", 1]}) == '{"a":["中",1]}'
