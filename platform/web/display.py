"""The columns of an object as one reader sees them: made once, then called for every row.

The work per cell is one call and one format; labels, options and addresses are looked up before.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup, escape

from ..metadata.catalog import Catalog
from ..metadata.definitions import Field, Object
from ..metadata.expressions.types import Kind
from ..metadata.field_types import type_of
from ..metadata.field_types.base import Format, StorageKind, Widget
from ..metadata.field_types.clock import shows_state
from ..runtime import access
from ..runtime.storage.unit_of_work import Unit
from . import value_markup
from .labels import SYSTEM_LABELS, Labels
from .standings import due, standing
from .value_markup import NOTHING, Show, Values

PEOPLE = ("owner", "created_by", "updated_by")
MOMENTS = ("created_at", "updated_at", "deleted_at")
COLORS = frozenset(
    [
        *("gray", "blue", "azure", "indigo", "purple", "pink", "red"),
        *("orange", "yellow", "lime", "green", "teal", "cyan"),
    ]
)


@dataclass(frozen=True, slots=True)
class Column:
    """A path of an object as people see it. ``needs`` are the paths to read for it."""

    path: str
    label: str
    needs: tuple[str, ...]
    show: Show
    text: Show
    """The same without markup links, for cards, exports and titles."""
    field: Field | None
    is_number: bool = False
    sortable: bool = True

    def plain(self, values: Values) -> str:
        """The text without any markup: for titles, files, attributes."""
        return self.text(values).unescape()


class Displays:
    """Makes columns for one reader."""

    def __init__(self, unit: Unit, labels: Labels) -> None:
        self.unit, self.labels = unit, labels
        self.how = Format(labels.locale, unit.zone, unit.settings.currency)

    @property
    def catalog(self) -> Catalog:
        return self.unit.catalog

    def column(self, obj: Object, path: str) -> Column:
        """The column for ``path`` on ``obj``. Raises UnknownName."""
        head, _, rest = path.partition(".")
        if rest and rest != "*":
            return self._beyond(obj, head, rest)
        if head in SYSTEM_LABELS and head not in obj.by_name:
            return self._system(obj, head)
        return self._own(self._field(obj, head))

    def _field(self, obj: Object, name: str) -> Field:
        """A field the reader may not see, or that is switched off, is not there."""
        field = obj.by_name.get(name)
        if field is None or not access.may_read_field(self.unit.actor, obj, field):
            raise access.unknown_field(obj, name)
        if self.catalog.is_off(field):
            raise access.unknown_field(obj, name)
        return field

    def _beyond(self, obj: Object, head: str, rest: str) -> Column:
        """A field of a related record: labelled with both, shown like the field itself."""
        if head in PEOPLE:
            label = f"{self.labels.system(head)} · {rest}"
            return self._plain(f"{head}.{rest}", label)
        field = self._field(obj, head)
        if field.type == "user" or not field.targets:
            return self._plain(f"{head}.{rest}", self.labels.field(field))
        inner = self.column(self.catalog.object(field.targets[0]), rest)
        prefix = f"{head}."
        label = self.labels.field(field)
        target = self.catalog.object(field.targets[0])
        if rest != target.title:
            label = f"{label} · {inner.label}"
        return Column(
            f"{head}.{rest}",
            label,
            tuple(prefix + n for n in inner.needs),
            value_markup.shifted(prefix, inner.show),
            value_markup.shifted(prefix, inner.text),
            inner.field,
            inner.is_number,
            inner.sortable,
        )

    def _plain(self, path: str, label: str) -> Column:
        def show(values: Values) -> Markup:
            return escape(values[path] or "")

        return Column(path, label, (path,), show, show, None)

    def _system(self, obj: Object, name: str) -> Column:
        label = self.labels.system(name)
        if name in PEOPLE:
            title = f"{name}.*"

            def person(values: Values) -> Markup:
                return escape(values[title] or "")

            return Column(name, label, (name, title), person, person, None)
        if name in MOMENTS:
            moment = value_markup.moment(name, self.how)
            return Column(name, label, (name,), moment, moment, None)
        if name == "record_type":
            kinds = {t.name: escape(self.labels.record_type(t)) for t in obj.record_types}

            def kind(values: Values) -> Markup:
                return kinds.get(values["record_type"], NOTHING)

            return Column(name, label, (name,), kind, kind, None, sortable=False)
        return self._plain(name, label)

    def _own(self, field: Field) -> Column:
        kind = type_of(field)
        text = self._text(field)
        needs, show = self._show(field, text)
        number = kind.expression_type(field).kind is Kind.NUMBER
        return Column(
            field.name, self.labels.field(field), needs, show, text, field, number, kind.sortable
        )

    def _text(self, field: Field) -> Show:
        if field.targets or field.type == "user":
            return value_markup.titled(field.name)
        if field.options:
            names = {o.name: self.labels.option(o) for o in field.options}
            return value_markup.named(field.name, names)
        return value_markup.formatted(field, self.how)

    def _show(self, field: Field, text: Show) -> tuple[tuple[str, ...], Show]:
        name, kind = field.name, type_of(field)
        if kind.storage(field).kind is StorageKind.MONEY:
            return (name, f"{name}_currency"), text
        if field.targets and kind.widget is Widget.LOOKUP:
            return self._link(field)
        if field.type == "user":
            return (name, f"{name}.*"), text
        if field.options and not any(o.color for o in field.options):
            return (name,), text
        if field.options and kind.widget is Widget.SELECT:
            return (name,), value_markup.pill(name, self._pills(field))
        if field.options and kind.widget is Widget.MULTI_SELECT:
            return (name,), value_markup.pills(name, self._pills(field))
        if field.type == "clock":
            late = self.labels.text("Overdue")
            shown = (
                standing(name, text) if shows_state(field) else due(name, text, self.unit.now, late)
            )
            return (name,), shown
        made = value_markup.BY_TYPE.get(field.type)
        return (name,), made(name, text) if made else text

    def _pills(self, field: Field) -> dict[str, Markup]:
        return {
            o.name: Markup('<span class="pill c-{}">{}</span>').format(
                o.color if o.color in COLORS else "gray", self.labels.option(o)
            )
            for o in field.options
        }

    def _link(self, field: Field) -> tuple[tuple[str, ...], Show]:
        """A link to the record pointed to, where the actor may read such records."""
        name, title = field.name, f"{field.name}.*"
        readable = {t for t in field.targets if "read" in self.unit.actor.rights.on(t)}
        several = len(field.targets) > 1
        place = f"{name}_object"
        first = field.targets[0]

        def show(values: Values) -> Markup:
            id_, text = values[name], values[title]
            target = values[place] if several else first
            if not id_ or text is None:
                return NOTHING
            if target not in readable:
                return escape(text)
            return Markup('<a href="/o/%s/%s">%s</a>' % (target, id_, escape(text)))  # noqa: UP031

        return ((name, title, place) if several else (name, title)), show
