"""Field type time."""

from __future__ import annotations

from datetime import UTC, time
from typing import Any

import pytest

from tests.metadata.field_types.asking import EN, ZH, as_input, field, parsed, refusal, shown

CLOCK = field("time")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("14:30", "14:30:00"),
        ("9:05:07", "09:05:07"),
        ("２：３０ pm", "14:30:00"),
        ("12 a.m.", "00:00:00"),
        ("12:15 PM", "12:15:00"),
        ("8点5分", "08:05:00"),
        ("20时", "20:00:00"),
        (time(7, 30), "07:30:00"),
    ],
)
def test_spellings(raw: Any, value: str) -> None:
    assert parsed(CLOCK, raw) == value


@pytest.mark.parametrize(
    "raw",
    ["24:00", "7", "7:5", "13 pm", "0 am", "12:60", 1430, time(7, tzinfo=UTC), time(7, 0, 0, 1)],
)
def test_refused(raw: Any) -> None:
    assert refusal(CLOCK, raw) == "not_a_time"


def test_shown() -> None:
    assert (shown(CLOCK, "14:30:00", EN), shown(CLOCK, "14:30:00", ZH)) == ("2:30\u202fPM", "14:30")
    assert shown(CLOCK, "14:30:09", ZH) == "14:30:09"
    assert (as_input(CLOCK, "14:00:00"), as_input(CLOCK, "14:00:05")) == ("14:00", "14:00:05")
