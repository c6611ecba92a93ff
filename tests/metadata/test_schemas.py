"""The schemas are the reference manual and the rules of merging: nothing in them is left unsaid."""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from typecase.metadata.kinds import KINDS
from typecase.metadata.resolving import RESOLVERS
from typecase.metadata.schema_files import schema_files
from typecase.metadata.scoping import SCOPES

ROOT = Path(__file__).parents[2]
MERGES = ("replace", "value")


def nodes(node: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema inside a schema file, with where it stands."""
    if not isinstance(node, dict):
        return
    yield at, node
    for word in ("properties", "$defs"):
        for key, inner in node.get(word, {}).items():
            yield from nodes(inner, f"{at}/{word}/{key}")
    for word in ("items", "additionalProperties", "then"):
        yield from nodes(node.get(word), f"{at}/{word}")
    for word in ("anyOf", "allOf", "oneOf"):
        for index, inner in enumerate(node.get(word, ())):
            yield from nodes(inner, f"{at}/{word}/{index}")


ALL = [
    pytest.param(at, node, id=f"{file}{at}")
    for file, schema in schema_files().items()
    for at, node in nodes(schema)
]


def test_every_kind_has_a_schema() -> None:
    expected = {kind.schema for kind in KINDS} | {
        "package.schema.json",
        "data.schema.json",
        "common.schema.json",
        "field_types.schema.json",
    }
    assert set(schema_files()) == expected


def test_every_key_is_described() -> None:
    bare = [
        f"{file}{at}/{key}"
        for file, schema in schema_files().items()
        for at, node in nodes(schema)
        for key, inner in node.get("properties", {}).items()
        if not inner.get("description") and not at.endswith("/if")
    ]
    assert bare == []


def test_every_list_says_how_it_merges() -> None:
    silent = [
        f"{file}{at}"
        for file, schema in schema_files().items()
        for at, node in nodes(schema)
        if node.get("type") == "array"
        and not (node.get("x-merge") in MERGES or str(node.get("x-merge")).startswith("by "))
    ]
    assert silent == []


def test_every_object_is_closed_or_a_map() -> None:
    open_ = [
        f"{file}{at}"
        for file, schema in schema_files().items()
        if file not in ("field_types.schema.json", "common.schema.json")
        for at, node in nodes(schema)
        if node.get("type") == "object"
        and "additionalProperties" not in node
        and "unevaluatedProperties" not in node
    ]
    assert open_ == []


def test_every_word_for_references_and_scopes_has_a_meaning() -> None:
    said = {
        (word, node[word])
        for schema in schema_files().values()
        for _, node in nodes(schema)
        for word in ("x-refers", "x-keys", "x-scope")
        if word in node
    }
    known = {("x-scope", scope) for scope in SCOPES}
    known |= {(word, name) for word in ("x-refers", "x-keys") for name in RESOLVERS}
    assert said - known == set()


def test_names_of_other_things_say_what_they_refer_to() -> None:
    """A kind cannot be added without declaring its references."""
    silent = [
        f"{file}{at}"
        for file, schema in schema_files().items()
        for at, node in nodes(schema)
        if str(node.get("$ref", "")).endswith(("/reference", "/path", "/sort"))
        and "x-refers" not in node
        and "/$defs/step/" not in at
    ]
    allowed = {
        "field_types.schema.json/$defs/rollup/properties/value",
        "scenario.schema.json/properties/steps/items/properties/action",
    }
    assert set(silent) <= allowed


def test_references_between_schemas_lead_somewhere() -> None:
    files = schema_files()
    for file, schema in files.items():
        for _, node in nodes(schema):
            if "$ref" not in node:
                continue
            other, _, pointer = node["$ref"].partition("#")
            target: Any = files[other or file]
            for part in pointer.split("/")[1:]:
                target = target[part]
            assert isinstance(target, dict)


def test_patterns_are_linear() -> None:
    """No group that repeats holds something that repeats without bound."""
    for schema in schema_files().values():
        for _, node in nodes(schema):
            for pattern in (node.get("pattern"), node.get("propertyNames", {}).get("pattern")):
                assert "+)*" not in (pattern or "") and "+)+" not in (pattern or "")


def test_field_schema_is_current() -> None:
    made = runpy.run_path(str(ROOT / "tools" / "make_field_schema.py"))
    wanted = json.loads(made["text"]())
    assert json.loads(json.dumps(schema_files()["field_types.schema.json"])) == wanted
