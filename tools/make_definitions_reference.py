"""Writes docs/definitions.md: the reference of every kind of definition, from the schemas.

Run it after a schema has changed; a test compares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from typecase.metadata.kinds import KINDS
from typecase.metadata.schema_files import schema_files

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docs" / "definitions.md"
Schema = Mapping[str, Any]

INTRODUCTION = """# Definitions

The reference of everything a package may say. It is generated from `schemas/`, so it is what the
runtime checks; an editor that knows JSON Schema completes a file that names its schema in
`$schema`.

A package is a folder (or a zip of it):

```
package.json                 the manifest
objects/<object>/            {of_objects}
extends/<object>/            the same files: what this package adds to another package's object
extends/<file>.json          and what it adds to another package's roles, permissions, menus, …
{singles}
{folders}
data/*.json|csv              rows; data/demo/ are rows for trying out
```

**What runs.** All of this is checked; not all of it runs yet. Approvals, SLA
policies, plug-ins, archives, reports, dashboards, templates, surveys,
web forms and scenarios are read and kept, and do nothing so far ([progress](progress.md)).

**Layers.** What runs is the fold of all packages, each after those it requires, and last the
customer's own layer. *Merges* says how two layers of a list become one: *by name* (items of one
name become one, others are added), *by value* (a set), or *replaced*. Maps merge by key. In
`extends/` a file says only what differs; an item may say `"$remove": true`, or `"$after": "<name>"`
for its place (`""` is the beginning), and an object may say `"$unset": ["<key>"]`. In a list of
plain values `{{"$remove": "<value>"}}` takes one out.

**Names** are in snake_case, at most 40 characters. A package other than the base begins the names
of its objects, and of the fields it adds to other packages' objects, with its prefix. A thing that
is renamed keeps its identity when it says `"was": ["<former name>"]`.

**Conditions** are `true`, `false` or an expression (see [expressions](expressions.md)).

**Data files.** A row is flat: field → value as the API takes it. `key` names it; lookups hold
another row's key. Dates may be counted from the installation: `{{"today": -40}}`,
`{{"today": 2, "at": "09:30"}}`, `{{"now": -90}}` (minutes). In CSV these are `today-40`,
`today+2 09:30`, `now-90`, several values are `a|b`, and the file is named after its object
(`region.csv`, `10_region.csv`).
"""


def text() -> str:
    singles = "\n".join(f"{k.file}.json" for k in KINDS if k.place == "single")
    of_objects = " ".join(f"{k.file}.json" for k in KINDS if k.place == "object")
    folders = "\n".join(f"{k.file + '/*.json':<29}" for k in KINDS if k.place == "folder")
    lines = [
        INTRODUCTION.format(
            of_objects=of_objects, singles=singles, folders=folders.replace(" \n", "\n").rstrip()
        )
    ]
    for file in ("package", *(kind.name for kind in KINDS), "data"):
        lines += section(f"{file}.schema.json")
    lines += field_types()
    return "\n".join(line.rstrip() for line in "\n".join(lines).split("\n")).rstrip() + "\n"


def section(file: str) -> Iterator[str]:
    """One kind: its description, its keys, then its parts."""
    schema = schema_files()[file]
    yield f"## {schema['title']}\n\n{schema['description']}\n"
    yield from table(file, schema)
    for name, part in schema.get("$defs", {}).items():
        yield f"### {schema['title']}: {name.replace('_', ' ')}\n\n{part['description']}\n"
        yield from table(file, part)


def field_types() -> Iterator[str]:
    file = "field_types.schema.json"
    yield "## Field types\n\nBeside the keys every field has, a field takes those of its type.\n"
    for name, part in schema_files()[file]["$defs"].items():
        yield f"### `{name}`\n\n{part['description']}\n"
        yield from table(file, part)


def table(file: str, schema: Schema) -> Iterator[str]:
    rows = list(keys(file, schema, "", schema.get("required", ())))
    if rows:
        yield "| key | what | takes |\n|---|---|---|"
        yield from rows
        yield ""


def keys(file: str, schema: Schema, above: str, required: Any) -> Iterator[str]:
    """A line per key; keys of objects that have no name of their own follow, indented by path."""
    for key, value in schema.get("properties", {}).items():
        if key == "$schema":
            continue
        name = f"`{above}{key}`" + (" **required**" if key in required else "")
        yield f"| {name} | {cell(value.get('description', ''))} | {cell(takes(file, value))} |"
        inner = value.get("items", value) if isinstance(value.get("items", value), dict) else {}
        if inner.get("properties") and "$ref" not in inner:
            yield from keys(file, inner, f"{above}{key}.", inner.get("required", ()))


def takes(file: str, value: Schema) -> str:
    """What may stand under a key, in a few words."""
    words = kind_of(file, value)
    if "x-merge" in value:
        words += f"; merges {merging(value['x-merge'])}"
    if "default" in value:
        words += f"; default `{_json(value['default'])}`"
    limits = [f"{n} {value[k]}" for k, n in (("minimum", "from"), ("maximum", "to")) if k in value]
    return "; ".join([words, " ".join(limits)] if limits else [words])


def merging(rule: str) -> str:
    return {"replace": "as a whole", "value": "by value"}.get(rule, rule)


def kind_of(file: str, value: Schema) -> str:
    if "enum" in value:
        return ", ".join(f"`{_json(each)}`" for each in value["enum"])
    if "const" in value:
        return f"`{_json(value['const'])}`"
    if "x-refers" in value:
        return REFERS.get(value["x-refers"], f"{value['x-refers'].replace('_', ' ')}")
    if "x-expression" in value:
        return "condition" if value["x-expression"] == "condition" else "expression"
    if "$ref" in value:
        return referred(file, value["$ref"])
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(kind_of(file, each) for each in value["anyOf"]))
    if value.get("type") == "array":
        return f"list of {kind_of(file, value['items'])}"
    if value.get("type") == "object" and isinstance(value.get("additionalProperties"), dict):
        return f"map to {kind_of(file, value['additionalProperties'])}"
    kind = value.get("type", "anything")
    return " or ".join(kind) if isinstance(kind, list) else kind


REFERS = {
    "free": "name",
    "path": "field or path",
    "sort": "fields with commas",
    "field_of_record": "field",
    "option_of_key": "option",
    "object_view": "object.view",
    "home": "app, dashboard or object",
    "sla_target": "target",
}

COMMON = {"label": "text", "help": "text", "was": "list of names", "condition": "condition"}


def referred(file: str, reference: str) -> str:
    name = reference.rpartition("/")[2]
    return COMMON.get(name, name.replace("_", " "))


def _json(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(_json, value)) if isinstance(value, list) else str(value)


def cell(words: str) -> str:
    return words.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text(), "utf-8")
