"""Objects as wholes: titles, masters, relations, stages, record types, uniqueness."""

from __future__ import annotations

from collections.abc import Iterable

from ..definitions import Field, Object
from ..expressions.scopes import SYSTEM_TYPES
from ..expressions.types import Kind
from ..field_types import type_of
from ..field_types.base import StorageKind
from ..layers import Layered, Path
from .checking import Checking

LONGEST_KEY = 640
"""Characters in one entry of a unique index: PostgreSQL takes 2,704 bytes, a character up to 4."""

TITLES = frozenset({"text", "email", "phone", "autonumber", "person_name", "picklist"})
"""Types whose text names a record; formulas that give text do, too."""


def check_objects(checking: Checking) -> None:
    for document, of in checking.objects():
        _check_title(checking, document, of)
        _check_declines(checking, document, of)
        _check_masters(checking, document, of)
        _check_path(checking, document, of)
        _check_record_types(checking, document, of)
        _check_keys(checking, document, of)
        _check_periods(checking, document, of)
    _check_relations(checking)


def _check_title(checking: Checking, document: Layered, of: Object) -> None:
    title = of.by_name.get(of.title)
    if title is None:
        return
    named = title.type in TITLES or (
        title.type == "formula" and type_of(title).expression_type(title).kind is Kind.TEXT
    )
    if not named:
        message = "{name} is a {type}: a title is text, a number drawn, or a formula giving text."
        checking.at(document, ("title",), message, name=of.title, type=title.type)


def _check_declines(checking: Checking, document: Layered, of: Object) -> None:
    field = of.by_name.get(of.declines or "")
    if field is not None and field.type != "boolean":
        message = "{name} is a {type}: a wish for no mailings is a boolean."
        checking.at(document, ("declines",), message, name=field.name, type=field.type)


def _check_masters(checking: Checking, document: Layered, of: Object) -> None:
    masters = [each for each in of.fields if each.type == "master"]
    for extra in masters[1:]:
        message = "{name}: an object has one master at most; {first} is it already."
        at = ("fields", extra.name, "type")
        checking.at(document, at, message, name=extra.name, first=masters[0].name)
    inherits = of.owner == "parent" or of.access.rights == "parent"
    if inherits and not masters:
        message = "The rights follow a master record, but {object} has no field of type master."
        checking.at(document, ("owner",), message, object=of.name)
    for master in masters[:1]:
        if len(master.targets) != 1:
            message = "A master has exactly one target."
            checking.at(document, ("fields", master.name, "target"), message)


def _check_path(checking: Checking, document: Layered, of: Object) -> None:
    field = of.by_name.get(of.path.field) if of.path else None
    if field is not None and field.type != "picklist":
        message = "The stages are the options of a picklist; {name} is a {type}."
        checking.at(document, ("path", "field"), message, name=field.name, type=field.type)
    since = of.by_name.get(of.path.since or "") if of.path else None
    if since is not None and since.type != "datetime":
        message = "{name} is a {type}: when a record came to its stage is a datetime."
        checking.at(document, ("path", "since"), message, name=since.name, type=since.type)


def _check_record_types(checking: Checking, document: Layered, of: Object) -> None:
    defaults = [each.name for each in of.record_types if each.default]
    for extra in defaults[1:]:
        message = "{name}: {first} is the default already."
        at = ("record_types", extra, "default")
        checking.at(document, at, message, name=extra, first=defaults[0])


def _check_keys(checking: Checking, document: Layered, of: Object) -> None:
    """Only what is stored in one column can be unique or indexed, and not whole books."""
    for key, groups in (("unique", of.unique), ("indexes", of.indexes)):
        for index, names in enumerate(groups):
            for name in names:
                _check_storable(checking, document, (key, index, name), of.by_name.get(name))
    for field in of.fields:
        if field.unique or field.external_id:
            _check_storable(checking, document, ("fields", field.name), field)
            _check_short(checking, document, ("fields", field.name), [field])
    for index, names in enumerate(of.unique):
        fields = [of.by_name[name] for name in names if name in of.by_name]
        _check_short(checking, document, ("unique", index), fields)


def _check_short(checking: Checking, document: Layered, at: Path, fields: Iterable[Field]) -> None:
    characters = sum(_longest(field) for field in fields)
    if characters > LONGEST_KEY:
        message = "A unique text has at most {most} characters; max_length here comes to {count}."
        checking.at(document, at, message, most=LONGEST_KEY, count=characters)


def _longest(field: Field) -> int:
    """Characters of a text as its settings allow them; nothing for what is short anyway."""
    known = type_of(field).settings.get("max_length")
    return int(field.settings.get("max_length", known["default"])) if known else 0


def _check_storable(checking: Checking, document: Layered, at: Path, field: Field | None) -> None:
    if field is None:
        return
    if type_of(field).storage(field).kind in (StorageKind.NONE, StorageKind.SET, StorageKind.JSON):
        message = "{name} is a {type}; it is not stored in a way that could be indexed."
        checking.at(document, at, message, name=field.name, type=field.type)


def _check_periods(checking: Checking, document: Layered, of: Object) -> None:
    for index, rule in enumerate(of.no_overlap):
        kinds = {
            end: type_of(field).storage(field).kind
            for end, name in (("from", rule.start), ("to", rule.end))
            if (field := of.by_name.get(name)) is not None
        }
        if len(set(kinds.values())) > 1 or not set(kinds.values()) <= {
            StorageKind.DATE,
            StorageKind.MOMENT,
        }:
            message = "A period has two dates, or two moments."
            checking.at(document, ("no_overlap", index), message)


def _check_relations(checking: Checking) -> None:
    """A relation is a name on its target, like a field; two children must not claim one."""
    taken: dict[tuple[str, str], str] = {}
    for document, of in checking.objects():
        for field in of.fields:
            for target in field.targets if field.related else ():
                if field.related is None or target not in checking.catalog.objects:
                    continue
                name = field.related.name
                other = _owner_of(checking.catalog.objects[target], name) or taken.get(
                    (target, name)
                )
                if other is not None:
                    message = "The relation {name} of {object} exists already: {other}."
                    at = ("fields", field.name, "related", "name")
                    checking.at(document, at, message, name=name, object=target, other=other)
                taken[target, name] = f"{of.name}.{field.name}"


def _owner_of(of: Object, name: str) -> str | None:
    known: Iterable[str] = (*of.by_name, *SYSTEM_TYPES, "id", "record_type")
    return f"{of.name}.{name}" if name in known else None
