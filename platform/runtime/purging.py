"""Deleting for good what removed definitions have left: asked by name, with its count."""

from __future__ import annotations

from collections.abc import Collection

from ..errors import NotFound
from . import access, audit, installing
from .storage import hidden
from .storage.hidden import Hidden
from .storage.unit_of_work import Unit
from .workspaces import Workspace


def listed(unit: Unit) -> tuple[Hidden, ...]:
    """What could be purged, with how much there is of it. Needs ``manage_rights``."""
    access.require_system(unit.actor, "manage_rights")
    return hidden.hidden(unit)


def chosen(found: Collection[Hidden], names: Collection[str]) -> tuple[Hidden, ...]:
    """Those of ``found`` that ``names`` says. Raises NotFound for a name that is none of them."""
    known = {each.name: each for each in found}
    for name in names:
        if name not in known:
            raise NotFound("Nothing hidden is called {name}.", name=name)
    return tuple(known[name] for name in names)


def purge(workspace: Workspace, names: Collection[str]) -> tuple[Hidden, ...]:
    """Deletes for good what is hidden under these names, all of it or nothing; nobody saves
    meanwhile. Raises NotFound, Unavailable."""

    def work(unit: Unit) -> tuple[Hidden, ...]:
        gone = chosen(listed(unit), names)
        for each in gone:
            hidden.destroy(unit, each)
        audit.record(unit, "purged", {"what": {each.name: each.count for each in gone}})
        return gone

    gone = installing.alone(workspace, work, via="command")
    workspace.forget()
    return gone
