"""What a publication would do to the clocks that run, said before it is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...metadata.catalog import Catalog
from ...metadata.definitions import Object
from ...metadata.service_levels import NO_LEVELS, ServiceLevels, service_levels_of
from ...runtime.facts import Facts
from ...runtime.storage import records
from ...runtime.storage.tables import ObjectTable
from ...runtime.storage.unit_of_work import Unit
from ..jobs import require_right
from ..storage import clock_rows
from ..storage.clock_rows import Clocks
from .following import Calendars, Look, as_change
from .keeping import Kept
from .recomputing import LOOKED_AT, Preview, near, pairs_of, weighed
from .replaying import replayed
from .timers import FIRST, stale_terms


def foreseen(unit: Unit, after: Catalog, again: bool = False) -> tuple[tuple[str, Preview], ...]:
    """By object: which open clocks get another due time when the policies and calendars of
    ``after`` hold, whose objects are those of today. ``again``: when they are recomputed then, too.

    Needs the right ``designer``. Raises NeverOver where a clock would never be due.
    """
    require_right(unit)
    return tuple(
        (obj.name, _object(unit, obj, service_levels_of(after, obj.name), again))
        for obj in touched(unit, after)
    )


def touched(unit: Unit, after: Catalog) -> Iterator[Object]:
    """The objects of which open clocks count by what would not hold any more."""
    for obj in unit.catalog.objects.values():
        levels = service_levels_of(after, obj.name)
        if levels is not NO_LEVELS and stale_terms(unit, obj, levels):
            yield obj


def _object(unit: Unit, obj: Object, levels: ServiceLevels, again: bool) -> Preview:
    of, stale = unit.model.table(obj.name), stale_terms(unit, obj, levels)
    if again:
        ids = clock_rows.recomputable(unit, of, FIRST, LOOKED_AT)
        total = clock_rows.count_recomputable(unit, of)
    else:
        ids = clock_rows.with_terms(unit, obj.id, stale, FIRST, LOOKED_AT)
        total = clock_rows.count_with_terms(unit, obj.id, stale)
    known, stored = clock_rows.load(unit, ids), records.load_all(unit, of, ids)
    if again:
        made = replayed(unit, of, levels, stored)
    else:
        made = _moved_on(unit, of, levels, known, list(stored.values()))
    pairs = [pair for pair in pairs_of(known, made) if any(k and k.is_open for k in pair)]
    changed = [(old, new) for old, new in pairs if not _due_alike(old, new)]
    return weighed(unit, total, len(stored), len(pairs), changed)


def _moved_on(
    unit: Unit,
    of: ObjectTable,
    levels: ServiceLevels,
    known: Clocks,
    stored: Sequence[dict[str, object]],
) -> dict[str, dict[str, Kept]]:
    """What has passed stays passed; from now on ``levels`` count."""
    changes = [as_change(values) for values in stored]
    facts, calendars = Facts(unit, of, changes), Calendars(unit, levels)
    return {
        change.id: Look(facts, levels, calendars, change, unit.now).clocks(known[change.id])
        for change in changes
    }


def _due_alike(old: Kept | None, new: Kept | None) -> bool:
    return near(old.due_at if old else None, new.due_at if new else None)
