"""What stands around records: search, history, timeline, comments, tags, the bin."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from ...runtime import comments, history, reading, recycle, search, tags, timeline
from ...runtime.comments import Comment
from ...runtime.history import Entry
from ...runtime.storage.unit_of_work import Unit
from ...workflow.approvals.telling import CaseLine
from . import requests
from .answers import answer
from .values import plain


def find(unit: Unit) -> Response:
    told = requests.parameters(request, "q", "limit", "objects")
    limit = min(requests.whole(told.get("limit"), 20, "limit"), 100) or 1
    wanted = requests.texts(told, "objects") or None
    found = search.search(unit, told.get("q", ""), limit, wanted)
    results = [
        {"object": h.object, "id": h.id, "title": h.title, "snippet": h.snippet}
        for h in found.results
    ]
    return answer({"results": results, "more": found.more, "capped": found.capped})


def record_history(unit: Unit, object_name: str, id_: str) -> Response:
    requests.parameters(request)
    obj = unit.catalog.object(object_name)
    reading.get(unit, obj.name, id_)
    return answer({"history": [_entry(e) for e in history.entries(unit, obj, id_, 200)]})


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "at": plain(entry.at),
        "actor": entry.actor,
        "on_behalf": entry.on_behalf,
        "via": entry.via,
        "kind": entry.kind,
        "changes": [{"field": e.field, "before": e.before, "after": e.after} for e in entry.edits],
    }


def record_timeline(unit: Unit, object_name: str, id_: str) -> Response:
    told = requests.parameters(request, "limit", "cursor")
    limit = requests.whole(told.get("limit"), 30, "limit")
    name = unit.catalog.object(object_name).name
    found = timeline.timeline(unit, name, id_, limit, told.get("cursor"))
    items = [_item(item) for item in found.items]
    return answer({"items": items, "next": found.next})


def _item(item: timeline.Item) -> dict[str, Any]:
    document: dict[str, Any] = {"at": plain(item.at), "id": item.id, "actor": item.actor}
    match item.what:
        case Entry():
            return document | {"kind": "change", "change": _entry(item.what)}
        case Comment():
            return document | {"kind": "comment", "body": item.what.body}
        case CaseLine() as line:
            return document | {
                "kind": "approval",
                "case": line.case,
                "approval": line.label,
                "verb": line.verb,
                "node": line.node or None,
                "for": line.for_person or None,
                "to": line.to or None,
                "comment": line.comment,
            }
        case timeline.Activity():
            return document | {
                "kind": "activity",
                "object": item.what.object,
                "title": item.what.title,
            }
    raise TypeError(f"unknown on a timeline: {type(item.what).__name__}")


def add_comment(unit: Unit, object_name: str, id_: str) -> Response:
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, "body")
    made = comments.add(unit, unit.catalog.object(object_name).name, id_, told.get("body"))
    return answer({"id": made}, 201)


def record_tags(unit: Unit, object_name: str, id_: str) -> Response:
    requests.parameters(request)
    name = unit.catalog.object(object_name).name
    return answer({"tags": [tag.name for tag in tags.of_record(unit, name, id_)]})


def change_tags(unit: Unit, object_name: str, id_: str) -> Response:
    """``{"add": [names], "remove": [names]}``."""
    requests.parameters(request)
    told = requests.body(request)
    requests.only(told, "add", "remove")
    name = unit.catalog.object(object_name).name
    wanted, unwanted = requests.texts(told, "add"), requests.texts(told, "remove")
    if wanted:
        tags.add(unit, name, [id_], wanted)
    if unwanted:
        tags.remove(unit, name, [id_], unwanted)
    return answer({"tags": [tag.name for tag in tags.of_record(unit, name, id_)]})


def bin_entries(unit: Unit) -> Response:
    requests.parameters(request)
    entries = [
        {
            "deletion": e.id,
            "object": e.object,
            "id": e.record,
            "title": e.title,
            "at": plain(e.at),
            "by": e.by,
            "records": e.records,
        }
        for e in recycle.entries(unit)
    ]
    return answer({"entries": entries})
