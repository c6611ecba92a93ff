"""Approvals killed in the middle: each verb has happened as a whole, or not at all."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.faults.killing import run_and_kill
from tests.workflow.approvals.firm import Firm
from typecase.runtime import reading
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage.approval_tables import case, reader
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow.approvals import cases
from typecase.workflow.storage import case_rows

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


def require_whole(unit: Unit, id_: str) -> str:
    """State, tasks, trail, readers and record of a case tell the same; returns the state."""
    found = cases.get(unit, id_)
    verbs = Counter(row["verb"] for row in case_rows.trail_of(unit, id_))
    given = sum(task.state == "approved" for task in found.case.tasks)
    waiting = {task.person for task in found.case.tasks if task.state == "waiting"}
    readers = set(unit.execute(sa.select(reader.c.person).where(reader.c.case == id_)).scalars())
    state = reading.stored(unit, "expense", found.record)["state"]
    over = found.case.state == "approved"
    assert verbs == Counter(submit=1, approve=given, approved=1 if over else 0) + Counter()
    assert (given == 2) == (state == "fine") == over
    assert bool(waiting) == bool(readers) == (not over)
    assert waiting <= readers or over
    return found.case.state


def test_a_case_is_never_half(database: str, tmp_path: Path) -> None:
    firm = Firm(database, tmp_path)
    chance, acked = random.Random(11), list[str]()
    for turn in range(3):
        wait = chance.uniform(0.0, 0.2)
        more = (turn * 1_000 + 1,)
        acked += run_and_kill("approve", database, tmp_path, *more, lines=6, wait=wait)
    with firm.workspace.read(SYSTEM) as unit:
        every = unit.execute(sa.select(case.c.id)).scalars()
        states = {id_: require_whole(unit, id_) for id_ in every}
    for said in acked:
        verb, _, id_ = said.partition(" ")
        assert verb != "approved" or states[id_] == "approved"
        assert id_ in states
    assert sum(state == "running" for state in states.values()) <= 3
    firm.close()
