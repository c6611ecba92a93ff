"""As whom a session looks, in its row."""

from __future__ import annotations

import sqlalchemy as sa

from .credentials import is_session
from .system_tables import session
from .unit_of_work import Unit


def begin(unit: Unit, csrf: str, person: str) -> None:
    """``csrf``: the token of the session, which is its own."""
    mine = sa.update(session).where(session.c.csrf == csrf, session.c.user == unit.actor.id)
    unit.execute(mine.values(viewing_as=person))


def end(unit: Unit, digest: str) -> tuple[str, str] | None:
    """Whose session it is, and as whom they looked; None where they did not."""
    mine = is_session(digest, unit.now)
    asked = sa.select(session.c.user.label("viewer"), session.c.viewing_as.label("person"))
    row = unit.execute(asked.where(mine)).one_or_none()
    if row is None or row.person is None:
        return None
    unit.execute(sa.update(session).where(mine).values(viewing_as=None))
    return row.viewer, row.person
