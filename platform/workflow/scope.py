"""What the expressions of steps read: the record, the inputs, and what earlier steps bound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..metadata.definitions import EMPTY
from ..metadata.expressions import Checked, Surroundings, evaluate
from ..runtime.facts import surroundings
from ..runtime.storage import lookups
from ..runtime.storage.unit_of_work import Unit
from .bounds import bounds_of
from .storage import values as store

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ref:
    """A record by id; the id is None where a lookup is empty or nothing was found."""

    object: str
    id: str | None


@dataclass(frozen=True, slots=True)
class Found:
    """Several records of one object."""

    object: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table input: column → value, a Ref where it is a record."""

    rows: tuple[Mapping[str, Any], ...]


class Scope:
    """The names of one run. Values are read when asked for, and again after something was saved.

    ``unit`` is the person's: what ``user`` and ``today()`` mean does not change where steps write
    as the system. ``held``: fields of the record whose stored values are at hand already, and
    change by saving it alone.
    """

    def __init__(
        self,
        unit: Unit,
        record: Ref,
        before: Mapping[str, Any] | None = None,
        is_new: bool = False,
        held: Mapping[str, Any] = EMPTY,
    ) -> None:
        self.unit, self.record = unit, record
        self.names: dict[str, Any] = {}
        self.rows: dict[str, str] = {}
        """Loops over typed rows: the bound name → where the row they are at was typed."""
        self._held: dict[tuple[Ref, Path], Any] = {
            (record, (name,)): value for name, value in held.items()
        }
        self._read: dict[tuple[Ref, Path], Any] = dict(self._held)
        self._saved = self._saves()
        self._around = surroundings(unit, before=before, is_new=is_new)

    @property
    def around(self) -> Surroundings:
        return self._around

    def bind(self, name: str | None, value: Any) -> None:
        if name is not None:
            self.names[name] = value

    def forget(self) -> None:
        """Something was saved: what was read may have changed, but not what is held of a record
        that was not saved since."""
        self._read.clear()
        if self._held and self._saves() == self._saved:
            self._read |= self._held

    # Values ---------------------------------------------------------------------------------

    def value(self, checked: Checked) -> Any:
        return evaluate(checked, self.known(checked.paths), self.around)

    def holds(self, checked: Checked) -> bool:
        return bool(self.value(checked))

    def prefetch(self, several: Iterable[Checked]) -> None:
        """Reads together what several expressions will ask for."""
        self.known({path for checked in several for path in checked.paths})

    def known(self, paths: Iterable[Path]) -> dict[str, Any]:
        """The values of ``paths`` by dotted path; one statement for each record they start at."""
        found: dict[str, Any] = {}
        wanted: dict[Ref, set[Path]] = {}
        places: dict[Path, tuple[Ref, Path]] = {}
        for path in paths:
            start, rest = self._start(path)
            if isinstance(start, Ref) and start.id is not None and rest:
                places[path] = (start, rest)
                if (start, rest) not in self._read:
                    wanted.setdefault(start, set()).add(rest)
            else:
                found[".".join(path)] = self._direct(start, rest)
        for ref, missing in wanted.items():
            self._read |= {(ref, rest): value for rest, value in self._fetch(ref, missing).items()}
        return found | {".".join(path): self._read[place] for path, place in places.items()}

    def bound(self, paths: Iterable[Path]) -> dict[str, Any]:
        """Of ``paths`` those that begin with ``record`` or a bound name: what a search for other
        records knows beforehand."""
        own = {path for path in paths if path[0] == "record" or self._is_bound(path)}
        return self.known(own)

    def walked(self, path: Path) -> Found | Table:
        """What ``for_each`` goes through."""
        start, rest = self._start(path)
        if isinstance(start, (Found, Table)):
            return start
        assert isinstance(start, Ref)
        for name in rest[:-1]:
            start = self._along(start, name)
        reverse = self.unit.catalog.reverses[start.object][rest[-1]]
        if start.id is None:
            return Found(reverse.object, ())
        ids = store.child_ids(self.unit, reverse, start.id, self.around)
        return Found(reverse.object, tuple(ids))

    def place(self, name: str) -> str:
        """Where a form has what steps call ``name``: ``inputs.lines.2.amount`` for the column
        ``line.amount`` of the row a loop is at."""
        start, _, column = name.partition(".")
        return f"{self.rows[start]}.{column}" if start in self.rows else name

    # Inside ---------------------------------------------------------------------------------

    def _saves(self) -> int:
        return bounds_of(self.unit).saved[str(self.record.id)]

    def _is_bound(self, path: Path) -> bool:
        return any(".".join(path[:end]) in self.names for end in range(1, len(path) + 1))

    def _start(self, path: Path) -> tuple[Any, Path]:
        """The longest bound name that ``path`` begins with; else it starts at the record."""
        for end in range(len(path), 0, -1):
            name = ".".join(path[:end])
            if name in self.names:
                return self.names[name], path[end:]
        if path[0] == "user" and "user" not in self._fields():
            return Ref("user", self.unit.actor.id), path[1:]
        if path[0] == "record" and "record" not in self._fields():
            return self.record, path[1:]
        return self.record, path

    def _fields(self) -> Mapping[str, Any]:
        return self.unit.catalog.objects[self.record.object].by_name

    def _direct(self, start: Any, rest: Path) -> Any:
        """What needs no reading, or several records' worth of it."""
        match start:
            case Ref():
                return start.id if not rest else None
            case Found():
                return self._of_each(start, rest)
            case Table():
                return [_plain(row.get(rest[0])) for row in start.rows] if rest else []
        return start

    def _of_each(self, found: Found, rest: Path) -> list[Any]:
        if not rest or not found.ids:
            return list(found.ids)
        values = lookups.related_values(self.unit, found.object, rest, found.ids, self.around)
        return [values.get(id_) for id_ in found.ids]

    def _fetch(self, ref: Ref, paths: set[Path]) -> dict[Path, Any]:
        """The values of several paths of one record; sums over children are read apart."""
        reverses = self.unit.catalog.reverses.get(ref.object, EMPTY)
        assert ref.id is not None
        below = {path for path in paths if path[0] in reverses}
        found: dict[Path, Any] = {}
        if plain := {p for p in paths - below if not self._through_children(ref.object, p)}:
            found |= store.values_of(self.unit, ref.object, plain, ref.id, self.around)
        for path in below:
            children = lookups.child_values(
                self.unit, reverses[path[0]], path[1:], [ref.id], self.around
            )
            found[path] = children.get(ref.id, [])
        for path in paths - below - plain:
            inner = self._along(ref, path[0])
            found[path] = self.known_from(inner, path[1:])
        return found

    def known_from(self, ref: Ref, path: Path) -> Any:
        return None if ref.id is None else self._fetch(ref, {path})[path]

    def _through_children(self, object_name: str, path: Path) -> bool:
        """Whether ``path`` comes to the children of a related record."""
        for name in path[:-1]:
            field = self.unit.catalog.objects.get(object_name)
            target = field.by_name.get(name) if field else None
            if target is None or len(target.targets) != 1:
                return False
            object_name = target.targets[0]
            following = path[path.index(name) + 1]
            if following in self.unit.catalog.reverses.get(object_name, EMPTY):
                return True
        return False

    def _along(self, ref: Ref, name: str) -> Ref:
        """The record a lookup leads to."""
        field = self.unit.catalog.field(ref.object, name)
        id_ = self.known_from(ref, (field.name,)) if ref.id else None
        return Ref(field.targets[0], id_)


def _plain(value: Any) -> Any:
    return value.id if isinstance(value, Ref) else value
