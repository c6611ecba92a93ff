"""Who wants no mailings and no marketing: addresses that unsubscribed, and records that say so."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ...metadata.definitions import Object
from ...runtime import reading
from ...runtime.actors import SYSTEM
from ...runtime.queries import Query
from ...runtime.storage.unit_of_work import Unit

AT_ONCE = 500


def declining(unit: Unit, obj: Object, ids: Collection[str]) -> frozenset[str]:
    """Those of ``ids`` whose record declines. The wish holds whether or not whoever writes may
    read it."""
    if obj.declines is None or unit.catalog.is_off(obj.by_name[obj.declines]):
        return frozenset()
    asking = replace(unit, actor=SYSTEM, snapshot={})
    several, found = sorted(set(ids)), set[str]()
    for start in range(0, len(several), AT_ONCE):
        some = tuple(several[start : start + AT_ONCE])
        query = Query(obj.name, ("id",), (obj.declines,), among=some, limit=AT_ONCE)
        found |= {row.id for row in reading.find(asking, query).rows}
    return frozenset(found)
