"""The one place that sees every floor below the pages: builds the platform, explicitly."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from .clock import Clock, SystemClock
from .config import Settings
from .errors import BadRequest, Conflict
from .runtime.hooks import Hooks
from .runtime.mail import Mailer, server_of
from .runtime.providers import Provider, read_providers
from .runtime.settings import WorkspaceSettings
from .runtime.storage.database import Database
from .runtime.storage.migrations import MIGRATIONS, current, fits, migrate
from .runtime.workspaces import Workspace
from .workflow import automations, dates, housekeeping, schedules, teams
from .workflow.approvals import leaving, locking, submitting, telling, timers
from .workflow.jobs import Handler
from .workflow.messages import delivering, mailings
from .workflow.messages.rendering import Renderer
from .workflow.runner import Planner, Runner
from .workflow.sla import following, recomputing
from .workflow.sla import timers as sla_timers
from .workflow.wakers.opening import open_waker
from .workflow.waking import Bell
from .workflow.webhooks import calling, incoming

MAIN = "main"

HOOKS = Hooks(
    before=(automations.before_save,),
    guards=(locking.guard,),
    # Clocks first: what follows may save the record again, and is seen in its order.
    after=(following.after_save, automations.after_save, teams.after_save),
    binned=(locking.guard_bin, following.after_bin, automations.after_bin),
    left=(leaving.give_up,),
    told=(telling.lines,),
    submit=submitting.submit,
)
"""What workflow plugs into the save path."""

HANDLERS: tuple[Handler, ...] = (
    housekeeping.CHORE,
    schedules.TURN,
    schedules.RUN,
    timers.TIMER,
    calling.FAN_OUT,
    calling.CALL,
    sla_timers.ESCALATION,
    sla_timers.TERMS,
    recomputing.RECOMPUTE,
    mailings.PUT,
    incoming.DO,
)
"""Who does which kind of job."""

PLANNERS: tuple[Planner, ...] = (housekeeping.plan, schedules.plan, dates.plan, sla_timers.plan)
"""What the clock asks for."""


@dataclass(frozen=True)
class Platform:
    """Everything a process needs: its settings and the workspaces it serves."""

    settings: Settings
    clock: Clock
    workspaces: Mapping[str, Workspace]
    mailer: Mailer
    providers: tuple[Provider, ...] = ()
    renderer: Renderer = field(default_factory=Renderer)
    """Fills templates for pages; a runner has one of its own."""

    @property
    def main(self) -> Workspace:
        return self.workspaces[MAIN]

    def close(self) -> None:
        self.renderer.close()
        for workspace in self.workspaces.values():
            workspace.database.close()


def build_platform(settings: Settings, clock: Clock | None = None) -> Platform:
    """The platform over the database that ``settings`` names; nothing is opened or changed yet."""
    clock = clock or SystemClock()
    if settings.mail and not settings.address:
        raise BadRequest("Mails hold links, so TYPECASE_ADDRESS must say where people find you.")
    workspace = open_workspace(settings, clock)
    return Platform(
        settings,
        clock,
        {MAIN: workspace},
        Mailer(workspace.settings.mail),
        read_providers(settings.providers, settings.provider_secrets),
    )


def open_workspace(settings: Settings, clock: Clock, name: str = MAIN) -> Workspace:
    told = WorkspaceSettings(
        name=name,
        zone=settings.zone,
        currency=settings.currency,
        languages=settings.languages,
        files=settings.files,
        secret=hashlib.sha256(f"{name}:{settings.secret}".encode()).digest(),
        site=settings.site,
        mail=server_of(settings.mail, settings.mail_from, settings.mail_password),
        hosts=frozenset(settings.hosts),
        keep_messages=settings.keep_messages,
        keep_calls=settings.keep_calls,
    )
    hooks = HOOKS
    if settings.wake:
        hooks = replace(HOOKS, work_waits=Bell(open_waker(settings.wake), name).ring)
    return Workspace(told, Database(settings.database, settings.schema), clock, hooks)


def runner_of(workspace: Workspace, plans: bool = True) -> Runner:
    """What works off the jobs of ``workspace``; nothing runs until it is told to. With ``plans``
    it also sees to what the clock asks for."""
    handlers = (*HANDLERS, delivering.delivery(Renderer()))
    return Runner(workspace, handlers, PLANNERS if plans else ())


def woken(platform: Platform, name: str) -> int:
    """What a worker does that was told that the workspace ``name`` has work: all that is due.

    What the clock asks for is planned by those who poll. Returns how many jobs were taken up;
    none, when this installation has no such workspace.
    """
    workspace = platform.workspaces.get(name)
    return runner_of(workspace, plans=False).work_off() if workspace else 0


def initialise(workspace: Workspace) -> tuple[int, int]:
    """Makes or migrates our own tables; returns the migration numbers before and after.

    Raises Conflict when the database belongs to a newer release.
    """
    prepare_folder(workspace.database.url)
    with workspace.database.writing() as connection:
        return migrate(connection, workspace.database.schema)


def is_initialised(workspace: Workspace) -> bool:
    """Whether the database holds a workspace, of whatever release."""
    return _migration(workspace) > 0


def require_current(workspace: Workspace) -> None:
    """Raises Conflict unless the database holds a workspace of this release."""
    found = _migration(workspace)
    if found == 0:
        raise Conflict("There is no workspace here yet. Make one with: typecase init")
    if found < len(MIGRATIONS):
        raise Conflict("The database is of an older release. Bring it up with: typecase migrate")
    if found > len(MIGRATIONS):
        raise Conflict("The database is of a newer release. Install that release of Typecase.")
    with workspace.database.reading() as connection:
        if not fits(connection):
            raise Conflict(
                "The database was made by an unreleased state of Typecase that keeps other columns."
                " Make it anew, or go back to that state."
            )


def migrations_pending(workspace: Workspace) -> int:
    """How many migrations this release knows that the database has not had."""
    return max(0, len(MIGRATIONS) - _migration(workspace))


def _migration(workspace: Workspace) -> int:
    database = workspace.database
    if is_missing_file(database.url):
        return 0
    with database.reading() as connection:
        return current(connection, database.schema)


def is_missing_file(url: str) -> bool:
    """Whether ``url`` names an SQLite file that is not there: looking must not make it."""
    return url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists()


def prepare_folder(url: str) -> None:
    """The folder of an SQLite file, where it is missing."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
