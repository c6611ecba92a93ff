"""A workspace moves into another database, of the other kind if need be: from the file one
started with to the server one has grown into. In one transaction; the source is only read.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import Conflict, Damaged
from . import search_indexing
from .actors import SYSTEM
from .backup_archive import Progress, silent
from .storage import moving_rows, publishing, sqlite_copy, views
from .storage.unit_of_work import Unit
from .workspaces import Workspace


def move(source: Workspace, target: Workspace, progress: Progress = silent) -> int:
    """Copies everything of ``source`` into ``target``, which was just initialised; returns how
    many records.

    Fields and objects that no definition names any more stay behind. The search index is built
    anew. Raises Conflict when ``target`` holds a catalog already, Damaged when counts differ.
    """
    with source.read(SYSTEM, via="command") as old, target.write(SYSTEM, via="command") as new:
        if new.opening.catalog:
            raise Conflict("The database is not empty.")
        count = _move(old, new, progress)
    target.forget()
    for name in target.catalog.objects:
        _index(target, name)
    return count


def _move(old: Unit, new: Unit, progress: Progress) -> int:
    moving_rows.move_system_rows(old, new)
    plan = publishing.plan(new, old.catalog, new.surroundings)
    site = publishing.open_site(new, plan)
    for done, operation in enumerate(plan.operations, 1):
        publishing.apply(operation, site)
        progress("Making the tables", done, len(plan.operations))
    count, objects = 0, list(old.model)
    for done, before in enumerate(objects, 1):
        count += moving_rows.move_records(old, new, before, site.model.table(before.object.name))
        progress("Copying the tables", done, len(objects))
    views.create(new.connection, plan.fresh_views)
    moving_rows.set_versions(old, new)
    _compare(old, new, [before.table.name for before in objects])
    return count


def _compare(old: Unit, new: Unit, tables: Sequence[str]) -> None:
    before, after = (sqlite_copy.row_counts(unit.connection) for unit in (old, new))
    wrong = [name for name in tables if before[name] != after.get(name)]
    if wrong:
        raise Damaged("These tables are not as they were: {tables}.", tables=", ".join(wrong))


def _index(workspace: Workspace, object_name: str) -> None:
    after = _index_step(workspace, object_name, None)
    while after is not None:
        after = _index_step(workspace, object_name, after)


def _index_step(workspace: Workspace, object_name: str, after: str | None) -> str | None:
    return workspace.run(
        SYSTEM, lambda unit: search_indexing.rebuild(unit, object_name, after), via="command"
    )
