"""The search index as it is written: a row for each record, with each save.

The row holds the tokens of the record's title, its numbers and every field that says ``search``,
each with its field, and the keys of its duplicate rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..metadata.catalog import Catalog
from ..metadata.definitions import Field, Object
from ..metadata.field_types import type_of
from . import access, duplicates
from .changes import Change
from .facts import Facts
from .search_query import in_field, of_object
from .search_tokens import Sort, tokens
from .storage import search_index, search_rows
from .storage.tables import ObjectTable, first_name
from .storage.unit_of_work import Unit

REBUILD_STEP = 1_000


def searchable(catalog: Catalog, obj: Object) -> list[Field]:
    """The fields people find a record of ``obj`` by: title, numbers and what says ``search``."""
    return [
        field
        for field in obj.fields
        if (field.search or field.name == obj.title or field.type == "autonumber")
        and not catalog.is_off(field)
        and (field.type != "formula" or _is_open(catalog, obj, field))
    ]


def _is_open(catalog: Catalog, obj: Object, formula: Field) -> bool:
    """Whether a formula reads the same for everybody: it stays within the record and leaves
    sensitive fields alone. Others are not indexed: they would tell one
    reader's value to all."""
    checked = catalog.expression(obj.name, formula.settings["expression"], "value")
    read = [obj.by_name.get(path[0]) for path in checked.paths if len(path) == 1]
    if len(read) != len(checked.paths):
        return False
    return not any(f and (f.type == "formula" or access.is_sensitive(obj, f)) for f in read)


def index(unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
    """Writes the tokens of each change, which makes it the latest record of all."""
    fields = searchable(unit.catalog, of.object)
    facts = Facts(unit, of, changes)
    entries = [
        (change.id, _entry(of.object, fields, _values(facts, fields, change)))
        for change in changes
        if change.is_new or change.changed()
    ]
    search_rows.write(unit, of.object.id, entries)


def remove(unit: Unit, of: ObjectTable, ids: Sequence[str]) -> None:
    """Takes records out of the index: they went to the bin."""
    search_rows.remove(unit, ids)


def put_back(unit: Unit, of: ObjectTable, ids: Sequence[str]) -> None:
    """Indexes restored records anew."""
    rows = search_index.stored(unit, of, _kept(unit.catalog, of.object), ids)
    write_rows(unit, of.object, rows, keep=False)


def rebuild(unit: Unit, object_name: str, after: str | None = None) -> str | None:
    """Indexes the next REBUILD_STEP records of an object anew, in the order of their ids.

    Returns the last id, for the next step; None when there are no more. Records that are in the
    index keep their place in the order.
    """
    of = unit.model.table(unit.catalog.object(object_name).name)
    fields = _kept(unit.catalog, of.object)
    rows = search_index.stored_after(unit, of, fields, after, REBUILD_STEP)
    write_rows(unit, of.object, rows, keep=True)
    return rows[-1]["id"] if len(rows) == REBUILD_STEP else None


def outdated(before: Catalog, after: Catalog) -> tuple[str, ...]:
    """The objects whose index rows a new catalog makes incomplete: they want a ``rebuild``."""
    return tuple(
        name
        for name, obj in after.objects.items()
        if (known := before.objects.get(name)) is not None
        and not _layout(before, known) >= _layout(after, obj)
    )


def _layout(catalog: Catalog, obj: Object) -> set[object]:
    fields = {(f.id, sort_of(f)) for f in searchable(catalog, obj)}
    return fields | {rule.id + repr(rule.match) for rule in obj.duplicates}


def _kept(catalog: Catalog, obj: Object) -> list[Field]:
    """The fields that an index row is made of."""
    names = {f.name for f in searchable(catalog, obj)} | duplicates.fields(obj)
    return [field for field in obj.fields if field.name in names]


def write_rows(unit: Unit, obj: Object, rows: Sequence[Mapping[str, Any]], keep: bool) -> None:
    """Indexes stored records, each its values by name. ``keep``: see ``search_rows.write``."""
    fields = searchable(unit.catalog, obj)
    entries = [(row["id"], _entry(obj, fields, row)) for row in rows]
    search_rows.write(unit, obj.id, entries, keep)


def _values(facts: Facts, fields: list[Field], change: Change) -> Mapping[str, Any]:
    """What is saved, with the formulas among the search fields computed."""
    formulas = {
        f.name: facts.value(f.settings["expression"], change) for f in fields if f.type == "formula"
    }
    return {**change.values, **formulas} if formulas else change.values


def _entry(obj: Object, fields: list[Field], values: Mapping[str, Any]) -> str:
    """The tokens, with a space between them."""
    found = [of_object(first_name(obj.id))]
    for field in fields:
        text = text_of(field, values.get(field.name))
        if text and (of_text := tokens(text, sort_of(field))):
            name = in_field(first_name(field.id), "")
            found.append(name + f" {name}".join(of_text))
    found += duplicates.keys(obj, values)
    return " ".join(found)


def text_of(field: Field, value: Any) -> str:
    if value is None or value == ():
        return ""
    return str(value) if sort_of(field) == "phone" else type_of(field).search_text(field, value)


def sort_of(field: Field) -> Sort:
    return "phone" if field.type == "phone" else "text"
