"""Webhooks and their deliveries as values for their pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from ..errors import RecordInvalid, TypecaseError
from ..metadata.formats import moment_format, relative_moment
from ..runtime.storage.unit_of_work import Unit
from ..workflow.webhooks import endpoints, incoming
from ..workflow.webhooks.endpoints import Delivery, Webhook
from .labels import Labels
from .listing import Tab
from .process_pages import About, records

PAGE = 50
STATE_LABELS = {"queued": "On its way", "sent": "Taken", "failed": "Failed"}
STATE_COLORS = {"queued": "blue", "sent": "green", "failed": "red"}


@dataclass(frozen=True, slots=True)
class Incoming:
    """An automation that waits for a webhook; ``since`` is empty where it has no address."""

    automation: str
    label: str
    since: str


@dataclass(frozen=True, slots=True)
class ListModel:
    """``values`` and ``problems``: what was typed for a new one, and refused."""

    webhooks: tuple[Webhook, ...]
    values: Mapping[str, str]
    problems: Mapping[str, str]
    problem: str | None
    incoming: tuple[Incoming, ...]


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    id: str
    state: str
    color: str
    status: str
    error: str
    when: str
    moment: str
    attempts: int
    about: About | None
    body: str
    may_replay: bool


@dataclass(frozen=True, slots=True)
class WebhookModel:
    webhook: Webhook
    tabs: tuple[Tab, ...]
    rows: tuple[DeliveryRow, ...]
    next: str | None
    state: str | None
    secret: str | None


def listed(
    unit: Unit,
    labels: Labels,
    form: Mapping[str, str] | None = None,
    error: TypecaseError | None = None,
) -> ListModel:
    problems = error.problems if isinstance(error, RecordInvalid) else ()
    return ListModel(
        endpoints.all_of(unit),
        form or {},
        {str(p.field): p.text(labels.locale) for p in problems},
        error.text(labels.locale) if error and not problems else None,
        tuple(
            Incoming(
                each.automation,
                labels.thing(each),
                moment_format(labels.locale)(each.since, unit.zone) if each.since else "",
            )
            for each in incoming.waiting(unit)
        ),
    )


def one(
    unit: Unit, id_: str, asked: Mapping[str, str], labels: Labels, secret: str | None = None
) -> WebhookModel:
    """Raises AccessDenied, NotFound."""
    webhook, state = endpoints.find(unit, id_), asked.get("state") or None
    before = asked.get("before") or None
    found, following = endpoints.deliveries(unit, id_, state, PAGE, before)
    here = url_for("webhooks.one", id_=id_)
    tabs = [Tab(labels.text("All"), here, state is None)]
    for each, said in STATE_LABELS.items():
        label = f"{labels.text(said)} {webhook.counts.get(each, 0)}"
        tabs.append(Tab(label, f"{here}?state={each}", state == each))
    about = records(unit, [(each.object, each.record) for each in found], labels)
    rows = tuple(_row(unit, each, about, labels) for each in found)
    return WebhookModel(webhook, tuple(tabs), rows, following, state, secret)


def _row(unit: Unit, each: Delivery, about: Mapping[str, About], labels: Labels) -> DeliveryRow:
    moment = each.sent_at or each.created_at
    return DeliveryRow(
        id=each.id,
        state=labels.text(STATE_LABELS[each.state]),
        color=STATE_COLORS[each.state],
        status=str(each.status or ""),
        error=labels.text(each.error) if each.error else "",
        when=relative_moment(moment, unit.now, unit.zone, labels.locale),
        moment=moment_format(labels.locale)(moment, unit.zone),
        attempts=each.attempts,
        about=about.get(each.record or ""),
        body=each.body,
        may_replay=each.state != "queued",
    )
