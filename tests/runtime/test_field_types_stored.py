"""Every field type through a real database: stored, loaded, shown, filtered, sorted, sent back.

One object has a field of each type; its records hold the good raw values of
``tests/metadata/field_types/samples.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.metadata.field_types.asking import EN, ZH, shown
from tests.metadata.field_types.samples import Sample
from tests.runtime.everything import RECORDS, STORED, Everything, name_of
from typecase.metadata.field_types import type_of
from typecase.metadata.field_types.base import StorageKind
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query, Sort
from typecase.runtime.storage.text_keys import sort_key
from typecase.web.api.values import record_json


@pytest.fixture
def things(database: str, tmp_path: Path) -> Iterator[Everything]:
    built = Everything(database, tmp_path)
    yield built
    built.close()


def stored_value(sample: Sample, value: Any) -> Any:
    """Of a link with several targets the id; its object is a value of its own."""
    return value[1] if kind(sample) is StorageKind.LINK and value else value


def kind(sample: Sample) -> StorageKind:
    return type_of(sample.field).storage(sample.field).kind


def test_what_is_stored_comes_back(things: Everything) -> None:
    for number, values in enumerate(things.values):
        record = things.record(number)
        for sample in STORED:
            name = name_of(sample)
            empty = () if kind(sample) is StorageKind.SET else None
            value = values.get(name, empty)
            assert record[name] == stored_value(sample, value), (name, number)
            assert type(record[name]) is type(stored_value(sample, value)), (name, number)
            if kind(sample) is StorageKind.LINK:
                assert record[f"{name}_object"] == (value[0] if value else None)
            for how in (EN, ZH):
                assert shown(sample.field, record[name], how) == (
                    shown(sample.field, value, how) if value is not None else ""
                )


def test_what_the_api_shows_it_takes_back_unchanged(things: Everything) -> None:
    for number in range(RECORDS):
        before = things.record(number)
        with things.workspace.read(SYSTEM) as unit:
            body = record_json(unit, before)
        names = {name_of(s) for s in STORED} | {"f_currency_currency", "f_lookups_object"}
        things.change(number, {name: body[name] for name in names if name in body})
        after = things.record(number)
        assert (after.version, after.values) == (before.version, before.values)


def test_every_value_can_be_taken_away(things: Everything) -> None:
    kept = ("f_master",)
    things.change(0, {name_of(s): None for s in STORED if name_of(s) not in kept})
    record = things.record(0)
    for sample in STORED:
        if name_of(sample) not in kept:
            assert not record[name_of(sample)] and record[name_of(sample)] in (None, ())
    assert record["f_lookups_object"] is None
    assert (record["f_currency_currency"], record["f_currency_base"]) == (None, None)


def test_empty_and_filled_are_found(things: Everything) -> None:
    for sample in STORED:
        name = name_of(sample)
        blank = {things.ids[i] for i, v in enumerate(things.values) if v.get(name) in (None, ())}
        assert set(things.found(Query("thing", filters=(f"is_blank({name})",)))) == blank, name
        filled = things.found(Query("thing", filters=(f"not is_blank({name})",)))
        assert set(filled) == set(things.ids) - blank, name


def literal(value: Any) -> str:
    """The value as an expression writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case date():
            return f"date({value.year}, {value.month}, {value.day})"
        case Decimal():
            return format(value, "f")
    return repr(value)


COMPARED = frozenset(
    {
        *(StorageKind.TEXT, StorageKind.INTEGER, StorageKind.DECIMAL, StorageKind.MONEY),
        *(StorageKind.BOOLEAN, StorageKind.DATE, StorageKind.ID, StorageKind.LINK),
    }
)


def test_a_filter_finds_the_value(things: Everything) -> None:
    for sample in (s for s in STORED if kind(s) in COMPARED):
        name = name_of(sample)
        have = [stored_value(sample, v.get(name)) for v in things.values]
        if kind(sample) is StorageKind.BOOLEAN:
            have = [bool(value) for value in have]  # in expressions no boolean is empty
        for value in {v for v in have if v is not None}:
            same = {i for i, v in zip(things.ids, have, strict=True) if v == value}
            found = things.found(Query("thing", filters=(f"{name} == {literal(value)}",)))
            assert set(found) == same, (name, value)


def test_a_filter_finds_one_of_several(things: Everything) -> None:
    for sample in (s for s in STORED if kind(s) is StorageKind.SET):
        name = name_of(sample)
        have = [v.get(name, ()) for v in things.values]
        for value in {each for values in have for each in values}:
            same = {i for i, v in zip(things.ids, have, strict=True) if value in v}
            found = things.found(Query("thing", filters=(f"includes({name}, {value!r})",)))
            assert set(found) == same, (name, value)


@pytest.mark.parametrize("descending", [False, True], ids=["up", "down"])
def test_sorted_by_every_type_that_sorts(things: Everything, descending: bool) -> None:
    """Nothing comes before everything else, on both databases."""
    for sample in (s for s in STORED if type_of(s.field).sortable):
        name = name_of(sample)
        of = type_of(sample.field).storage(sample.field)

        def key(id_: str, sample: Sample = sample, name: str = name, keyed: bool = of.sort_key):
            value = stored_value(sample, things.values[things.ids.index(id_)].get(name))
            if value is None:
                return (0,)
            return (1, sort_key(value) if keyed else value)

        if kind(sample) in (StorageKind.ID, StorageKind.LINK):
            continue
        found = things.found(Query("thing", sort=(Sort(name, descending),)))
        keys = [key(id_) for id_ in found]
        assert len(found) == RECORDS
        assert keys == sorted(keys, reverse=descending), name
