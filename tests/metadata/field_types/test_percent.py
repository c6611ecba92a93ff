"""Field type percent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.metadata.field_types.asking import EN, ZH, field, parsed, refusal, shown

SHARE = field("percent", minimum=0, maximum=100)


@pytest.mark.parametrize(
    ("raw", "value"), [("60", 60), ("60%", 60), ("60 %", 60), ("６０％", 60), (12.5, "12.5")]
)
def test_sixty_means_sixty_percent(raw: Any, value: Any) -> None:
    assert parsed(SHARE, raw) == Decimal(value)


@pytest.mark.parametrize(
    ("raw", "code"),
    [("101", "too_large"), ("-1%", "too_small"), ("1.234", "too_precise"), ("%", "not_a_number")],
)
def test_refused(raw: Any, code: str) -> None:
    assert refusal(SHARE, raw) == code


def test_shown() -> None:
    assert shown(SHARE, Decimal("60.00"), EN) == shown(SHARE, Decimal("60.00"), ZH) == "60%"
    assert shown(SHARE, Decimal("-12.50"), EN) == "-12.5%"
