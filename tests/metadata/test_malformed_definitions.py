"""Whatever is done to a package's documents: it composes, or every problem is told."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from typecase.errors import DefinitionsInvalid
from typecase.metadata.composing import compose
from typecase.metadata.packages import package_from_files

from .packages_of import CUSTOMER, MANIFEST, SALE, content_of, with_fields

FULL: dict[str, Any] = {
    "package.json": {
        **MANIFEST,
        "features": [{"name": "extra", "label": "Extra"}],
        "settings": [{"name": "days", "label": "Days", "type": "integer", "default": 3}],
    },
    "objects/customer/object.json": with_fields(
        CUSTOMER,
        {"name": "total", "type": "rollup", "label": "T", "of": "sales.amount", "function": "sum"},
        {"name": "lost", "type": "rollup", "label": "L", "object": "sale", "function": "count",
         "where": "customer == record.id", "keep": "query"},
    ),
    "objects/sale/object.json": {
        **with_fields(
            SALE,
            {"name": "twice", "type": "formula", "label": "F", "returns": "decimal",
             "expression": "amount * setting('days')", "feature": "extra"},
            {"name": "kind", "type": "picklist", "label": "K", "depends_on": "stage",
             "options": [{"name": "a", "label": "A", "when": ["won"]}]},
            {"name": "number", "type": "autonumber", "label": "N", "numbering": "sales"},
            {"name": "rate", "type": "decimal", "label": "R", "default": "customer.total",
             "follows": ["customer"]},
        ),
        "path": {"field": "stage", "stages": [{"name": "won", "requires": ["amount"]}]},
        "record_types": [{"name": "r", "label": "R", "options": {"stage": ["won"]}}],
        "validations": [{"name": "v", "when": "amount < 0", "message": "No.", "field": "amount"}],
        "duplicates": [{"name": "d", "match": [{"field": "name", "method": "fuzzy"}]}],
        "unique": [["name", "customer"]],
        "indexes": [["stage"]],
    },
    "objects/sale/layout.json": {
        "pages": [{"name": "p", "highlights": ["stage"], "actions": ["edit", "close"], "tabs": [
            {"name": "t", "label": "T", "sections": [
                {"name": "s", "label": "S", "fields": ["name", {"field": "amount", "wide": True}]}
            ]}]}],
        "assign": [{"page": "p", "when": "stage == 'won'"}],
    },
    "objects/customer/layout.json": {
        "pages": [{"name": "p", "tabs": [{"name": "t", "label": "T", "panes": [
            {"related": "sales", "columns": ["name", "customer.level"], "filter": "amount > 1",
             "sort": "-amount,name"}]}]}],
    },
    "objects/sale/views.json": {"views": [
        {"name": "b", "label": "B", "as": "board", "by": "stage", "totals": ["amount"]},
        {"name": "x", "label": "X", "as": "pivot", "rows": ["stage"], "measures": [{"count": "*"}]},
    ]},
    "objects/sale/access.json": {
        "default": "private", "sensitive": ["amount"],
        "sharing": [{"name": "s", "when": "stage == 'won'", "with": [{"role": "rep"}],
                     "grant": "read"}],
    },
    "objects/sale/process.json": {
        "actions": [{"name": "close", "label": "Close", "steps": [
            {"update": "record", "values": {"stage": "'won'"}}]}],
        "sla": [{"name": "q", "label": "Q", "calendar": "office", "targets": [
            {"name": "t", "starts": "created", "stops": "stage == 'won'", "within": "3d"}],
            "escalations": [{"target": "t", "at": "80%", "do": [
                {"notify": "owner", "text": "Late."}]}]}],
    },
    "objects/sale/approvals.json": {"approvals": [{"name": "a", "label": "A", "nodes": [
        {"name": "start", "type": "start"}, {"name": "end", "type": "end", "outcome": "approved"}],
        "edges": [{"from": "start", "to": "end"}]}]},
    "roles.json": {"roles": [
        {"name": "boss", "label": "Boss"},
        {"name": "rep", "label": "Rep", "above": "boss", "permissions": ["s"], "home": "main"}]},
    "permissions.json": {
        "permissions": [{"name": "pay", "label": "Pay"}],
        "permission_sets": [{"name": "s", "label": "S", "objects": {"sale": ["read"], "*": []},
                             "fields": {"sale.amount": "read"}, "system": ["pay", "export"]}]},
    "menus.json": {"apps": [{"name": "main", "label": "Main", "items": [
        {"object": "sale", "view": "b"}, {"name": "g", "label": "G", "items": [{"report": "r"}]},
        {"dashboard": "d"}]}]},
    "numbering.json": {"numbers": [
        {"name": "sales", "pattern": "S-{year}-{seq:4}", "restart": "year"}]},
    "calendars.json": {"calendars": [
        {"name": "office", "label": "O", "hours": {"mon": [["09:00", "17:00"]]}}]},
    "reports/r.json": {"label": "R", "object": "sale", "group": ["stage"],
                       "measures": [{"sum": "amount"}]},
    "dashboards/d.json": {"label": "D", "tiles": [
        {"name": "t", "report": "r"}, {"name": "v", "view": "sale.b"}]},
    "translations/zh.json": {"texts": {"sale": "销售", "apps/main/g": "组"}},
    "data/sale.json": {"object": "sale", "rows": [
        {"key": "s1", "name": "One", "customer": "c1", "stage": "won"}]},
    "data/customer.csv": "key,name,level\nc1,Ada,gold\n",
}  # fmt: skip


def tried(files: dict[str, Any]) -> list[str]:
    """The problems of these files; anything but a told problem is a failure."""
    try:
        compose([package_from_files({n: content_of(c) for n, c in files.items()})], 1)
    except DefinitionsInvalid as invalid:
        return [str(each) for each in invalid.problems]
    return []


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, each in inner:
            yield from places(each, (*path, key))


PLACES = [
    (file, path)
    for file, content in FULL.items()
    if not isinstance(content, str)
    for path in places(content)
    if path
]

ODD = [
    *(None, True, 0, -1, 1.5, 10**15, "", "x", "name", "stage", "sale", "customer.level", "a.b.c"),
    *("1 +", "amount", "today()", "__class__", "tc_x", "class", "'won'", "x" * 5_000, "\n", "💥"),
    *([], {}, [[]], [None], [{}], {"name": "x"}, {"x": 1}, {"$remove": True}, ["name", "name"]),
]


def changed(file: str, path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    files = copy.deepcopy(FULL)
    at = files[file]
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return files


def without(file: str, path: tuple[Any, ...]) -> dict[str, Any]:
    files = copy.deepcopy(FULL)
    at = files[file]
    for step in path[:-1]:
        at = at[step]
    del at[path[-1]]
    return files


def test_the_package_is_in_order() -> None:
    assert tried(FULL) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PLACES), st.sampled_from(ODD))
def test_any_place_may_hold_anything(place: tuple[str, tuple[Any, ...]], value: Any) -> None:
    tried(changed(*place, value))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PLACES))
def test_any_place_may_be_missing(place: tuple[str, tuple[Any, ...]]) -> None:
    tried(without(*place))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_every_place_is_taken_away_once() -> None:
    for place in PLACES:
        tried(without(*place))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(FULL)))
def test_any_file_may_be_missing(file: str) -> None:
    tried({name: content for name, content in FULL.items() if name != file})


@settings(max_examples=40, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5),
                    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
                        st.sampled_from(["apps", "roles", "fields", "name", "items", "x"]),
                        inner, max_size=3), max_leaves=10),
       st.sampled_from([file for file in FULL if file.endswith(".json")]))  # fmt: skip
def test_any_document_may_be_anything(document: Any, file: str) -> None:
    tried({**FULL, file: json.dumps(document)})
