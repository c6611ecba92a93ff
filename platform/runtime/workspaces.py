"""A workspace: one SQLite file or one PostgreSQL schema, its catalog, and units of work in it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from ..clock import Clock
from ..errors import SignInRequired, TypecaseError, Unavailable
from ..metadata.catalog import Catalog
from . import collecting, scopes, sessions, viewing
from .actors import SYSTEM, Actor
from .hooks import Hooks
from .settings import WorkspaceSettings
from .storage import catalog_store
from .storage.database import Connection, Credential, Database, Opening
from .storage.failures import Retry, SchemaMoved
from .storage.tables import StorageModel
from .storage.unit_of_work import NO_HOOKS, Unit

LOG = logging.getLogger("typecase.workspaces")

Result = TypeVar("Result")
MOST_TRIES = 3


class Workspace:
    """The door to one workspace's data. Safe to share between threads."""

    def __init__(
        self,
        settings: WorkspaceSettings,
        database: Database,
        clock: Clock,
        hooks: Hooks = NO_HOOKS,
    ) -> None:
        self.settings, self.database, self.clock, self.hooks = settings, database, clock, hooks
        self._loaded: tuple[Catalog, StorageModel] | None = None
        self._loading = threading.Lock()
        self._actors: dict[tuple[object, ...], Actor] = {}

    @property
    def catalog(self) -> Catalog:
        """The catalog as of now."""
        with self.database.reading() as connection:
            return self._current(connection, self.database.begin(connection, writes=False))[0]

    # Units of work --------------------------------------------------------------------------

    @contextmanager
    def read(
        self, who: Actor | Credential, via: str = "page", request: str | None = None
    ) -> Iterator[Unit]:
        """A consistent view of the data; nothing can be written.

        Raises SignInRequired when ``who`` is a credential nobody holds (any more).
        """
        with self.database.reading() as connection:
            yield self._unit(connection, who, via, request, writes=False)

    @contextmanager
    def write(
        self, who: Actor | Credential, via: str = "page", request: str | None = None
    ) -> Iterator[Unit]:
        """A transaction: committed at the end, undone by any error."""
        undone: list[Callable[[Unit], None]] = []
        try:
            with self.database.writing() as connection:
                unit = self._unit(connection, who, via, request, writes=True)
                undone = unit.after_rollback
                yield unit
        except Exception:
            self._tell(undone)
            raise
        if unit.published is not None:
            self._adopt(*unit.published)
        for callback in unit.after_commit:
            callback()

    def _tell(self, callbacks: list[Callable[[Unit], None]]) -> None:
        """Lets those who were undone write down why; the reason itself goes on to the caller."""
        if not callbacks:
            return
        try:
            with self.write(SYSTEM, via="job") as unit:
                for callback in callbacks:
                    callback(unit)
        except TypecaseError as error:
            LOG.warning("why a transaction was undone could not be written down: %s", error)

    def run(
        self,
        who: Actor | Credential,
        work: Callable[[Unit], Result],
        via: str = "page",
        request: str | None = None,
    ) -> Result:
        """Runs ``work`` in a write unit; a fight the database gave up is fought again, thrice."""
        for attempt in range(MOST_TRIES):
            try:
                with self.write(who, via, request) as unit:
                    return work(unit)
            except Retry:
                time.sleep(0.02 * (attempt + 1))
            except SchemaMoved:
                self.forget()
        raise Unavailable("Too many people change this at once. Please try again.")

    def look(
        self,
        who: Actor | Credential,
        work: Callable[[Unit], Result],
        via: str = "page",
        request: str | None = None,
    ) -> Result:
        """Runs ``work`` in a read unit; once more when a publication moved the tables meanwhile."""
        try:
            with self.read(who, via, request) as unit:
                return work(unit)
        except SchemaMoved:
            self.forget()
            with self.read(who, via, request) as unit:
                return work(unit)

    def forget(self) -> None:
        """Makes the next unit load the catalog anew."""
        self._loaded = None

    # Inside ---------------------------------------------------------------------------------

    def _adopt(self, catalog: Catalog, model: StorageModel) -> None:
        """Takes what was published here as it was planned: nobody waits until it is loaded."""
        with self._loading:
            self._loaded = catalog, model
            self._actors.clear()
            collecting.replaced()

    def _unit(
        self,
        connection: Connection,
        who: Actor | Credential,
        via: str,
        request: str | None,
        writes: bool,
    ) -> Unit:
        credential = who if isinstance(who, Credential) else None
        opening = self.database.begin(connection, writes, credential)
        catalog, model = self._current(connection, opening)
        actor = who if isinstance(who, Actor) else self._actor(connection, opening, catalog)
        if writes:
            scopes.require_write(actor)
        return Unit(
            settings=self.settings,
            actor=actor,
            catalog=catalog,
            model=model,
            database=self.database,
            connection=connection,
            now=self.clock.now(),
            via=via,
            request=request,
            address=credential.address if credential else None,
            writes=writes,
            statements=1,
            opening=opening,
            hooks=self.hooks,
        )

    def _current(self, connection: Connection, opening: Opening) -> tuple[Catalog, StorageModel]:
        loaded = self._loaded
        if loaded is not None and loaded[0].version == opening.catalog:
            return loaded
        with self._loading:
            loaded = self._loaded
            if loaded is None or loaded[0].version != opening.catalog:
                loaded = self._loaded = catalog_store.load(connection, opening.catalog)
                self._actors.clear()
                collecting.replaced()
            return loaded

    def _actor(self, connection: Connection, opening: Opening, catalog: Catalog) -> Actor:
        holder = opening.holder
        if holder is None or sessions.is_over(holder, self.clock.now()):
            raise SignInRequired()
        key = (holder.user, opening.rights, catalog.version, holder.scopes, holder.viewing_as)
        actor = self._actors.get(key)
        if actor is None:
            actor = viewing.actor_of_session(connection, holder, opening.rights, catalog)
            if not holder.is_session:
                actor = scopes.narrow(actor, holder.scopes)
            if len(self._actors) > 5_000:
                self._actors.clear()
            self._actors[key] = actor
        return actor
