"""One unit of work: a workspace, an actor, a catalog and a transaction, committed once.

Whoever reads or writes is given a Unit; nobody opens a connection or commits on their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection, CursorResult

from ...errors import BadRequest, NotUnique
from ...metadata.catalog import Catalog
from ...metadata.expressions import Surroundings
from ..actors import Actor
from ..hooks import Hooks
from ..settings import WorkspaceSettings
from .database import Database, Opening
from .failures import translate
from .ids import new_id
from .indexes import fields_of_unique
from .tables import StorageModel

NO_HOOKS = Hooks()
NO_OPENING = Opening(0, 0)

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


@dataclass
class Unit:
    """``via`` says through what the actor works: page, api, import, package, command."""

    settings: WorkspaceSettings
    actor: Actor
    catalog: Catalog
    model: StorageModel
    database: Database
    connection: Connection
    now: datetime
    via: str = "page"
    request: str | None = None
    address: str | None = None
    """Of whoever asks, where they came over the network."""
    writes: bool = False
    statements: int = 0
    depth: int = 0
    opening: Opening = NO_OPENING
    """Versions and credential, as the first statement found them."""
    hooks: Hooks = NO_HOOKS
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    snapshot: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    """Records a reading unit has loaded already, by object and id: they do not change for it."""
    after_rollback: list[Callable[[Unit], None]] = field(default_factory=list)
    """Called with a unit of their own when this one was undone: to write down why."""
    published: tuple[Catalog, StorageModel] | None = None
    """The definitions that are in effect once this is committed."""
    bounds: Any = None
    """How much happens by itself in this transaction, as the floor above counts it."""

    def execute(self, statement: sa.Executable, parameters: Parameters = None) -> CursorResult[Any]:
        """Runs one statement and counts it; database errors come out as ours."""
        self.statements += 1
        try:
            return self.connection.execute(statement, parameters)
        except (sa.exc.SQLAlchemyError, UnicodeEncodeError) as error:
            raise self._ours(error) from error

    def execute_prepared(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Runs what SQLAlchemy has compiled before, once for each row, as one statement."""
        self.statements += 1
        try:
            self.connection.exec_driver_sql(statement, rows)
        except (sa.exc.SQLAlchemyError, UnicodeEncodeError) as error:
            raise self._ours(error) from error

    def _ours(self, failure: sa.exc.SQLAlchemyError | UnicodeEncodeError) -> Exception:
        """A refusal by a unique index names the fields, not the index."""
        if isinstance(failure, UnicodeEncodeError):
            return BadRequest("The text holds a character that cannot be kept.")
        error = translate(failure)
        if isinstance(error, NotUnique) and error.fields:
            return NotUnique(fields_of_unique(self.model, error.fields[0]) or error.fields)
        return error

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What happens inside is undone alone when it fails."""
        with self.connection.begin_nested():
            yield

    def at(self, catalog: Catalog, model: StorageModel) -> Unit:
        """The same transaction with the definitions it has just published."""
        return replace(self, catalog=catalog, model=model)

    def new_id(self) -> str:
        return new_id(self.now)

    @property
    def schema(self) -> str | None:
        """The PostgreSQL schema of the workspace; None on SQLite."""
        return self.database.schema

    @property
    def is_postgres(self) -> bool:
        return self.connection.dialect.name == "postgresql"

    @property
    def surroundings(self) -> Surroundings:
        """What an expression may see where there is no record and no person."""
        return Surroundings(
            now=self.now, zone=self.settings.zone_info, settings=self.catalog.settings
        )

    @property
    def zone(self) -> ZoneInfo:
        """The reader's zone: what ``today()`` means on pages."""
        return ZoneInfo(self.actor.zone)
