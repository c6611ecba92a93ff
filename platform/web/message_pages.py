"""The log of messages and the account they leave by, as values for their pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for

from ..errors import RecordInvalid, TypecaseError
from ..metadata.formats import moment_format, relative_moment
from ..metadata.templates.definitions import template_of
from ..runtime.storage.unit_of_work import Unit
from ..workflow.messages import accounts, outbox, suppressions
from ..workflow.messages.outbox import STATES, Log, Seen
from .labels import Labels
from .listing import Tab
from .process_pages import About, records

PAGE = 50
STATE_LABELS = {
    "queued": "On its way",
    "sent": "Sent",
    "refused": "Turned down",
    "failed": "Failed",
}
STATE_COLORS = {"queued": "blue", "sent": "green", "refused": "orange", "failed": "red"}
CHANNEL_LABELS = {"email": "E-mail", "sms": "Text message", "bell": "Bell"}
SECURITY = {
    "smtp": "STARTTLS (usual)",
    "smtps": "TLS from the beginning",
    "smtp+plain": "None: only for a server on this machine",
}


@dataclass(frozen=True, slots=True)
class MessageRow:
    id: str
    name: str
    address: str
    channel: str
    subject: str
    state: str
    color: str
    when: str
    moment: str
    attempts: int
    parts: int | None
    reference: str | None
    error: str
    about: About | None
    may_replay: bool


@dataclass(frozen=True, slots=True)
class LogModel:
    tabs: tuple[Tab, ...]
    rows: tuple[MessageRow, ...]
    next: str | None
    state: str | None


@dataclass(frozen=True, slots=True)
class SuppressedModel:
    """``rows``: address, and since when."""

    rows: tuple[tuple[str, str], ...]
    text: str
    next: str | None


@dataclass(frozen=True, slots=True)
class AccountModel:
    """``source``: whose server mails take now: ``account``, ``environment`` or nobody's."""

    values: Mapping[str, str]
    problems: Mapping[str, str]
    problem: str | None
    securities: tuple[tuple[str, str], ...]
    source: str
    sender: str
    has_password: bool
    tested: str
    error: str | None


def log(unit: Unit, asked: Mapping[str, str], labels: Labels) -> LogModel:
    """Raises AccessDenied, BadRequest for a state there is not."""
    state = asked.get("state") or None
    found = outbox.log(unit, state, PAGE, asked.get("before") or None)
    here = url_for("messages.show")
    return LogModel(tabs(found, here, state, labels), rows(unit, found, labels), found.next, state)


def tabs(found: Log, here: str, state: str | None, labels: Labels) -> tuple[Tab, ...]:
    made = [Tab(labels.text("All"), here, state is None)]
    for each in STATES:
        label = f"{labels.text(STATE_LABELS[each])} {found.counts.get(each, 0)}"
        made.append(Tab(label, f"{here}?state={each}", state == each))
    return tuple(made)


def rows(unit: Unit, found: Log, labels: Labels) -> tuple[MessageRow, ...]:
    about = records(unit, [(seen.object, seen.record) for seen in found.messages], labels)
    return tuple(_row(unit, seen, about, labels) for seen in found.messages)


def suppressed(unit: Unit, asked: Mapping[str, str], labels: Labels) -> SuppressedModel:
    """Raises AccessDenied."""
    text = asked.get("q", "")
    found, following = suppressions.find(unit, text, PAGE, asked.get("after") or None)
    exact = moment_format(labels.locale)
    rows = tuple((each.address, exact(each.at, unit.zone)) for each in found)
    return SuppressedModel(rows, text, following)


def _row(unit: Unit, seen: Seen, about: Mapping[str, About], labels: Labels) -> MessageRow:
    moment = seen.sent_at or seen.created_at
    return MessageRow(
        id=seen.id,
        name=seen.name or seen.address or "–",
        address=seen.address if seen.name else "",
        channel=labels.text(CHANNEL_LABELS[seen.channel]),
        subject=seen.subject or _template(unit, seen, labels),
        state=labels.text(STATE_LABELS[seen.state]),
        color=STATE_COLORS[seen.state],
        when=relative_moment(moment, unit.now, unit.zone, labels.locale),
        moment=moment_format(labels.locale)(moment, unit.zone),
        attempts=seen.attempts,
        parts=seen.parts,
        reference=seen.reference,
        error=labels.text(seen.error) if seen.error else "",
        about=about.get(seen.record or ""),
        may_replay=seen.state in ("refused", "failed"),
    )


def _template(unit: Unit, seen: Seen, labels: Labels) -> str:
    documents = unit.catalog.documents.get("template", {})
    if seen.template not in documents:
        return seen.template or ""
    return labels.thing(template_of(unit.catalog, str(seen.template)))


def account(
    unit: Unit,
    labels: Labels,
    form: Mapping[str, str] | None = None,
    error: TypecaseError | None = None,
) -> AccountModel:
    """The mail account as a form; ``form`` and ``error``: what was typed and refused."""
    found = accounts.find(unit, accounts.EMAIL)
    server = accounts.mail_server(unit) if found else unit.settings.mail
    kept = {k: str(v) for k, v in found.settings.items()} if found else {"scheme": "smtp"}
    problems = error.problems if isinstance(error, RecordInvalid) else ()
    tested = found.tested_at if found else None
    return AccountModel(
        values=form if form is not None else kept,
        problems={str(p.field): p.text(labels.locale) for p in problems},
        problem=error.text(labels.locale) if error and not problems else None,
        securities=tuple((name, labels.text(said)) for name, said in SECURITY.items()),
        source="account" if found else "environment" if server else "",
        sender=server.sender if server else "",
        has_password=bool(found and "password" in found.secret_names),
        tested=relative_moment(tested, unit.now, unit.zone, labels.locale) if tested else "",
        error=found.error if found else None,
    )
