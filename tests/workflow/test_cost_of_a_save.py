"""What a save costs that three automations, two clocks and an approval look at: in statements, the
one measure that does not depend on the machine (``bench.workflow`` has the times)."""

from __future__ import annotations

from pathlib import Path

from bench.workflow_world import Place

from tests.statements import heard
from typecase.runtime import saving
from typecase.workflow.approvals import submitting

OF_ITS_OWN = (
    "clocks, read",
    "clocks, written",
    "notices",
    "the comment",
    "runs",
)


def test_a_save_with_all_of_it_takes_five_statements_more(database: str, tmp_path: Path) -> None:
    place = Place(database, tmp_path, None)
    try:
        plain, busy = (
            place.workspace.run(place.ada, lambda u, n=name: saving.create(u, n, {"name": "R"}))
            for name in ("plain", "busy")
        )
        place.workspace.run(place.ada, lambda unit: submitting.submit(unit, "busy", busy))
        counted = [_statements(place, *each) for each in (("plain", plain), ("busy", busy))]
    finally:
        place.close()
    assert counted[1] - counted[0] <= len(OF_ITS_OWN), counted


def _statements(place: Place, name: str, id_: str) -> int:
    """Of the second save: the first prepares some, and reads how people are told."""
    for stage in ("talks", "new"):
        with heard() as told:
            place.workspace.run(
                place.ada, lambda unit, s=stage: saving.update(unit, name, id_, {"stage": s})
            )
    return len(told)
