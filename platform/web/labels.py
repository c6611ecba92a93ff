"""What things are called in the reader's language: definitions say it, packages translate it."""

from __future__ import annotations

from dataclasses import dataclass

from ..metadata.catalog import Catalog
from ..metadata.definitions import Field, Object, Option, RecordType
from ..metadata.layouts import App, MenuItem, View
from ..texts import translate

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

    def part(self, obj: Object, kind: str, name: str, own: str) -> str:
        """The label of a section, tab or pane of the object's layout."""
        return self.catalog.label(f"{obj.id}/{kind}/{name}", own, self.locale)

    def guidance(self, obj: Object, stage: str, own: str | None) -> str | None:
        return self.catalog.label(f"{obj.id}/path/{stage}:guidance", own or "", self.locale) or None

    def view(self, view: View) -> str:
        return self.catalog.label(view.id, view.label, self.locale)

    def app(self, app: App) -> str:
        return self._anywhere(f"apps/{app.name}", app.label)

    def menu(self, app: App, item: MenuItem) -> str:
        return self._anywhere(f"apps/{app.name}/{item.name}", item.label)

    def _anywhere(self, key: str, own: str) -> str:
        """Menus have no package in their name: the last package that translates it counts."""
        for package in reversed(self.catalog.packages):
            found = self.catalog.label(f"{package.name}:{key}", "", self.locale)
            if found:
                return found
        return self.catalog.label(key, own, self.locale)
