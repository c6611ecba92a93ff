"""One workspace's database: transactions, and the first statement of each of them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection as Connection  # for whoever passes one on
from sqlalchemy.engine import Engine

from . import sqlite_statistics
from .engine import WRITE_OPTION, WriteQueue, open_engine
from .failures import LOCK_TIMED_OUT, sqlstate, translate
from .system_tables import session, state, token

LOCK_CLASS = 0x7463
"""First half of our advisory lock keys on PostgreSQL; the second is the workspace."""

PUBLISHER_WAITS = "200ms"
"""For those who work with the tables, before it lets them all pass and tries again."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request shows to say who it is: the SHA-256 of a session cookie or of an API token."""

    kind: Literal["session", "token"]
    digest: str
    address: str | None = field(default=None, compare=False)
    """Where it was shown from."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose credential it is. For sessions ``csrf`` is set, for tokens ``scopes``."""

    user: str
    expires_at: datetime | None
    seen_at: datetime | None
    created_at: datetime
    csrf: str | None = None
    scopes: tuple[str, ...] = ()
    renew: bool = False
    """The rights have changed since: the browser is to get a new session id."""
    viewing_as: str | None = None
    """Whose pages a session shows, where those are not its own."""
    former_until: datetime | None = None
    """It was shown by the id it had before: how long that is still good."""

    @property
    def is_session(self) -> bool:
        return self.csrf is not None


@dataclass(frozen=True, slots=True)
class Opening:
    """What the first statement of a unit found out."""

    catalog: int
    rights: int
    holder: Holder | None = None


class Database:
    """An engine with the ways to begin: reading locks nothing, writing takes its turn."""

    def __init__(self, url: str, schema: str | None = None) -> None:
        self.url, self.schema = url, schema
        self.engine: Engine = open_engine(url, schema)
        self._queue = WriteQueue() if self.is_sqlite else None
        self.lock_key = zlib.crc32((schema or "public").encode()) & 0x7FFFFFFF

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment and changes nothing.

        On PostgreSQL it is committed: after a rollback psycopg forgets what it has prepared, and
        every statement of the next request would be parsed and planned anew.
        """
        with self._connection() as connection:
            if self.is_sqlite:
                yield connection  # closing it ends the transaction
                return
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            with _translated(), connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction, committed when the block ends well."""
        if self._queue is None:
            with self._connection() as connection, _translated(), connection.begin():
                yield connection
            return
        with self._queue.turn(), self._connection() as connection:
            connection = connection.execution_options(**{WRITE_OPTION: True})
            with _translated(), connection.begin():
                yield connection

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        with _translated():
            connection = self.engine.connect()
        with connection:
            yield connection

    def begin(
        self, connection: Connection, writes: bool, credential: Credential | None = None
    ) -> Opening:
        """The first statement: versions, credential and, for a writer, the shared lock that
        keeps a publication away until the writer is done."""
        asked = {"digest": credential.digest} if credential else {}
        with _translated():
            if not writes or self.is_sqlite:
                row = connection.execute(_opening(credential), asked).one()
            else:
                row = self._begin_writing(connection, credential, asked)
        return Opening(row.catalog, row.rights, _holder(row, credential))

    def _begin_writing(
        self, connection: Connection, credential: Credential | None, asked: dict[str, str]
    ) -> sa.Row[Any]:
        """On PostgreSQL; where a publication is under way, what it leaves behind is read anew."""
        key = {"lock_key": self.lock_key}
        row = connection.execute(_opening(credential, locks=True), asked | key).one()
        if row.locked:
            return row
        connection.execute(_WAIT, key)
        return connection.execute(_opening(credential), asked).one()

    def lock_for_publishing(self, connection: Connection) -> bool:
        """Keeps writers out until the transaction ends; False when they do not let go in time:
        then the transaction is over. Who begins to write meanwhile waits behind the publisher.

        The same patience holds for every lock it takes after that: who reads a table would
        wait behind a publisher who waits for somebody reading it for long.
        """
        if self.is_sqlite:
            return True
        key = {"lock_key": self.lock_key}
        with _translated():
            connection.execute(_PATIENCE, {"patience": PUBLISHER_WAITS})
            try:
                connection.execute(_WAIT_ALONE, key)
            except sa.exc.OperationalError as error:
                if sqlstate(error) != LOCK_TIMED_OUT:
                    raise
                return False
        return True

    def learn(self) -> None:
        """Lets SQLite look at how its tables are filled: without, it takes the index of a stage for
        better than that of an id. PostgreSQL looks by itself."""
        if self.is_sqlite:
            with self.writing() as connection:
                sqlite_statistics.learn(connection)

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        raise translate(error) from error


def _version(key: str) -> sa.ScalarSelect[Any]:
    return sa.select(state.c.value).where(state.c.key == key).scalar_subquery()


_VERSIONS = (_version("catalog").label("catalog"), _version("rights").label("rights"))


def _first_statement(held: sa.Table | None, locks: bool) -> sa.Select[Any]:
    statement = sa.select(*_VERSIONS)
    if held is not None:
        one_row = statement.subquery("versions")
        on = held.c.hash == sa.bindparam("digest")
        if held is session:
            on = sa.or_(on, held.c.former_hash == sa.bindparam("digest"))
        told = [held.c[name] for name in _TOLD[held.name]]
        statement = sa.select(one_row, *told).select_from(one_row.outerjoin(held, on))
    if locks:
        tried = sa.func.pg_try_advisory_xact_lock_shared(LOCK_CLASS, _LOCK_KEY)
        statement = statement.add_columns(tried.label("locked"))
    return statement


_TOLD = {
    "tc_session": (
        "user",
        "expires_at",
        "seen_at",
        "created_at",
        "csrf",
        "renew",
        "viewing_as",
        "hash",
        "former_until",
    ),
    "tc_token": ("user", "expires_at", "used_at", "created_at", "scopes"),
}
"""What a Holder is made of."""

_LOCK_KEY = sa.bindparam("lock_key", type_=sa.Integer())
_WAIT = sa.select(sa.func.pg_advisory_xact_lock_shared(LOCK_CLASS, _LOCK_KEY))
_WAIT_ALONE = sa.select(sa.func.pg_advisory_xact_lock(LOCK_CLASS, _LOCK_KEY))
_PATIENCE = sa.select(
    sa.func.set_config("lock_timeout", sa.bindparam("patience", type_=sa.Text), True)
)
_OPENINGS = MappingProxyType({
    (kind, locks): _first_statement(held, locks)
    for kind, held in ((None, None), ("session", session), ("token", token))
    for locks in (False, True)
})  # fmt: skip
"""Whose credential it is and whether to lock → the first statement, made once."""


def _opening(credential: Credential | None, locks: bool = False) -> sa.Select[Any]:
    return _OPENINGS[credential.kind if credential else None, locks]


def _holder(row: sa.Row[Any], credential: Credential | None) -> Holder | None:
    if credential is None or row.user is None:
        return None
    if credential.kind == "session":
        times = (row.expires_at, row.seen_at, row.created_at)
        is_former = row.hash != credential.digest
        return Holder(
            row.user,
            *times,
            csrf=row.csrf,
            renew=row.renew and not is_former,
            viewing_as=row.viewing_as,
            former_until=row.former_until if is_former else None,
        )
    return Holder(row.user, row.expires_at, row.used_at, row.created_at, scopes=tuple(row.scopes))
