"""Raw values → clean ones: which fields this actor may write, and what each type makes of them."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from ..metadata.definitions import Field
from ..metadata.field_types import type_of
from ..metadata.field_types.base import ParseContext, StorageKind, ValueProblem
from ..metadata.field_types.values import UUID
from . import access
from .changes import Change
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

DATED = ("created_at", "created_by")
"""What the rows of a package may also say: when they were made, and by whom."""


def parse(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Fills ``values`` and ``given`` of each change from its raw values.

    Raises UnknownName for what is not there or not this actor's to see; every other mistake
    becomes a problem of the change.
    """
    for change in changes:
        for name in change.raw:
            _parse_one(unit, of, change, name)
        settle_money(unit, of, change)


def _parse_one(unit: Unit, of: ObjectTable, change: Change, name: str) -> None:
    if name == "record_type" or (name == "owner" and of.object.owner == "user"):
        _parse_system(of, change, name)
        return
    if name in DATED and change.is_new and unit.via == "package":
        _parse_origin(change, name)
        return
    field, part = _field_or_part(of, name)
    if field is None or not access.may_read_field(unit.actor, of.object, field):
        raise access.unknown_field(of.object, name)
    if type_of(field).computed or not access.may_write_field(unit.actor, of.object, field):
        change.refuse(name, "read_only", "This field cannot be written.")
        return
    change.given.add(field.name)
    if part:
        _parse_part(of, change, field, name, part)
        return
    _store(of, change, field, parse_value(unit, field, change.raw[name], change))


def _parse_system(of: ObjectTable, change: Change, name: str) -> None:
    value = None if change.raw[name] == "" else change.raw[name]
    if value is not None and not isinstance(value, str):
        change.refuse(name, "not_text", "This must be text.")
        return
    if name == "record_type" and value not in {t.name for t in of.object.record_types} | {None}:
        change.refuse(name, "unknown_option", "There is no record type {name}.", name=value)
        return
    if name == "owner" and value is not None and not UUID.fullmatch(value):
        change.refuse(name, "no_such_record", "There is no such record for you to choose.")
        return
    change.given.add(name)
    change.values[name] = value


def _parse_origin(change: Change, name: str) -> None:
    """A row of a package is as old as it says, and nobody has changed it since."""
    value = str(change.raw[name])
    changed = name.replace("created", "updated")
    change.values[name] = change.values[changed] = (
        datetime.fromisoformat(value).astimezone(UTC) if name == "created_at" else value
    )


def _field_or_part(of: ObjectTable, name: str) -> tuple[Field | None, str]:
    field = of.object.by_name.get(name)
    if field is not None:
        return field, ""
    base, _, part = name.rpartition("_")
    owner = of.object.by_name.get(base)
    if (
        owner is not None
        and part in ("currency", "object")
        and f"{owner.name}_{part}" in of.columns
    ):
        return owner, f"_{part}"
    return None, ""


def _parse_part(of: ObjectTable, change: Change, field: Field, name: str, part: str) -> None:
    """A currency is a value of its own. The object of a link only says what its id is of."""
    raw = None if change.raw[name] == "" else change.raw[name]
    if part == "_object":
        if all(of.object.by_name.get(given) is not field for given in change.raw):
            change.refuse(name, "no_record", "Say the record too: {field}.", field=field.name)
        return
    try:
        clean = None if raw is None else type_of(field).parse_part(field, name, raw)
    except ValueProblem as problem:
        change.problems.append(problem.at(name))
        return
    change.values[f"{field.name}{part}"] = clean


def parse_value(unit: Unit, field: Field, raw: Any, change: Change) -> Any:
    """The clean value, or None with a problem noted at the field."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return () if type_of(field).storage(field).kind is StorageKind.SET else None
    context = _context(unit, change)
    try:
        value = type_of(field).parse(field, raw, context)
        if value is not None:
            type_of(field).check(field, value)
    except ValueProblem as problem:
        change.problems.append(problem.at(field.name))
        return None
    return value


def _context(unit: Unit, change: Change) -> ParseContext:
    """What parsing may look at; made once per change, its values stay live."""
    if change.context is None:
        change.context = ParseContext(
            unit.zone,
            unit.now,
            unit.settings.currency,
            ChainMap({}, change.raw, change.values),  # type: ignore[arg-type]
            lambda id_, own: unit.catalog.label(id_, own, unit.actor.language),
        )
    return change.context


def _store(of: ObjectTable, change: Change, field: Field, value: Any) -> None:
    """A link with several targets comes as (object, id)."""
    if of.storages[field.name].kind is StorageKind.LINK and isinstance(value, tuple):
        change.values[f"{field.name}_object"], change.values[field.name] = value
        return
    change.values[field.name] = value
    if value is None and f"{field.name}_object" in of.columns:
        change.values[f"{field.name}_object"] = None


def settle_money(unit: Unit, of: ObjectTable, change: Change) -> None:
    """Amounts carry their code and the amount in base currency; a second code needs rates."""
    base = unit.settings.currency
    for name in _amounts(of, change):
        amount = change.values.get(name)
        code = change.values.get(f"{name}_currency") or base
        if code != base:
            change.refuse(
                name, "no_rate", "There is no exchange rate for {currency} yet.", currency=code
            )
        change.values[f"{name}_currency"] = None if amount is None else code
        change.values[f"{name}_base"] = amount


def _amounts(of: ObjectTable, change: Change) -> list[str]:
    """The amounts among what was given, in the order of the fields."""
    storages = of.storages
    found = [n for n in change.given if n in storages and storages[n].kind is StorageKind.MONEY]
    return found if len(found) < 2 else [name for name in storages if name in found]
