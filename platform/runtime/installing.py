"""Installing and upgrading packages: propose a plan, then publish it, wholly or not at all."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from ..errors import BadRequest, Conflict, Unavailable
from ..metadata.catalog import Catalog
from ..metadata.composing import compose
from ..metadata.definitions import EMPTY
from ..metadata.requirements import install_order
from ..metadata.sources import PackageSource
from ..metadata.upgrading import Conflict as Difference
from ..metadata.upgrading import conflicts_between, taking_theirs
from . import indexing
from .actors import SYSTEM, Actor
from .backup_archive import Progress, silent
from .package_data import Loaded, load_rows
from .storage import publishing
from .storage.database import Credential
from .storage.failures import LockTimedOut, Retry
from .storage.operations import Operation, Unconverted
from .storage.plan import Plan
from .storage.publishing import Papers
from .storage.unit_of_work import Unit
from .workspaces import Workspace

PATIENCE_SECONDS = 10.0
Result = TypeVar("Result")


class Overtaken(Conflict):
    """Another publication came first: the plan was made for what is no longer there."""


Decided = Literal["mine", "theirs"]
"""Whose word counts where the customer's layer and an upgrade differ: the layer's, or the
package's."""


@dataclass(frozen=True)
class Decisions:
    """``places``: what was decided there, as ``place_of`` names it; ``others``: everywhere else,
    None: not yet."""

    others: Decided | None = None
    places: Mapping[str, Decided] = EMPTY

    def on(self, each: Difference) -> Decided | None:
        return self.places.get(place_of(each), self.others)

    def require_known(self, conflicts: Sequence[Difference]) -> None:
        """Raises BadRequest for a place where there is nothing to decide."""
        known = {place_of(each) for each in conflicts}
        for place in self.places:
            if place not in known:
                raise BadRequest("There is nothing to decide at {place}.", place=place)


UNDECIDED = Decisions()


class Undecided(Conflict):
    """An upgrade changes what the customer changed, too; ``conflicts`` says where."""

    def __init__(self, conflicts: Sequence[Difference]) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__(
            "The upgrade changes what you have changed yourselves. Decide of each first: keep"
            " yours, or take the package's.{places}",
            places="".join(f"\n  {conflict_words(each)}" for each in self.conflicts),
        )


def place_of(each: Difference) -> str:
    """Where a conflict is, as people write it: ``roles/roles/rep/label``."""
    return "/".join(filter(None, (each.kind, each.name, *map(str, each.path))))


def conflict_words(each: Difference) -> str:
    """One conflict for people: where, what the package said and says, and what is yours."""
    return f"{place_of(each)} ({each.old} → {each.new}; {each.mine})"


@dataclass(frozen=True)
class Proposal:
    """What publishing would do. ``base`` is the version it was made for."""

    base: int
    catalog: Catalog
    plan: Plan
    reason: str
    papers: Papers
    unchanged: bool = False
    """The same documents are in effect already, and the tables are as they ask for."""
    own: bool = False
    """Only the layer is another."""
    conflicts: tuple[Difference, ...] = ()
    """Where the layer and an upgrade say different things of one property."""

    @property
    def layer(self) -> PackageSource:
        """The customer's own layer, on top of the packages."""
        return self.papers.layer

    @property
    def operations(self) -> tuple[Operation, ...]:
        return self.plan.operations


@dataclass(frozen=True)
class Installed:
    version: int
    operations: tuple[Operation, ...]
    loaded: Loaded
    unconverted: tuple[Unconverted, ...] = ()
    """Values that a change of type had to keep aside."""
    published: bool = True
    """False: the definitions were in effect already, the version stays as it was."""

    @property
    def changed(self) -> bool:
        """Was there anything to do: definitions, tables or rows?"""
        return self.published or self.loaded.created > 0 or self.loaded.replaced > 0


def propose(
    workspace: Workspace, new: Sequence[PackageSource], decided: Decisions = UNDECIDED
) -> Proposal:
    """The plan for adding the packages ``new`` or bringing them to the version given.

    ``decided``: whose word counts where the customer's layer and an upgrade differ; where that is
    open the layer's stays, and ``conflicts`` names it. Raises BadRequest, and DefinitionsInvalid
    with every problem of the whole.
    """
    with workspace.read(SYSTEM, via="command") as unit:
        return _propose(unit, new, decided)


def preview(workspace: Workspace, proposal: Proposal) -> tuple[Unconverted, ...]:
    """The values that will not convert when ``proposal`` is published, field by field.

    Reads every value of the retyped fields as they are now; writes nothing.
    """
    with workspace.read(SYSTEM, via="command") as unit:
        return publishing.preview(unit, proposal.catalog, proposal.plan)


def _propose(unit: Unit, new: Sequence[PackageSource], decided: Decisions) -> Proposal:
    present = {source.name: source for source in publishing.installed(unit)}
    sources = install_order([*{**present, **{source.name: source for source in new}}.values()])
    before = publishing.layer(unit)
    conflicts = tuple(
        each
        for source in new
        if source.name in present
        for each in conflicts_between(present[source.name], source, before)
    )
    decided.require_known(conflicts)
    layer = taking_theirs(before, [each for each in conflicts if decided.on(each) == "theirs"])
    reason = ", ".join(f"{source.name} {source.version}" for source in new)
    found = proposal_of(unit, [*present.values()], sources, layer, reason)
    same = _documents(sources) == _documents([*present.values()]) and layer == before
    unchanged = found.plan.changes_nothing and same
    left = tuple(each for each in conflicts if decided.on(each) is None)
    return replace(found, unchanged=unchanged, conflicts=left)


def proposal_of(
    unit: Unit,
    present: Sequence[PackageSource],
    sources: Sequence[PackageSource],
    layer: PackageSource,
    reason: str,
    own: bool = False,
) -> Proposal:
    """What publishing these packages with this layer on top would do. ``own``: only the layer is
    another."""
    base = unit.opening.catalog
    on_top = layer if layer.documents else None
    catalog = compose(sources, base + 1, on_top, publishing.settings(unit))
    plan = publishing.plan(unit, catalog, unit.surroundings, own)
    papers = publishing.papers(present, sources, layer)
    return Proposal(base, catalog, plan, reason, papers, own=own)


def _documents(sources: Sequence[PackageSource]) -> list[PackageSource]:
    """The definitions alone, in one order whether they came from a folder or a database."""
    return [
        replace(s, documents=tuple(sorted(s.documents, key=lambda d: d.file)), data=())
        for s in sources
    ]


def install(
    workspace: Workspace,
    new: Sequence[PackageSource],
    demo: bool = False,
    progress: Progress = silent,
    decided: Decisions = UNDECIDED,
) -> Installed:
    """Installs or upgrades packages with their reference data, and demo data on request.

    All or nothing, in one transaction; what is there already is left alone, and so is the
    version. ``decided``: as for ``propose``. Raises DefinitionsInvalid, Unavailable, and Conflict
    where something is to be decided first.
    """
    while True:
        progress("Planning", 0, 1)
        proposal = propose(workspace, new, decided)
        if proposal.conflicts:
            raise Undecided(proposal.conflicts)

        def work(unit: Unit, proposal: Proposal = proposal) -> Installed:
            if proposal.unchanged:
                _require_base(unit, proposal)
                loaded = load_rows(unit, new, demo, progress)
                return Installed(proposal.base, (), loaded, published=False)
            lost = publish_in(unit, proposal, progress)
            after = unit.at(proposal.catalog, proposal.plan.model)
            loaded = load_rows(after, new, demo, progress)
            return Installed(proposal.catalog.version, proposal.operations, loaded, lost)

        try:
            return _alone_with_indexes(workspace, proposal, work, progress)
        except Overtaken:
            continue


def publish(workspace: Workspace, proposal: Proposal, progress: Progress = silent) -> int:
    """Makes a proposal effective and returns the version. Raises Conflict when the base moved."""
    _alone_with_indexes(
        workspace, proposal, lambda unit: publish_in(unit, proposal, progress), progress
    )
    return proposal.catalog.version


def _alone_with_indexes(
    workspace: Workspace, proposal: Proposal, work: Callable[[Unit], Result], progress: Progress
) -> Result:
    """Publishes in ``work``; what indexes can be made beside the work are made before or after."""
    with indexing.made_before(workspace, proposal.plan, progress):
        done = alone(workspace, work)
    if proposal.plan.left:
        indexing.go_on(workspace, progress)
    return done


def alone(
    workspace: Workspace,
    work: Callable[[Unit], Result],
    who: Actor | Credential = SYSTEM,
    via: str = "package",
    request: str | None = None,
) -> Result:
    """Runs ``work`` while nobody else writes; between tries the others get their turn."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with workspace.write(who, via, request) as unit:
                if not publishing.lock(unit):
                    raise Retry("people are saving just now")
                result = work(unit)
        except (Retry, LockTimedOut):
            if time.monotonic() > give_up:
                raise Unavailable("People are saving just now. Please try again.") from None
            time.sleep(random.uniform(0.02, 0.2))
        else:
            return result


def _require_base(unit: Unit, proposal: Proposal) -> None:
    if unit.opening.catalog != proposal.base:
        raise Overtaken("Something else was published meanwhile. Plan again.")


def publish_in(
    unit: Unit, proposal: Proposal, progress: Progress = silent
) -> tuple[Unconverted, ...]:
    """Makes a proposal effective within the transaction of ``alone``."""
    _require_base(unit, proposal)
    count = len(proposal.operations)
    catalog, plan = proposal.catalog, proposal.plan
    publishing.write_down(
        unit, catalog.version, plan, proposal.papers, proposal.reason, proposal.own
    )
    site = publishing.open_site(unit, plan)
    for done, operation in enumerate(proposal.operations):
        progress("Making the tables", done, count)
        publishing.apply(operation, site)
    publishing.switch(unit, catalog, plan)
    unit.published = catalog, plan.model
    progress("Making the tables", count, count)
    return tuple(site.unconverted)


def words(proposal: Proposal) -> list[dict[str, Any]]:
    """The plan for people and for ``--json``: each operation with its phase."""
    return [{"phase": op.phase.value, "does": op.words()} for op in proposal.operations]


def lost_words(unconverted: Sequence[Unconverted]) -> list[dict[str, Any]]:
    """What will not, or did not, convert: for ``--json`` and for sentences."""
    return [
        {"field": each.name, "count": each.count, "of": each.total, "examples": each.examples}
        for each in unconverted
    ]
