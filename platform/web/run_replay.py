"""A failed run once more, from whichever page it is seen on."""

from __future__ import annotations

from ..errors import AccessDenied, RecordInvalid, TypecaseError
from ..runtime.storage.unit_of_work import Unit
from ..workflow import replaying
from .labels import Labels


def replayed(unit: Unit, run: str, labels: Labels) -> str:
    """What to say of it: that it is done, or what stops it again. Raises AccessDenied."""
    try:
        with unit.savepoint():
            replaying.replay(unit, run)
    except AccessDenied:
        raise
    except TypecaseError as refused:
        problems = refused.problems if isinstance(refused, RecordInvalid) else ()
        said = " ".join(p.text(labels.locale) for p in problems)
        return said or refused.text(labels.locale)
    return labels.text("Done.")
