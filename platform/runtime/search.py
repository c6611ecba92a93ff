"""Finding records by what people type: written with each save, read within rights.

A record's row in the index holds the tokens of its title, its numbers and every field that says
``search``, each with its field, and the keys of its duplicate rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..metadata.catalog import Catalog
from ..metadata.definitions import Field, Object
from ..metadata.field_types import type_of
from . import access, duplicates
from .changes import Change
from .facts import Facts, surroundings
from .search_query import Scope, in_field, of_object, query
from .search_tokens import Sort, Word, holds, parse, tokens
from .storage import search_index
from .storage.tables import ObjectTable, first_name
from .storage.unit_of_work import Unit

FIRST_LOOK, SECOND_LOOK = 3, 30
"""How many candidates are looked at for each hit that is wanted."""
MOST_CANDIDATES = search_index.CAP
LONGEST_SNIPPET = 80
REBUILD_STEP = 1_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found. ``field``: where; ``snippet``: what stands there, beside a title."""

    object: str
    id: str
    title: str
    snippet: str
    field: str


@dataclass(frozen=True, slots=True)
class SearchResults:
    """Hits, the latest saved first. ``more``: there are others. ``capped``: the words stand in so
    many records that only the MOST_CANDIDATES latest were looked at."""

    results: tuple[Hit, ...]
    capped: bool = False
    more: bool = False


# Searching ----------------------------------------------------------------------------------


def search(
    unit: Unit, text: str, limit: int = 20, objects: Iterable[str] | None = None
) -> SearchResults:
    """The records in which every word of ``text`` is found, in fields the actor may read.

    ``objects`` (names) narrows the search. Raises UnknownName.
    """
    words = parse(text)
    scopes = _scopes(unit, _objects(unit, objects))
    if not words or not scopes:
        return SearchResults(())
    node = query(words, scopes)
    hits: list[Hit] = []
    seen, complete = 0, False
    for most in (limit * FIRST_LOOK, limit * SECOND_LOOK, MOST_CANDIDATES):
        found, complete = search_index.candidates(unit, node, most)
        hits += _hits(unit, words, found[seen:])
        seen = len(found)
        if complete or len(hits) >= limit:
            break
    short = len(hits) < limit
    more = len(hits) > limit or not complete
    return SearchResults(tuple(hits[:limit]), short and not complete, more)


def _objects(unit: Unit, names: Iterable[str] | None) -> list[Object] | None:
    if names is None:
        return None
    return [unit.catalog.object(name) for name in names]


def _scopes(unit: Unit, wanted: Sequence[Object] | None) -> tuple[Scope, ...]:
    """One scope for all objects whose search fields are open to the actor, one for each other."""
    catalog, actor = unit.catalog, unit.actor
    closed: list[str] = []
    ordinary: list[tuple[str, list[Field]]] = []
    apart: list[Scope] = []
    for obj in catalog.objects.values():
        fields = searchable(catalog, obj)
        open_ones = [f for f in fields if access.may_read_field(actor, obj, f)]
        name = first_name(obj.id)
        if not open_ones or "read" not in actor.rights.on(obj.name):
            closed.append(name)
        elif len(open_ones) == len(fields):
            ordinary.append((name, fields))
        else:
            apart.append(_scope((name,), (), open_ones))
    if wanted is not None:
        names = {first_name(obj.id) for obj in wanted}
        ordinary = [each for each in ordinary if each[0] in names]
        apart = [each for each in apart if names.issuperset(each.objects or ())]
    return (*_together(ordinary, closed, apart, everywhere=wanted is None), *apart)


def _together(
    ordinary: list[tuple[str, list[Field]]],
    closed: list[str],
    apart: list[Scope],
    everywhere: bool,
) -> Iterator[Scope]:
    if not ordinary:
        return
    fields = [field for _, several in ordinary for field in several]
    names = tuple(name for name, _ in ordinary)
    others = (*closed, *(name for scope in apart for name in scope.objects or ()))
    if everywhere and len(others) <= len(names):
        yield _scope(None, others, fields)
    else:
        yield _scope(names, (), fields)


def _scope(objects: tuple[str, ...] | None, without: tuple[str, ...], of: list[Field]) -> Scope:
    numbers = {first_name(f.id) for f in of if _sort(f) == "phone"}
    texts = {first_name(f.id) for f in of if _sort(f) == "text"}
    return Scope(objects, without, tuple(sorted(texts)), tuple(sorted(numbers - texts)))


def _hits(
    unit: Unit, words: tuple[Word, ...], found: Sequence[search_index.Candidate]
) -> list[Hit]:
    """The candidates the actor may see, in their order: one statement for each object."""
    objects = {obj.id: obj for obj in unit.catalog.objects.values()}
    by_object: dict[str, list[str]] = {}
    for each in found:
        by_object.setdefault(each.object, []).append(each.record)
    hits: dict[str, Hit] = {}
    for id_, records in by_object.items():
        if id_ in objects:
            hits |= _hits_of(unit, objects[id_], words, records)
    return [hits[each.record] for each in found if each.record in hits]


def _hits_of(
    unit: Unit, obj: Object, words: tuple[Word, ...], records: list[str]
) -> dict[str, Hit]:
    fields = [
        f
        for f in searchable(unit.catalog, obj)
        if f.name != obj.title and access.may_read_field(unit.actor, obj, f)
    ]
    names = [field.name for field in fields]
    around = surroundings(unit, stored=False)
    rows = search_index.visible(unit, obj.name, records, names, around)
    return {id_: _hit(obj, fields, words, row) for id_, row in rows.items()}


def _hit(obj: Object, fields: list[Field], words: tuple[Word, ...], row: Mapping[str, Any]) -> Hit:
    """Says where a word was found that the title does not hold."""
    title = "" if row["*"] is None else str(row["*"])
    if not fields or all(holds(tokens(title), word) for word in words):
        return Hit(obj.name, row["id"], title, "", obj.title)
    for field in fields:
        text = _text(field, row[field.name])
        if text and any(holds(tokens(text, _sort(field)), word) for word in words):
            return Hit(obj.name, row["id"], title, text[:LONGEST_SNIPPET], field.name)
    return Hit(obj.name, row["id"], title, "", obj.title)


# The index ----------------------------------------------------------------------------------


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
    sensitive fields alone. Others are not indexed, for they would tell one reader's value to all."""
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
    search_index.write(unit, of.object.id, entries)


def remove(unit: Unit, of: ObjectTable, ids: Sequence[str]) -> None:
    """Takes records out of the index: they went to the bin."""
    search_index.remove(unit, ids)


def put_back(unit: Unit, of: ObjectTable, ids: Sequence[str]) -> None:
    """Indexes restored records anew."""
    rows = search_index.stored(unit, of, _kept(unit.catalog, of.object), ids)
    _write_rows(unit, of.object, rows, keep=False)


def rebuild(unit: Unit, object_name: str, after: str | None = None) -> str | None:
    """Indexes the next REBUILD_STEP records of an object anew, in the order of their ids.

    Returns the last id, for the next step; None when there are no more. Records that are in the
    index keep their place in the order.
    """
    of = unit.model.table(unit.catalog.object(object_name).name)
    fields = _kept(unit.catalog, of.object)
    rows = search_index.stored_after(unit, of, fields, after, REBUILD_STEP)
    _write_rows(unit, of.object, rows, keep=True)
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
    fields = {(f.id, _sort(f)) for f in searchable(catalog, obj)}
    return fields | {rule.id + repr(rule.match) for rule in obj.duplicates}


def _kept(catalog: Catalog, obj: Object) -> list[Field]:
    """The fields that an index row is made of."""
    names = {f.name for f in searchable(catalog, obj)} | duplicates.fields(obj)
    return [field for field in obj.fields if field.name in names]


def _write_rows(unit: Unit, obj: Object, rows: Sequence[Mapping[str, Any]], keep: bool) -> None:
    fields = searchable(unit.catalog, obj)
    entries = [(row["id"], _entry(obj, fields, row)) for row in rows]
    search_index.write(unit, obj.id, entries, keep)


def _values(facts: Facts, fields: list[Field], change: Change) -> Mapping[str, Any]:
    """What is saved, with the formulas among the search fields computed."""
    formulas = {
        f.name: facts.value(f.settings["expression"], change) for f in fields if f.type == "formula"
    }
    return {**change.values, **formulas} if formulas else change.values


def _entry(obj: Object, fields: list[Field], values: Mapping[str, Any]) -> Iterator[str]:
    yield of_object(first_name(obj.id))
    for field in fields:
        text = _text(field, values.get(field.name))
        if text:
            name = first_name(field.id)
            for token in tokens(text, _sort(field)):
                yield in_field(name, token)
    yield from duplicates.keys(obj, values)


def _text(field: Field, value: Any) -> str:
    if value is None or value == ():
        return ""
    return str(value) if _sort(field) == "phone" else type_of(field).search_text(field, value)


def _sort(field: Field) -> Sort:
    return "phone" if field.type == "phone" else "text"
