"""Field type rating."""

from __future__ import annotations

from typing import Any

import pytest

from tests.metadata.field_types.asking import field, parsed, refusal, shown

STARS = field("rating")


@pytest.mark.parametrize(("raw", "value"), [(3, 3), ("4", 4), ("★★☆☆☆", 2), (0, 0), (5.0, 5)])
def test_taken(raw: Any, value: int) -> None:
    assert parsed(STARS, raw) == value


@pytest.mark.parametrize(
    ("raw", "code"),
    [(6, "too_large"), (-1, "too_small"), (2.5, "too_precise"), ("★x", "not_a_number")],
)
def test_refused(raw: Any, code: str) -> None:
    assert refusal(STARS, raw) == code


def test_its_best() -> None:
    assert parsed(field("rating", maximum=10), 9) == 9
    assert (shown(STARS, 3), shown(field("rating", maximum=3), 3)) == ("★★★☆☆", "★★★")
