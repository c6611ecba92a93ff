"""Field type location."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metadata.field_types.asking import as_input, field, parsed, refusal, shown

POINT = field("location")


@pytest.mark.parametrize(
    "raw",
    [
        {"lat": 31.2304, "lng": 121.4737},
        {"lng": "121.4737", "lat": "31.2304"},
        "31.2304, 121.4737",
        "31.2304，121.4737",
        '{"lat": 31.2304, "lng": 121.4737}',
    ],
)
def test_spellings(raw: Any) -> None:
    assert parsed(POINT, raw) == {"lat": 31.2304, "lng": 121.4737}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ({"lat": 90.1, "lng": 0}, "not_a_location"),
        ({"lat": 0, "lng": -180.5}, "not_a_location"),
        ({"lat": 0}, "not_a_location"),
        ({"lat": True, "lng": 0}, "not_a_number"),
        ({"lat": float("nan"), "lng": 0}, "not_a_number"),
        ("Shanghai", "not_a_location"),
        (31.2, "not_a_location"),
    ],
)
def test_refused(raw: Any, code: str) -> None:
    assert refusal(POINT, raw) == code


def test_shown() -> None:
    assert shown(POINT, {"lat": -31.2304, "lng": 121.4737}) == "-31.230400, 121.473700"


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_centimetre_is_kept(lat: float, lng: float) -> None:
    value = parsed(POINT, {"lat": round(lat, 9), "lng": round(lng, 9)})
    assert abs(value["lat"] - lat) < 1e-7
    assert abs(value["lng"] - lng) < 1e-7
    assert parsed(POINT, as_input(POINT, value)) == value
