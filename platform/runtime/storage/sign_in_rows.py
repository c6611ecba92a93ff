"""Second steps, recovery codes, secrets that work once and linked accounts, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from .people import touch_rights
from .sign_in_tables import linked_account, one_time, recovery_code, second_step
from .system_tables import session, user
from .unit_of_work import Unit
from .upserts import insert_missing

Row = Mapping[Any, Any]

# Second steps -------------------------------------------------------------------------------


def second_step_of(unit: Unit, user_id: str) -> Row | None:
    statement = sa.select(second_step).where(second_step.c.user == user_id)
    return unit.execute(statement).mappings().one_or_none()


def insert_second_step(unit: Unit, user_id: str, salt: str, step: int) -> None:
    row = {"user": user_id, "salt": salt, "last_step": step, "created_at": unit.now}
    unit.execute(sa.insert(second_step), row)


def use_step(unit: Unit, user_id: str, step: int) -> bool:
    """Takes the code of one half minute; False when it, or a later one, was taken before."""
    later = sa.and_(second_step.c.user == user_id, second_step.c.last_step < step)
    return unit.execute(sa.update(second_step).where(later).values(last_step=step)).rowcount == 1


def delete_second_step(unit: Unit, user_id: str) -> bool:
    delete_codes(unit, user_id)
    gone = unit.execute(sa.delete(second_step).where(second_step.c.user == user_id))
    return gone.rowcount == 1


def insert_codes(unit: Unit, user_id: str, hashes: Iterable[str]) -> None:
    unit.execute(sa.insert(recovery_code), [{"user": user_id, "hash": h} for h in hashes])


def use_code(unit: Unit, user_id: str, hash_: str) -> bool:
    mine = sa.and_(recovery_code.c.user == user_id, recovery_code.c.hash == hash_)
    return unit.execute(sa.delete(recovery_code).where(mine)).rowcount == 1


def count_codes(unit: Unit, user_id: str) -> int:
    statement = sa.select(sa.func.count()).select_from(recovery_code)
    count: int = unit.execute(statement.where(recovery_code.c.user == user_id)).scalar_one()
    return count


def delete_codes(unit: Unit, user_id: str) -> None:
    unit.execute(sa.delete(recovery_code).where(recovery_code.c.user == user_id))


def end_sessions_without_second_step(unit: Unit) -> int:
    """Ends the sessions of everybody who has no second step."""
    having = sa.select(second_step.c.user)
    return unit.execute(sa.delete(session).where(session.c.user.not_in(having))).rowcount


# Secrets that work once ---------------------------------------------------------------------


def insert_one_time(unit: Unit, row: Row) -> None:
    unit.execute(sa.insert(one_time), row)


def one_time_of(unit: Unit, kinds: Sequence[str], hash_: str) -> Row | None:
    statement = sa.select(one_time).where(
        one_time.c.hash == hash_, one_time.c.kind.in_(kinds), one_time.c.expires_at > unit.now
    )
    return unit.execute(statement).mappings().one_or_none()


def delete_one_time(unit: Unit, hash_: str) -> bool:
    """Whether it was still there: of two who use it at once, one is told no."""
    return unit.execute(sa.delete(one_time).where(one_time.c.hash == hash_)).rowcount == 1


def delete_one_times(unit: Unit, user_id: str) -> None:
    unit.execute(sa.delete(one_time).where(one_time.c.user == user_id))


def latest_one_time(unit: Unit, kind: str, user_id: str) -> datetime | None:
    """Until when somebody holds a secret of that kind."""
    statement = sa.select(sa.func.max(one_time.c.expires_at)).where(
        one_time.c.kind == kind, one_time.c.user == user_id, one_time.c.expires_at > unit.now
    )
    found: datetime | None = unit.execute(statement).scalar_one()
    return found


def purge_one_times(unit: Unit) -> int:
    return unit.execute(sa.delete(one_time).where(one_time.c.expires_at <= unit.now)).rowcount


# Linked accounts ----------------------------------------------------------------------------


def user_linked_with(unit: Unit, issuer: str, subject: str) -> str | None:
    statement = sa.select(linked_account.c.user).where(
        linked_account.c.issuer == issuer, linked_account.c.subject == subject
    )
    found: str | None = unit.execute(statement).scalar_one_or_none()
    return found


def insert_linked(unit: Unit, issuer: str, subject: str, user_id: str) -> None:
    row = {"issuer": issuer, "subject": subject, "user": user_id, "created_at": unit.now}
    insert_missing(unit, linked_account, [row])


def waive_first_password(unit: Unit, user_id: str) -> None:
    """Who comes from a provider and has no password, need not change one either."""
    without = sa.and_(user.c.id == user_id, user.c.password_hash.is_(None))
    statement = sa.update(user).where(without, user.c.must_change_password)
    if unit.execute(statement.values(must_change_password=False)).rowcount:
        touch_rights(unit.connection)


def linked_of(unit: Unit, user_id: str) -> Sequence[Row]:
    statement = sa.select(linked_account).where(linked_account.c.user == user_id)
    return unit.execute(statement.order_by(linked_account.c.issuer)).mappings().all()


def delete_linked(unit: Unit, user_id: str, issuer: str) -> bool:
    mine = sa.and_(linked_account.c.user == user_id, linked_account.c.issuer == issuer)
    return unit.execute(sa.delete(linked_account).where(mine)).rowcount > 0


def active_by_email(unit: Unit, email: str) -> Sequence[str]:
    """Ids of the active people with that e-mail address, whatever its case; two at most."""
    statement = sa.select(user.c.id).where(
        sa.func.lower(user.c.email) == email.lower(), user.c.is_active, user.c.kind == "person"
    )
    return unit.execute(statement.order_by(user.c.id).limit(2)).scalars().all()
