"""``typecase new-package``: a small package that validates, to be changed into one's own."""

from __future__ import annotations

import json
import os
import re
import shutil
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import BadRequest, Conflict
from ..metadata.sources import FORMAT
from ..resources import data_folder
from .arguments import Parser
from .console import DONE, Console

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
PREFIX = re.compile(r"[a-z][a-z0-9]{1,7}")
SCHEMAS = ".schemas"
"""Where the schemas are copied to, for editors, when the package lies outside a checkout."""


def configure(parser: Parser) -> None:
    parser.add_argument("name", help="name of the package, in snake_case")
    parser.add_argument("--in", dest="folder", type=Path, default=Path(), help="where to make it")
    parser.add_argument("--label", help="what people read")
    parser.add_argument("--prefix", help="what the names of its objects begin with")
    parser.add_argument("--object", default="item", help="name of its first object (item)")


def run(arguments: Namespace, console: Console) -> int:
    prefix = arguments.prefix or default_prefix(arguments.name)
    _check(arguments.name, prefix, arguments.object)
    folder = arguments.folder / arguments.name
    if folder.exists():
        raise Conflict("{path} is there already.", path=str(folder))
    label = arguments.label or in_words(arguments.name)
    files = package_files(arguments.name, label, prefix, arguments.object)
    schemas = _schemas_beside(folder)
    for name, content in files.items():
        _write(folder, name, content, schemas)
    (folder / "README.md").write_text(README.format(name=arguments.name, label=label), "utf-8")
    console.answer({"folder": str(folder), "files": sorted(files)})
    console.say("Made {folder}. Next: typecase validate {folder}", folder=str(folder))
    return DONE


def default_prefix(name: str) -> str:
    """``repair_shop`` → ``rs``, ``repairs`` → ``repairs``."""
    words = name.split("_")
    return "".join(word[0] for word in words)[:8] if len(words) > 1 else name[:8]


def in_words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def package_files(name: str, label: str, prefix: str, object_name: str) -> dict[str, Any]:
    """File → document: one object with two views, a permission set and a menu."""
    full, noun = f"{prefix}_{object_name}", in_words(object_name)
    return {
        "package.json": {
            "name": name,
            "version": "0.1.0",
            "definitions_format": FORMAT,
            "label": label,
            "prefix": prefix,
        },
        f"objects/{full}/object.json": _object(noun),
        f"objects/{full}/views.json": VIEWS,
        f"objects/{full}/access.json": {"default": "private"},
        "permissions.json": {
            "permission_sets": [
                {
                    "name": f"{prefix}_users",
                    "label": label,
                    "objects": {full: ["read", "create", "edit", "delete"]},
                }
            ]
        },
        "menus.json": {"apps": [{"name": name, "label": label, "items": [{"object": full}]}]},
    }


def _object(noun: str) -> dict[str, Any]:
    return {
        "label": noun,
        "plural": f"{noun}s",
        "icon": "file",
        "title": "name",
        "owner": "user",
        "tracks": ["history", "files", "comments"],
        "fields": [
            {"name": "name", "type": "text", "label": "Name", "required": True, "search": True},
            {
                "name": "status",
                "type": "picklist",
                "label": "Status",
                "default": "open",
                "options": [
                    {"name": "open", "label": "Open", "color": "blue"},
                    {"name": "done", "label": "Done", "color": "green", "closed": True},
                ],
            },
            {"name": "due_on", "type": "date", "label": "Due", "default": "today() + 7"},
            {"name": "notes", "type": "long_text", "label": "Notes"},
        ],
        "validations": [
            {
                "name": "open_has_due",
                "when": "status == 'open' and is_blank(due_on)",
                "field": "due_on",
                "message": "What is open has a due date.",
            }
        ],
    }


VIEWS = {
    "views": [
        {
            "name": "mine",
            "label": "Mine",
            "columns": ["name", "status", "due_on"],
            "filter": "owner == user and not option(status).closed",
            "sort": "due_on",
            "default": True,
        },
        {"name": "all", "label": "All", "columns": ["name", "status", "due_on", "owner"]},
    ]
}

README = """# {label}

A package for Typecase.

    typecase validate {name}
    typecase plan {name}
    typecase install {name}
"""


def _check(name: str, prefix: str, object_name: str) -> None:
    if not NAME.fullmatch(name) or not NAME.fullmatch(object_name):
        raise BadRequest("Names are snake_case ASCII, at most 40 characters.")
    if not PREFIX.fullmatch(prefix):
        raise BadRequest("A prefix has two to eight letters and digits. Give one with --prefix.")


def _schemas_beside(folder: Path) -> Path:
    """The schemas an editor completes from: the checkout's, else a copy inside the package."""
    ours = data_folder("schemas").resolve()
    if folder.resolve().parent.parent == ours.parent:
        return ours
    copied = folder / SCHEMAS
    copied.mkdir(parents=True)
    for path in ours.glob("*.schema.json"):
        shutil.copy(path, copied)
    return copied.resolve()


def _write(folder: Path, name: str, content: Mapping[str, Any], schemas: Path) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    schema = os.path.relpath(schemas / f"{path.stem}.schema.json", path.parent.resolve())
    document = {"$schema": schema, **content}
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")
