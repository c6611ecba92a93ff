"""What holds for every field type: the contract of base.py, over the whole registry."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.metadata.field_types.asking import (
    BERLIN,
    CONTEXT,
    EN,
    ONE,
    ZH,
    as_input,
    as_json,
    field,
    parsed,
    refusal,
    searched,
    shown,
)
from tests.metadata.field_types.samples import SAMPLES, Sample
from typecase.metadata.field_types import FIELD_TYPES, type_of
from typecase.metadata.field_types.base import StorageKind, ValueProblem
from typecase.texts import LOCALES, texts_of

GOOD = [pytest.param(s, raw, id=f"{s}-{raw!r:.30}") for s in SAMPLES for raw in s.good]
BAD = [pytest.param(s, raw, id=f"{s}-{raw!r:.30}") for s in SAMPLES for raw in s.bad]

HOSTILE = (
    "a\x00b",
    "\ud800",
    "\udfff1",
    10**400,
    10**6000,
    -(10**400),
    "1e999",
    "9" * 400,
    float("nan"),
    float("inf"),
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("1e999999"),
    "NaN",
    "Infinity",
    "٣",
    "x" * 30_000,
    "1" * 30_000,
    "-" * 30_000,
    "[" * 30_000,
    '{"a":' * 30_000,
    "," * 30_000,
    "1h" * 15_000,
    "a@" * 15_000,
    "https://" + "a." * 15_000,
    "<b>" * 10_000,
    True,
    False,
    [],
    [[[["x"]]]],
    [None],
    [{}],
    {},
    {"object": None, "id": None},
    {"lat": None, "lng": float("nan")},
    {"city": ["x"]},
    {1: 2},
    {"a": {1, 2}},
    b"bytes",
    object(),
    Ellipsis,
    "\u202e",
    "\u0000",
    " ",
    "9999-12-31T23:59:59-12:00",
    "0001-01-01 00:00",
    date.min,
    datetime.max,
    datetime.min.replace(tzinfo=UTC),
)


def test_the_table_of_samples_has_every_type() -> None:
    assert {s.field.type for s in SAMPLES} == {each.name for each in FIELD_TYPES}
    computed = {each.name for each in FIELD_TYPES if each.computed}
    assert {s.field.type for s in SAMPLES if not s.good} == computed


@pytest.mark.parametrize(("sample", "raw"), GOOD)
def test_json_gives_the_value_back(sample: Sample, raw: Any) -> None:
    value = parsed(sample.field, raw)
    through_the_wire = json.loads(json.dumps(as_json(sample.field, value)))
    assert parsed(sample.field, through_the_wire) == value


@pytest.mark.parametrize(("sample", "raw"), GOOD)
def test_what_history_keeps_can_be_read(sample: Sample, raw: Any) -> None:
    value = parsed(sample.field, raw)
    assert type_of(sample.field).from_json(sample.field, as_json(sample.field, value)) == value


@pytest.mark.parametrize(
    ("of", "value"),
    [
        (field("formula", returns="currency", expression="x"), Decimal("12.50")),
        (field("rollup", function="max", returns="date"), date(2026, 11, 21)),
        (field("rollup", function="count"), 3),
        (field("autonumber"), "Q-1"),
        (field("lookup", targets=("account", "contact")), ONE),
    ],
    ids=lambda x: getattr(x, "type", ""),
)
def test_history_keeps_what_nobody_writes(of: Any, value: Any) -> None:
    assert type_of(of).from_json(of, as_json(of, value)) == value
    assert type_of(of).from_json(of, None) is None


@pytest.mark.parametrize(("sample", "raw"), GOOD)
@pytest.mark.parametrize("how", [EN, ZH, replace(EN, zone=BERLIN)], ids=["en", "zh", "berlin"])
def test_an_input_gives_the_value_back(sample: Sample, raw: Any, how: Any) -> None:
    value = parsed(sample.field, raw)
    text = as_input(sample.field, value, how)
    assert isinstance(text, str)
    context = replace(CONTEXT, zone=how.zone)
    if text:
        assert parsed(sample.field, text, context) == value
    else:
        assert value == ()


@pytest.mark.parametrize(("sample", "raw"), GOOD)
def test_texts_for_people(sample: Sample, raw: Any) -> None:
    value = parsed(sample.field, raw)
    for how in (EN, ZH):
        text = shown(sample.field, value, how)
        assert text.rstrip() == text
        assert bool(text) == (value != ())
    assert isinstance(searched(sample.field, value), str)


@pytest.mark.parametrize(("sample", "raw"), GOOD)
def test_a_value_is_what_its_storage_holds(sample: Sample, raw: Any) -> None:
    """The classes that ``runtime/storage/columns.py`` binds for each kind."""
    value, storage = parsed(sample.field, raw), type_of(sample.field).storage(sample.field)
    classes: dict[StorageKind, type | tuple[type, ...]] = {
        StorageKind.TEXT: str,
        StorageKind.ID: str,
        StorageKind.LINK: (str, tuple),
        StorageKind.INTEGER: int,
        StorageKind.DECIMAL: Decimal,
        StorageKind.MONEY: Decimal,
        StorageKind.BOOLEAN: bool,
        StorageKind.DATE: date,
        StorageKind.MOMENT: datetime,
        StorageKind.SET: tuple,
        StorageKind.JSON: (dict, list),
    }
    assert isinstance(value, classes[storage.kind])
    assert isinstance(value, bool) == (storage.kind is StorageKind.BOOLEAN)
    if isinstance(value, Decimal):
        assert -int(value.as_tuple().exponent) == storage.scale
        assert len(value.as_tuple().digits) <= max(storage.precision, storage.scale + 1)
    if isinstance(value, datetime):
        assert value.tzinfo is UTC


@pytest.mark.parametrize(("sample", "raw"), BAD)
def test_bad_values_are_refused_by_code(sample: Sample, raw: Any) -> None:
    assert refusal(sample.field, raw).islower()


@pytest.mark.parametrize("raw", HOSTILE, ids=lambda raw: f"{type(raw).__name__}")
@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_hostile_values_are_clean_or_refused(sample: Sample, raw: Any) -> None:
    clean_or_refused(sample, raw)


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.decimals()
ANYTHING = st.recursive(
    PLAIN | st.binary() | st.datetimes() | st.dates() | st.times(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
ALMOST = st.text(alphabet=st.sampled_from("0123456789-+.,:;/ eEtTzZhmdPp%@年月日点分#[]{}\"'\\<>"))
WITH_SURROGATES = st.text(st.characters())


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
@settings(max_examples=60, deadline=None)
@given(raw=ANYTHING | ALMOST | WITH_SURROGATES)
def test_anything_is_clean_or_refused(sample: Sample, raw: Any) -> None:
    clean_or_refused(sample, raw)


def clean_or_refused(sample: Sample, raw: Any) -> None:
    """No other exception, and a value that was taken can be read back, stored and shown."""
    try:
        value = parsed(sample.field, raw)
    except ValueProblem as problem:
        assert problem.at("value").text("zh")
        return
    json.dumps(as_json(sample.field, value), allow_nan=False).encode("utf-8")
    if value is not None:
        assert parsed(sample.field, as_json(sample.field, value)) == value
    for text in (shown(sample.field, value, ZH), as_input(sample.field, value, ZH)):
        assert "\x00" not in text
        text.encode("utf-8")
    searched(sample.field, value).encode("utf-8")


@pytest.mark.parametrize("sample", SAMPLES, ids=str)
def test_nothing_is_shown_as_nothing(sample: Sample) -> None:
    of = sample.field
    for how in (EN, ZH):
        assert (shown(of, None, how), as_input(of, None, how), searched(of, None)) == ("", "", "")
    empty = [] if type_of(of).storage(of).kind is StorageKind.SET else None
    assert as_json(of, None) == empty


@pytest.mark.parametrize("each", FIELD_TYPES, ids=lambda each: each.name)
def test_a_type_is_described(each: Any) -> None:
    of = field(each.name, targets=("account",))
    assert each.operators
    assert len(set(each.operators_for(of))) == len(each.operators_for(of))
    assert each.expression_type(of).kind
    assert all("description" in schema or "$ref" in schema for schema in each.settings.values())
    for locale in LOCALES:
        assert locale == "en" or each.label in texts_of(locale)
