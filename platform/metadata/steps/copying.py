"""``copy_tree``: a record with its children, made anew; or its children given to another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..definitions import EMPTY, Object
from ..expressions import Checked
from ..spelling import nearest
from .compiling import Compiling, Step, Value, reference

KEYS = ("copy_tree", "to", "relations", "only", "values")


@dataclass(frozen=True, slots=True)
class Copied:
    """Children that go along: records of ``object``, pointing to the one copied by ``link``."""

    relation: str
    object: str
    link: str
    only: Checked | None


@dataclass(frozen=True, slots=True)
class CopyTreeStep(Step):
    object: str
    source: Checked
    to: Checked | None
    """The record that receives the children; None: the record itself is copied, too."""
    children: tuple[Copied, ...]
    values: tuple[Value, ...]
    bound: str | None


def read(document: Mapping[str, Any], label: str, here: Compiling) -> CopyTreeStep | None:
    source, of = here.at("copy_tree").record(document["copy_tree"])
    if source is None or of is None:
        return None
    to = _receiver(document, here, of)
    children = tuple(_copied(document, here, of))
    values = here.at("values").values(document.get("values", {}), of)
    here.bind(document.get("as"), reference(of.name))
    return CopyTreeStep(label, of.name, source, to, children, values, document.get("as"))


def _receiver(document: Mapping[str, Any], here: Compiling, of: Object) -> Checked | None:
    if "to" not in document:
        return None
    to, target = here.at("to").record(str(document["to"]))
    if target is not None and target.name != of.name:
        here.at("to").problem("{to} is no record of {object}.", to=document["to"], object=of.name)
    return to


def _copied(document: Mapping[str, Any], here: Compiling, of: Object) -> list[Copied]:
    found = []
    known = here.catalog.reverses.get(of.name, EMPTY)
    for index, name in enumerate(document.get("relations", ())):
        reverse = known.get(name)
        if reverse is None:
            message = "{name}: no such relation of {object}.{hint}"
            place = here.at("relations", index)
            place.problem(message, name=name, object=of.name, hint=nearest(name, known))
            continue
        only = document.get("only")
        filter_ = None if only is None else here.at("only").filter(only, reverse.object)
        found.append(Copied(name, reverse.object, reverse.field, filter_))
    return found
