"""The record, the change under way, the person: what the surroundings know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..operations import function


def is_blank(value: Any) -> bool:
    return value is None or value == () or value == []


def coalesce(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def smallest(*values: Any) -> Any:
    return min((value for value in values if value is not None), default=None)


def largest(*values: Any) -> Any:
    return max((value for value in values if value is not None), default=None)


def includes(values: Sequence[Any], value: Any) -> bool:
    return value in values


def is_one_of(value: Any, values: Sequence[Any] | None) -> bool:
    return values is not None and value in values


def changed(value: Any, before: Any, changing: bool) -> bool:
    return changing and value != before


def under(node: str, root: str, branches: Mapping[str, frozenset[str]]) -> bool:
    return node == root or node in branches.get(root, ())


RECORDS = (
    function("is_blank", "any", "boolean", is_blank, "Whether there is no value.",
             "is_blank(amount)", nulls=True),
    function("coalesce", "same...", "same", coalesce, "The first value that is not null.",
             "coalesce(nickname, name)", nulls=True),
    function("min", "same...", "same", smallest, "The smallest; nulls do not count.",
             "min(limit, 1000)", key="smallest", nulls=True),
    function("max", "same...", "same", largest, "The largest; nulls do not count.",
             "max(amount, 0)", key="largest", nulls=True),
    function("includes", "list, element", "boolean", includes,
             "Whether a list has the value; also written 'a' in list.",
             "includes(interests, 'golf')"),
    function("under", "reference, reference", "boolean", under,
             "Whether the record is the other one or below it in its tree.",
             "under(region, user.region)", context=("@branches",)),
    function("is_new", "", "boolean", lambda new: new,
             "Whether the record is being created.", "is_new()", sql=None, context=("@new",)),
    function("user", "", "reference", lambda user: user,
             "The person who asks; the word user alone says the same.", "owner == user()",
             sql=None, nulls=True, context=("@user",)),
    function("has_role", "text!", "boolean", lambda role, roles: role in roles,
             "Whether the person has the role.",
             "has_role('sales_manager')", sql=None, context=("@roles",)),
    function("has_permission", "text!", "boolean", lambda name, names: name in names,
             "Whether the person has the permission set.", "has_permission('pay_out')",
             sql=None, context=("@permissions",)),
    function("manager", "reference", "reference", lambda person, known: known.get(person),
             "The manager of a person.", "manager(owner) == user", sql=None,
             context=("@managers",)),
)  # fmt: skip
