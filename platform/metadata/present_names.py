"""Former names in documents, put right: what the catalog hands out only knows present names.

Expressions need no rewriting: their checked trees hold present names already.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from ..errors import UnknownName
from .catalog import Catalog
from .definitions import EMPTY, Object
from .layers import Layered, Stack
from .walking import Mention, walk


def has_former_names(catalog: Catalog) -> bool:
    """Whether anything was ever renamed; if not, there is nothing to put right."""
    return any(
        of.was or any(field.was or any(o.was for o in field.options) for field in of.fields)
        for of in catalog.objects.values()
    ) or any(each.get("was") for each in _calendars(catalog).values())


def with_present_names(stack: Stack, catalog: Catalog) -> Stack:
    """The same documents, every object, field, option and calendar called by its present name."""
    documents = {key: _rewritten(each, catalog) for key, each in stack.documents.items()}
    return replace(stack, documents=documents)


def _rewritten(document: Layered, catalog: Catalog) -> Layered:
    fresh = replace(document, content=copy.deepcopy(document.content))
    renames = [
        (each, new)
        for each in walk(fresh, catalog)
        if isinstance(each, Mention) and (new := present(each, catalog)) != each.name
    ]
    for mention, new in renames:
        _put(mention, new)
    return fresh


def _put(mention: Mention, new: str) -> None:
    """Writes the new name where the old one stands: a value, an item, or a key."""
    holder: Any = mention.holder
    if isinstance(holder, list) or holder.get(mention.place) == mention.name:
        holder[mention.place] = new
        return
    entries = [(new if key == mention.name else key, value) for key, value in holder.items()]
    holder.clear()
    holder.update(entries)


def present(mention: Mention, catalog: Catalog) -> str:
    """The present name of what is mentioned; the same name where nothing was renamed or known."""
    rename = RENAMES.get(mention.refers)
    try:
        return rename(mention, catalog) if rename else mention.name
    except UnknownName:
        return mention.name  # told, with its place, when references are resolved


def _object(mention: Mention, catalog: Catalog) -> str:
    return mention.name if mention.name in ("*", "user") else catalog.object(mention.name).name


def _field(mention: Mention, catalog: Catalog) -> str:
    return _path_of(catalog, catalog.object(mention.object or ""), mention.name)


def _field_of_record(mention: Mention, catalog: Catalog) -> str:
    return _path_of(catalog, catalog.object(mention.document.name), mention.name)


def _sort(mention: Mention, catalog: Catalog) -> str:
    of = catalog.object(mention.object or "")
    parts = [part.strip() for part in mention.name.split(",")]
    return ",".join(
        "-" * part.startswith("-") + _path_of(catalog, of, part.removeprefix("-")) for part in parts
    )


def _path_of(catalog: Catalog, of: Object, path: str) -> str:
    """A path with present names, across lookups (their first target) and relations."""
    name, dot, rest = path.partition(".")
    field = of.by_name.get(name)
    if field is not None:
        targets = [target for target in field.targets if target in catalog.objects]
        further = _path_of(catalog, catalog.objects[targets[0]], rest) if dot and targets else rest
        return f"{field.name}{dot}{further}"
    reverse = catalog.reverses.get(of.name, EMPTY).get(name)
    if reverse is not None and dot:
        return f"{name}.{_path_of(catalog, catalog.objects[reverse.object], rest)}"
    return path


def _object_field(mention: Mention, catalog: Catalog) -> str:
    object_name, _, field = mention.name.partition(".")
    of = catalog.object(object_name)
    return f"{of.name}.{catalog.field(of, field).name}"


def _object_view(mention: Mention, catalog: Catalog) -> str:
    object_name, _, view = mention.name.partition(".")
    return f"{catalog.object(object_name).name}.{view}"


def _stage(mention: Mention, catalog: Catalog) -> str:
    of = catalog.object(mention.document.name)
    return _option(of, of.path.field if of.path else "", mention.name)


def _option_of_key(mention: Mention, catalog: Catalog) -> str:
    of = catalog.object(mention.document.name)
    return _option(of, str(mention.path[-2]), mention.name)


def _option(of: Object, field: str, name: str) -> str:
    found = of.by_name[field].option(name) if field in of.by_name else None
    return found.name if found else name


def _calendar(mention: Mention, catalog: Catalog) -> str:
    known = _calendars(catalog)
    if mention.name in known:
        return mention.name
    found = (name for name, each in known.items() if mention.name in each.get("was", ()))
    return next(found, mention.name)


def _calendars(catalog: Catalog) -> Mapping[str, Any]:
    return catalog.documents.get("calendars", EMPTY)


RENAMES: Mapping[str, Callable[[Mention, Catalog], str]] = MappingProxyType(
    {
        "object": _object,
        "object_or_all": _object,
        "field": _field,
        "path": _field,
        "field_of_record": _field_of_record,
        "sort": _sort,
        "object_field": _object_field,
        "object_view": _object_view,
        "stage": _stage,
        "option_of_key": _option_of_key,
        "calendar": _calendar,
    }
)
"""What ``x-refers`` says → how to find the present name. Other things have no aliases."""
