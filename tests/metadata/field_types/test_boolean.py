"""Field type boolean."""

from __future__ import annotations

from typing import Any

import pytest

from tests.metadata.field_types.asking import EN, ZH, as_input, field, parsed, refusal, shown

FLAG = field("boolean")


@pytest.mark.parametrize("raw", [True, "true", "Yes", "ON", "1", 1, 1.0, "是", "Ｙ"])
def test_yes(raw: Any) -> None:
    assert parsed(FLAG, raw) is True


@pytest.mark.parametrize("raw", [False, "false", "no", "off", "0", 0, "0.0", "否"])
def test_no(raw: Any) -> None:
    assert parsed(FLAG, raw) is False


@pytest.mark.parametrize("raw", [2, -1, "perhaps", [], {}, 0.5, "10"])
def test_neither(raw: Any) -> None:
    assert refusal(FLAG, raw) == "not_a_boolean"


def test_shown() -> None:
    assert [shown(FLAG, v, how) for how in (EN, ZH) for v in (True, False)] == [
        *("Yes", "No"),
        *("是", "否"),
    ]
    assert (as_input(FLAG, True), as_input(FLAG, False)) == ("true", "false")
