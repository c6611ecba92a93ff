"""How people want to be told, as rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import sqlalchemy as sa

from ...runtime.storage.message_tables import notice_choice
from ...runtime.storage.people import touch_rights
from ...runtime.storage.unit_of_work import Unit


class Choice(NamedTuple):
    """The ways somebody wants to be told of one kind of thing."""

    bell: bool
    mail: bool
    sms: bool


OF_PEOPLE = sa.select(notice_choice).where(
    notice_choice.c.person.in_(sa.bindparam("people", expanding=True))
)


def of_people(unit: Unit, people: Collection[str]) -> dict[tuple[str, str], Choice]:
    """(person, kind) → what they chose; those who chose nothing are not in it."""
    rows = unit.execute(OF_PEOPLE, {"people": sorted(set(people))})
    return {(row.person, row.kind): Choice(row.bell, row.mail, row.sms) for row in rows}


def put(unit: Unit, person: str, chosen: Mapping[str, Choice]) -> None:
    unit.execute(sa.delete(notice_choice).where(notice_choice.c.person == person))
    rows = [
        {"person": person, "kind": kind, **choice._asdict()}
        for kind, choice in sorted(chosen.items())
    ]
    if rows:
        unit.execute(sa.insert(notice_choice), rows)
    touch_rights(unit.connection)
