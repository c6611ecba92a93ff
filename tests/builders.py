"""Small packages, catalogs and people for tests: say what matters, the rest is ordinary.

    shop = a_package(
        an_object("deal", a_field("amount", "currency"), views=[a_view("all", "name")]),
        permissions=[a_permission_set("sales", deal=["read", "create", "edit"])],
    )

Everything goes through the same gate as a package on disk, so a test cannot build what a business
could not install.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from typecase.metadata.definitions import EMPTY
from typecase.metadata.packages import package_from_files
from typecase.metadata.sources import FORMAT, PackageSource
from typecase.runtime.actors import Actor, Rights

Document = dict[str, Any]
Files = dict[str, Document]


def a_field(name: str, type_: str = "text", **settings: Any) -> Document:
    return {"name": name, "type": type_, "label": _words(name), **settings}


def a_picklist(name: str, *options: str | Document, **settings: Any) -> Document:
    """Options are names, or whole documents where more than a name matters."""
    told = [o if isinstance(o, dict) else {"name": o, "label": _words(o)} for o in options]
    return a_field(name, "picklist", options=told, **settings)


def a_lookup(name: str, target: str, related: str | None = None, **settings: Any) -> Document:
    """``related`` names the relation on the other side."""
    if related:
        settings["related"] = {"name": related, "label": _words(related)}
    return a_field(name, "lookup", target=target, **settings)


def a_view(name: str, *columns: str, **settings: Any) -> Document:
    return {"name": name, "label": _words(name), "columns": list(columns), **settings}


def an_object(
    name: str,
    *fields: Document,
    views: Iterable[Document] = (),
    layout: Document | None = None,
    access: Document | None = None,
    process: Document | None = None,
    approvals: Document | None = None,
    **settings: Any,
) -> Files:
    """The files of one object; a ``name`` field is there unless ``fields`` bring one."""
    told = list(fields)
    if all(field["name"] != "name" for field in told):
        told.insert(0, a_field("name", required=True, search=True))
    folder = f"objects/{name}"
    files: Files = {
        f"{folder}/object.json": {
            "label": _words(name),
            "plural": f"{_words(name)}s",
            "title": "name",
            "owner": "user",
            "fields": told,
            **settings,
        }
    }
    if views:
        files[f"{folder}/views.json"] = {"views": list(views)}
    others = {"layout": layout, "access": access, "process": process, "approvals": approvals}
    return files | {f"{folder}/{k}.json": v for k, v in others.items() if v is not None}


def a_permission_set(
    name: str, *, fields: Mapping[str, str] = EMPTY, system: Iterable[str] = (), **objects: Any
) -> Document:
    """``objects``: object name → its rights; ``fields``: ``object.field`` → read or edit."""
    document = {"name": name, "label": _words(name), "objects": objects}
    if fields:
        document["fields"] = dict(fields)
    if system:
        document["system"] = list(system)
    return document


def a_package(
    *parts: Files,
    name: str = "shop",
    permissions: Iterable[Document] = (),
    roles: Iterable[Document] = (),
    **manifest: Any,
) -> PackageSource:
    """A base package of ``parts``. Raises DefinitionsInvalid like any other package."""
    return package_from_files(
        package_files(*parts, name=name, permissions=permissions, roles=roles, **manifest)
    )


def package_files(
    *parts: Files,
    name: str = "shop",
    permissions: Iterable[Document] = (),
    roles: Iterable[Document] = (),
    **manifest: Any,
) -> dict[str, bytes]:
    """The same as file name → bytes, for tests that write a folder or an archive."""
    naming = {} if "prefix" in manifest else {"base": True}
    files: Files = {
        "package.json": {
            "name": name,
            "version": "1.0.0",
            "definitions_format": FORMAT,
            "label": _words(name),
            **naming,
            **manifest,
        }
    }
    for part in parts:
        files |= part
    if permissions:
        files["permissions.json"] = {"permission_sets": list(permissions)}
    if roles:
        files["roles.json"] = {"roles": list(roles)}
    return {path: json.dumps(document).encode() for path, document in files.items()}


def an_actor(
    login: str = "rep",
    *,
    role: str | None = None,
    system: Iterable[str] = (),
    fields: Mapping[str, Any] = EMPTY,
    id_: str | None = None,
    **objects: Iterable[Any],
) -> Actor:
    """A person with the rights named: ``an_actor("rep", deal=["read", "edit"])``."""
    rights = {name: frozenset(given) for name, given in objects.items()}
    return Actor(
        id=id_ or f"00000000-0000-7000-8000-{zlib.crc32(login.encode()):012d}",
        login=login,
        name=_words(login),
        role=role,
        rights=Rights(objects=rights, fields=fields, system=frozenset(system)),
    )


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
