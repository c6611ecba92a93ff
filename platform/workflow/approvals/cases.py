"""A case with its graph and its record: loaded under a lock, kept by compare-and-set, trailed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ...errors import AccessDenied, BadRequest, Conflict, NotFound
from ...metadata.approvals import Graph
from ...metadata.approvals_parser import read_graph
from ...metadata.definitions import EMPTY
from ...metadata.steps.compiling import Path
from ...runtime import reading
from ...runtime.storage.failures import Retry
from ...runtime.storage.unit_of_work import Unit
from ..storage import asked_rows, case_rows
from . import periods
from .people import ADMINISTRATORS
from .state import Case
from .world import RecordWorld

MOST_COMMENT = 10_000


@dataclass(frozen=True)
class Standing:
    """A case as it is stored: ``case`` is where it stands in ``graph``."""

    id: str
    object: str
    record: str
    digest: str
    graph: Graph
    case: Case
    submitted_at: datetime
    ended_at: datetime | None
    chosen: Mapping[str, Sequence[str]]
    snapshot: Mapping[str, Any]
    written: Mapping[str, Any]

    def world(self, unit: Unit) -> RecordWorld:
        submitter = self.case.submitter
        return RecordWorld(unit, self.graph, self.record, submitter, self.chosen, self.written)


def digest_of(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def document_of(unit: Unit, object_name: str, name: str) -> dict[str, Any]:
    """What the definitions say of an approval now, as JSON."""
    documents = unit.catalog.documents.get("approvals", EMPTY)[object_name]["approvals"]
    found = next(each for each in documents if each["name"] == name)
    return {key: _plain(value) for key, value in found.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value


def get(unit: Unit, id_: str, lock: bool = False) -> Standing:
    """A case, whoever asks. Raises NotFound."""
    row = case_rows.get(unit, id_, lock)
    if row is None:
        raise NotFound()
    return of_row(unit, row)


def seen(unit: Unit, id_: str, lock: bool = False) -> Standing:
    """A case for somebody who takes part in it or sees its record. Raises NotFound."""
    found = get(unit, id_, lock)
    me = unit.actor.id
    if found.case.submitter != me and not case_rows.takes_part(unit, id_, me):
        _require_record(unit, found)
    return found


def sees_record(unit: Unit, found: Standing) -> bool:
    try:
        _require_record(unit, found)
    except NotFound:
        return False
    return True


def _require_record(unit: Unit, found: Standing) -> None:
    if "read" not in unit.actor.rights.on(found.object):
        raise NotFound()
    reading.stored(unit, found.object, found.record)


def of_row(unit: Unit, row: Mapping[str, Any], case: Case | None = None) -> Standing:
    """``case``: what it says, where that was read already."""
    return Standing(
        id=row["id"],
        object=row["object"],
        record=row["record"],
        digest=row["graph"],
        graph=graph_of(unit, row["object"], row["graph"]),
        case=case or case_rows.as_case(unit, row),
        submitted_at=row["submitted_at"],
        ended_at=row["ended_at"],
        chosen=row["chosen"],
        snapshot=row["snapshot"],
        written=row["written"],
    )


def graph_of(unit: Unit, object_name: str, digest: str) -> Graph:
    """The graph a case began with, read once for each catalog.

    Raises Conflict where it names what the definitions no longer have.
    """

    def made() -> Graph:
        document = case_rows.graph_document(unit, digest)
        return read_graph(unit.catalog, object_name, document, _gone)

    return unit.catalog.kept(("case", object_name, digest), made)


def graph_then(unit: Unit, object_name: str, digest: str) -> Graph | None:
    """The version of a graph in which something happened, where it can still be read."""
    try:
        return graph_of(unit, object_name, digest)
    except Conflict:
        return None


def _gone(path: Path, message: str, data: Mapping[str, Any]) -> None:
    raise Conflict(
        "The graph of this approval does not fit the definitions any more ({place}).",
        place="/".join(map(str, path)),
    )


def keep(unit: Unit, before: Standing, after: Case, world: RecordWorld) -> Standing:
    """Writes the case as it stands now and tells whose turn it is.

    Raises Retry when somebody else acted in between.
    """
    if not case_rows.update(unit, before.id, before.case, after, world.written):
        raise Retry("the case was acted on by somebody else in between")
    waited = {task.id for task in before.case.tasks if task.state == "waiting"}
    asked = [t for t in after.tasks if t.state == "waiting" and t.id not in waited]
    if after.state == "running":
        _let_read(unit, before, after)
        periods.follow(unit, before.id, before.record, before.graph, before.case, after)
    else:
        case_rows.end_reading(unit, before.id)
        note(unit, before, after.state)
        told = {after.submitter} - {unit.actor.id}
        world.tell(sorted(told), "“{approval}”: {state}.", approval=before.graph.label,
                   state=after.state)  # fmt: skip
    people = sorted({task.person for task in asked} - {unit.actor.id})
    world.tell(people, "“{approval}” waits for you.", approval=before.graph.label)
    return replace(before, case=after, written=world.written)


def _let_read(unit: Unit, of: Standing, after: Case) -> None:
    nodes = {step.id: step.node for step in after.steps}
    levels: dict[str, str] = {}
    for task in after.tasks:
        if task.is_undecided:
            node = of.graph.nodes[nodes[task.step]]
            may_edit = of.graph.lock is not None and bool(node.editable)
            if levels.get(task.person) != "edit":
                levels[task.person] = "edit" if may_edit else "read"
    case_rows.let_read(unit, of.id, of.record, levels)


def note(
    unit: Unit,
    of: Standing,
    verb: str,
    *,
    task: str | None = None,
    comment: str | None = None,
    **data: Any,
) -> None:
    """One line of the trail."""
    about = of.case.task(task) if task else None
    row = {
        "id": unit.new_id(),
        "case": of.id,
        "at": unit.now,
        "actor": unit.actor.id,
        "for_person": about.for_person if about else None,
        "verb": verb,
        "node": of.case.step(about.step).node if about else None,
        "task": task,
        "comment": comment or None,
        "data": {key: value for key, value in data.items() if value is not None},
        "via": unit.via,
        "request": unit.request,
        "address": unit.address,
        "graph": of.digest,
    }
    case_rows.note(unit, [row])


def is_administrator(unit: Unit) -> bool:
    return ADMINISTRATORS in unit.actor.rights.system


def require_person(unit: Unit, id_: object) -> str:
    """The id of somebody active. Raises Conflict."""
    found = asked_rows.active(unit, [id_]) if isinstance(id_, str) and len(id_) == 36 else set()
    if not found:
        raise Conflict("Say who: an active person.")
    return str(id_)


def require_comment(comment: object) -> str:
    if not isinstance(comment, str) or len(comment) > MOST_COMMENT:
        raise BadRequest("A comment has at most {most} characters.", most=MOST_COMMENT)
    return comment.strip()


def require_part(unit: Unit, allowed: bool) -> None:
    if not allowed:
        raise AccessDenied("Only who is asked can decide.")
