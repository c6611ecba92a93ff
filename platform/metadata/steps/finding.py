"""``find``: records of an object that meet a filter, or the first of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..expressions import Checked
from ..expressions.types import Kind, Type
from .compiling import Compiling, Step, reference

KEYS = ("find", "filter", "sort", "first", "limit")
MOST = 1_000


@dataclass(frozen=True, slots=True)
class FindStep(Step):
    object: str
    filter: Checked
    sort: str | None
    first: bool
    limit: int
    bound: str


def read(document: Mapping[str, Any], label: str, here: Compiling) -> FindStep | None:
    of = here.other(document["find"])
    if "as" not in document:
        here.problem("What is found needs a name: “as”.")
    if of is None:
        return None
    filter_ = here.at("filter").filter(document.get("filter", "true"), of.name)
    first = bool(document.get("first", False))
    found = reference(of.name) if first else Type(Kind.ROWS, targets=(of.name,))
    here.bind(document.get("as"), found)
    if filter_ is None or "as" not in document:
        return None
    limit = 1 if first else int(document.get("limit", MOST))
    return FindStep(label, of.name, filter_, document.get("sort"), first, limit, document["as"])
