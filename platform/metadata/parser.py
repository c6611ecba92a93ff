"""Folded documents → definitions of objects. Dumb: what does not fit together is found later."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from .definitions import (
    Access,
    DuplicateRule,
    Field,
    MatchField,
    NoOverlap,
    Object,
    Option,
    RecordType,
    Relation,
    Stage,
    StagePath,
    StageWarning,
    Validation,
)
from .layers import Layered

OWN_KEYS = frozenset(
    {
        *("name", "type", "label", "options", "target", "related", "on_delete", "required"),
        *("visible", "read_only", "default", "follows", "fill", "unique", "external_id"),
        *("search", "history", "sensitive", "help", "feature", "was"),
    }
)
"""Keys that are attributes of Field; the others are settings of its type."""

Document = Mapping[str, Any]


def first_name(name: str, document: Document) -> str:
    """The name a thing was born with: part of its id for ever."""
    was = document.get("was")
    return str(was[0]) if was else name


def identifier(package: str, *parts: str) -> str:
    """``standard_crm`` and ``opportunity/views/mine`` as one id."""
    return f"{package}:{'/'.join(parts)}"


def frozen(value: Any) -> Any:
    """The same without anything that could be changed."""
    if isinstance(value, dict):
        return MappingProxyType({key: frozen(inner) for key, inner in value.items()})
    return tuple(frozen(each) for each in value) if isinstance(value, list) else value


def parse_object(source: Layered, access: Access) -> Object:
    """The object of one folder. ``access``: what its access document says."""
    content = source.content
    first = first_name(source.name, content)
    own = _Own(source, first)
    return Object(
        id=identifier(source.package, first),
        name=source.name,
        label=content["label"],
        plural=content["plural"],
        package=source.package,
        title=content["title"],
        declines=content.get("declines"),
        fields=tuple(_field(own, each) for each in content["fields"]),
        icon=content.get("icon", "file"),
        owner=content.get("owner", "user"),
        tracks=frozenset(content.get("tracks", ())),
        record_types=tuple(_record_type(own, e) for e in content.get("record_types", ())),
        path=_path(own, content["path"]) if "path" in content else None,
        validations=tuple(_validation(own, e) for e in content.get("validations", ())),
        duplicates=tuple(_duplicates(own, e) for e in content.get("duplicates", ())),
        unique=tuple(tuple(each) for each in content.get("unique", ())),
        indexes=tuple(tuple(each) for each in content.get("indexes", ())),
        no_overlap=tuple(_no_overlap(each) for each in content.get("no_overlap", ())),
        access=access,
        help=content.get("help"),
        feature=content.get("feature"),
        was=tuple(content.get("was", ())),
    )


class _Own:
    """An object while its parts are parsed: gives them their ids."""

    def __init__(self, source: Layered, first: str) -> None:
        self.source, self.first = source, first

    def field(self, document: Document) -> str:
        package = self.source.package_of("fields", document["name"])
        return f"{package}:{self.first}.{first_name(document['name'], document)}"

    def option(self, field: Document, document: Document) -> str:
        """An option another package adds belongs to that package, wherever its field is from."""
        path = ("fields", field["name"], "options", document["name"])
        names = (first_name(field["name"], field), first_name(document["name"], document))
        return f"{self.source.package_of(*path)}:{'.'.join((self.first, *names))}"

    def keeps(self, field: str) -> bool:
        """Whether the platform itself writes the field: since when a record is in its stage."""
        return bool(self.source.content.get("path", {}).get("since") == field)

    def options(self, field: str) -> list[str]:
        """Names of the options of another field of the object."""
        found = (each for each in self.source.content["fields"] if each["name"] == field)
        return [option["name"] for each in found for option in each.get("options", ())]

    def warning(self, document: Document) -> str:
        package = self.source.package_of("path", "warnings", document["name"])
        return identifier(package, self.first, "path", first_name(document["name"], document))

    def part(self, key: str, document: Document) -> str:
        package = self.source.package_of(key, document["name"])
        return identifier(package, self.first, key, first_name(document["name"], document))


def _field(own: _Own, document: Document) -> Field:
    target = document.get("target", ())
    related = document.get("related")
    return Field(
        id=own.field(document),
        name=document["name"],
        type=document["type"],
        label=document["label"],
        settings=frozen(_settings(own, document)),
        options=tuple(_option(own, document, each) for each in document.get("options", ())),
        targets=(target,) if isinstance(target, str) else tuple(target),
        related=Relation(related["name"], related["label"]) if related else None,
        on_delete=document.get("on_delete", "cascade" if document["type"] == "master" else "clear"),
        filter=document.get("filter"),
        required=document.get("required", False),
        visible=document.get("visible", True),
        read_only=document.get("read_only", False) or own.keeps(document["name"]),
        default=_default(document),
        follows=tuple(document.get("follows", ())),
        fill=frozen(document["fill"]) if "fill" in document else None,
        unique=document.get("unique", False),
        external_id=document.get("external_id", False),
        search=document.get("search", False),
        history=document.get("history", True),
        sensitive=document.get("sensitive", False),
        help=document.get("help"),
        feature=document.get("feature"),
        was=tuple(document.get("was", ())),
    )


def _settings(own: _Own, document: Document) -> dict[str, Any]:
    """What only the field's type understands. ``depends_on`` is given its long form."""
    settings = {key: value for key, value in document.items() if key not in OWN_KEYS}
    other = settings.get("depends_on")
    if isinstance(other, str):
        offered = {
            name: [o["name"] for o in document.get("options", ()) if name in o.get("when", [name])]
            for name in own.options(other)
        }
        settings["depends_on"] = {"field": other, "map": offered}
    return settings


def _default(document: Document) -> str | None:
    """The default as an expression. In a picklist a bare option name stands for the option."""
    value = document.get("default")
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    names = {each["name"] for each in document.get("options", ())}
    if document["type"] == "picklist" and value in names:
        return f"'{value}'"
    if document["type"] == "multi_picklist" and value in names:
        return f"['{value}']"
    return str(value)


OPTION_KEYS = frozenset({"name", "label", "color", "closed", "was", "feature", "when"})


def _option(own: _Own, field: Document, document: Document) -> Option:
    return Option(
        id=own.option(field, document),
        name=document["name"],
        label=document["label"],
        color=document.get("color"),
        closed=document.get("closed", False),
        extra=frozen({k: v for k, v in document.items() if k not in OPTION_KEYS}),
        was=tuple(document.get("was", ())),
    )


def _record_type(own: _Own, document: Document) -> RecordType:
    return RecordType(
        id=own.part("record_types", document),
        name=document["name"],
        label=document["label"],
        default=document.get("default", False),
        options=frozen(document.get("options", {})),
    )


def _path(own: _Own, document: Document) -> StagePath:
    stages = (
        Stage(
            each["name"],
            tuple(each.get("requires", ())),
            each.get("guidance"),
            each.get("stalled_after_days"),
            tuple(each["next"]) if "next" in each else None,
        )
        for each in document.get("stages", ())
    )
    warnings = (
        StageWarning(own.warning(each), each["name"], each["when"], each["message"])
        for each in document.get("warnings", ())
    )
    return StagePath(document["field"], tuple(stages), document.get("since"), tuple(warnings))


def _validation(own: _Own, document: Document) -> Validation:
    return Validation(
        id=own.part("validations", document),
        name=document["name"],
        when=document["when"],
        message=document["message"],
        field=document.get("field"),
    )


def _duplicates(own: _Own, document: Document) -> DuplicateRule:
    match = (
        MatchField(each["field"], each.get("method", "exact"), each.get("threshold", 0.85))
        for each in document["match"]
    )
    return DuplicateRule(
        id=own.part("duplicates", document),
        name=document["name"],
        match=tuple(match),
        on_match=document.get("on_match", "warn"),
    )


def _no_overlap(document: Document) -> NoOverlap:
    by, start, end = tuple(document["by"]), document["from"], document["to"]
    return NoOverlap(by, start, end, document.get("while"))
