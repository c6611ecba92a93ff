"""What a browser posted → raw values of exactly the fields a form has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from werkzeug.datastructures import MultiDict

from ..metadata.definitions import Field, Object
from ..metadata.field_types import type_of
from ..metadata.field_types.base import Widget
from ..runtime import access
from ..runtime.form_lines import LineRaw
from ..runtime.forms import Form
from ..runtime.storage.unit_of_work import Unit
from . import uploads

MOST_LINES = 500
COMPOUND = (Widget.ADDRESS, Widget.PERSON_NAME)
SEVERAL = (Widget.MULTI_SELECT, Widget.MULTI_LOOKUP)
UPLOADS = (Widget.FILE, Widget.IMAGE)

Posted = MultiDict[str, str]


def typed_values(unit: Unit, obj: Object, posted: Posted, prefix: str = "") -> dict[str, Any]:
    """The posted values of the fields this actor may write; whatever else was sent is ignored."""
    raw: dict[str, Any] = {}
    for field in obj.fields:
        kind = type_of(field)
        if kind.computed or not access.may_write_field(unit.actor, obj, field):
            continue
        if not access.may_read_field(unit.actor, obj, field):
            continue
        name = f"{prefix}{field.name}"
        if kind.widget in UPLOADS:
            raw |= _uploaded(unit, field, posted, name)
        else:
            raw |= typed_value(field, kind.widget, posted, name)
    if obj.record_types and not prefix and posted.get("record_type"):
        raw["record_type"] = posted["record_type"]
    return raw


def only_shown(form: Form, raw: dict[str, Any]) -> dict[str, Any]:
    """Leaves out what the form does not show while these values are typed."""
    shown = form.writable()
    parts = {f"{name}_currency" for name in shown}
    return {n: v for n, v in raw.items() if n in shown or n in parts or n == "record_type"}


def typed_value(field: Field, widget: Widget, posted: Posted, name: str) -> dict[str, Any]:
    if widget in COMPOUND:
        return _compound(field, posted, name)
    if name not in posted or _is_untouched(widget, posted, name):
        return {}
    if widget in SEVERAL:
        return {field.name: [value for value in posted.getlist(name) if value]}
    if widget is Widget.CHECKBOX:
        return {field.name: posted.getlist(name)[-1]}
    found: dict[str, Any] = {field.name: posted[name]}
    if widget is Widget.MONEY and f"{name}_currency" in posted:
        found[f"{field.name}_currency"] = posted[f"{name}_currency"]
    return found


def _is_untouched(widget: Widget, posted: Posted, name: str) -> bool:
    """Still what the form came with as a default: not a value somebody gave."""
    made = posted.get(f"was.{name}")
    return made is not None and posted.getlist(name)[-1] == made


def _uploaded(unit: Unit, field: Field, posted: Posted, name: str) -> dict[str, Any]:
    """The new file, or none where its removal was ticked; else the field stays as it is."""
    value = uploads.claim(unit, name)
    if value is not None:
        return {field.name: value}
    return {field.name: None} if f"{name}.remove" in posted else {}


def _compound(field: Field, posted: Posted, name: str) -> dict[str, Any]:
    start = f"{name}."
    parts = {k.removeprefix(start): v for k, v in posted.items() if k.startswith(start)}
    if not parts:
        return {}
    filled = {k: v for k, v in parts.items() if v.strip()}
    return {field.name: filled or None}


def typed_lines(
    unit: Unit, parent: Object, relations: Iterable[str], posted: Posted
) -> dict[str, list[LineRaw]]:
    """Relation → the rows of its table, as ``lines.<relation>.<n>.<field>`` hold them."""
    found: dict[str, list[LineRaw]] = {}
    for relation in relations:
        if f"lines.{relation}" not in posted:
            continue
        reverse = unit.catalog.reverses[parent.name][relation]
        child = unit.catalog.object(reverse.object)
        numbers = row_numbers(posted, f"lines.{relation}.")
        rows = [_line(unit, child, relation, n, posted) for n in numbers[:MOST_LINES]]
        found[relation] = [row for row in rows if not row.is_blank]
    return found


def chosen_ids(posted: Posted, most: int) -> list[str]:
    """The rows that were ticked, each once; no more than ``most``."""
    return list(dict.fromkeys(posted.getlist("id")))[:most]


def row_numbers(posted: Posted, start: str) -> list[int]:
    heads = {k.removeprefix(start).split(".")[0] for k in posted if k.startswith(start)}
    return sorted(int(h) for h in heads if h.isdecimal() and len(h) < 6)


def _line(unit: Unit, child: Object, relation: str, number: int, posted: Posted) -> LineRaw:
    start = f"lines.{relation}.{number}."
    version = posted.get(f"{start}version", "")
    return LineRaw(
        number=number,
        raw=typed_values(unit, child, posted, start),
        id=posted.get(f"{start}id", ""),
        version=int(version) if version.isdecimal() and len(version) < 12 else None,
        removed=f"{start}remove" in posted,
    )
