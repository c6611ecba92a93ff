"""Folded documents → roles, permissions, numbering; manifests → what the catalog keeps of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from .layers import Layered
from .parser import Document, first_name, frozen, identifier
from .rights import NumberPattern, Permission, PermissionSet, Role


def named(source: Layered | None, key: str) -> list[tuple[str, Document]]:
    """Id and document of each thing in the list ``key``."""
    if source is None:
        return []
    return [
        (
            identifier(source.package_of(key, each["name"]), key, first_name(each["name"], each)),
            each,
        )
        for each in source.content.get(key, ())
    ]


def parse_roles(source: Layered | None) -> Mapping[str, Role]:
    roles = (
        Role(
            id=id_,
            name=each["name"],
            label=each["label"],
            above=each.get("above"),
            permissions=tuple(each.get("permissions", ())),
            home=each.get("home"),
            outside=each.get("outside", False),
        )
        for id_, each in named(source, "roles")
    )
    return MappingProxyType({role.name: role for role in roles})


def parse_permissions(source: Layered | None) -> Mapping[str, Permission]:
    found = (
        Permission(id_, each["name"], each["label"], each.get("help"))
        for id_, each in named(source, "permissions")
    )
    return MappingProxyType({each.name: each for each in found})


def parse_permission_sets(source: Layered | None) -> Mapping[str, PermissionSet]:
    sets = (
        PermissionSet(
            id=id_,
            name=each["name"],
            label=each["label"],
            objects=MappingProxyType(
                {name: frozenset(rights) for name, rights in each.get("objects", {}).items()}
            ),
            fields=frozen(each.get("fields", {})),
            system=frozenset(each.get("system", ())),
        )
        for id_, each in named(source, "permission_sets")
    )
    return MappingProxyType({each.name: each for each in sets})


def parse_numbering(source: Layered | None) -> Mapping[str, NumberPattern]:
    patterns = (
        NumberPattern(
            id=id_,
            name=each["name"],
            pattern=each["pattern"],
            restart=each.get("restart", "never"),
            gapless=each.get("gapless", False),
            by=tuple(each.get("by", ())),
        )
        for id_, each in named(source, "numbers")
    )
    return MappingProxyType({each.name: each for each in patterns})


def plain_documents(sources: Mapping[str, Any]) -> Mapping[str, Any]:
    """Documents of the kinds that have no classes yet, frozen as they are."""
    return MappingProxyType({name: frozen(each.content) for name, each in sources.items()})
