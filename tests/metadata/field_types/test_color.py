"""Field type color."""

from __future__ import annotations

import pytest

from tests.metadata.field_types.asking import field, parsed, refusal

COLOR = field("color")


@pytest.mark.parametrize(
    ("raw", "value"), [("#1A7F37", "#1a7f37"), ("abc", "#aabbcc"), (" #０００ ", "#000000")]
)
def test_taken(raw: str, value: str) -> None:
    assert parsed(COLOR, raw) == value


@pytest.mark.parametrize("raw", ["red", "#12", "#12345g", "#1a7f3780", "#fff;x", 0])
def test_refused(raw: object) -> None:
    assert refusal(COLOR, raw) == "not_a_color"
