"""What there is, as this actor may see it: objects, fields, options, rights."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from ...errors import AccessDenied
from ...metadata.definitions import Field, Object
from ...metadata.field_types import type_of
from ...runtime import access, closed_fields
from ...runtime.storage.unit_of_work import Unit
from ...workflow import actions
from ..labels import Labels
from . import requests
from .answers import answer


def objects(unit: Unit) -> Response:
    requests.parameters(request)
    labels = Labels(unit.catalog, unit.actor.language)
    found = [_brief(labels, obj) for obj in visible(unit)]
    return answer({"objects": found})


def visible(unit: Unit) -> list[Object]:
    """The objects the actor may read at all."""
    return [o for o in unit.catalog.objects.values() if "read" in unit.actor.rights.on(o.name)]


def _brief(labels: Labels, obj: Object) -> dict[str, Any]:
    return {
        "name": obj.name,
        "label": labels.object(obj),
        "plural": labels.plural(obj),
        "icon": obj.icon,
        "title": obj.title,
    }


def one_object(unit: Unit, object_name: str) -> Response:
    requests.parameters(request)
    obj = unit.catalog.object(object_name)
    if not unit.actor.rights.on(obj.name):
        raise AccessDenied(
            "You may not {right} records of {object}.", right="read", object=obj.label
        )
    labels = Labels(unit.catalog, unit.actor.language)
    document = _brief(labels, obj) | {
        "rights": sorted(unit.actor.rights.on(obj.name)),
        "fields": [_field(unit, labels, obj, f) for f in access.readable(unit.actor, obj)],
        "record_types": [{"name": t.name, "label": t.label} for t in obj.record_types],
        "relations": _relations(unit, obj),
        "actions": [
            {"name": each.name, "label": labels.thing(each)}
            for each in actions.allowed(unit, obj.name)
        ],
        "views": [
            {"name": v.name, "label": unit.catalog.label(v.id, v.label, labels.locale), "as": v.as_}
            for v in unit.catalog.views.get(obj.name, ())
        ],
    }
    if obj.path is not None:
        document["path"] = {
            "field": obj.path.field,
            "since": obj.path.since,
            "stages": [
                {
                    "name": s.name,
                    "requires": list(s.requires),
                    "guidance": labels.guidance(obj, s.name, s.guidance),
                    "stalled_after_days": s.stalled_after_days,
                    "next": None if s.next is None else list(s.next),
                }
                for s in obj.path.stages
            ],
        }
    return answer(document)


def _field(unit: Unit, labels: Labels, obj: Object, field: Field) -> dict[str, Any]:
    kind = type_of(field)
    writable = closed_fields.may_be_sent(unit.actor, obj, field)
    document: dict[str, Any] = {
        "name": field.name,
        "type": field.type,
        "label": labels.field(field),
        "required": field.required is True,
        "writable": writable,
        "unique": field.unique,
        "parts": list(kind.parts(field)),
    }
    if field.options:
        document["options"] = [
            {"name": o.name, "label": unit.catalog.label(o.id, o.label, labels.locale)}
            | ({"color": o.color} if o.color else {})
            for o in field.options
        ]
    if field.targets:
        document["targets"] = list(field.targets)
    return document


def _relations(unit: Unit, obj: Object) -> list[dict[str, str]]:
    return [
        {"name": r.name, "object": r.object, "field": r.field}
        for r in unit.catalog.reverses[obj.name].values()
        if "read" in unit.actor.rights.on(r.object)
    ]
