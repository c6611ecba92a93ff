"""Catalog: everything effective at one version, immutable, and the questions asked of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar

from ..errors import Problem, UnknownName
from .definitions import EMPTY, Field, Object
from .expressions import Checked, check
from .expressions.scopes import RecordScope
from .expressions.types import BOOLEAN, Kind, Type
from .field_types import type_of
from .formulas import ordered_formulas
from .layouts import App, Layout, View
from .rights import NumberPattern, Permission, PermissionSet, Role
from .sharing import Queue
from .spelling import nearest as nearest

Made = TypeVar("Made")

MOST_KEPT_EXPRESSIONS = 5_000
"""Filters come from requests too, each with another id in it: what is kept has an end."""


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


@dataclass(frozen=True, slots=True)
class RollupOver:
    """A rollup seen from the child: ``parent``'s ``field`` is counted over ``child`` records whose
    lookup ``link`` names the parent; ``path`` leads to the value (``("total",)``)."""

    parent: str
    field: Field
    child: str
    link: str
    path: tuple[str, ...]


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
    queues: Mapping[str, Queue] = EMPTY
    apps: tuple[App, ...] = ()
    packages: tuple[PackageInfo, ...] = ()
    settings: Mapping[str, Any] = EMPTY
    """Values of the packages' settings, as ``setting('name')`` reads them."""
    translations: Mapping[str, Mapping[str, str]] = EMPTY
    """Locale → id (``standard_crm:account``, ``…account.name``, ``…:plural``) → text."""
    features_off: frozenset[str] = field(default=frozenset())
    permissions: Mapping[str, Permission] = EMPTY
    """Rights the packages declare beside the built-in ones."""
    documents: Mapping[str, Mapping[str, Any]] = EMPTY
    """Kind → name → plain document, for the kinds without classes here: ``process`` and
    ``approvals`` by object; ``calendars plugins archives`` by the thing's name;
    ``report dashboard template survey webform scenario`` by file name."""
    setting_definitions: Mapping[str, Mapping[str, Any]] = EMPTY
    """Name → what the manifest says of the setting; ``id`` added."""
    feature_definitions: Mapping[str, Mapping[str, Any]] = EMPTY
    texts: Mapping[str, str] = EMPTY
    """Id → the text in the package's own language: all there is to translate."""
    notices: tuple[Problem, ...] = ()
    """What could not be done as written and did no harm (an anchor that is gone)."""

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

    def roles_above(self, name: str) -> tuple[str, ...]:
        """The roles above ``name``, nearest first; none for a role that is not there."""
        found: list[str] = []
        upper = self.roles[name].above if name in self.roles else None
        while upper is not None and upper in self.roles and upper not in (*found, name):
            found.append(upper)
            upper = self.roles[upper].above
        return tuple(found)

    def roles_below(self, name: str) -> frozenset[str]:
        """The roles that have ``name`` above them, however far."""
        return frozenset(each for each in self.roles if name in self.roles_above(each))

    @cached_property
    def trees(self) -> Mapping[str, str]:
        """Objects whose records form a tree → the lookup that says so."""
        return MappingProxyType(
            {
                obj.name: field.name
                for obj in self.objects.values()
                for field in obj.fields
                if field.settings.get("tree")
            }
        )

    @cached_property
    def carriers(self) -> Mapping[str, tuple[Reverse, ...]]:
        """Object → the relations by which its records go along with another object's."""
        found: dict[str, list[Reverse]] = {}
        for parent in self.objects.values():
            for name in parent.access.carries:
                reverse = self.reverses[parent.name][name]
                found.setdefault(reverse.object, []).append(reverse)
        return MappingProxyType({name: tuple(several) for name, several in found.items()})

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
        texts: Mapping[str, str] = self.translations.get(locale, EMPTY)
        return texts.get(id_, own)

    def untranslated(self, locale: str) -> tuple[str, ...]:
        """Ids of the texts that have no translation, of packages in another language."""
        written = {each.name for each in self.packages if each.language == locale}
        said: Mapping[str, str] = self.translations.get(locale, EMPTY)
        return tuple(id_ for id_ in self.texts if id_ not in said and _package(id_) not in written)

    def is_off(self, thing: Any) -> bool:
        """Whether the feature switch that ``thing`` names is off: hidden and not running."""
        return thing.feature is not None and thing.feature in self.features_off

    def expression(
        self,
        object_name: str,
        source: str,
        kind: str = "value",
        about: str | None = None,
        hidden: frozenset[str] = frozenset(),
    ) -> Checked:
        """``source`` checked over records of the object; ``kind`` is ``condition`` or ``value``.

        ``about`` is the object of another record, which ``record`` then means: of the one that a
        search is for. ``hidden``: fields (``object.field``) that are not there for whoever asks.
        Kept, so asking again costs nothing. Raises ExpressionProblem.
        """
        key = (object_name, source, f"{kind} about {about}" if about else kind, hidden)
        found = self._expressions.get(key)
        if found is None:
            expect = BOOLEAN if kind == "condition" else None
            bound = {"record": Type(Kind.REFERENCE, targets=(about,))} if about else EMPTY
            found = check(source, RecordScope(self, object_name, bound, hidden), expect)
            if len(self._expressions) >= MOST_KEPT_EXPRESSIONS:
                self._expressions.clear()
            self._expressions[key] = found
        return found

    def formula(self, object_name: str, field: Field) -> Checked:
        """The expression of a formula field, its value rounded as the field's type asks."""
        key = (object_name, field.id, "formula")
        found = self._expressions.get(key)
        if found is None:
            expect = type_of(field).expression_type(field)
            scope = RecordScope(self, object_name)
            found = check(field.settings["expression"], scope, expect)
            self._expressions[key] = found
        return found

    def formula_order(self, object_name: str) -> tuple[Field, ...]:
        """The formulas of the object, each after those of the same record that it reads."""
        if object_name not in self._formula_orders:
            self._formula_orders[object_name] = ordered_formulas(
                self.object(object_name),
                lambda field: self.expression(object_name, field.settings["expression"]),
            )
        return self._formula_orders[object_name]

    def rollups_over(self, child: str) -> tuple[RollupOver, ...]:
        """The rollups that change when a record of ``child`` does."""
        return tuple(each for each in self._rollups if each.child == child)

    def rollups_of(self, parent: str) -> tuple[RollupOver, ...]:
        """The rollups that records of ``parent`` keep, those over a relation."""
        return tuple(each for each in self._rollups if each.parent == parent)

    def kept(self, key: tuple[str, ...], make: Callable[[], Made]) -> Made:
        """What upper floors derive from the definitions: made when first asked for, then kept."""
        if key not in self._kept:
            self._kept[key] = make()
        found: Made = self._kept[key]
        return found

    @cached_property
    def _kept(self) -> dict[tuple[str, ...], Any]:
        return {}

    @cached_property
    def object_names(self) -> Mapping[str, str]:
        """Id of an object → its present name."""
        return MappingProxyType({each.id: each.name for each in self.objects.values()})

    @cached_property
    def _expressions(self) -> dict[tuple[Any, ...], Checked]:
        return {}

    @cached_property
    def _formula_orders(self) -> dict[str, tuple[Field, ...]]:
        return {}

    @cached_property
    def _rollups(self) -> tuple[RollupOver, ...]:
        return tuple(
            RollupOver(obj.name, each, reverse.object, reverse.field, tuple(path))
            for obj in self.objects.values()
            for each in obj.fields
            if each.type == "rollup" and "of" in each.settings
            for relation, *path in [str(each.settings["of"]).split(".")]
            if (reverse := self.reverses[obj.name].get(relation)) is not None
        )


def _package(id_: str) -> str:
    return id_.partition(":")[0]
