"""What the expressions of a save may see: the record's own values, computed ones, related ones.

Rules are the author's, so they see the truth: related values are read as the system. Only plain
values leave this module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from ..metadata.definitions import Field
from ..metadata.expressions import Checked, Surroundings, evaluator
from ..metadata.expressions.tree import Constant
from ..metadata.field_types.rollup import Rollup
from .changes import Change
from .storage import lookups
from .storage.names import About
from .storage.tables import ObjectTable
from .storage.unit_of_work import Unit

BESIDE = ("rollup", "clock")

Path = tuple[str, ...]
Compute = Callable[[Mapping[str, Any]], Any]
Read = Callable[[Change], Any]


def surroundings(
    unit: Unit,
    stored: bool = True,
    before: Mapping[str, Any] | None = None,
    is_new: bool = False,
) -> Surroundings:
    """``stored``: what is computed will be kept, so today is the workspace's, not the reader's.
    ``before``: the values of a record before the change under way; ``is_new``: it had none."""
    return Surroundings(
        now=unit.now,
        zone=unit.settings.zone_info if stored else unit.zone,
        user=unit.actor.id,
        roles=frozenset([unit.actor.role] if unit.actor.role else ()),
        permissions=_permissions(unit),
        settings=unit.catalog.settings,
        before=before,
        is_new=is_new,
        managers={unit.actor.id: unit.actor.manager},
    )


def _permissions(unit: Unit) -> frozenset[str]:
    """The system has the rights packages bring, too: it brings what was right elsewhere."""
    own = unit.catalog.permissions if unit.actor.is_system else ()
    return unit.actor.permission_sets | unit.actor.rights.system | frozenset(own)


class Facts:
    """Evaluates expressions over a batch of changes with one query per relation, not per record."""

    def __init__(self, unit: Unit, of: ObjectTable, changes: Sequence[Change]) -> None:
        self.unit, self.of, self.changes = unit, of, changes
        self._related: dict[object, dict[str, Any]] = {}
        self._children: dict[Path, dict[str, list[Any]]] = {}
        self._computing: dict[tuple[int, bool], Compute] = {}
        self._reading: dict[int, tuple[Checked, list[tuple[str, Read]]]] = {}

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
        if isinstance(checked.tree, Constant):
            return checked.tree.value
        values = {key: read(change) for key, read in self._reads(checked)}
        return self._compute(checked, change)(values)

    def about(self, change: Change) -> About:
        """``change`` as a search for other records calls it: ``record.product``."""
        return About(self.of.object.name, lambda path: self._fact(path, change))

    def held(self, change: Change) -> dict[str, Any]:
        """The values of a change just written which are ``plain``: what a statement would read
        again."""
        return {name: change.values[name] for name in self.plain if name in change.values}

    @cached_property
    def plain(self) -> tuple[str, ...]:
        """Fields that are columns of their own, and that nothing changes but a save: a rollup
        follows the children."""
        fields = (f.name for f in self.of.object.fields if f.type != "rollup")
        return ("id", "owner", *(name for name in fields if name in self.of.columns))

    # Inside ---------------------------------------------------------------------------------

    @cached_property
    def _around(self) -> Surroundings:
        """What surrounds a record that was there before."""
        return surroundings(self.unit)

    def _compute(self, checked: Checked, change: Change) -> Compute:
        """One for all changes, unless the expression asks what was before."""
        if checked.needs_before and not change.is_new:
            return evaluator(checked, surroundings(self.unit, before=self._before(checked, change)))
        key = (id(checked), change.is_new)  # see _reads: it lives as long as this
        compute = self._computing.get(key)
        if compute is None:
            around = surroundings(self.unit, is_new=True) if change.is_new else self._around
            compute = self._computing[key] = evaluator(checked, around)
        return compute

    def _reads(self, checked: Checked) -> list[tuple[str, Read]]:
        """What an expression asks of each change, by its key; found out once for all of them."""
        known = self._reading.get(id(checked))
        if known is None:
            known = checked, [(".".join(path), self._read(path)) for path in checked.paths]
            self._reading[id(checked)] = known
        return known[1]

    def _read(self, path: Path) -> Read:
        if len(path) == 1:
            return self._own_read(path[0])
        name = path[0]
        if name in self.unit.catalog.reverses.get(self.of.object.name, {}):
            return lambda change: self._of_children(path).get(change.id, [])
        own = self._own_read(name)

        def related(change: Change) -> Any:
            id_ = own(change)
            return self._of_related(name, path, id_) if id_ else None

        return related

    def _own_read(self, name: str) -> Read:
        field = self.of.object.by_name.get(name)
        if field is None:
            return lambda change: change.values.get(name)
        if field.type == "formula":
            formula = self.unit.catalog.formula(self.of.object.name, field)
            return lambda change: self.checked_value(formula, change)
        if field.type in BESIDE and field.name not in self.of.columns:
            return lambda change: self._beside(field, change)
        present = field.name
        return lambda change: change.values.get(present)

    def _before(self, checked: Checked, change: Change) -> dict[str, Any]:
        earlier = Change("update", change.id, {}, change.before, dict(change.before))
        return {".".join(p): self._fact(p, earlier) for p in checked.paths if len(p) == 1}

    def _fact(self, path: Path, change: Change) -> Any:
        return self._read(path)(change)

    def _own(self, name: str, change: Change) -> Any:
        return self._own_read(name)(change)

    def _beside(self, field: Field, change: Change) -> Any:
        """What is not kept with the record, as it is stored now: a rollup, a clock. A new record
        has nothing to count, and no clock."""
        if change.is_new:
            return Rollup().empty(field) if field.type == "rollup" else None
        path = (field.name,)
        if (path, "own") not in self._related:
            ids = [c.id for c in self.changes if not c.is_new]
            name = self.of.object.name
            found = lookups.related_values(self.unit, name, path, ids, self._around)
            self._related[path, "own"] = found
        return self._related[path, "own"].get(change.id)

    def _of_related(self, name: str, path: Path, id_: str) -> Any:
        known = self._related.setdefault(path, {})
        if id_ not in known:
            wanted = {i for c in self.changes if (i := self._own(name, c))} | {id_}
            missing = wanted - known.keys()
            target = self._target(name)
            found = lookups.related_values(self.unit, target, path[1:], missing, self._around)
            known |= dict.fromkeys(missing) | found
        return known[id_]

    def _of_children(self, path: Path) -> dict[str, list[Any]]:
        if path not in self._children:
            reverse = self.unit.catalog.reverses[self.of.object.name][path[0]]
            parents = [c.id for c in self.changes]
            self._children[path] = lookups.child_values(
                self.unit, reverse, path[1:], parents, self._around
            )
        return self._children[path]

    def _target(self, name: str) -> str:
        field: Field | None = self.of.object.by_name.get(name)
        if field is None or field.type == "user":
            return "user"
        return field.targets[0]
