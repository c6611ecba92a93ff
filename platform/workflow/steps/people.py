"""Who is meant by the recipients of a step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...metadata.definitions import EMPTY
from ...metadata.steps.people import Whom
from ..storage.told_rows import with_roles, with_sets
from .running import Running


def people(whom: Sequence[Whom], running: Running) -> tuple[str, ...]:
    """The ids of everybody, each once, in the order they are named."""
    return people_of_each(whom, [running])[0]


def people_of_each(whom: Sequence[Whom], runnings: Sequence[Running]) -> list[tuple[str, ...]]:
    """The same for each of several runs; who is named by role, right or place is looked up once."""
    named = [_named(each, runnings[0]) for each in whom]
    several = []
    for running in runnings:
        found: dict[str, None] = {}
        for each, known in zip(whom, named, strict=True):
            found |= dict.fromkeys(_valued(each, running) if known is None else known)
        several.append(tuple(found))
    return several


def addresses(whom: Iterable[Whom], running: Running) -> tuple[str, ...]:
    """The addresses that are given as such, each once."""
    found: dict[str, None] = {}
    for each in whom:
        if each.kind == "address" and each.checked is not None:
            value = running.scope.value(each.checked)
            several = value if isinstance(value, (list, tuple)) else [value]
            found |= dict.fromkeys(str(address) for address in several if address)
    return tuple(found)


def _named(whom: Whom, running: Running) -> Sequence[str] | None:
    """Whoever is meant whatever the record; None where the record says it."""
    unit = running.unit
    match whom.kind:
        case "value":
            return None
        case "address":
            return ()
        case "role":
            return with_roles(unit, [whom.name])
        case "permission":
            return _with_permission(whom.name, running)
        case "queue":
            members = unit.catalog.documents.get("queues", EMPTY)[whom.name].get("members", ())
            return with_roles(unit, [each["role"] for each in members if "role" in each])


def _valued(whom: Whom, running: Running) -> Iterable[str]:
    value = running.scope.value(whom.checked) if whom.checked else None
    return [v for v in (value if isinstance(value, (list, tuple)) else [value]) if v]


def _with_permission(name: str, running: Running) -> Sequence[str]:
    catalog = running.unit.catalog
    sets = [each.name for each in catalog.permission_sets.values() if name in each.system]
    roles = [each.name for each in catalog.roles.values() if set(each.permissions) & set(sets)]
    return [*with_roles(running.unit, roles), *with_sets(running.unit, sets)]
