"""Names → columns: resolves dotted paths over an object's table and collects the joins they need.

The only way from a name somebody typed to a column. What the actor may not read resolves to the
same error as what is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ...errors import UnknownName
from ...metadata.catalog import Catalog, Reverse
from ...metadata.definitions import EMPTY, Field
from ...metadata.expressions import Checked
from ...metadata.expressions.types import TEXT, Surroundings
from ...metadata.field_types import type_of
from ...metadata.field_types.base import StorageKind
from ...metadata.rights import ObjectRight
from ...metadata.service_levels import service_levels_of
from .. import access
from ..actors import SYSTEM, Actor
from ..queries import parse_sort
from ..row_conditions import RowCondition
from . import aggregates, rule_conditions
from .clock_values import clock_value, joined
from .names import SYSTEM_TYPES, About, AboutRow, Inside
from .row_rights import where
from .set_values import all_values
from .sql_expressions import compile_sql
from .sql_now import is_momentary
from .sql_types import SqlValue
from .tables import ObjectTable, StorageModel

TITLE = "*"
"""The last part of a path that means: the title of whatever record the lookup points to."""


@dataclass(frozen=True)
class Side:
    """A table taking part in a selection, with the object whose rows it holds."""

    of: ObjectTable
    table: sa.FromClause

    def column(self, value: str) -> sa.ColumnElement[Any]:
        return self.table.c[self.of.columns[value].name]


def directed(
    column: sa.ColumnElement[Any], descending: bool, dialect: str
) -> sa.ColumnElement[Any]:
    """Up or down with nulls smallest: SQLite's own order, said aloud to PostgreSQL."""
    if dialect != "postgresql":
        return column.desc() if descending else column.asc()
    return column.desc().nulls_last() if descending else column.asc().nulls_first()


class Selection:
    """The tables of one statement, grown as paths are resolved."""

    def __init__(
        self,
        model: StorageModel,
        actor: Actor,
        object_name: str,
        dialect: str,
        around: Surroundings,
        now: sa.ColumnElement[Any] | None = None,
    ) -> None:
        """``now``: what its statements are told of the moment, if they are kept beyond it."""
        self.model, self.actor, self.dialect = model, actor, dialect
        self.around, self.now = around, now
        of = model.table(object_name)
        self.root = Side(of, of.table)
        self.source: sa.FromClause = of.table
        self._joined: dict[tuple[str, ...], Side] = {}
        self._clocks: dict[tuple[str, ...], sa.FromClause] = {}
        self.speaks_of_today = self.is_momentary = False

    def beside(self) -> Selection:
        """Another one for the same reader, over a table of its own."""
        return self._inner(self.root.of.object.name, self.actor)

    def _inner(self, name: str, reader: Actor) -> Selection:
        """One for ``reader`` over an alias of a table, at the same time."""
        other = Selection(self.model, reader, name, self.dialect, self.around, self.now)
        other.root = Side(other.root.of, other.root.of.table.alias())
        other.source = other.root.table
        return other

    @property
    def catalog(self) -> Catalog:
        return self.model.catalog

    # Paths ----------------------------------------------------------------------------------

    def value(self, path: tuple[str, ...]) -> SqlValue:
        """The column of ``account.name`` with its type. Raises UnknownName."""
        side, name = self._walk(path), path[-1]
        if name == TITLE:
            return SqlValue(self._title(path[:-1]), TEXT, None)
        return self.of_side(side, name, path)

    def sort_column(self, path: tuple[str, ...]) -> sa.ColumnElement[Any]:
        """What lists sort by: the stored key of texts, the order of a picklist's options."""
        side, name = self._walk(path), path[-1]
        if name != TITLE:
            value = self.value(path).column
            if name in side.of.sort_keys:
                return side.table.c[side.of.sort_keys[name].name]
            field = side.of.object.by_name.get(name)
            if field is not None and field.options and type_of(field).sortable:
                order = {option.name: place for place, option in enumerate(field.options)}
                return sa.case(order, value=value, else_=None)
            return value
        return self._title(path[:-1], sort=True)

    def __call__(self, path: tuple[str, ...]) -> SqlValue:
        return self.value(path)

    def children(self, path: tuple[str, ...], function: str, prefix: int = 0) -> SqlValue:
        """``sum(lines.total)`` as a scalar subquery over the children by that relation, as far
        as the reader may see them; the first ``prefix`` names of the path lead to the record whose
        children they are."""
        side = self._walk(path[: prefix + 1])
        relation = path[prefix]
        reverse = self.catalog.reverses.get(side.of.object.name, {}).get(relation)
        if reverse is None:
            raise access.unknown_field(side.of.object, relation)
        return self.aggregate(side, reverse, function, path[prefix + 1 :], None, self.actor)

    def aggregate(
        self,
        side: Side,
        reverse: Reverse,
        function: str,
        path: tuple[str, ...],
        filter_source: str | None,
        reader: Actor,
    ) -> SqlValue:
        """A measure over the children of ``side`` by ``reverse`` that ``reader`` may see."""
        inner = self._inner(reverse.object, reader)
        source = inner.value(path) if path else None
        link = inner.root.column(reverse.field)
        conditions = [link == side.column("id"), inner.root.column("deleted_at").is_(None)]
        if filter_source:
            conditions.append(inner.condition(filter_source))
        limit = inner.row_limit(inner.root, "read")
        if limit is not None:
            conditions.append(limit)
        self._note_time_of(inner)
        measured = aggregates.measure(function, source, self.dialect)
        statement = sa.select(measured.column).select_from(inner.source).where(*conditions)
        found = statement.correlate(side.table).scalar_subquery()
        return SqlValue(found, measured.type, measured.scale)

    # Conditions -----------------------------------------------------------------------------

    def condition(self, source: str, about: About | None = None) -> sa.ColumnElement[bool]:
        """A filter expression over the root object, compiled. ``about``: the record for which
        records are searched, and which the filter calls ``record``."""
        of = about.object if about else None
        name = self.root.of.object.name
        checked = self.catalog.expression(name, source, "condition", of, self._hidden())
        self._note_time(checked)
        known = {".".join(p): about.read(p[1:] or ("id",)) for p in checked.paths
                 if p[0] == "record"} if about else EMPTY  # fmt: skip
        return compile_sql(checked, self, self.around, self.dialect, known, self.now)

    def _hidden(self) -> frozenset[str]:
        """The fields the reader may not name, kept for them."""
        key = ("hidden", self.actor.key)
        kept: frozenset[str] | None = self.model.prepared.get(key)
        if kept is None:
            kept = access.hidden_fields(self.actor, self.catalog)
            self.model.keep(key, kept)
        return kept

    def _note_time(self, checked: Checked) -> None:
        """Whether what is compiled holds beyond this day, or beyond this moment."""
        if checked.depends_on_now:
            self.speaks_of_today = True
            self.is_momentary |= is_momentary(checked.tree)

    def _note_time_of(self, inner: Selection) -> None:
        """What an inner question says of time holds for this one too."""
        self.speaks_of_today |= inner.speaks_of_today
        self.is_momentary |= inner.is_momentary

    def order(self, sort: str | None) -> list[sa.ColumnElement[Any]]:
        """``ORDER BY`` of ``"-valid_from,name"``; nulls are smallest on both databases."""
        columns = []
        for each in parse_sort(sort):
            column = self.sort_column(tuple(each.path.split(".")))
            columns.append(directed(column, each.descending, self.dialect))
        return columns

    def row_limit(self, side: Side, right: ObjectRight) -> sa.ColumnElement[bool] | None:
        obj = side.of.object
        if obj.name == "user":
            return None
        return self.limited(access.rows(self.actor, right, obj, self.catalog), side)

    def limited(
        self, condition: RowCondition, side: Side | None = None
    ) -> sa.ColumnElement[bool] | None:
        """A row condition over ``side``, which is the root unless said; None: no limit."""
        side = side or self.root
        return where(condition, side.of, side.table, self.model, self._criterion)

    def _criterion(
        self, source: str, of: ObjectTable, table: sa.FromClause
    ) -> sa.ColumnElement[bool]:
        """A rule over the rows of ``table``: the author's, so it reads them as the system does."""
        checked = self.catalog.expression(of.object.name, source, "condition")
        if rule_conditions.stands_alone(checked, of):
            return rule_conditions.compiled(checked, of, table, self.dialect)
        inner = self._inner(of.object.name, SYSTEM)
        inner.root, inner.source = Side(of, table), table
        condition = inner.condition(source)
        self._note_time_of(inner)
        if inner.source is table:
            return condition
        alone = inner.beside()
        condition = alone.condition(source)
        ids = sa.select(alone.root.column("id")).select_from(alone.source).where(condition)
        return table.c.id.in_(ids)

    # Inside ---------------------------------------------------------------------------------

    def _walk(self, path: tuple[str, ...]) -> Side:
        side = self.root
        for depth in range(1, len(path)):
            if path[depth] == TITLE:
                break
            side = self._join(side, path[:depth])
        return side

    def _join(self, side: Side, path: tuple[str, ...]) -> Side:
        """The record that the lookup at ``path`` points to, joined once, within
        the reader's rows."""
        known = self._joined.get(path)
        if known is not None:
            return known
        targets = self._targets(side, path[-1])
        if len(targets) != 1:
            raise access.unknown_field(side.of.object, ".".join(path))
        return self._joined.setdefault(path, self._join_target(side, path[-1], targets[0]))

    def _join_target(self, side: Side, name: str, target: str) -> Side:
        of = self.model.table(target)
        joined = Side(of, of.table.alias())
        on = [joined.table.c.id == side.column(name)]
        if target != "user":
            on.append(joined.column("deleted_at").is_(None))
            limit = self.row_limit(joined, "read")
            if limit is not None:
                on.append(limit)
        self.source = self.source.outerjoin(joined.table, sa.and_(*on))
        return joined

    def _targets(self, side: Side, name: str) -> tuple[str, ...]:
        if name in ("owner", "created_by", "updated_by"):
            return ("user",)
        field = self._field(side, name)
        if field.type in ("user", "multi_user"):
            return ("user",)
        return field.targets

    def _field(self, side: Side, name: str) -> Field:
        obj = side.of.object
        field = obj.by_name.get(name)
        if field is None or not access.may_read_field(self.actor, obj, field):
            raise access.unknown_field(obj, name)
        return field

    def _title(self, path: tuple[str, ...], sort: bool = False) -> sa.ColumnElement[Any]:
        """The title of the record at the end of ``path``, whichever target it is of."""
        side = self._walk(path)
        titles: list[sa.ColumnElement[Any]] = []
        for target in self._targets(side, path[-1]):
            key = (*path, target)
            joined = self._joined.get(path) or self._joined.get(key)
            if joined is None:
                joined = self._joined.setdefault(key, self._join_target(side, path[-1], target))
            name = joined.of.object.title
            title = self.of_side(joined, name, (*path, name)).column
            if sort and name in joined.of.sort_keys:
                title = joined.table.c[joined.of.sort_keys[name].name]
            titles.append(title)
        if not titles:
            raise UnknownName("{path} points to no record.", path=".".join(path))
        return titles[0] if len(titles) == 1 else sa.func.coalesce(*titles)

    def of_side(self, side: Side, name: str, path: tuple[str, ...]) -> SqlValue:
        if name in SYSTEM_TYPES and name in side.of.columns:
            return SqlValue(side.column(name), SYSTEM_TYPES[name], None)
        if name in side.of.columns and name not in side.of.object.by_name:
            return self._part(side, name)
        field = self._field(side, name)
        field_type = type_of(field)
        storage = side.of.storages.get(field.name)
        if field.type == "formula":
            return self._formula(side, field, path)
        if field.type == "clock":
            return self._clock(side, field, path)
        if storage is not None and storage.kind is StorageKind.NONE:
            return self.rollup(field, side)
        if storage is not None and storage.kind is StorageKind.SET:
            postgres = self.dialect == "postgresql"
            values = all_values(side.of.sets[field.name], side.column("id"), side.table, postgres)
            return SqlValue(values, field_type.expression_type(field), None)
        scale = (
            storage.scale
            if storage and storage.kind in (StorageKind.DECIMAL, StorageKind.MONEY)
            else None
        )
        return SqlValue(side.column(field.name), field_type.expression_type(field), scale)

    def _part(self, side: Side, name: str) -> SqlValue:
        """``amount_currency`` and the like: as readable as the field it belongs to."""
        base = name.rpartition("_")[0]
        field = self._field(side, base)
        if name.endswith("_base"):
            storage = side.of.storages[base]
            return SqlValue(side.column(name), type_of(field).expression_type(field), storage.scale)
        return SqlValue(side.column(name), TEXT, None)

    def _formula(self, side: Side, field: Field, path: tuple[str, ...]) -> SqlValue:
        """A formula is compiled where it is read, with its reader's rights: an unreadable part
        is empty."""
        obj = side.of.object
        checked = self.catalog.formula(obj.name, field)
        self._note_time(checked)
        inside = Inside(self, path[:-1])
        column = compile_sql(checked, inside, self.around, self.dialect, now=self.now)
        type_ = type_of(field).expression_type(field)
        return SqlValue(column, type_, None)

    def _clock(self, side: Side, field: Field, path: tuple[str, ...]) -> SqlValue:
        """A clock is joined by its key, once for all that is shown of it."""
        levels = service_levels_of(self.catalog, side.of.object.name)
        target = levels.key_of(str(field.settings["of"]))
        key = (*path[:-1], "clock of", target)
        if key not in self._clocks:
            self._clocks[key], self.source = joined(self.source, side.column("id"), target)
        return clock_value(self._clocks[key], field)

    def rollup(self, field: Field | str, side: Side | None = None) -> SqlValue:
        """What the children of each row come to now, as a scalar subquery: a value of the
        system's, the same for all who may read the field."""
        side = side or self.root
        if isinstance(field, str):
            field = side.of.object.by_name[field]
        if "object" in field.settings:
            return self._found(side, field)
        relation, _, rest = str(field.settings["of"]).partition(".")
        reverse = self.catalog.reverses[side.of.object.name][relation]
        path = tuple(rest.split(".")) if rest else ()
        function = field.settings.get("function", "count")
        filter_ = field.settings.get("filter")
        return _counted(function, self.aggregate(side, reverse, function, path, filter_, SYSTEM))

    def _found(self, side: Side, field: Field) -> SqlValue:
        """A measure over whatever records meet ``where``, ``record`` being this row."""
        settings = field.settings
        inner = self._inner(settings["object"], SYSTEM)
        path = settings.get("value")
        source = inner.value(tuple(path.split("."))) if path else None
        name, about = inner.root.of.object.name, side.of.object.name
        checked = self.catalog.expression(name, settings["where"], "condition", about)
        self._note_time(checked)

        def row(path: tuple[str, ...]) -> SqlValue:
            return self.of_side(side, path[-1] if path else "id", path)

        about_row = AboutRow(inner, row)
        meets = compile_sql(checked, about_row, self.around, self.dialect, now=self.now)
        function = settings.get("function", "count")
        measured = aggregates.measure(function, source, self.dialect)
        statement = (
            sa.select(measured.column)
            .select_from(inner.source)
            .where(inner.root.column("deleted_at").is_(None), meets)
            .correlate(side.table)
        )
        value = SqlValue(statement.scalar_subquery(), measured.type, measured.scale)
        return _counted(function, value)


def _counted(function: str, found: SqlValue) -> SqlValue:
    """Sums and counts of nothing are 0."""
    if function not in ("sum", "count", "count_distinct"):
        return found
    zero = sa.func.coalesce(found.column, sa.literal(0, found.column.type))
    return SqlValue(zero, found.type, found.scale)
