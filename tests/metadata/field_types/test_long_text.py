"""Field type long_text."""

from __future__ import annotations

import pytest

from tests.metadata.field_types.asking import field, parsed, refusal


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("one\r\ntwo\rthree\n", "one\ntwo\nthree"),
        ("\n\n  indented\n    more  \n\n", "  indented\n    more"),
        ("tab\tstays", "tab\tstays"),
        ("page\x0cbreak", "page\nbreak"),
        (" \r\n ", None),
    ],
)
def test_lines_are_kept(raw: str, value: str | None) -> None:
    assert parsed(field("long_text"), raw) == value


def test_length() -> None:
    assert len(parsed(field("long_text"), "x" * 32_000)) == 32_000
    assert refusal(field("long_text"), "x" * 32_001) == "too_long"
    assert refusal(field("long_text", max_length=5), "123456") == "too_long"
