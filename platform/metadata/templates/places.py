"""Where a place of a template leads: along lookups, to a field."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import UnknownName
from ..catalog import Catalog
from ..definitions import Field, Object
from ..spelling import nearest

PEOPLE = ("owner", "created_by", "updated_by")
MOMENTS = ("created_at", "updated_at")
OF_PEOPLE = ("name", "email")


@dataclass(frozen=True, slots=True)
class Place:
    """``field`` of ``object``, reached by ``path``; ``field`` is None for what every record has
    (``created_at``, ``owner``) and for what is read of a person (``owner.name``)."""

    path: tuple[str, ...]
    object: Object
    field: Field | None
    through: tuple[tuple[Object, Field], ...] = ()
    """The lookups on the way: who may not read one of them does not read the end either."""


def place_of(catalog: Catalog, object_name: str, path: tuple[str, ...]) -> Place:
    """Raises UnknownName."""
    of = catalog.object(object_name)
    through: list[tuple[Object, Field]] = []
    for index, name in enumerate(path):
        rest = path[index + 1 :]
        if name in PEOPLE and name not in of.by_name:
            if len(rest) <= 1 and all(each in OF_PEOPLE for each in rest):
                return Place(path, of, None, tuple(through))
            raise _unknown(of, ".".join((name, *rest)), [f"{name}.name"])
        if name in MOMENTS and not rest and name not in of.by_name:
            return Place(path, of, None, tuple(through))
        field = of.by_name.get(name)
        if field is None:
            raise _unknown(of, name, [*of.by_name, *PEOPLE, *MOMENTS])
        if not rest:
            return Place(path, of, field, tuple(through))
        through.append((of, field))
        if field.type == "user" and len(rest) == 1 and rest[0] in OF_PEOPLE:
            return Place(path, of, None, tuple(through))
        if len(field.targets) != 1 or field.targets[0] not in catalog.objects:
            raise _unknown(of, ".".join((name, *rest)), [name])
        of = catalog.objects[field.targets[0]]
    raise _unknown(of, "", [])


def _unknown(of: Object, name: str, known: list[str]) -> UnknownName:
    return UnknownName(
        "{name}: no such field on {object}.{hint}",
        name=name,
        object=of.name,
        hint=nearest(name, known),
    )
