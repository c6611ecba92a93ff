"""Rows a package brings: known objects and fields, keys given once, keys that exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from ...errors import Problem
from ..definitions import Object
from ..expressions.scopes import SYSTEM_TYPES
from ..field_types import type_of
from ..sources import DataFile
from ..spelling import nearest
from .checking import Checking

ROW_WORDS = frozenset({"key", "on_upgrade"})
PEOPLE = frozenset({
    "login", "name", "email", "phone", "title", "role", "manager", "branches", "permission_sets",
    "language", "zone", "time_zone", "password",
})  # fmt: skip
"""What a row of the object ``user`` may say."""
SHARE = ("record", "user", "level", "team_role")
"""What a row of ``share`` may say: a record of the package opened to a person of the package."""
CASE = ("record", "by", "approval")
"""What a row of ``case`` may say: a record put into approval by a person of the package."""
SYSTEM = frozenset({*SYSTEM_TYPES, "record_type", "tags"})
MOST_TOLD = 50
"""Problems told per file of rows; the same one in many rows is told for the first."""


def check_rows(checking: Checking) -> None:
    keys: dict[str, str] = {}
    branches: set[str] = set()
    for package in checking.packages:
        for file in package.data:
            if file.object in checking.catalog.trees:
                branches |= {row["key"] for row in file.rows}
            for index, row in enumerate(file.rows):
                if row["key"] in keys:
                    message = "The key {key} is given in {file} already."
                    data = {"key": row["key"], "file": keys[row["key"]]}
                    checking.add(Problem(file.file, f"/rows/{index}/key", message, data))
                keys.setdefault(row["key"], file.file)
    for package in checking.packages:
        for file in package.data:
            found = [*_problems(checking, file, keys), *_problems_of_branches(file, branches)]
            told = {each.text(): each for each in reversed(found)}
            for problem in list(told.values())[::-1][:MOST_TOLD]:
                checking.add(problem)


def _problems(checking: Checking, file: DataFile, keys: Mapping[str, str]) -> Iterator[Problem]:
    if file.object == "user" and "user" not in checking.catalog.objects:
        yield from _problems_of_people(checking, file)
        return
    if file.object == "share" and "share" not in checking.catalog.objects:
        yield from _problems_of_pointers(file, keys, SHARE, ("record", "user"))
        yield from _problems_of_levels(file)
        return
    if file.object == "case" and "case" not in checking.catalog.objects:
        yield from _problems_of_pointers(file, keys, CASE, ("record", "by"))
        return
    of = checking.catalog.objects.get(file.object)
    if of is None:
        hint = nearest(file.object, checking.catalog.objects)
        message = "There is no object {name}.{hint}"
        yield Problem(file.file, "/object", message, {"name": file.object, "hint": hint})
        return
    known = known_keys(of)
    for index, row in enumerate(file.rows):
        for name, value in row.items():
            at = f"/rows/{index}/{name}"
            if name not in known and name not in ROW_WORDS:
                message = "{name}: no such field on {object}.{hint}"
                data = {"name": name, "object": of.name, "hint": nearest(name, known)}
                yield Problem(file.file, at, message, data)
            elif name in of.by_name:
                yield from _problems_of_value(of, name, value, file.file, at, keys)


def known_keys(of: Object) -> set[str]:
    """What a row of this object may say: its fields, their parts, a few system fields."""
    parts = {f"{f.name}_{part}" for f in of.fields for part in ("currency",)}
    return {*of.by_name, *parts, *SYSTEM}


def _problems_of_value(
    of: Object, name: str, value: Any, file: str, at: str, keys: Mapping[str, str]
) -> Iterator[Problem]:
    field = of.by_name[name]
    if type_of(field).computed and field.type != "autonumber":
        message = "{name} is computed: a row does not say it."
        yield Problem(file, at, message, {"name": name})
    elif field.targets:
        for key in value if isinstance(value, list | tuple) else [value]:
            if key is not None and str(key) not in keys:
                message = "There is no row with the key {key}.{hint}"
                hint = nearest(str(key), keys)
                yield Problem(file, at, message, {"key": str(key), "hint": hint})
    elif field.options and not isinstance(value, dict):
        for option in value if isinstance(value, list | tuple) else [value]:
            if option is not None and field.option(str(option)) is None:
                message = "{name}: no such option of {field}.{hint}"
                hint = nearest(str(option), [each.name for each in field.options])
                data = {"name": str(option), "field": name, "hint": hint}
                yield Problem(file, at, message, data)


def _problems_of_people(checking: Checking, file: DataFile) -> Iterator[Problem]:
    for index, row in enumerate(file.rows):
        for name in row:
            if name not in PEOPLE | ROW_WORDS:
                message = "{name}: no such field on {object}.{hint}"
                data = {"name": name, "object": "user", "hint": nearest(name, PEOPLE)}
                yield Problem(file.file, f"/rows/{index}/{name}", message, data)
        for key, kind, named, known in _named_by_person(checking, row):
            if named not in known:
                message = "There is no {kind} {name}.{hint}"
                data = {"kind": kind, "name": named, "hint": nearest(named, known)}
                yield Problem(file.file, f"/rows/{index}/{key}", message, data)


def _problems_of_branches(file: DataFile, branches: Collection[str]) -> Iterator[Problem]:
    """People belong to rows of an object that forms a tree."""
    if file.object != "user":
        return
    for index, row in enumerate(file.rows):
        for key in row.get("branches", ()):
            if key not in branches:
                message = "There is no branch with the key {key}.{hint}"
                data = {"key": str(key), "hint": nearest(str(key), branches)}
                yield Problem(file.file, f"/rows/{index}/branches", message, data)


def _problems_of_pointers(
    file: DataFile, keys: Mapping[str, str], words: Sequence[str], pointers: Sequence[str]
) -> Iterator[Problem]:
    """Rows that are no record, only name some: ``words`` are what they may say."""
    for index, row in enumerate(file.rows):
        for name in row:
            if name not in words and name not in ROW_WORDS:
                message = "{name}: no such field on {object}.{hint}"
                data = {"name": name, "object": file.object, "hint": nearest(name, words)}
                yield Problem(file.file, f"/rows/{index}/{name}", message, data)
        for name in pointers:
            if str(row.get(name)) not in keys:
                message = "There is no row with the key {key}.{hint}"
                told = {"key": str(row.get(name)), "hint": nearest(str(row.get(name)), keys)}
                yield Problem(file.file, f"/rows/{index}/{name}", message, told)


def _problems_of_levels(file: DataFile) -> Iterator[Problem]:
    for index, row in enumerate(file.rows):
        if row.get("level", "read") not in ("read", "edit"):
            message = "Choose to read or to edit."
            yield Problem(file.file, f"/rows/{index}/level", message)


def _named_by_person(
    checking: Checking, row: Mapping[str, Any]
) -> Iterator[tuple[str, str, str, set[str]]]:
    """Key, kind, name and the known names of the role and the permission sets of a person."""
    if row.get("role") is not None:
        yield "role", "role", str(row["role"]), set(checking.catalog.roles)
    sets = set(checking.catalog.permission_sets)
    for name in row.get("permission_sets", ()):
        yield "permission_sets", "permission set", str(name), sets
