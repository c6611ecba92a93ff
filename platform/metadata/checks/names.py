"""Names: what is reserved, whose prefix they carry, and that a former name is never given again."""

from __future__ import annotations

import keyword
from collections.abc import Iterable
from typing import Protocol

from ..expressions.scopes import SYSTEM_TYPES
from ..layers import Layered, Path
from .checking import Checking

RESERVED = frozenset(
    {
        *keyword.kwlist,
        *SYSTEM_TYPES,
        *("id", "record_type", "record", "inputs", "records", "user", "true", "false", "null"),
    }
)
"""Words that mean something already, in expressions or on every record."""

OWN_PREFIX = "tc_"


class Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def was(self) -> tuple[str, ...]: ...


def check_names(checking: Checking) -> None:
    for document, of in checking.objects():
        _check_reserved(checking, document, (), of.name)
        _check_prefix(checking, document, (), of.name, document.package)
        _check_former(checking, document, ("fields",), of.fields)
        for field in of.fields:
            at = ("fields", field.name)
            _check_reserved(checking, document, (*at, "name"), field.name)
            _check_former(checking, document, (*at, "options"), field.options)
            owner = document.package_of(*at)
            if owner != document.package:
                _check_prefix(checking, document, (*at, "name"), field.name, owner)
    _check_objects_former(checking)


def _check_reserved(checking: Checking, document: Layered, path: Path, name: str) -> None:
    if name in RESERVED:
        checking.at(document, path, "{name} is a reserved word; choose another name.", name=name)
    elif name.startswith(OWN_PREFIX):
        checking.at(document, path, "Names beginning with tc_ are reserved.", name=name)


def _check_prefix(
    checking: Checking, document: Layered, path: Path, name: str, package: str
) -> None:
    manifest = checking.package(package).manifest
    if manifest.get("base"):
        return
    prefix = f"{manifest.get('prefix', package)}_"
    if not name.startswith(prefix):
        message = "{name} must begin with {prefix}: it belongs to the package {package}."
        checking.at(document, path, message, name=name, prefix=prefix, package=package)


def _check_former(
    checking: Checking, document: Layered, path: Path, things: Iterable[Named]
) -> None:
    """A former name still means its thing: no other thing there may have (had) it."""
    given = {each.name: each.name for each in things}
    for each in things:
        for old in each.was:
            other = given.get(old)
            if other is not None and other != each.name:
                message = "{name} is a former name of {owner}; it cannot be given to {other}."
                at = (*path, other)
                checking.at(document, at, message, name=old, owner=each.name, other=other)
            given.setdefault(old, each.name)


def _check_objects_former(checking: Checking) -> None:
    objects = dict(checking.catalog.objects)
    for document, of in checking.objects():
        for old in of.was:
            if old in objects and objects[old] is not of:
                message = "{name} is a former name of {owner}; it cannot be given to {other}."
                other = objects[old].name
                checking.at(document, ("was",), message, name=old, owner=of.name, other=other)
            objects.setdefault(old, of)
