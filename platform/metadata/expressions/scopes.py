"""What names mean: the fields of a record, across its lookups, and whatever is bound beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from ...errors import UnknownName
from ..definitions import EMPTY, Object, Option
from ..field_types import type_of as field_type
from ..spelling import nearest
from .types import BOOLEAN, DATE, INTEGER, MOMENT, NULL, NUMBER, TEXT, Kind, Type

if TYPE_CHECKING:
    from ..catalog import Catalog

MAX_LOOKUPS = 5

USER = Type(Kind.REFERENCE, targets=("user",))
USER_FIELDS: Mapping[str, Type] = {
    "id": USER,
    "name": TEXT,
    "login": TEXT,
    "role": TEXT,
    "manager": USER,
    "language": TEXT,
    "zone": TEXT,
}
"""What expressions may read of a person, unless the catalog has an object ``user``."""

SYSTEM_TYPES: Mapping[str, Type] = {
    "created_at": MOMENT,
    "created_by": USER,
    "updated_at": MOMENT,
    "updated_by": USER,
    "owner": USER,
    "version": INTEGER,
    "deleted_at": MOMENT,
}
Found = tuple[tuple[str, ...], Type]


class RecordScope:
    """Bare names are fields of ``object_name``; dots cross lookups, at most five of them.

    ``extra`` binds further names, dotted ones too: ``{"inputs.amount": NUMBER, "line":
    Type(REFERENCE, targets=("quote_line",))}``. A name bound there hides the field; so does
    ``record``, which is this record itself where nothing else is bound to it. Of what ``hidden``
    names (``object.field``) nothing is known, not even for a hint.
    """

    def __init__(
        self,
        catalog: Catalog,
        object_name: str,
        extra: Mapping[str, Type] = EMPTY,
        hidden: Collection[str] = (),
    ) -> None:
        self.catalog, self.object = catalog, catalog.object(object_name)
        self.extra, self.hidden = extra, hidden

    def type_of(self, path: tuple[str, ...]) -> Type:
        return self._find(path)[1]

    def present(self, path: tuple[str, ...]) -> tuple[str, ...]:
        return self._find(path)[0]

    def setting_type(self, name: str) -> Type:
        if name not in self.catalog.settings:
            raise UnknownName(
                "There is no setting {name}.{hint}",
                name=name,
                hint=nearest(name, self.catalog.settings),
            )
        return type_of_value(self.catalog.settings[name])

    def _find(self, path: tuple[str, ...]) -> Found:
        for end in range(len(path), 0, -1):
            bound = self.extra.get(".".join(path[:end]))
            if bound is not None:
                return self._beyond(path[:end], bound, path[end:])
        if path[0] == "user" and path[0] not in self.object.by_name:
            return self._beyond(("user",), USER, path[1:])
        if path[0] == "record" and path[0] not in self.object.by_name:
            own = ("id",) if len(path) == 1 else path[1:]
            return self._from(self.object, (), own, MAX_LOOKUPS)
        return self._from(self.object, (), path, MAX_LOOKUPS)

    def _from(self, of: Object, before: tuple[str, ...], rest: tuple[str, ...], left: int) -> Found:
        name, type_ = self._member(of, rest[0], first=not before)
        if type_.kind is Kind.ROWS and self._is_beyond_a_lookup(before):
            raise UnknownName(
                "{name} belongs to another record: keep the sum in a rollup of {object},"
                " and name that here.",
                name=".".join((*before, name)),
                object=of.name,
            )
        return self._beyond((*before, name), type_, rest[1:], left)

    def _is_beyond_a_lookup(self, before: tuple[str, ...]) -> bool:
        """Whether ``before`` leads to one other record; names a caller has bound are its own."""
        if not before or before[0] in self.catalog.reverses.get(self.object.name, EMPTY):
            return False
        return all(".".join(before[:end]) not in self.extra for end in range(1, len(before) + 1))

    def _beyond(
        self, before: tuple[str, ...], type_: Type, rest: tuple[str, ...], left: int = MAX_LOOKUPS
    ) -> Found:
        """The type of ``before.rest`` where ``before`` is a ``type_``."""
        if not rest:
            return before, type_
        if type_.kind not in (Kind.REFERENCE, Kind.ROWS):
            raise UnknownName(
                "{path} is a {type}; it has no fields.", path=".".join(before), type=str(type_)
            )
        if left == 0:
            raise UnknownName(
                "{path} goes through more than {most} lookups.",
                path=".".join((*before, *rest)),
                most=MAX_LOOKUPS,
            )
        path, found = self._through(before, type_, rest, left - 1)
        if type_.kind is Kind.REFERENCE:
            return path, found
        if found.kind in (Kind.ROWS, Kind.LIST):
            raise UnknownName("{path} would be a list of lists.", path=".".join(path))
        return path, Type(Kind.LIST, found, targets=type_.targets)

    def _through(
        self, before: tuple[str, ...], type_: Type, rest: tuple[str, ...], left: int
    ) -> Found:
        """``rest`` on the targets of a lookup: on the first of them that has it."""
        problem: UnknownName | None = None
        for target in type_.targets:
            try:
                if target == "user" and target not in self.catalog.objects:
                    return self._on_user(before, rest, left)
                return self._from(self.catalog.object(target), before, rest, left)
            except UnknownName as unknown:
                problem = problem or unknown
        raise problem or UnknownName("{path} leads nowhere.", path=".".join(before))

    def _on_user(self, before: tuple[str, ...], rest: tuple[str, ...], left: int) -> Found:
        type_ = USER_FIELDS.get(rest[0])
        if type_ is None:
            raise UnknownName(
                "There is no field {name} on {object}.{hint}",
                name=rest[0],
                object="user",
                hint=nearest(rest[0], USER_FIELDS),
            )
        return self._beyond((*before, rest[0]), type_, rest[1:], left)

    def _member(self, of: Object, name: str, *, first: bool) -> tuple[str, Type]:
        """A field, a system field or a relation of ``of``, by present or former name."""
        field = of.by_name.get(name)
        if field is not None and not self._hides(of, field.name):
            return field.name, field_type(field).expression_type(field)
        found = system_type(of, name)
        if found is not None:
            return name, found
        reverse = self.catalog.reverses.get(of.name, EMPTY).get(name)
        if reverse is not None:
            return name, Type(Kind.ROWS, targets=(reverse.object,))
        fields = [each.name for each in of.fields if not self._hides(of, each.name)]
        known = [*fields, *SYSTEM_TYPES, *self.catalog.reverses.get(of.name, ())]
        if first:
            known += [*self.extra, "user"]
        raise UnknownName(
            "There is no field {name} on {object}.{hint}",
            name=name,
            object=of.name,
            hint=nearest(name, known),
        )

    def _hides(self, of: Object, name: str) -> bool:
        return f"{of.name}.{name}" in self.hidden


def system_type(of: Object, name: str) -> Type | None:
    """The type of what every record has beside its fields."""
    if name == "id":
        return Type(Kind.REFERENCE, targets=(of.name,))
    if name == "tags" and "tags" in of.tracks:
        return Type(Kind.LIST, TEXT)
    if name == "record_type":
        options = tuple(Option(each.id, each.name, each.label) for each in of.record_types)
        return Type(Kind.OPTION, options=options) if options else TEXT
    return SYSTEM_TYPES.get(name)


def type_of_value(value: Any) -> Type:
    """The type of a setting, from its value."""
    match value:
        case None:
            return NULL
        case bool():
            return BOOLEAN
        case date():
            return DATE
        case str():
            return TEXT
        case list() | tuple():
            return Type(Kind.LIST, type_of_value(value[0]) if value else NULL)
    return NUMBER
