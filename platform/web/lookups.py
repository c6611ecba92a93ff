"""What a lookup offers while one types: recent records first, with a second line to tell apart."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from ..errors import UnknownName
from ..metadata.definitions import Field, Object
from ..metadata.expressions.syntax import parse
from ..runtime import access, queues, search, users
from ..runtime.storage.unit_of_work import Unit
from . import gists
from .display import PEOPLE, Displays
from .labels import Labels

MOST_FOUND = 20


def find(
    unit: Unit, name: str, field_name: str, asked: Mapping[str, str], labels: Labels
) -> list[dict[str, str]]:
    """``{"value", "text", "second"}`` for each record that fits ``q``. Raises UnknownName."""
    obj = unit.catalog.object(name)
    access.require(unit.actor, "read", obj)
    text = asked.get("q", "").strip()[:100]
    if field_name in PEOPLE:
        return _people(unit, text, labels, owners_of=obj if field_name == "owner" else None)
    field = obj.by_name.get(field_name)
    if field is None or not access.may_read_field(unit.actor, obj, field):
        raise access.unknown_field(obj, field_name)
    return find_for(unit, field, asked, labels)


def find_for(
    unit: Unit, field: Field, asked: Mapping[str, str], labels: Labels
) -> list[dict[str, str]]:
    """The same for a field that need not belong to an object: an input of an action."""
    text = asked.get("q", "").strip()[:100]
    if field.type in ("user", "multi_user"):
        return _people(unit, text, labels)
    if not field.targets:
        raise UnknownName("{path} points to no record.", path=field.name)
    found: list[dict[str, str]] = []
    for target in field.targets:
        if "read" in unit.actor.rights.on(target):
            found += _records(unit, field, unit.catalog.object(target), text, asked, labels)
    return found[:MOST_FOUND]


def _people(
    unit: Unit, text: str, labels: Labels, owners_of: Object | None = None
) -> list[dict[str, str]]:
    """``owners_of``: those who may own its records; queues that hold them, too."""
    found = users.choices(unit, text, MOST_FOUND, owners_of is not None)
    ids = [each.id for each in found if each.is_queue]
    closed = queues.closed_to(unit, owners_of, ids) if owners_of else {}
    return [
        {
            "value": each.id,
            "text": each.name,
            "second": labels.text("Queue") if each.is_queue else each.login,
        }
        for each in found
        if each.id not in closed
    ]


def _records(
    unit: Unit,
    field: Field,
    target: Object,
    text: str,
    asked: Mapping[str, str],
    labels: Labels,
) -> list[dict[str, str]]:
    found = find_in(unit, target, text, labels, _narrowed(field, asked))
    if len(field.targets) < 2:
        return found
    return [
        {
            "value": f"{target.name}:{each['value']}",
            "text": each["text"],
            "second": " · ".join(filter(None, (labels.object(target), each["second"]))),
        }
        for each in found
    ]


def find_in(
    unit: Unit, target: Object, text: str, labels: Labels, filter_: str | None = None
) -> list[dict[str, str]]:
    """Records of one object, found by the search index, recent ones first; the second line tells
    namesakes apart. Raises AccessDenied."""
    hits = search.lookup(unit, target.name, text.strip()[:100], MOST_FOUND, filter_)
    seconds = second_lines(unit, target, [hit.id for hit in hits], labels)
    return [
        {
            "value": hit.id,
            "text": hit.title or labels.text("Untitled"),
            "second": " · ".join(seconds.get(hit.id, [])),
        }
        for hit in hits
    ]


def second_lines(
    unit: Unit, target: Object, ids: list[str], labels: Labels
) -> dict[str, list[str]]:
    """The two facts that best tell records of the same name apart: numbers and phones first."""
    fields = [
        f
        for f in access.readable(unit.actor, target)
        if f.name != target.title and f.type in SHORT and not unit.catalog.is_off(f)
    ]
    fields.sort(key=lambda f: not (f.search or f.external_id or f.unique))
    displays = Displays(unit, labels)
    columns = [displays.column(target, f.name) for f in fields[:2]]
    return {
        id_: [words for c in columns if (words := c.plain(values))]
        for id_, values in gists.read(unit, target, ids, columns).items()
    }


SHORT = ("text", "autonumber", "phone", "email", "picklist", "lookup", "date")


def names_needed(field: Field) -> tuple[str, ...]:
    """The fields of the record at hand that the lookup's filter asks about."""
    return tuple(dict.fromkeys(name for name, _, _ in _record_names(field.filter or "true")))


def _narrowed(field: Field, asked: Mapping[str, str]) -> str | None:
    """The field's own filter with what the form holds in the place of ``record.…``.

    What the form does not hold yet leaves the filter out: the save will ask again.
    """
    source = field.filter
    if not source:
        return None
    for name, start, length in reversed(_record_names(source)):
        value = asked.get(f"with.{name}", "").rpartition(":")[2]
        if not value:
            return None
        source = source[:start] + quoted(value) + source[start + length :]
    return source


def _record_names(source: str) -> list[tuple[str, int, int]]:
    """(field, position, length) of each ``record.field``, in order."""
    parsed = parse(source)
    found = [
        (node.attr, *parsed.place(node))
        for node in ast.walk(parsed.tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "record"
    ]
    return sorted(found, key=lambda each: each[1])


def quoted(text: str) -> str:
    """``text`` as a literal of the expression language."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
