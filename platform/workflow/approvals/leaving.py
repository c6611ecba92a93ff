"""What is asked of somebody goes to somebody else, because they leave or are away."""

from __future__ import annotations

from ...metadata.approvals import Node
from ...runtime.storage.unit_of_work import Unit
from ..storage import asked_rows, case_rows
from . import cases, verbs
from .cases import Standing
from .state import Asked, Case, Task
from .world import RecordWorld


def give_up(unit: Unit, person: str, to: str | None) -> int:
    """Nothing more is asked of ``person``: it is of ``to`` where they may, else of those whom the
    step falls back on; returns how many cases that was. Where several were asked and one is enough
    they simply drop out. Where nobody is left it stays as it was: a step is never passed in
    silence, and who leaves must not be kept from it.
    """
    return _each(unit, person, to, must=True)


def lend(unit: Unit, person: str, deputy: str) -> int:
    """What waits for ``person`` waits for ``deputy``, except where they may not decide."""
    return _each(unit, person, deputy, must=False)


def _each(unit: Unit, person: str, to: str | None, must: bool) -> int:
    ids = case_rows.asking(unit, person)
    return sum(_pass_on(unit, cases.get(unit, id_, lock=True), person, to, must) for id_ in ids)


def _pass_on(unit: Unit, found: Standing, person: str, to: str | None, must: bool) -> bool:
    world = found.world(unit)

    def instead(case: Case, task: Task) -> Asked | None:
        return _instead(unit, found, world, case, task, to, must)

    after = verbs.pass_on(found.graph, found.case, world, person, instead, must, unit.actor.id)
    if after == found.case:
        return False
    known = {task.id for task in found.case.tasks}
    takers = [task.person for task in after.tasks if task.id not in known]
    for taker in dict.fromkeys(takers):
        cases.note(unit, found, "pass_on", to=taker, person=person)
    if not takers:
        cases.note(unit, found, "drop_out", person=person)
    cases.keep(unit, found, after, world)
    return True


def _instead(
    unit: Unit,
    found: Standing,
    world: RecordWorld,
    case: Case,
    task: Task,
    to: str | None,
    must: bool,
) -> Asked | None:
    """Who is asked in place of ``task``'s person: ``to``, else with ``must`` whom the node falls
    back on; None: nobody."""
    node = found.graph.nodes[case.step(task.step).node]
    if to is not None and asked_rows.active(unit, [to]) and _is_free(found, node, case, task, to):
        return Asked(to)
    if not must:
        return None
    for source, people in world.looking.sources(node)[1:]:
        for person in world.looking.of(people, node.name):
            if _is_free(found, node, case, task, person):
                return Asked(person, found=source)
    return None


def _is_free(found: Standing, node: Node, case: Case, task: Task, person: str) -> bool:
    if person == task.person or (node.asks and not verbs.may_decide(node, case.submitter, person)):
        return False
    here = case.tasks_of(task.step)
    return not any(each.person == person and each.state != "delegated" for each in here)
