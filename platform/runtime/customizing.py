"""The customer's own layer: propose what it should say, publish it, take it back.

Changes go the ordinary way of publications: planned for the version somebody saw, then made
effective in one transaction; the second of two who planned for the same version is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from ..errors import NotFound
from ..metadata.catalog import Catalog
from ..metadata.customer import LAYER, Wanted, saying
from ..metadata.layers import Stack, stacked
from ..metadata.requirements import install_order
from ..metadata.sources import PackageSource
from ..metadata.upgrading import said
from . import access, audit, installing, rights_guard
from .installing import Overtaken, Proposal
from .storage import credentials, layer_rows, publishing
from .storage.layer_rows import Published
from .storage.unit_of_work import Unit

SHOWN = 100
"""Changes of one publication that the audit names."""

Document = dict[str, Any]


@dataclass(frozen=True)
class Definitions:
    """The documents in effect: the packages', the layer, and both folded."""

    packages: tuple[PackageSource, ...]
    layer: PackageSource
    below: Stack
    folded: Stack

    def content(self, kind: str, name: str = "") -> Document:
        """A copy of the folded document, to be changed; empty where there is none."""
        found = self.folded.get(kind, name)
        return deepcopy(dict(found.content)) if found else {}


def definitions(unit: Unit) -> Definitions:
    packages = install_order(publishing.installed(unit))
    layer = publishing.layer(unit)
    return Definitions(tuple(packages), layer, stacked(packages), stacked([*packages, layer]))


def propose(unit: Unit, base: int, found: Definitions, wanted: Wanted, reason: str) -> Proposal:
    """The plan for documents that say what is ``wanted``. ``base``: the version its author saw.

    Needs ``manage_rights``. Raises Overtaken, DefinitionsInvalid.
    """
    return _propose(unit, base, found, saying(found.layer, found.below, wanted), reason)


def propose_before(unit: Unit, base: int, version: int, reason: str) -> Proposal:
    """The plan for the layer as it was before the publication ``version``, on the packages of
    today. Raises AccessDenied, NotFound."""
    access.require_system(unit.actor, "manage_rights")
    found = definitions(unit)
    layer = layer_rows.as_of(unit, version - 1)
    if layer is None or version > unit.opening.catalog:
        raise NotFound()
    return _propose(unit, base, found, layer, reason)


def _propose(
    unit: Unit, base: int, found: Definitions, layer: PackageSource, reason: str
) -> Proposal:
    access.require_system(unit.actor, "manage_rights")
    if base != unit.opening.catalog:
        raise Overtaken(
            "Somebody else has changed the definitions meanwhile. Look at what they are now, then"
            " repeat it."
        )
    packages = found.packages
    proposal = installing.proposal_of(unit, packages, packages, layer, reason, own=True)
    return replace(proposal, unchanged=layer.documents == found.layer.documents)


def publish(unit: Unit, proposal: Proposal) -> int:
    """Makes it effective, inside ``installing.alone``; returns the version.

    Raises Overtaken, and AccessDenied or Conflict as ``rights_guard``.
    """
    if proposal.unchanged:
        return proposal.base
    before = publishing.layer(unit)
    rights_guard.check(unit, proposal.catalog)
    installing.publish_in(unit, proposal)
    if _is_of_people(unit.catalog, proposal.catalog):
        credentials.ask_all_to_renew(unit)
    changes = [*_changes(before, proposal.layer)]
    told = {"version": proposal.catalog.version, "reason": proposal.reason}
    audit.record(unit, "rights_published", {**told, "changes": changes[:SHOWN]})
    return proposal.catalog.version


def _is_of_people(before: Catalog, after: Catalog) -> bool:
    """Whether what somebody may do follows from something else now."""
    return (before.roles, before.permission_sets) != (after.roles, after.permission_sets)


def _changes(before: PackageSource, after: PackageSource) -> Iterator[str]:
    """What the layer says otherwise now, place by place."""
    then, now = _said(before), _said(after)
    for place in sorted(then.keys() | now.keys()):
        if then.get(place) != now.get(place):
            yield f"{place}: {then.get(place, '–')} → {now.get(place, '–')}"


def _said(layer: PackageSource) -> dict[str, Any]:
    return {
        "/".join(filter(None, (document.kind, document.name, *map(str, path)))): str(value)
        for document in layer.documents
        for path, value in said(document)
    }


def publications(unit: Unit, limit: int = 50) -> tuple[Published, ...]:
    """The latest publications, newest first. Needs ``manage_rights``."""
    access.require_system(unit.actor, "manage_rights")
    return layer_rows.publications(unit, limit)


def is_own(id_: str) -> bool:
    """Whether a thing of this id was made by the customer."""
    return id_.partition(":")[0] == LAYER
