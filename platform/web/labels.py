"""What things are called in the reader's language: definitions say it, packages translate it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ..metadata.catalog import Catalog
from ..metadata.definitions import Field, Object, Option, RecordType
from ..texts import translate

LANGUAGES = {"en": "English", "zh": "中文"}
"""What people call the languages they read."""

SYSTEM_LABELS = {
    "id": "Id",
    "record_type": "Record type",
    "created_at": "Created",
    "created_by": "Created by",
    "updated_at": "Changed",
    "updated_by": "Changed by",
    "owner": "Owner",
    "version": "Version",
    "deleted_at": "Deleted",
}


class Labelled(Protocol):
    """Whatever definitions give an id and a label."""

    @property
    def id(self) -> str: ...

    @property
    def label(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Labels:
    catalog: Catalog
    locale: str

    def text(self, template: str, **data: object) -> str:
        return translate(template, self.locale, **data)

    def object(self, obj: Object) -> str:
        return self.catalog.label(obj.id, obj.label, self.locale)

    def plural(self, obj: Object) -> str:
        return self.catalog.label(f"{obj.id}:plural", obj.plural, self.locale)

    def help(self, thing: Object | Field) -> str | None:
        return self.catalog.label(f"{thing.id}:help", thing.help or "", self.locale) or None

    def field(self, field: Field) -> str:
        return self.catalog.label(field.id, field.label, self.locale)

    def name(self, obj: Object, name: str) -> str:
        """The label of the field or system field ``name``."""
        field = obj.by_name.get(name)
        return self.field(field) if field else self.system(name)

    def system(self, name: str) -> str:
        return translate(SYSTEM_LABELS.get(name, name), self.locale)

    def option(self, option: Option) -> str:
        return self.catalog.label(option.id, option.label, self.locale)

    def record_type(self, kind: RecordType) -> str:
        return self.catalog.label(kind.id, kind.label, self.locale)

    def relation(self, field: Field) -> str:
        """The label of the other side of a lookup: what a related pane is called."""
        own = field.related.label if field.related else field.label
        return self.catalog.label(f"{field.id}:related", own, self.locale)

    def relation_of(self, obj: Object, relation: str) -> str:
        """The label of the relation by which others point to ``obj``."""
        reverse = self.catalog.reverses[obj.name][relation]
        return self.relation(self.catalog.field(reverse.object, reverse.field))

    def thing(self, thing: Labelled) -> str:
        """The label of a section, tab, pane, view, app or menu entry."""
        return self.catalog.label(thing.id, thing.label or "", self.locale)

    def guidance(self, obj: Object, stage: str, own: str | None) -> str | None:
        return self.catalog.label(f"{obj.id}/path/{stage}:guidance", own or "", self.locale) or None
