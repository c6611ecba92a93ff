"""What the expressions of a save may see: the record's own values, computed ones, related ones.

Rules are the author's, so they see the truth: related values are read as the system. Only plain
values leave this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from ..metadata.definitions import Field
from ..metadata.expressions import Checked, Surroundings, evaluate
from .actors import SYSTEM
from .changes import Change
from .storage.row_rights import ACTOR
from .storage.selection import Selection
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

Path = tuple[str, ...]


def surroundings(unit: Unit, change: Change | None = None, stored: bool = True) -> Surroundings:
    """``stored``: what is computed will be kept, so "today" is the workspace's, not the reader's."""
    return Surroundings(
        now=unit.now,
        zone=unit.settings.zone_info if stored else unit.zone,
        user=unit.actor.id,
        roles=frozenset([unit.actor.role] if unit.actor.role else ()),
        permissions=unit.actor.permission_sets | unit.actor.rights.system,
        settings=unit.catalog.settings,
        before=change.before if change and not change.is_new else None,
        is_new=change.is_new if change else False,
        managers={unit.actor.id: unit.actor.manager},
    )


class Facts:
    """Evaluates expressions over a batch of changes with one query per relation, not per record."""

    def __init__(self, unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
        self.unit, self.of, self.changes = unit, of, changes
        self._related: dict[str, dict[str, Mapping[str, Any]]] = {}
        self._children: dict[Path, dict[str, list[Any]]] = {}

    def value(self, source: str, change: Change, kind: str = "value") -> Any:
        """The value of the expression ``source`` for ``change`` as it stands now."""
        return self.checked_value(
            self.unit.catalog.expression(self.of.object.name, source, kind), change
        )

    def holds(self, source: bool | str, change: Change) -> bool:
        """A condition: a plain boolean, or an expression; a null is false."""
        if isinstance(source, bool):
            return source
        return bool(self.value(source, change, "condition"))

    def checked_value(self, checked: Checked, change: Change) -> Any:
        values = {".".join(path): self._fact(path, change) for path in checked.paths}
        around = surroundings(self.unit, change)
        if checked.needs_before and not change.is_new:
            around = _with_before(around, self._before(checked, change))
        return evaluate(checked, values, around)

    # Inside ---------------------------------------------------------------------------------

    def _before(self, checked: Checked, change: Change) -> dict[str, Any]:
        earlier = Change("update", change.id, {}, change.before, dict(change.before))
        return {".".join(p): self._fact(p, earlier) for p in checked.paths if len(p) == 1}

    def _fact(self, path: Path, change: Change) -> Any:
        name = path[0]
        if len(path) == 1:
            return self._own(name, change)
        if name in self.unit.catalog.reverses.get(self.of.object.name, {}):
            return self._of_children(path).get(change.id, [])
        id_ = self._own(name, change)
        return self._of_related(name, path, id_) if id_ else None

    def _own(self, name: str, change: Change) -> Any:
        field = self.of.object.by_name.get(name)
        if field is not None and field.type == "formula":
            return self.value(field.settings["expression"], change)
        return change.values.get(field.name if field else name)

    def _of_related(self, name: str, path: Path, id_: str) -> Any:
        key = ".".join(path)
        known = self._related.setdefault(key, {})
        if id_ not in known:
            wanted = {i for c in self.changes if (i := self._own(name, c))} | {id_}
            known |= self._read_related(path, wanted - known.keys())
        return known[id_]["value"]

    def _read_related(self, path: Path, ids: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        target = self._target(path[0])
        selection = self._selection(target)
        value = selection.value(path[1:]).column.label("value")
        id_ = selection.root.column("id")
        wanted = list(ids)
        statement = sa.select(id_.label("id"), value).select_from(selection.source)
        rows = self.unit.execute(statement.where(id_.in_(wanted)), {ACTOR: SYSTEM.id}).mappings()
        nothing: Mapping[str, Any] = {"value": None}
        return dict.fromkeys(wanted, nothing) | {row["id"]: row for row in rows}

    def _of_children(self, path: Path) -> dict[str, list[Any]]:
        if path not in self._children:
            self._children[path] = self._read_children(path)
        return self._children[path]

    def _read_children(self, path: Path) -> dict[str, list[Any]]:
        reverse = self.unit.catalog.reverses[self.of.object.name][path[0]]
        selection = self._selection(reverse.object)
        link = selection.root.column(reverse.field)
        value = selection.value(path[1:] or ("id",)).column.label("value")
        statement = (
            sa.select(link.label("parent"), value)
            .select_from(selection.source)
            .where(link.in_([c.id for c in self.changes]))
            .where(selection.root.column("deleted_at").is_(None))
        )
        found: dict[str, list[Any]] = {}
        for row in self.unit.execute(statement, {ACTOR: SYSTEM.id}):
            found.setdefault(row.parent, []).append(row.value)
        return found

    def _target(self, name: str) -> str:
        field: Field | None = self.of.object.by_name.get(name)
        if field is None or field.type == "user":
            return "user"
        return field.targets[0]

    def _selection(self, object_name: str) -> Selection:
        return Selection(
            self.unit.model, SYSTEM, object_name, self.dialect, surroundings(self.unit)
        )

    @property
    def dialect(self) -> str:
        return self.unit.connection.dialect.name


def _with_before(around: Surroundings, before: Mapping[str, Any]) -> Surroundings:
    return replace(around, before=before)
