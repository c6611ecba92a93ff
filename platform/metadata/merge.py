"""Layers: how what several packages and the customer say becomes one document.

The schemas say how each list merges (``x-merge``); maps merge by key; everything else is replaced.
A patch may take out (``$remove`` an item or a key's value, ``$unset`` keys) and place
(``$after`` another item; ``""`` is the beginning).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .shapes import Shape

PATCH_KEYS = frozenset({"$remove", "$after", "$unset", "$schema"})
Notice = Callable[[str, Mapping[str, Any]], None]
"""Told what could not be done as written, and did no harm: a template and its data."""


def ignore(message: str, data: Mapping[str, Any]) -> None:
    """For whoever does not want to be told."""


def fold(
    base: Mapping[str, Any], patch: Mapping[str, Any], shape: Shape | None, notice: Notice = ignore
) -> dict[str, Any]:
    """``base`` with what ``patch`` says on top. Neither is changed."""
    gone = patch.get("$unset", ())
    result = {key: value for key, value in base.items() if key not in gone}
    for key, value in patch.items():
        if key in PATCH_KEYS:
            continue
        if isinstance(value, dict) and value.get("$remove"):
            result.pop(key, None)
        else:
            result[key] = _value(result.get(key), value, shape.at(key) if shape else None, notice)
    return result


def _value(base: Any, patch: Any, shape: Shape | None, notice: Notice) -> Any:
    if isinstance(patch, dict):
        return fold(base if isinstance(base, dict) else {}, patch, shape, notice)
    if isinstance(patch, list):
        before = base if isinstance(base, list) else []
        return fold_list(before, patch, shape, notice)
    return patch


def fold_list(
    base: Sequence[Any], patch: Sequence[Any], shape: Shape | None, notice: Notice = ignore
) -> list[Any]:
    """The list's rule is ``replace``, ``value`` (a set) or ``by key`` (``by from+on+to``)."""
    rule = str(shape.note("x-merge") if shape else "replace")
    inner = shape.items if shape else None
    if rule == "value":
        return _fold_values(base, patch)
    if rule.startswith("by "):
        return _fold_items(list(base), patch, keys_of(rule), inner, notice)
    return [_value(None, each, inner, notice) for each in patch]


def keys_of(rule: str) -> tuple[str, ...]:
    """``by from+on+to`` → the keys that tell one item from another."""
    return tuple(rule.removeprefix("by ").split("+"))


def _fold_values(base: Sequence[Any], patch: Sequence[Any]) -> list[Any]:
    gone = [each["$remove"] for each in patch if isinstance(each, dict) and "$remove" in each]
    result = [each for each in base if each not in gone]
    for each in patch:
        if each not in result and not (isinstance(each, dict) and "$remove" in each):
            result.append(each)
    return result


def _fold_items(
    result: list[Any],
    patch: Sequence[Any],
    keys: tuple[str, ...],
    shape: Shape | None,
    notice: Notice,
) -> list[Any]:
    if not result:  # nothing to be found: the usual case, and the fast one
        patched = [each for each in patch if not (isinstance(each, dict) and "$remove" in each)]
        return [fold({}, as_item(each, keys), shape, notice) for each in patched]
    for each in patch:
        at = find(result, each, keys)
        words = each if isinstance(each, dict) else {}
        if words.get("$remove"):
            if at is not None:
                del result[at]
            continue
        before = as_item(result.pop(at), keys) if at is not None else {}
        item = fold(before, _renamed(before, as_item(each, keys), keys), shape, notice)
        _place(result, item, at, words.get("$after"), keys, notice)
    return result


def _renamed(before: Mapping[str, Any], patch: Mapping[str, Any], keys: Sequence[str]) -> Any:
    """A layer that still uses a former name means the thing, not its old name."""
    if keys == ("name",) and patch.get("name") in before.get("was", ()):
        return {**patch, "name": before["name"]}
    return patch


def _place(
    result: list[Any], item: Any, was_at: int | None, after: Any, keys: Any, notice: Notice
) -> None:
    if after is None:
        result.insert(len(result) if was_at is None else was_at, item)
        return
    anchor = -1 if after == "" else find(result, after, keys)
    if anchor is None:
        data = {"name": identity(item, keys)[0], "after": after}
        notice("{name} stands at the end: {after}, after which it was placed, is gone.", data)
        anchor = len(result) - 1
    result.insert(anchor + 1, item)


def as_item(value: Any, keys: Sequence[str]) -> Any:
    """A bare name in a list of things (``"amount"`` among placements) as the thing."""
    return {keys[0]: value} if isinstance(value, str) else value


def identity(item: Any, keys: Sequence[str]) -> tuple[Any, ...]:
    """What tells an item from the others: its name, its field, …"""
    item = as_item(item, keys)
    return tuple(item.get(key) for key in keys) if isinstance(item, dict) else (item,)


def find(items: Sequence[Any], wanted: Any, keys: Sequence[str]) -> int | None:
    """Where the item of the same identity stands: by its present name, else by a former one."""
    name = identity(wanted, keys)
    if all(part is None for part in name):
        return None
    for index, item in enumerate(items):
        if identity(item, keys) == name:
            return index
    former = set(wanted.get("was", ())) if isinstance(wanted, dict) else set()
    for index, item in enumerate(items):
        was = item.get("was", ()) if isinstance(item, dict) else ()
        if len(name) == 1 and (name[0] in was or identity(item, keys)[0] in former):
            return index
    return None
