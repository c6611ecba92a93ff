"""Expressions in documents: in which scope each stands, and what it may do there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..errors import TypecaseError
from .catalog import Catalog
from .definitions import EMPTY, Field
from .expressions import Checked, check
from .expressions.scopes import RecordScope
from .expressions.types import BOOLEAN, DATE, Kind, Type
from .field_types import type_of
from .resolving import USER
from .walking import Written

NOT_IN_ROLLUPS = "{name} cannot stand here: what is kept would change without anybody saving."
NOT_IN_RULES = "{name} cannot stand here: who sees a record follows from the record alone."


class Misunderstood(TypecaseError):
    """An expression that has no meaning where it stands."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An expression that was understood: over records of ``object``, with its checked tree."""

    written: Written
    object: str
    checked: Checked


Bound = Mapping[str, Type]
Place = tuple[str, Bound]
"""The object whose fields the bare names are, and what is bound beside it."""


def places_of(written: Written, catalog: Catalog) -> list[Place]:
    """Where the expression is to be understood; nowhere when its surroundings are unknown."""
    places = SCOPES[written.scope](written, catalog)
    return [place for place in places if place[0] in catalog.objects]


def read(written: Written, catalog: Catalog) -> Iterator[Reading]:
    """The expression, understood in each of its places. Raises Misunderstood, UnknownName and
    ExpressionProblem."""
    for object_name, bound in places_of(written, catalog):
        scope = RecordScope(catalog, object_name, bound)
        source, expect = expected(written, catalog)
        checked = check(source, scope, expect)
        _allow(written, checked)
        yield Reading(written, object_name, checked)


def expected(written: Written, catalog: Catalog) -> tuple[str, Type | None]:
    """The expression as it will run, and the type it must have there."""
    if written.kind == "condition":
        return written.source, BOOLEAN
    field = _field(written, catalog)
    if field is None:
        return written.source, None
    if written.scope == "default":
        return field.default or written.source, type_of(field).expression_type(field)
    if field.type == "formula" and written.path[-1] == "expression":
        return written.source, type_of(field).expression_type(field)
    return written.source, None


def _field(written: Written, catalog: Catalog) -> Field | None:
    """The field of an object document the expression belongs to."""
    if written.document.kind != "object" or written.path[0] != "fields":
        return None
    of = catalog.objects.get(written.document.name)
    return of.by_name.get(str(written.path[1])) if of else None


def _allow(written: Written, checked: Checked) -> None:
    filters = written.sql or written.scope in ("target", "found", "children")
    if filters and checked.not_in_sql:
        message = "{name} cannot stand in a filter: the database cannot compute it."
        raise Misunderstood(message, name=min(checked.not_in_sql))
    if written.scope == "sharing":
        _refuse_time_and_person(checked, NOT_IN_RULES)
    kept = written.scope == "children" and written.around.get("keep") != "query"
    if kept:
        _refuse_time_and_person(checked, NOT_IN_ROLLUPS)


def _refuse_time_and_person(checked: Checked, message: str) -> None:
    if checked.depends_on_now:
        raise Misunderstood(message, name="today() or now()")
    if checked.depends_on_user:
        raise Misunderstood(message, name="user")


# the scopes -------------------------------------------------------------------------------


def _record(written: Written, catalog: Catalog) -> list[Place]:
    return [(written.object or "", EMPTY)]


def _parent(written: Written, catalog: Catalog) -> list[Place]:
    """A record of the document's object, though another one is at hand."""
    return [(written.document.name, EMPTY)]


def _target(written: Written, catalog: Catalog) -> list[Place]:
    """Records a lookup offers, ``record`` being the one that is filled; all its targets."""
    target = written.around.get("target", ())
    bound = {"record": Type(Kind.REFERENCE, targets=(written.document.name,))}
    return [(name, bound) for name in ([target] if isinstance(target, str) else target)]


def _found(written: Written, catalog: Catalog) -> list[Place]:
    """Records searched for another one, which is ``record``."""
    name = written.around.get("find") or written.around.get("object") or ""
    return [(name, {"record": Type(Kind.REFERENCE, targets=(written.document.name,))})]


def _children(written: Written, catalog: Catalog) -> list[Place]:
    """The records a rollup counts."""
    if "of" not in written.around:
        return _found(written, catalog)
    relation = str(written.around["of"]).partition(".")[0]
    reverse = catalog.reverses.get(written.object or "", EMPTY).get(relation)
    return [(reverse.object, EMPTY)] if reverse else []


def _sla(written: Written, catalog: Catalog) -> list[Place]:
    return [] if written.source == "created" else _record(written, catalog)


def _approval(written: Written, catalog: Catalog) -> list[Place]:
    person = Type(Kind.REFERENCE, targets=(USER,))
    return [(written.object or "", {"submitter": person})]


def _cutoff(written: Written, catalog: Catalog) -> list[Place]:
    return [(written.object or "", {"cutoff": DATE})]


def _steps(written: Written, catalog: Catalog) -> list[Place]:
    """Steps bind names as they go: the workflow checks them."""
    return []


SCOPES: Mapping[str, Callable[[Written, Catalog], list[Place]]] = MappingProxyType(
    {
        "record": _record,
        "default": _record,
        "change": _record,
        "sharing": _record,
        "parent": _parent,
        "target": _target,
        "found": _found,
        "children": _children,
        "sla": _sla,
        "approval": _approval,
        "cutoff": _cutoff,
        "steps": _steps,
    }
)
"""Every word ``x-scope`` may say; a test compares with the schemas."""
