"""Cases that run on an older version of a graph, and how they would stand in the new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from ..errors import TypecaseError
from ..metadata.formats import relative_moment
from ..runtime.storage.unit_of_work import Unit
from ..workflow.approvals import graphs, versions
from ..workflow.approvals.versions import Older, Place, Preview
from .labels import Labels


@dataclass(frozen=True, slots=True)
class CaseRow:
    """``reason``: why it cannot go over, empty where it can."""

    id: str
    title: str
    url: str
    stands: tuple[tuple[str, str], ...]
    """(node, who is asked)."""
    submitted: str
    reason: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Then:
    """How a chosen case would stand. ``key``: the case, and the version of it that was looked at;
    empty where it cannot go over: ``problem`` says why."""

    key: str
    title: str
    stands: tuple[tuple[str, str, str], ...]
    """(node, who is asked, why)."""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class GraphCases:
    label: str
    graph_url: str
    url: str
    move_url: str
    rows: tuple[CaseRow, ...]
    then: tuple[Then, ...]
    next: str | None

    @property
    def may_move(self) -> bool:
        return any(not row.reason for row in self.rows)


def build(
    unit: Unit, name: str, approval: str, chosen: Sequence[str], after: str | None, labels: Labels
) -> GraphCases:
    """``chosen``: the cases to be looked at beforehand. Raises AccessDenied, NotFound."""
    seen = graphs.one(unit, name, approval)
    found = versions.older(unit, name, approval, after=after)
    obj = seen.graph.object
    return GraphCases(
        label=seen.label,
        graph_url=url_for("graphs.show", name=obj, approval=approval),
        url=url_for("graphs.cases", name=obj, approval=approval),
        move_url=url_for("graphs.move", name=obj, approval=approval),
        rows=tuple(
            _row(unit, each, found.names, each.id in chosen, labels) for each in found.items
        ),
        then=tuple(_then(unit, each, labels) for each in found.items if each.id in chosen),
        next=found.next,
    )


def _row(
    unit: Unit, each: Older, names: Mapping[str, str], chosen: bool, labels: Labels
) -> CaseRow:
    return CaseRow(
        id=each.id,
        title=_title(each, labels),
        url=url_for("approvals.case", id_=each.id) if each.title else "",
        stands=tuple((place.label, _people(place, names)) for place in each.places),
        submitted=relative_moment(each.submitted_at, unit.now, unit.zone, labels.locale),
        reason=each.reason.text(labels.locale) if each.reason else "",
        chosen=chosen and each.reason is None,
    )


def _then(unit: Unit, each: Older, labels: Labels) -> Then:
    try:
        found: Preview = versions.preview(unit, each.id)
    except TypecaseError as refused:
        return Then("", _title(each, labels), (), refused.text(labels.locale))
    stands = tuple(
        (place.label, _people(place, found.names), ", ".join(why)) for place, why in found.asked
    )
    return Then(f"{each.id}:{each.number}", _title(each, labels), stands)


def _title(each: Older, labels: Labels) -> str:
    return each.title or labels.text("A record you may not see")


def _people(place: Place, names: Mapping[str, str]) -> str:
    return ", ".join(names.get(each, "?") for each in place.people) or "–"
