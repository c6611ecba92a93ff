"""Notices: what a person is told inside the system, by steps, by approvals, by a record's team."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from ..runtime import reading
from ..runtime.actors import SYSTEM_ID
from ..runtime.storage.unit_of_work import Unit
from .messages import outbox
from .messages.outbox import Channel, Message
from .storage import choice_rows, told_rows
from .storage.choice_rows import Choice

__all__ = ["Choice"]

Kind = Literal["automation", "approval", "team"]
KINDS: tuple[Kind, ...] = ("automation", "approval", "team")
USUAL = Choice(bell=True, mail=False, sms=False)
"""Who has chosen nothing is told by the bell alone."""
LONGEST_SUBJECT = 120
Words = Callable[[str], str]
"""Language → what is said in it."""

MOST_SHOWN = 100
MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Notice:
    """``object`` and ``record``: what it is about; ``read_at``: None while it is new.
    ``text``: None where it quotes what its reader may no longer read."""

    id: str
    at: datetime
    text: str | None
    object: str | None
    record: str | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """What to tell whom. ``quotes``: the text holds values of the record, so that it is for those
    who may read it when they come to read it."""

    person: str
    text: str
    object: str | None = None
    record: str | None = None
    kind: Kind = "automation"
    quotes: bool = False


def tell(unit: Unit, told: Iterable[Told]) -> None:
    """Writes notices, and puts mails and text messages, with the transaction: each person as they
    chose."""
    several = list(told)
    if not several:
        return
    chosen = choice_rows.of_people(unit, [each.person for each in several])
    _send(unit, [(each, chosen.get((each.person, each.kind), USUAL)) for each in several])


def tell_each(
    unit: Unit, about: Iterable[tuple[str | None, Collection[str]]], of: str, words: Words
) -> None:
    """The same for several records of an object, (record, whom to tell of it), each person in
    their language; who is nobody is passed over. One statement asks for all of them how."""
    pairs = [(record, person) for record, people in about for person in people]
    if not pairs:
        return
    ways = told_rows.ways(unit, {person for _, person in pairs}, "automation")
    texts = {language: words(language) for language in {language for language, _ in ways.values()}}
    told = []
    for record, person in pairs:
        if person in ways:
            language, chosen = ways[person]
            told.append((Told(person, texts[language], of, record), chosen or USUAL))
    _send(unit, told)


def _send(unit: Unit, told: Sequence[tuple[Told, Choice]]) -> None:
    _ring(unit, [each for each, way in told if way.bell])
    mails = [_message(unit, each, "email") for each, way in told if way.mail]
    texts = [_message(unit, each, "sms") for each, way in told if way.sms]
    outbox.put(unit, [*mails, *texts])


def _message(unit: Unit, told: Told, channel: Channel) -> Message:
    link = unit.settings.site
    if told.object and told.record:
        link = f"{link}/o/{told.object}/{told.record}"
    return Message(
        channel=channel,
        reader=told.person if told.quotes else SYSTEM_ID,
        sender=unit.actor.on_behalf or unit.actor.id,
        object=told.object,
        record=told.record,
        person=told.person,
        subject=" ".join(told.text.split())[:LONGEST_SUBJECT],
        text=f"{told.text}\n\n{link}\n" if channel == "email" else f"{told.text} {link}",
        because=f"notice:{told.kind}",
    )


def choices(unit: Unit) -> Mapping[Kind, Choice]:
    """How the actor wants to be told, for each kind."""
    mine_ = choice_rows.of_people(unit, [unit.actor.id])
    return {kind: mine_.get((unit.actor.id, kind), USUAL) for kind in KINDS}


def choose(unit: Unit, wanted: Mapping[Kind, Choice]) -> None:
    """The actor is told so from now on; a kind that is not named is told as usual."""
    choice_rows.put(unit, unit.actor.id, {k: v for k, v in wanted.items() if v != USUAL})


def _ring(unit: Unit, told: Iterable[Told]) -> None:
    rows = [
        {
            "id": unit.new_id(),
            "user": each.person,
            "at": unit.now,
            "text": each.text,
            "object": each.object,
            "record": each.record,
            "quotes": each.quotes,
            "read_at": None,
        }
        for each in told
    ]
    told_rows.insert_notices(unit, rows)


def mine(unit: Unit) -> tuple[Notice, ...]:
    """The actor's latest notices, the newest first."""
    rows = told_rows.of_person(unit, unit.actor.id, MOST_SHOWN)
    quoted: dict[str, set[str]] = {}
    for row in rows:
        if row["quotes"]:
            quoted.setdefault(row["object"], set()).add(row["record"])
    seen = {id_ for name, ids in quoted.items() for id_ in reading.readable(unit, name, ids)}
    kept = ("id", "at", "text", "object", "record", "read_at")
    return tuple(
        Notice(**{name: row[name] for name in kept} | ({} if _may(row, seen) else {"text": None}))
        for row in rows
    )


def _may(row: Mapping[Any, Any], seen: Collection[str]) -> bool:
    return not row["quotes"] or row["record"] in seen


def unread(unit: Unit) -> int:
    """How many of the actor's notices are new; MOST_COUNTED means: that many or more."""
    return told_rows.unread(unit, unit.actor.id, MOST_COUNTED)


def mark_read(unit: Unit) -> None:
    """All of the actor's notices are old from now on."""
    told_rows.mark_read(unit, unit.actor.id)
