"""Whom a step tells: an expression that gives people, or who holds a role, a right, a place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..definitions import EMPTY
from ..expressions import Checked
from ..expressions.types import Kind, Type
from ..rights import SYSTEM_RIGHTS
from ..spelling import nearest
from .compiling import Compiling

USER = "user"


@dataclass(frozen=True, slots=True)
class Whom:
    """``kind`` ``value``: ``checked`` gives a person or several; ``address``: it gives addresses;
    else ``name`` says who."""

    kind: Literal["value", "role", "permission", "queue", "address"]
    name: str = ""
    checked: Checked | None = None


def read_people(document: Any, here: Compiling, addresses: bool = False) -> tuple[Whom, ...]:
    """Everybody a document names. ``addresses``: a text is an address, too."""
    if isinstance(document, str):
        return _by_value(document, here, addresses)
    if isinstance(document, Mapping):
        found = (
            _by_name(key, str(name), here.at(key), addresses) for key, name in document.items()
        )
        return tuple(each for several in found for each in several)
    several = (read_people(each, here.at(index), addresses) for index, each in enumerate(document))
    return tuple(each for some in several for each in some)


def _by_value(source: str, here: Compiling, addresses: bool) -> tuple[Whom, ...]:
    checked = here.value(source)
    if checked is None:
        return ()
    if addresses and _one_of(checked.type).kind is Kind.TEXT:
        return (Whom("address", checked=checked),)
    if not _gives_people(checked.type):
        here.problem("{source} is no person.", source=source)
        return ()
    return (Whom("value", checked=checked),)


def _gives_people(type_: Type) -> bool:
    one = _one_of(type_)
    return one.kind is Kind.REFERENCE and one.targets in ((USER,), ())


def _one_of(type_: Type) -> Type:
    return type_.of if type_.kind is Kind.LIST and type_.of else type_


def _by_name(key: str, name: str, here: Compiling, addresses: bool) -> tuple[Whom, ...]:
    catalog = here.catalog
    if key == "field":
        return _by_value(name, here, addresses)
    known: dict[str, Iterable[str]] = {
        "role": catalog.roles,
        "permission": (*SYSTEM_RIGHTS, *catalog.permissions),
        "queue": catalog.documents.get("queues", EMPTY),
    }
    if key not in known:
        here.problem("People are named by role, permission, field or queue, not by {key}.", key=key)
        return ()
    if name not in known[key]:
        hint = nearest(name, list(known[key]))
        here.problem("There is no {kind} {name}.{hint}", kind=key, name=name, hint=hint)
        return ()
    return (Whom(key, name),)  # type: ignore[arg-type]
