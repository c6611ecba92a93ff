"""Catalog: everything effective at one version, immutable, and the questions asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from ..errors import UnknownName
from .definitions import EMPTY, Field, Object
from .layouts import App, Layout, View
from .rights import NumberPattern, PermissionSet, Role
from .spelling import nearest as nearest


@dataclass(frozen=True, slots=True)
class PackageInfo:
    """What the catalog remembers of an installed package."""

    name: str
    version: str
    label: str
    prefix: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Reverse:
    """A relation seen from the target: its children are ``object`` records by ``field``."""

    name: str
    label: str
    target: str
    object: str
    field: str


@dataclass(frozen=True)
class Catalog:
    """All effective definitions at version ``version``.

    What upper floors derive from it (tables, statements, forms) they build once per object and
    keep by ``version``.
    """

    version: int
    objects: Mapping[str, Object] = EMPTY
    layouts: Mapping[str, Layout] = EMPTY
    views: Mapping[str, tuple[View, ...]] = EMPTY
    """Object name → its views, the default first."""
    roles: Mapping[str, Role] = EMPTY
    permission_sets: Mapping[str, PermissionSet] = EMPTY
    numbering: Mapping[str, NumberPattern] = EMPTY
    apps: tuple[App, ...] = ()
    packages: tuple[PackageInfo, ...] = ()
    settings: Mapping[str, Any] = EMPTY
    """Values of the packages' settings, as ``setting('name')`` reads them."""
    translations: Mapping[str, Mapping[str, str]] = EMPTY
    """Locale → id (``standard_crm:account``, ``…account.name``, ``…:plural``) → text."""
    features_off: frozenset[str] = field(default=frozenset())

    def object(self, name: str) -> Object:
        """The object called ``name`` now or formerly. Raises UnknownName."""
        found = self.objects.get(name) or self._former.get(name)
        if found is None:
            raise UnknownName(
                "There is no object {name}.{hint}", name=name, hint=nearest(name, self.objects)
            )
        return found

    def field(self, obj: str | Object, name: str) -> Field:
        """The field of ``obj`` called ``name`` now or formerly. Raises UnknownName."""
        of = obj if isinstance(obj, Object) else self.object(obj)
        found = of.by_name.get(name)
        if found is None:
            raise UnknownName(
                "There is no field {name} on {object}.{hint}",
                name=name,
                object=of.name,
                hint=nearest(name, of.by_name),
            )
        return found

    @cached_property
    def _former(self) -> Mapping[str, Object]:
        return MappingProxyType({old: o for o in self.objects.values() for old in o.was})

    @cached_property
    def reverses(self) -> Mapping[str, Mapping[str, Reverse]]:
        """Object name → relation name → who points here."""
        found: dict[str, dict[str, Reverse]] = {name: {} for name in self.objects}
        for obj in self.objects.values():
            for item in obj.fields:
                if item.related is None:
                    continue
                for target in item.targets:
                    if target in found:
                        found[target][item.related.name] = Reverse(
                            item.related.name, item.related.label, target, obj.name, item.name
                        )
        return MappingProxyType({k: MappingProxyType(v) for k, v in found.items()})

    def label(self, id_: str, own: str, locale: str) -> str:
        """The label of the thing ``id_`` in ``locale``; ``own`` is what its definition says."""
        return self.translations.get(locale, EMPTY).get(id_, own)
