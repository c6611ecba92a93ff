"""What happens when time is over in an approval: a reminder, somebody else, a decision."""

from __future__ import annotations

from ...metadata.approvals import Node
from ...runtime.storage.unit_of_work import Unit
from ..jobs import Inside, Job
from . import cases, verbs
from .cases import Standing
from .periods import KIND, LOOK_AGAIN, put
from .state import Step, Task


def run(unit: Unit, job: Job) -> None:
    """A timer fires: nothing, when the case has gone on meanwhile."""
    found = cases.get(unit, job.payload["case"], lock=True)
    step = next((each for each in found.case.open if each.id == job.payload["step"]), None)
    if step is None:
        return
    node = found.graph.nodes[step.node]
    if node.type == "wait":
        _end_wait(unit, found, step, node)
    else:
        _overdue(unit, found, step, node)


def _end_wait(unit: Unit, found: Standing, step: Step, node: Node) -> None:
    world = found.world(unit)
    if node.until is not None and node.due is None and not world.scope.holds(node.until):
        put(unit, found.id, (found.object, found.record), step, unit.now + LOOK_AGAIN)
        return
    after = verbs.go_on(found.graph, found.case, world, step.id, "approve", unit.actor.id)
    cases.keep(unit, found, after, world)


def _overdue(unit: Unit, found: Standing, step: Step, node: Node) -> None:
    """Reminds, decides, or asks somebody else in their place, as the node says."""
    world, asked = found.world(unit), node.overdue
    if asked.remind:
        people = sorted({t.person for t in found.case.tasks_of(step.id) if t.state == "waiting"})
        world.tell(people, "“{approval}” waits for you.", approval=found.graph.label)
        cases.note(unit, found, "remind")
    if asked.decide is not None:
        cases.note(unit, found, "overdue", decided=asked.decide)
        after = verbs.go_on(found.graph, found.case, world, step.id, asked.decide, unit.actor.id)
        cases.keep(unit, found, after, world)
    elif asked.escalate is not None:
        escalated = asked.escalate

        def instead(task: Task) -> str | None:
            people = world.looking.of([escalated], node.name, task.person)
            allowed = (p for p in people if node.self_approval or p != found.case.submitter)
            return next(allowed, None)

        after = verbs.escalate(found.graph, found.case, world, step.id, instead, unit.actor.id)
        cases.note(unit, found, "overdue", escalated=True)
        cases.keep(unit, found, after, world)


TIMER = Inside(KIND, run)
"""Who does the timers of approvals."""
