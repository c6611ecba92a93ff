"""Writing to many: what is chosen, to whom it goes, how it looks, how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from ..errors import BadRequest, FieldProblem, RecordInvalid, TypecaseError
from ..metadata.formats import moment_format
from ..metadata.steps.sending import CHANNELS
from ..metadata.templates.definitions import Template, template_of
from ..runtime.forms import titles_of
from ..runtime.storage.unit_of_work import Unit
from ..texts import LOCALES
from ..workflow.messages import delivering, html, mailings, outbox, texting
from ..workflow.messages.mailings import Mailing, Recipients
from ..workflow.messages.preparing import Ready, prepare
from ..workflow.messages.rendering import Renderer
from ..workflow.messages.texting import Counted
from . import message_pages
from .bulk import Posted, chosen
from .filtering import Choice
from .labels import LANGUAGES, Labels

STATE_LABELS = {"waiting": "Waits for its time", "running": "Under way", "done": "Put",
                "stopped": "Stopped"}  # fmt: skip
STATE_COLORS = {"waiting": "blue", "running": "teal", "done": "green", "stopped": "gray"}
CAMPAIGN = "campaign"
"""The object mailings are linked to, where there is one."""


@dataclass(frozen=True, slots=True)
class Preview:
    """``counted``: of a text message."""

    to: str
    subject: str
    text: str
    counted: Counted | None


@dataclass(frozen=True, slots=True)
class ComposeModel:
    object: str
    plural: str
    count: int
    hidden: tuple[tuple[str, str], ...]
    back: str
    templates: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    recipients: Recipients | None
    preview: Preview | None
    campaign_lookup: str | None
    campaign: tuple[str, str] | None
    when: str
    problem: str | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class MailingRow:
    id: str
    label: str
    object: str
    state: str
    color: str
    when: str
    total: int


@dataclass(frozen=True, slots=True)
class MailingModel:
    row: MailingRow
    campaign: tuple[str, str] | None
    counts: Any
    sent_share: int
    tabs: Any
    rows: Any
    next: str | None
    state: str | None
    may_stop: bool


def compose(
    unit: Unit,
    name: str,
    posted: Posted,
    labels: Labels,
    renderer: Renderer | None,
    error: TypecaseError | None = None,
    note: str | None = None,
) -> ComposeModel:
    """``renderer``: None where nothing is to be filled in just now."""
    obj = unit.catalog.object(name)
    offered = mailings.offered(unit, obj)
    if not offered:
        raise BadRequest("There is no template to write to these records with, or no right to.")
    template = _chosen_template(offered, posted)
    language = _language(posted, labels)
    ids = chosen(unit, obj, posted)
    found = mailings.recipients(unit, template, ids)
    preview = _preview(unit, template, found, language, renderer) if renderer else None
    campaign = posted.get("campaign") or ""
    titles = titles_of(unit, {CAMPAIGN: [campaign]}) if campaign else {}
    return ComposeModel(
        object=obj.name,
        plural=labels.plural(obj),
        count=len(ids),
        hidden=tuple((k, v) for k, v in posted.items(multi=True)
                     if k in ("id", "everything", "back") or k.startswith("q.")),
        back=posted.get("back") or url_for("lists.show", name=obj.name),
        templates=tuple(Choice(t.name, labels.thing(t), t.name == template.name) for t in offered),
        languages=tuple(Choice(each, LANGUAGES[each], each == language) for each in LOCALES),
        recipients=found,
        preview=preview,
        campaign_lookup="/o/lead/lookup/campaign" if _has_campaigns(unit) else None,
        campaign=(campaign, titles.get(campaign, "")) if campaign in titles else None,
        when=posted.get("when", ""),
        problem=_told(error, labels) if error else None,
        note=note,
    )  # fmt: skip


def send(unit: Unit, name: str, posted: Posted, labels: Labels) -> str:
    """Starts what the page says; returns the id of the mailing. Raises RecordInvalid."""
    obj = unit.catalog.object(name)
    template = _chosen_template(mailings.offered(unit, obj), posted)
    campaign = posted.get("campaign") or None
    about = (CAMPAIGN, campaign) if campaign and _has_campaigns(unit) else None
    due_at = _moment(unit, posted.get("when", "")) if posted.get("do") == "later" else None
    ids = chosen(unit, obj, posted)
    return mailings.start(unit, template.name, ids, _language(posted, labels), due_at, about)


def test(unit: Unit, name: str, posted: Posted, labels: Labels) -> None:
    """The mail of the first recipient, to whoever asks."""
    obj = unit.catalog.object(name)
    template = _chosen_template(mailings.offered(unit, obj), posted)
    found = mailings.recipients(unit, template, chosen(unit, obj, posted))
    if not found.records:
        raise BadRequest("None of these records has an address to write to.")
    mailings.test(unit, template.name, found.records[0][0], _language(posted, labels))


def listed(unit: Unit, labels: Labels) -> tuple[MailingRow, ...]:
    return tuple(_row(unit, each, labels) for each in mailings.all_of(unit))


def one(unit: Unit, id_: str, asked: Any, labels: Labels) -> MailingModel:
    mailing = mailings.find(unit, id_)
    state = asked.get("state") or None
    found = outbox.of_mailing(unit, id_, state, message_pages.PAGE, asked.get("before") or None)
    put = sum(found.counts.values())
    ended = put - found.counts.get("queued", 0)
    titles = titles_of(unit, {CAMPAIGN: [mailing.campaign]}) if mailing.campaign else {}
    campaign = mailing.campaign or ""
    return MailingModel(
        row=_row(unit, mailing, labels),
        campaign=(f"/o/{CAMPAIGN}/{campaign}", titles[campaign]) if campaign in titles else None,
        counts=found.counts,
        sent_share=round(100 * ended / put) if put else 0,
        tabs=message_pages.tabs(found, url_for("mailings.one", id_=id_), state, labels),
        rows=message_pages.rows(unit, found, labels),
        next=found.next,
        state=state,
        may_stop=mailing.state in ("waiting", "running"),
    )


# Inside -------------------------------------------------------------------------------------


def _chosen_template(offered: Sequence[Template], posted: Posted) -> Template:
    wanted = posted.get("template")
    found = next((each for each in offered if each.name == wanted), None)
    if found is None and (wanted or not offered):
        raise BadRequest("There is no template to write to these records with, or no right to.")
    return found or offered[0]


def _language(posted: Posted, labels: Labels) -> str:
    wanted = posted.get("language", labels.locale)
    return wanted if wanted in LOCALES else labels.locale


def _has_campaigns(unit: Unit) -> bool:
    lead = unit.catalog.objects.get("lead")
    field = lead.by_name.get(CAMPAIGN) if lead else None
    rights = unit.actor.rights
    return field is not None and "read" in rights.on(CAMPAIGN) and "read" in rights.on("lead")


def _preview(
    unit: Unit, template: Template, found: Recipients, language: str, renderer: Renderer
) -> Preview | None:
    """As the first recipient would get it."""
    if not found.records:
        return None
    record, address = found.records[0]
    row = {
        "id": "", "channel": CHANNELS[template.kind], "template": template.name,
        "language": language, "object": template.object, "record": record, "person": None,
        "address": address, "name": None, "reader": unit.actor.id, "sender": unit.actor.id,
        "mailing": None,
    }  # fmt: skip
    (ready,) = prepare(unit, [row])
    if not isinstance(ready, Ready):
        return None
    subject, body = delivering.filled(renderer, ready)
    if ready.is_html:
        return Preview(address, subject, html.as_text(html.cleaned(body)), None)
    text = texting.tidied(body)
    return Preview(address, subject, text, texting.count(text))


def _moment(unit: Unit, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=unit.zone)
    except ValueError as error:
        problem = FieldProblem("when", "invalid", "Say when it is to be sent.")
        raise RecordInvalid([problem]) from error
    if moment <= unit.now:
        raise RecordInvalid(
            [FieldProblem("when", "past", "This moment is over. Choose a later one.")]
        )
    return moment


def _told(error: TypecaseError, labels: Labels) -> str:
    if isinstance(error, RecordInvalid):
        return " ".join(problem.text(labels.locale) for problem in error.problems)
    return error.text(labels.locale)


def _row(unit: Unit, each: Mailing, labels: Labels) -> MailingRow:
    known = unit.catalog.documents.get("template", {})
    label = labels.thing(template_of(unit.catalog, each.template)) if each.template in known else ""
    obj = unit.catalog.objects.get(each.object)
    return MailingRow(
        id=each.id,
        label=label or each.template,
        object=labels.plural(obj) if obj else each.object,
        state=labels.text(STATE_LABELS[each.state]),
        color=STATE_COLORS[each.state],
        when=moment_format(labels.locale)(each.due_at, unit.zone),
        total=each.total,
    )
