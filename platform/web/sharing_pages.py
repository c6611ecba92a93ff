"""Who a record is open to, as values for its pages: the panel, the form, the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from werkzeug.datastructures import MultiDict

from ..errors import FieldProblem, RecordInvalid, TypecaseError
from ..metadata.definitions import Object
from ..metadata.formats import moment_format
from ..runtime import parents, sharing, sharing_choices
from ..runtime.explaining import Answer as Doing
from ..runtime.explaining import Explanation, Reason, explain
from ..runtime.forms import titles_of
from ..runtime.principals import person
from ..runtime.sharing import KINDS, Share, To
from ..runtime.storage.unit_of_work import Unit
from .filtering import Choice
from .labels import Labels

LEVELS = (("read", "May read"), ("edit", "May edit"))
ICONS: Mapping[str, str] = {"user": "user", "role": "users", "below": "hierarchy-2",
                            "queue": "inbox", "branch": "building", "tree": "sitemap"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShareRow:
    to: str
    name: str
    kind: str
    icon: str
    level: str
    until: str
    is_over: bool
    given: str
    role: str | None
    may_remove: bool


@dataclass(frozen=True, slots=True)
class Card:
    """What stands beside the record: few words, the rest is behind a link."""

    team: tuple[ShareRow, ...]
    others: int
    may_share: bool
    has_team: bool


@dataclass(frozen=True, slots=True)
class SharingModel:
    object: str
    id: str
    title: str
    url: str
    owner: str
    rows: tuple[ShareRow, ...]
    may_share: bool
    has_team: bool
    carried: tuple[str, ...]
    """Names of what goes along."""
    levels: tuple[Choice, ...] = ()
    chosen: Choice | None = None
    """To whom the form is about, after it was refused or to be changed."""
    until: str = ""
    role: str = ""
    earliest: str = ""
    problem: str | None = None
    problems: Mapping[str, str] | None = None


def card(unit: Unit, obj: Object, id_: str, in_full: bool, labels: Labels) -> Card | None:
    """None where records are not shared one by one."""
    if not sharing.can_be_shared(obj):
        return None
    found = rows(unit, sharing.of_record(unit, obj.name, id_), in_full, labels)
    living = [row for row in found if not row.is_over]
    team = tuple(row for row in living if row.role)
    return Card(team, len(living) - len(team), in_full, "team" in obj.tracks)


def rows(
    unit: Unit, shares: tuple[Share, ...], in_full: bool, labels: Labels
) -> tuple[ShareRow, ...]:
    """As people read them; nothing is asked of the database where there are none."""
    if not shares:
        return ()
    names = sharing_choices.names(unit, {sharing.to_of(each) for each in shares})
    givers = titles_of(unit, {"user": {each.granted_by for each in shares}})
    return tuple(_row(unit, each, names, givers, in_full, labels) for each in shares)


def _row(
    unit: Unit,
    share: Share,
    names: Mapping[To, str],
    givers: Mapping[str, str],
    in_full: bool,
    labels: Labels,
) -> ShareRow:
    to, exact = sharing.to_of(share), moment_format(labels.locale)
    until = share.expires_at
    return ShareRow(
        to=share.principal,
        name=names.get(to) or labels.text("Somebody who is gone"),
        kind=labels.text(KINDS[to.kind].label) if to.kind in KINDS else "",
        icon=ICONS.get(to.kind, "user"),
        level=labels.text(dict(LEVELS)[share.level]),
        until=_day(unit, until - timedelta(seconds=1)) if until else "",
        is_over=until is not None and until <= unit.now,
        given=labels.text(
            "by {who}, {when}",
            who=givers.get(share.granted_by, "?"),
            when=exact(share.granted_at, unit.zone),
        ),
        role=share.team_role,
        may_remove=in_full or share.principal == person(unit.actor.id),
    )


def _day(unit: Unit, moment: datetime) -> str:
    return moment.astimezone(unit.zone).date().isoformat()


# The page -----------------------------------------------------------------------------------


def build(
    unit: Unit,
    name: str,
    id_: str,
    labels: Labels,
    asked: Mapping[str, str],
    error: TypecaseError | None = None,
) -> SharingModel:
    """``asked``: what the form says already. Raises AccessDenied, NotFound."""
    obj = unit.catalog.object(name)
    stored = parents.visible(unit, obj.name, id_).values
    shares = sharing.of_record(unit, obj.name, id_)
    in_full = bool(stored["__in_full"]) and sharing.can_be_shared(obj)
    owner = titles_of(unit, {"user": [stored["owner"]]}) if stored.get("owner") else {}
    known = next((s for s in shares if s.principal == asked.get("to")), None)
    problems = error.problems if isinstance(error, RecordInvalid) else ()
    level = asked.get("level") or (known.level if known else "read")
    until = known.expires_at if known and known.expires_at else None
    return SharingModel(
        object=obj.name,
        id=id_,
        title=next(iter(titles_of(unit, {obj.name: [id_]}).values()), "") or labels.object(obj),
        url=f"/o/{obj.name}/{id_}",
        owner=owner.get(str(stored.get("owner")), ""),
        rows=rows(unit, shares, in_full, labels),
        may_share=in_full,
        has_team="team" in obj.tracks,
        carried=tuple(labels.relation_of(obj, each) for each in obj.access.carries),
        levels=tuple(Choice(v, labels.text(text), v == level) for v, text in LEVELS),
        chosen=_chosen(unit, asked.get("to")),
        until=asked.get("until") or (_day(unit, until - timedelta(seconds=1)) if until else ""),
        role=asked.get("role") or (known.team_role or "" if known else ""),
        earliest=_day(unit, unit.now),
        problem=None if problems or error is None else error.text(labels.locale),
        problems={p.field or "": p.text(labels.locale) for p in problems},
    )


def _chosen(unit: Unit, text: str | None) -> Choice | None:
    if not text:
        return None
    try:
        to = sharing_choices.parse(text)
    except RecordInvalid:
        return None  # the form that is shown says so at its field
    return Choice(text, sharing_choices.names(unit, [to]).get(to, ""), True)


def choices(unit: Unit, text: str, labels: Labels) -> list[dict[str, str]]:
    """What the searching choice offers: everybody a record can be shared with."""
    return [
        {
            "value": found.to.principal,
            "text": found.label,
            "second": " · ".join(
                w for w in (labels.text(KINDS[found.to.kind].label), found.more) if w
            ),
        }
        for found in sharing_choices.find(unit, text.strip()[:100])
    ]


def save(unit: Unit, name: str, id_: str, form: MultiDict[str, str]) -> None:
    """Shares as the form says. Raises AccessDenied, NotFound, RecordInvalid."""
    to = sharing_choices.parse(form.get("to"))
    until = until_of(unit, form.get("until"))
    role = form.get("role", "").strip() or None
    sharing.share(unit, name, id_, to, form.get("level", "read"), until, role)


def until_of(unit: Unit, text: str | None) -> datetime | None:
    """The end of the day that was chosen, in the reader's zone. Raises RecordInvalid."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text) + timedelta(days=1)
        return datetime.combine(day, time(), unit.zone)
    except (ValueError, OverflowError):
        problem = FieldProblem("expires_at", "unknown", "This is not a day.")
        raise RecordInvalid([problem]) from None


# Reasons ------------------------------------------------------------------------------------

DOINGS: Mapping[str, str] = {
    "read": "See it",
    "edit": "Change it",
    "delete": "Delete it",
    "hand_over": "Hand it over and share it",
}


@dataclass(frozen=True, slots=True)
class ReasonRow:
    text: str
    because: tuple[ReasonRow, ...]


@dataclass(frozen=True, slots=True)
class DoingRow:
    label: str
    allowed: bool
    reasons: tuple[ReasonRow, ...]


@dataclass(frozen=True, slots=True)
class AccessModel:
    title: str
    url: str
    about: Choice
    is_me: bool
    may_ask: bool
    doings: tuple[DoingRow, ...]
    hidden: tuple[str, ...]


def reasons(unit: Unit, name: str, id_: str, who: str | None, labels: Labels) -> AccessModel:
    """Why ``who`` (None: the reader) may do what. Raises AccessDenied, NotFound."""
    obj = unit.catalog.object(name)
    told: Explanation = explain(unit, obj.name, id_, who)
    return AccessModel(
        title=next(iter(titles_of(unit, {obj.name: [id_]}).values()), "") or labels.object(obj),
        url=f"/o/{obj.name}/{id_}",
        about=Choice(told.person, told.person_name, True),
        is_me=told.person == unit.actor.id,
        may_ask="manage_rights" in unit.actor.rights.system,
        doings=tuple(_doing(each, labels) for each in told.answers),
        hidden=told.hidden_fields,
    )


def _doing(answer: Doing, labels: Labels) -> DoingRow:
    said = tuple(_reason(each, labels) for each in answer.reasons)
    return DoingRow(labels.text(DOINGS[answer.doing]), answer.allowed, said)


def _reason(reason: Reason, labels: Labels) -> ReasonRow:
    return ReasonRow(reason.text(labels.locale), tuple(_reason(r, labels) for r in reason.because))
