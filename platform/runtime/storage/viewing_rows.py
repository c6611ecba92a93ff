"""As whom a session looks, in its row."""

from __future__ import annotations

import sqlalchemy as sa

from .system_tables import session
from .unit_of_work import Unit


def begin(unit: Unit, csrf: str, person: str) -> None:
    """``csrf``: the token of the session, which is its own."""
    mine = sa.update(session).where(session.c.csrf == csrf, session.c.user == unit.actor.id)
    unit.execute(mine.values(viewing_as=person))


def end(unit: Unit, digest: str) -> tuple[str, str] | None:
    """Whose session it is, and as whom they looked; None where they did not."""
    asked = sa.select(session.c.user.label("viewer"), session.c.viewing_as.label("person"))
    row = unit.execute(asked.where(session.c.hash == digest)).one_or_none()
    if row is None or row.person is None:
        return None
    unit.execute(sa.update(session).where(session.c.hash == digest).values(viewing_as=None))
    return row.viewer, row.person
