"""One template to many records: counted and tried out first, then sent in batches, now or later.

A record without an address, an address that has come already and whoever has unsubscribed are left
out. What each of the others gets is a message like any other, in the log with its recipient.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ...errors import BadRequest, Conflict, NotFound, SignInRequired
from ...metadata.definitions import Object
from ...metadata.steps.sending import CHANNELS
from ...metadata.templates.definitions import Kind, Template, template_of, templates_of
from ...runtime import access, audit, reading
from ...runtime.mail import is_address
from ...runtime.queries import Query
from ...runtime.storage.people import actor_of
from ...runtime.storage.unit_of_work import Unit
from .. import queue
from ..jobs import Inside, Job
from ..storage import mailing_rows, message_rows
from . import gateway_accounts, outbox, wishes
from .numbers import whole_number
from .outbox import Message

RIGHT = "bulk"
JOB = "mailing"
FIELD_TYPES: Mapping[Kind, str] = {"email": "email", "sms": "phone"}
"""Kind of template → type of the field that holds where it goes."""
NONE_OF_MINE = {
    "email": "You have no e-mail address. Enter one under People first.",
    "sms": "You have no telephone number. Enter one under My account first.",
}
NO_FIELD = {
    "email": "These records have no e-mail address.",
    "sms": "These records have no telephone number.",
}
CHUNK = 500
MOST = 100


@dataclass(frozen=True, slots=True)
class Recipients:
    """Of the chosen records: who gets it, and how many do not, and why."""

    records: tuple[tuple[str, str], ...]
    """(record, address)"""
    without: int
    unsubscribed: int
    declined: int
    """Their record says that they want no mailings."""
    doubled: int


@dataclass(frozen=True, slots=True)
class Mailing:
    id: str
    template: str
    language: str
    object: str
    campaign: str | None
    campaign_object: str | None
    state: str
    sender: str
    created_at: datetime
    due_at: datetime
    total: int


def offered(unit: Unit, obj: Object) -> tuple[Template, ...]:
    """The templates a list of ``obj`` may be written to with, those for mails first; none without
    the right."""
    if RIGHT not in unit.actor.rights.system:
        return ()
    kinds = [kind for kind in FIELD_TYPES if address_field(unit, obj, kind) is not None]
    found = templates_of(unit.catalog, obj.name, *kinds) if kinds else ()
    own = (each for each in found if each.object == obj.name)
    return tuple(sorted(own, key=lambda each: list(FIELD_TYPES).index(each.kind)))


def address_field(unit: Unit, obj: Object, kind: Kind) -> str | None:
    """The first field the actor may read that holds where such a message goes."""
    wanted = FIELD_TYPES[kind]
    found = (field.name for field in access.readable(unit.actor, obj) if field.type == wanted)
    return next(found, None)


def recipients(unit: Unit, template: Template, ids: Sequence[str]) -> Recipients:
    """Who of ``ids`` would get it, asked with the rights of the actor."""
    obj, field = _object_and_field(unit, template)
    found: dict[str, str] = {}
    without = unsubscribed = declined = doubled = 0
    reached = _Reached(template.kind, unit)
    for some in _chunks(ids):
        pairs = [(record, reached.by(text)) for record, text in _texts(unit, obj, field, some)]
        unwanted = _unwanted(unit, template, (address for _, address in pairs if address))
        declining = wishes.declining(unit, obj, [record for record, _ in pairs])
        for record, address in pairs:
            key = (address or "").lower()
            if not address:
                without += 1
            elif record in declining:
                declined += 1
            elif key in unwanted:
                unsubscribed += 1
            elif key in found:
                doubled += 1
            else:
                found[key] = record
    chosen = tuple((record, address) for address, record in found.items())
    return Recipients(chosen, without, unsubscribed, declined, doubled)


def start(
    unit: Unit,
    template_name: str,
    ids: Sequence[str],
    language: str,
    due_at: datetime | None = None,
    campaign: tuple[str, str] | None = None,
) -> str:
    """Puts a mailing; ``due_at``: not before that moment. ``campaign``: (object, record) it belongs
    to. Needs the right ``bulk``. Raises BadRequest."""
    access.require_system(unit.actor, RIGHT)
    template = template_of(unit.catalog, template_name)
    obj, field = _object_and_field(unit, template)
    access.require(unit.actor, "read", obj)
    if not ids:
        raise BadRequest("Choose some records first.")
    if campaign is not None:
        reading.get(unit, *campaign)
    about = campaign or (None, None)
    row: dict[str, Any] = {
        "id": unit.new_id(), "template": template.name, "language": language, "object": obj.name,
        "field": field, "records": list(dict.fromkeys(ids)), "campaign_object": about[0],
        "campaign": about[1], "state": mailing_rows.WAITING, "sender": unit.actor.id,
        "created_at": unit.now, "due_at": due_at or unit.now, "total": len(set(ids)),
    }  # fmt: skip
    mailing_rows.insert(unit, row)
    queue.put(unit, JOB, {"mailing": row["id"], "from": 0}, f"mailing:{row['id']}:0", due_at)
    audit.record(unit, "mailing_started", {"template": template.name, "records": row["total"]})
    return str(row["id"])


def test(unit: Unit, template_name: str, record: str, language: str) -> None:
    """The message of one record, to whoever asks. Needs the right ``bulk``."""
    access.require_system(unit.actor, RIGHT)
    template = template_of(unit.catalog, template_name)
    me = message_rows.people(unit, [unit.actor.id])[unit.actor.id]
    mine = me[outbox.ADDRESS[CHANNELS[template.kind]]]
    if not mine:
        raise BadRequest(NONE_OF_MINE[CHANNELS[template.kind]])
    reading.get(unit, str(template.object), record)
    outbox.put(unit, [_message(template, record, mine, unit.actor.id, language)])


def stop(unit: Unit, id_: str) -> None:
    """What has not begun does not begin; what is under way puts no more. Raises Conflict."""
    row = _row(unit, id_)
    if not mailing_rows.move(unit, id_, mailing_rows.STOPPED, "waiting", "running"):
        raise Conflict("This mailing is over.")
    audit.record(unit, "mailing_stopped", {"template": row["template"]})


def find(unit: Unit, id_: str) -> Mailing:
    """Whoever started it, and whoever looks after messages. Raises NotFound."""
    return _mailing(_row(unit, id_))


def all_of(unit: Unit) -> tuple[Mailing, ...]:
    """The latest; one's own, or everybody's for whoever looks after messages."""
    access.require_system(unit.actor, RIGHT)
    own = None if outbox.RIGHT in unit.actor.rights.system else unit.actor.id
    return tuple(_mailing(row) for row in mailing_rows.find(unit, own, MOST))


# The job ------------------------------------------------------------------------------------


def _put_some(unit: Unit, job: Job) -> None:
    """The messages of the next chunk, and the job of the one after it."""
    id_, first = str(job.payload["mailing"]), int(job.payload["from"])
    row = mailing_rows.get(unit, id_, lock=True)
    if row is None or not mailing_rows.move(unit, id_, "running", "waiting", "running"):
        return
    try:
        sender = actor_of(unit, row["sender"])
    except SignInRequired:
        mailing_rows.move(unit, id_, mailing_rows.STOPPED, "running")
        return
    some = row["records"][first : first + CHUNK]
    acting = _as(unit, sender)
    template = template_of(unit.catalog, row["template"])
    chosen = recipients(acting, template, some).records
    known = mailing_rows.written_to(unit, id_, [address for _, address in chosen])
    outbox.put(
        unit,
        [
            _message(template, record, address, sender.id, row["language"], id_)
            for record, address in chosen
            if address not in known
        ],
    )
    following = first + CHUNK
    if following < len(row["records"]):
        queue.put(unit, JOB, {"mailing": id_, "from": following}, f"mailing:{id_}:{following}")
    else:
        mailing_rows.move(unit, id_, mailing_rows.DONE, "running")


PUT = Inside(JOB, _put_some)


# Inside -------------------------------------------------------------------------------------


def _message(
    template: Template, record: str, address: str, sender: str, language: str,
    mailing: str | None = None,
) -> Message:  # fmt: skip
    return Message(
        channel=CHANNELS[template.kind],
        reader=sender,
        sender=sender,
        language=language,
        template=template.name,
        object=template.object,
        record=record,
        address=address,
        because="mailing",
        mailing=mailing,
    )


def _as(unit: Unit, actor: Any) -> Unit:
    return replace(unit, actor=actor, snapshot={})


def _object_and_field(unit: Unit, template: Template) -> tuple[Object, str]:
    if template.object is None or template.kind not in FIELD_TYPES:
        raise BadRequest("This template is not for messages to records.")
    obj = unit.catalog.object(template.object)
    field = address_field(unit, obj, template.kind)
    if field is None:
        raise BadRequest(NO_FIELD[CHANNELS[template.kind]])
    return obj, field


class _Reached:
    """What is written in a field, as an address that a message goes to; None: it is none."""

    def __init__(self, kind: Kind, unit: Unit) -> None:
        self.country = gateway_accounts.country(unit) if kind == "sms" else None

    def by(self, text: str) -> str | None:
        if self.country is not None:
            return whole_number(text, self.country)
        return text if is_address(text) else None


def _texts(unit: Unit, obj: Object, field: str, ids: Sequence[str]) -> list[tuple[str, str]]:
    """Of the records the actor may see, in the order of ``ids``."""
    page = reading.find(unit, Query(obj.name, (field,), among=tuple(ids), limit=CHUNK))
    found = {row.id: str(row[field] or "").strip() for row in page.rows}
    return [(id_, found[id_]) for id_ in ids if id_ in found]


def _unwanted(unit: Unit, template: Template, addresses: Iterable[str]) -> set[str]:
    return message_rows.suppressed(unit, list(addresses)) if template.is_marketing else set()


def _chunks(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    unique = list(dict.fromkeys(ids))
    return (unique[start : start + CHUNK] for start in range(0, len(unique), CHUNK))


def _row(unit: Unit, id_: str) -> dict[str, Any]:
    row = mailing_rows.get(unit, id_)
    theirs = row is not None and row["sender"] == unit.actor.id
    if row is None or not (theirs or outbox.RIGHT in unit.actor.rights.system):
        raise NotFound()
    return row


def _mailing(row: Any) -> Mailing:
    return Mailing(**{name: row[name] for name in Mailing.__dataclass_fields__})
