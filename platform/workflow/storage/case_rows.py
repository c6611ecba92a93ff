"""Cases as rows: written with their tasks, read under a lock, asked for by person and record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ...runtime.storage.approval_tables import case, graph, reader, task, trail
from ...runtime.storage.by_ids import ByIds
from ...runtime.storage.unit_of_work import Unit
from ...runtime.storage.upserts import insert_missing
from ..approvals.state import UNDECIDED, Case, Step, Task

TASK_COLUMNS = tuple(Task.__dataclass_fields__)
RUNS = case.c.ended_at.is_(None)
"""It runs. Not by its state: SQLite would plan a statement anew for every value bound there."""
RUNNING = ByIds(case.c.record, lambda its: sa.select(case).where(its, RUNS))
HOLDING = (case.c.id, case.c.record, case.c.graph, case.c.state)
"""What tells whether a case holds its record: what else it keeps is long."""
RUNNING_HOLDING = ByIds(case.c.record, lambda its: sa.select(*HOLDING).where(its, RUNS))
Row = Mapping[str, Any]


def keep_graph(unit: Unit, digest: str, document: Mapping[str, Any]) -> None:
    known = unit.execute(sa.select(graph.c.digest).where(graph.c.digest == digest)).scalar()
    if known is None:
        insert_missing(unit, graph, [{"digest": digest, "document": document}])


def graph_document(unit: Unit, digest: str) -> dict[str, Any]:
    found = unit.execute(sa.select(graph.c.document).where(graph.c.digest == digest))
    return dict(found.scalar_one())


def insert(unit: Unit, row: Row) -> None:
    """A case without steps and tasks; ``update`` brings them."""
    told = {"state": "running", "number": 0, "steps": [], "written": {}, "ended_at": None}
    unit.execute(sa.insert(case), {**told, **row})


def get(unit: Unit, id_: str, lock: bool = False) -> dict[str, Any] | None:
    """The row of a case; with ``lock`` nobody else changes it until the transaction ends."""
    statement = sa.select(case).where(case.c.id == id_)
    row = unit.execute(statement.with_for_update() if lock else statement).mappings()
    found = row.one_or_none()
    return dict(found) if found else None


def as_case(unit: Unit, row: Row) -> Case:
    statement = sa.select(*(task.c[name] for name in TASK_COLUMNS)).where(task.c.case == row["id"])
    rows = unit.execute(statement.order_by(task.c.id)).mappings()
    return _case(row, [dict(each) for each in rows])


def as_cases(unit: Unit, rows: Sequence[Row]) -> dict[str, Case]:
    """Many of them by id, with one statement."""
    statement = sa.select(task.c.case, *(task.c[name] for name in TASK_COLUMNS)).where(
        task.c.case.in_([row["id"] for row in rows])
    )
    tasks: dict[str, list[Row]] = {row["id"]: [] for row in rows}
    for each in unit.execute(statement.order_by(task.c.id)).mappings():
        tasks[each["case"]].append({name: each[name] for name in TASK_COLUMNS})
    return {row["id"]: _case(row, tasks[row["id"]]) for row in rows}


def _case(row: Row, rows: Iterable[Row]) -> Case:
    steps = (Step(**{**each, "causes": tuple(each["causes"])}) for each in row["steps"])
    tasks = tuple(Task(**each) for each in rows)
    return Case(row["submitter"], row["state"], tuple(steps), tasks, row["number"])


def update(unit: Unit, id_: str, before: Case, after: Case, written: Row) -> bool:
    """Keeps the case as it stands now; False when it was no longer as ``before``."""
    values = {
        "state": after.state,
        "number": after.number,
        "steps": [asdict(step) for step in after.steps],
        "written": dict(written),
        "ended_at": None if after.state == "running" else unit.now,
    }
    same = (case.c.id == id_, case.c.number == before.number)
    if not unit.execute(sa.update(case).where(*same).values(values)).rowcount:
        return False
    _keep_tasks(unit, id_, before, after)
    return True


def _keep_tasks(unit: Unit, id_: str, before: Case, after: Case) -> None:
    nodes = {step.id: step.node for step in after.steps}
    known = {each.id: each for each in before.tasks}
    fresh = [
        {**asdict(each), "case": id_, "node": nodes[each.step], "asked_at": unit.now}
        for each in after.tasks
        if each.id not in known
    ]
    if fresh:
        unit.execute(sa.insert(task), fresh)
    for each in after.tasks:
        if each.id in known and known[each.id] != each:
            unit.execute(sa.update(task).where(task.c.id == each.id).values(asdict(each)))


def of_record(unit: Unit, record: str) -> list[dict[str, Any]]:
    """The cases of a record, the latest first."""
    statement = sa.select(case).where(case.c.record == record).order_by(case.c.id.desc())
    return [dict(row) for row in unit.execute(statement).mappings()]


def running(unit: Unit, records: Collection[str]) -> list[dict[str, Any]]:
    return [dict(row) for row in RUNNING.execute(unit, records).mappings()]


def holding(unit: Unit, records: Collection[str]) -> list[dict[str, Any]]:
    """``HOLDING`` of the cases that run for ``records``."""
    return [dict(row) for row in RUNNING_HOLDING.execute(unit, records).mappings()]


def counts(unit: Unit) -> dict[tuple[str, str, str], int]:
    """(object, approval, state) → how many cases, by whatever version of the graph."""
    statement = sa.select(
        case.c.object, case.c.approval, case.c.state, sa.func.count().label("cases")
    ).group_by(case.c.object, case.c.approval, case.c.state)
    found = unit.execute(statement)
    return {(row.object, row.approval, row.state): row.cases for row in found}


def older(
    unit: Unit, object_name: str, approval: str, digest: str, limit: int, after: str | None
) -> list[dict[str, Any]]:
    """Running cases of an approval whose graph is not ``digest``, the oldest first."""
    statement = sa.select(case).where(*_older(object_name, approval, digest))
    if after is not None:
        statement = statement.where(case.c.id > after)
    found = unit.execute(statement.order_by(case.c.id).limit(limit))
    return [dict(row) for row in found.mappings()]


def count_older(unit: Unit, object_name: str, approval: str, digest: str) -> int:
    statement = sa.select(sa.func.count()).where(*_older(object_name, approval, digest))
    return int(unit.execute(statement).scalar_one())


def _older(object_name: str, approval: str, digest: str) -> tuple[sa.ColumnElement[bool], ...]:
    same = (case.c.object == object_name, case.c.approval == approval)
    return (*same, case.c.state == "running", case.c.graph != digest)


def pin(unit: Unit, id_: str, digest: str) -> None:
    """The case goes on by another version of its graph; the caller holds its lock."""
    unit.execute(sa.update(case).where(case.c.id == id_).values(graph=digest))


def nodes_asking(unit: Unit, id_: str, person: str) -> set[str]:
    """The nodes of a case at which somebody is asked just now."""
    statement = sa.select(task.c.node).where(
        task.c.case == id_, task.c.person == person, task.c.state == "waiting"
    )
    return set(unit.execute(statement).scalars())


def takes_part(unit: Unit, id_: str, person: str) -> bool:
    """Whether somebody is, or was, asked in a case, or reads it."""
    asked = sa.select(sa.literal(1)).where(
        task.c.case == id_, sa.or_(task.c.person == person, task.c.for_person == person)
    )
    reads = sa.select(sa.literal(1)).where(reader.c.case == id_, reader.c.person == person)
    return bool(unit.execute(sa.select(sa.or_(asked.exists(), reads.exists()))).scalar())


def inbox(
    unit: Unit, person: str, states: Collection[str], limit: int, before: str | None = None
) -> list[dict[str, Any]]:
    """Tasks of a person with the case they belong to, the latest asked first."""
    statement = (
        sa.select(
            task.c.id, task.c.case, task.c.node, task.c.state, task.c.for_person,
            task.c.asked_at, task.c.at, case.c.object, case.c.record, case.c.graph,
            case.c.submitter, case.c.submitted_at, case.c.number,
            case.c.state.label("case_state"),
        )
        .join(case, case.c.id == task.c.case)
        .where(task.c.person == person, task.c.state.in_(sorted(states)))
        .order_by(task.c.id.desc())
        .limit(limit)
    )  # fmt: skip
    if before is not None:
        statement = statement.where(task.c.id < before)
    return [dict(row) for row in unit.execute(statement).mappings()]


def approved(unit: Unit, records: Collection[str]) -> list[dict[str, Any]]:
    """``HOLDING`` of the case each record was approved in, unless it was submitted again since."""
    later = case.alias()
    again = sa.select(later.c.id).where(
        later.c.record == case.c.record,
        later.c.submitted_at > case.c.submitted_at,
        later.c.state.in_(("running", "approved", "rejected")),
    )
    statement = sa.select(*HOLDING).where(
        case.c.record.in_(sorted(records)), case.c.state == "approved", ~again.exists()
    )
    return [dict(row) for row in unit.execute(statement).mappings()]


def asking(unit: Unit, person: str) -> list[str]:
    """The running cases in which something is still asked of somebody."""
    statement = (
        sa.select(task.c.case)
        .join(case, case.c.id == task.c.case)
        .where(task.c.person == person, task.c.state.in_(UNDECIDED), case.c.state == "running")
        .distinct()
        .order_by(task.c.case)
    )
    return list(unit.execute(statement).scalars())


def waiting(unit: Unit, person: str) -> int:
    """How many tasks wait for a person."""
    statement = sa.select(sa.func.count()).where(task.c.person == person, task.c.state == "waiting")
    return int(unit.execute(statement).scalar_one())


# Trail --------------------------------------------------------------------------------------


def note(unit: Unit, rows: Iterable[Row]) -> None:
    for row in rows:
        unit.execute(sa.insert(trail), dict(row))


def records_of(unit: Unit, ids: Iterable[str]) -> list[tuple[str, str, str]]:
    """What cases are about: case, object, record."""
    columns = (case.c.id, case.c.object, case.c.record)
    found = unit.execute(sa.select(*columns).where(case.c.id.in_(list(ids))))
    return [tuple(row) for row in found]


def trail_of(unit: Unit, id_: str) -> list[dict[str, Any]]:
    statement = sa.select(trail).where(trail.c.case == id_).order_by(trail.c.id)
    return [dict(row) for row in unit.execute(statement).mappings()]


def trail_of_record(
    unit: Unit, record: str, limit: int, before: tuple[datetime, str] | None = None
) -> list[dict[str, Any]]:
    """Lines of the trails of all cases of a record, the latest first; ``before``: moment and id of
    the line to go on from."""
    statement = (
        sa.select(trail, case.c.approval)
        .join(case, case.c.id == trail.c.case)
        .where(case.c.record == record)
        .order_by(trail.c.at.desc(), trail.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        at, id_ = before
        earlier = sa.and_(trail.c.at == at, trail.c.id < id_)
        statement = statement.where(sa.or_(trail.c.at < at, earlier))
    return [dict(row) for row in unit.execute(statement).mappings()]


# Who may read meanwhile ---------------------------------------------------------------------


def let_read(unit: Unit, id_: str, record: str, levels: Mapping[str, str]) -> None:
    """``levels``: person → ``read`` or ``edit``."""
    rows = [
        {"record": record, "person": person, "case": id_, "level": level}
        for person, level in sorted(levels.items())
    ]
    if not rows:
        return
    insert_missing(unit, reader, rows)
    raised = [person for person, level in levels.items() if level == "edit"]
    if raised:
        same = (reader.c.case == id_, reader.c.person.in_(sorted(raised)))
        unit.execute(sa.update(reader).where(*same).values(level="edit"))


def end_reading(unit: Unit, id_: str) -> None:
    unit.execute(sa.delete(reader).where(reader.c.case == id_))
