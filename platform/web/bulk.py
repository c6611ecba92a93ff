"""Many records at once: which were chosen, what is still to be asked, and doing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from ..errors import BadRequest, RecordInvalid, TooLarge, TypecaseError
from ..metadata.definitions import Object
from ..metadata.field_types import type_of
from ..metadata.layouts import Placement
from ..runtime import access, forms, giving, handing, reading, recycle, saving
from ..runtime.forms import Input, InputMaker
from ..runtime.queries import MOST_ROWS, Query, parse_sort
from ..runtime.storage.unit_of_work import Unit
from . import action_pages, cells, exporting, form_pages, list_pages, pool_bulk, sharing_pages
from .answers import Answer, Go, Page, safe_path
from .filtering import Choice
from .form_input import UPLOADS, typed_values
from .labels import Labels

MOST_AT_ONCE = 2_000
"""Records of one bulk change; more is asked to be narrowed down."""

Posted = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class BulkModel:
    """The page that asks: the chosen records ride along as hidden inputs."""

    object: str
    plural: str
    action: str
    heading: str
    count: int
    hidden: tuple[tuple[str, str], ...]
    back: str
    fields: tuple[Choice, ...] = ()
    input: Input | None = None
    levels: tuple[Choice, ...] = ()
    """To choose from, where it asks to whom to share."""
    along: tuple[str, ...] = ()
    """How many of what change hands with them."""
    problem: str | None = None
    problems: tuple[str, ...] = ()


def act(unit: Unit, name: str, posted: Posted, labels: Labels) -> Answer:
    obj, action = unit.catalog.object(name), posted.get("action", "")
    own = action.removeprefix("do.") if action.startswith("do.") else None
    if action not in ACTIONS and own is None:
        raise BadRequest("There is no such action for many records.")
    ids = chosen(unit, obj, posted)
    if not ids:
        return Go(_back(obj, posted), labels.text("Choose some records first."))
    if own is not None:
        if action_pages.asks(unit, obj, own) and "bulk_save" not in posted:
            return ask(unit, obj.name, posted, labels)
        return action_pages.do_many(unit, obj, own, ids, _back(obj, posted), labels)
    return ACTIONS[action](unit, obj, ids, posted, labels)


def chosen(unit: Unit, obj: Object, posted: Posted) -> list[str]:
    """The ids that were ticked, or all that the list's question finds. Raises TooLarge."""
    if posted.get("everything") != "1":
        return list(dict.fromkeys(posted.getlist("id")))[:MOST_ROWS]
    asked = list_pages.Asked.of(unit, obj.name, _question(posted))
    found: list[str] = []
    cursor = None
    while True:
        query = Query(
            obj.name,
            filters=asked.filters,
            sort=parse_sort(asked.sort),
            limit=MOST_ROWS,
            cursor=cursor,
            pooled=asked.in_pool,
        )
        page = reading.find(unit, query)
        found += [row.id for row in page.rows]
        cursor = page.next
        if cursor is None:
            return found
        if len(found) >= MOST_AT_ONCE:
            raise TooLarge(
                "At most {most} records at once. Narrow the list down.", most=MOST_AT_ONCE
            )


def _question(posted: Posted) -> dict[str, str]:
    asked = {k.removeprefix("q."): v for k, v in posted.items() if k.startswith("q.")}
    return {k: v for k, v in asked.items() if k not in ("cursor", "trail")}


def _back(obj: Object, posted: Posted) -> str:
    return safe_path(posted.get("back"), url_for("lists.show", name=obj.name))


# Doing --------------------------------------------------------------------------------------


def _delete(unit: Unit, obj: Object, ids: list[str], posted: Posted, labels: Labels) -> Answer:
    gone = recycle.delete_many(unit, obj.name, ids)
    said = labels.text("{count} {count:record is|records are} in the recycle bin.", count=len(gone))
    if len(gone) > 50:
        return Go(_back(obj, posted), said)
    undo = {"id": ",".join(d.id for d in gone), "back": _back(obj, posted)}
    return Go(_back(obj, posted), said, url_for("bin.restore"), undo)


def _edit(unit: Unit, obj: Object, ids: list[str], posted: Posted, labels: Labels) -> Answer:
    field = posted.get("bulk_field", "")
    if "bulk_save" not in posted:
        return ask(unit, obj.name, posted, labels)
    if field not in {c.value for c in _fields(unit, obj, labels)}:
        raise access.unknown_field(obj, field)
    raw = typed_values(unit, obj, posted)
    wanted = {k: v for k, v in raw.items() if k in (field, f"{field}_currency")}
    saving.update_many(unit, obj.name, [(id_, wanted, None) for id_ in ids])
    return Go(
        _back(obj, posted), labels.text("{count} {count:record|records} changed.", count=len(ids))
    )


def _owner(unit: Unit, obj: Object, ids: list[str], posted: Posted, labels: Labels) -> Answer:
    if "bulk_save" not in posted or not posted.get("owner"):
        return ask(unit, obj.name, posted, labels)
    outcomes = giving.give(unit, obj.name, ids, posted["owner"])
    return pool_bulk.told(unit, obj, "owner", outcomes, _back(obj, posted), labels)


def _csv(unit: Unit, obj: Object, ids: list[str], posted: Posted, labels: Labels) -> Answer:
    asked = list_pages.Asked.of(unit, obj.name, _question(posted))
    file = exporting.csv_file(unit, asked, labels, among=tuple(ids))
    exporting.note(unit, asked.object.name, "csv")
    return file


def _share(unit: Unit, obj: Object, ids: list[str], posted: Posted, labels: Labels) -> Answer:
    if "bulk_save" not in posted:
        return ask(unit, obj.name, posted, labels)
    for id_ in ids:
        sharing_pages.save(unit, obj.name, id_, posted)
    return Go(
        _back(obj, posted),
        labels.text("{count} {count:record is|records are} shared.", count=len(ids)),
    )


def _hand(unit: Unit, obj: Object, ids: list[str], posted: Posted, labels: Labels) -> Answer:
    back = _back(obj, posted)
    if posted["action"] != "claim" and "bulk_save" not in posted:
        return pool_bulk.ask(obj, posted["action"], len(ids), _hidden(posted), back, labels)
    return pool_bulk.do(unit, obj, posted["action"], ids, posted, back, labels)


ACTIONS = {"delete": _delete, "edit": _edit, "owner": _owner, "share": _share, "csv": _csv,
           "claim": _hand, "assign": _hand, "release": _hand}  # fmt: skip


# Asking -------------------------------------------------------------------------------------


def ask(
    unit: Unit, name: str, posted: Posted, labels: Labels, error: TypecaseError | None = None
) -> Page:
    """The page that asks for the field and its value, for the owner, or to whom to share."""
    obj = unit.catalog.object(name)
    if posted.get("action", "").startswith("do."):
        own = posted["action"].removeprefix("do.")
        count = len(posted.getlist("id")) or len(chosen(unit, obj, posted))
        hidden, back = _hidden(posted), _back(obj, posted)
        return action_pages.ask_many(unit, obj, own, count, hidden, back, error)
    action = posted.get("action", "")
    fields = _fields(unit, obj, labels) if action == "edit" else []
    ids = chosen(unit, obj, posted)
    model = BulkModel(
        object=obj.name,
        plural=labels.plural(obj),
        action=url_for("bulk.act", name=obj.name),
        heading=labels.text(HEADINGS.get(action, "Edit a field")),
        count=len(ids),
        hidden=_hidden(posted),
        back=_back(obj, posted),
        **_asked(unit, obj, fields, ids, posted, labels),
        problem=error.text(labels.locale) if error else None,
        problems=_told(error, labels),
    )
    context = form_pages.words(unit, labels) | {"model": model}
    return Page("lists/bulk_page.html", context, 422 if error else 200)


HEADINGS = {"edit": "Edit a field", "owner": "Change owner", "share": "Share"}


def _asked(
    unit: Unit,
    obj: Object,
    fields: list[Choice],
    ids: list[str],
    posted: Posted,
    labels: Labels,
) -> dict[str, Any]:
    """What the page holds beside the choice, by action."""
    match posted.get("action"):
        case "owner":
            seen = handing.in_sight(unit, obj.name, ids)  # the answer names the others
            return {"along": cells.along(unit, obj.name, seen, labels)}
        case "share":
            levels = sharing_pages.LEVELS
            return {"levels": tuple(Choice(v, labels.text(text)) for v, text in levels)}
    names = [c.value for c in fields]
    field = posted.get("bulk_field", "") if posted.get("bulk_field") in names else names[0]
    return {"fields": tuple(_marked(fields, field)), "input": _input(unit, obj, field)}


def _told(error: TypecaseError | None, labels: Labels) -> tuple[str, ...]:
    if not isinstance(error, RecordInvalid):
        return ()
    return tuple(dict.fromkeys(p.text(labels.locale) for p in error.problems))[:10]


def _marked(fields: Sequence[Choice], chosen_: str) -> list[Choice]:
    return [Choice(c.value, c.label, c.value == chosen_) for c in fields]


def _fields(unit: Unit, obj: Object, labels: Labels) -> list[Choice]:
    """What may be written on many records at once."""
    return [
        Choice(f.name, labels.field(f))
        for f in access.readable(unit.actor, obj)
        if not type_of(f).computed
        and type_of(f).widget not in UPLOADS
        and not f.unique
        and f.read_only is False
        and not unit.catalog.is_off(f)
        and access.may_write_field(unit.actor, obj, f)
    ]


def _input(unit: Unit, obj: Object, field: str) -> Input | None:
    sketch = forms.draft(unit, obj.name, None, {}) if _may_create(unit, obj) else None
    if sketch is None:
        return None
    sketch.change.values[field] = None
    return InputMaker(sketch, frozenset()).input(Placement(field))


def _may_create(unit: Unit, obj: Object) -> bool:
    return "create" in unit.actor.rights.on(obj.name)


def _hidden(posted: Posted) -> tuple[tuple[str, str], ...]:
    """The choice made on the list, to be sent again with the answer."""
    kept = [
        (k, v) for k in posted for v in posted.getlist(k) if k in ("id", "everything", "action")
    ]
    return tuple(kept + [(k, v) for k, v in posted.items() if k.startswith("q.") or k == "back"])
