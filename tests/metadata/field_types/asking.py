"""How the tests ask a field type: fields in one line, a frozen context, two readers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from typecase.metadata.definitions import Field, Option
from typecase.metadata.field_types import type_of
from typecase.metadata.field_types.base import Format, ParseContext, ValueProblem

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
CONTEXT = ParseContext(SHANGHAI, NOW)
EN, ZH = Format("en", SHANGHAI), Format("zh", SHANGHAI)

ONE = "0190a0b0-0000-7000-8000-000000000001"
TWO = "0190a0b0-0000-7000-8000-000000000002"


def field(
    type_: str,
    *,
    options: tuple[Option, ...] = (),
    targets: tuple[str, ...] = (),
    **settings: Any,
) -> Field:
    return Field(
        "test:thing.value", "value", type_, "Value", settings, options=options, targets=targets
    )


def option(name: str, label: str, was: tuple[str, ...] = ()) -> Option:
    return Option(f"test:thing.value.{name}", name, label, was=was)


def parsed(of: Field, raw: Any, context: ParseContext = CONTEXT) -> Any:
    """The value as a save sees it: parsed and checked."""
    value = type_of(of).parse(of, raw, context)
    if value is not None:
        type_of(of).check(of, value)
    return value


def refusal(of: Field, raw: Any, context: ParseContext = CONTEXT) -> str:
    """The code of the problem; fails when the value is taken."""
    try:
        value = parsed(of, raw, context)
    except ValueProblem as problem:
        return problem.code
    raise AssertionError(f"{of.type} took {raw!r} as {value!r}")


def shown(of: Field, value: Any, how: Format = EN, **record: Any) -> str:
    return type_of(of).format(of, value, how, record)


def as_json(of: Field, value: Any) -> Any:
    return type_of(of).to_json(of, value)


def as_input(of: Field, value: Any, how: Format = EN) -> str:
    return type_of(of).to_input(of, value, how)


def searched(of: Field, value: Any) -> str:
    return type_of(of).search_text(of, value)
