"""From packages to the catalog: fold the layers, parse, cross-check, and only then hand it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ..errors import DefinitionsInvalid
from . import kinds
from .catalog import Catalog, PackageInfo
from .checks import problems_in
from .checks.folded import check_folded
from .checks.settings import problems_of_settings
from .default_layouts import default_layout, default_view
from .definitions import EMPTY, Access, Object
from .following import Labels, panes_that_follow
from .layers import Layered, Stack, stacked
from .layout_parser import parse_apps, parse_layout, parse_views
from .layouts import Layout, View
from .parser import first_name, frozen, identifier, parse_object
from .present_names import has_former_names, with_present_names
from .references import References
from .requirements import install_order, problems_of_requirements
from .rights_parser import (
    parse_numbering,
    parse_permission_sets,
    parse_permissions,
    parse_roles,
)
from .sharing_parser import parse_access, parse_queues
from .sources import PackageSource
from .switches import definitions_of, features_off, setting_values, without
from .translations import Texts

PLAIN_KINDS = (
    *("process", "approvals", "calendars", "plugins", "archives"),
    *("report", "dashboard", "template", "survey", "webform", "scenario"),
)
"""Kinds that the catalog keeps as the documents they are."""


def compose(
    packages: Sequence[PackageSource],
    version: int,
    customer: PackageSource | None = None,
    settings: Mapping[str, Any] = EMPTY,
    features: Mapping[str, bool] = EMPTY,
) -> Catalog:
    """The catalog of these packages with the customer's own layer on top.

    ``settings`` and ``features`` are what the administrator chose; the manifests say the rest.
    Raises DefinitionsInvalid with every problem of every package.
    """
    return composed(packages, version, customer, settings, features).catalog


def recompose(
    packages: Sequence[PackageSource],
    version: int,
    customer: PackageSource | None = None,
    settings: Mapping[str, Any] = EMPTY,
    features: Mapping[str, bool] = EMPTY,
) -> Catalog:
    """The same for what was composed and checked before it was stored: checks nothing again.

    Raises DefinitionsInvalid only where the documents do not fold.
    """
    ordered, stack = _stack(packages, customer)
    return _Composition(ordered, stack, version, settings, features).catalog()


@dataclass(frozen=True)
class Composed:
    """A checked catalog with what it was made of: for the designer and for plans."""

    catalog: Catalog
    stack: Stack
    references: References


def composed(
    packages: Sequence[PackageSource],
    version: int,
    customer: PackageSource | None = None,
    settings: Mapping[str, Any] = EMPTY,
    features: Mapping[str, bool] = EMPTY,
) -> Composed:
    """As ``compose``, with the references between all definitions."""
    problems = [*problems_of_requirements(packages), *problems_of_settings(packages)]
    if problems:
        raise DefinitionsInvalid(problems)
    ordered, stack = _stack(packages, customer)
    folded = check_folded(stack)
    if folded:
        raise DefinitionsInvalid(folded)
    composition = _Composition(ordered, stack, version, settings, features)
    catalog = composition.catalog()
    problems, references = problems_in(ordered, composition.stack, catalog, composition.texts)
    if problems:
        raise DefinitionsInvalid(problems)
    return Composed(catalog, composition.stack, references)


def _stack(
    packages: Sequence[PackageSource], customer: PackageSource | None
) -> tuple[list[PackageSource], Stack]:
    ordered = [*install_order(packages), *([customer] if customer else [])]
    stack = stacked(ordered)
    if stack.problems:
        raise DefinitionsInvalid(stack.problems)
    return ordered, stack


class _Composition:
    def __init__(
        self,
        packages: Sequence[PackageSource],
        stack: Stack,
        version: int,
        settings: Mapping[str, Any],
        features: Mapping[str, bool],
    ) -> None:
        self.packages, self.version, self.chosen = packages, version, settings
        self.setting_definitions = definitions_of(packages, "settings")
        self.feature_definitions = definitions_of(packages, "features")
        self.off = features_off(self.feature_definitions, features)
        self.stack = self._switched(stack)
        self.texts = Texts(packages, self.stack)

    def _switched(self, stack: Stack) -> Stack:
        """The documents without what is switched off."""
        documents = {
            key: Layered(each.kind, each.name, each.layers, without(self.off, each.content))
            for key, each in stack.documents.items()
            if not (each.kind in kinds.OF_FOLDERS and each.content.get("feature") in self.off)
        }
        return Stack(documents, stack.problems, stack.notices)

    def catalog(self) -> Catalog:
        """Parsed twice where something was renamed: aliases are known after the first time."""
        catalog = self._parsed()
        if not has_former_names(catalog):
            return catalog
        self.stack = with_present_names(self.stack, catalog)
        return self._parsed()

    def _parsed(self) -> Catalog:
        stack = self.stack
        objects = {
            each.name: parse_object(each, _access(stack, each)) for each in stack.of("object")
        }
        texts = self.texts
        layouts, views = _layouts(stack, objects), _views(stack, objects)
        menus = [app for each in stack.of("menus") for app in parse_apps(each)]
        labels = Labels(objects, views, _titles(stack), self.off)
        apps = tuple(map(labels.app, menus))
        follows = {**labels.followed, **dict(panes_that_follow(objects, layouts))}
        return Catalog(
            version=self.version,
            objects=MappingProxyType(objects),
            layouts=layouts,
            views=views,
            roles=parse_roles(stack.get("roles")),
            permission_sets=parse_permission_sets(stack.get("permissions")),
            permissions=parse_permissions(stack.get("permissions")),
            numbering=parse_numbering(stack.get("numbering")),
            queues=parse_queues(stack.get("queues")),
            apps=apps,
            packages=tuple(map(package_info, self.packages)),
            settings=setting_values(self.setting_definitions, self.chosen),
            setting_definitions=self.setting_definitions,
            feature_definitions=self.feature_definitions,
            features_off=self.off,
            documents=_plain(stack),
            notices=stack.notices,
            texts=texts.own,
            translations=_translations(texts, follows),
        )


def _access(stack: Stack, of: Layered) -> Access:
    return parse_access(stack.get("access", of.name), first_name(of.name, of.content))


def _layouts(stack: Stack, objects: Mapping[str, Object]) -> Mapping[str, Layout]:
    """Every object has one: its own, or one made for it."""
    children: dict[str, list[tuple[str, Object, str]]] = {name: [] for name in objects}
    for child in objects.values():
        for each in child.fields:
            for target in each.targets if each.related else ():
                if target in objects and each.related is not None:
                    children[target].append((each.related.name, child, each.name))
    given = {each.name: each for each in stack.of("layout")}
    return MappingProxyType(
        {
            name: parse_layout(given[name], of)
            if name in given
            else default_layout(of, children[name])
            for name, of in objects.items()
        }
    )


def _views(stack: Stack, objects: Mapping[str, Object]) -> Mapping[str, tuple[View, ...]]:
    given = {each.name: each for each in stack.of("views")}
    return MappingProxyType(
        {
            name: (parse_views(given[name], of) if name in given else ()) or (default_view(of),)
            for name, of in objects.items()
        }
    )


def package_info(source: PackageSource) -> PackageInfo:
    manifest = source.manifest
    return PackageInfo(
        name=source.name,
        version=source.version,
        label=manifest["label"],
        prefix=f"{manifest['prefix']}_" if "prefix" in manifest else "",
        language=manifest.get("language", "en"),
    )


def _titles(stack: Stack) -> Mapping[tuple[str, str], tuple[str, str]]:
    """Kind and name of a report or dashboard → its label and its id."""
    return {
        (each.kind, each.name): (
            each.content["label"],
            identifier(each.package, kinds.BY_NAME[each.kind].file, each.name),
        )
        for kind in ("report", "dashboard")
        for each in stack.of(kind)
    }


def _translations(texts: Texts, follows: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    """Locale → id → text; what follows another thing's label has its translation as well."""
    return MappingProxyType(
        {
            locale: MappingProxyType(
                {**{id_: said[other] for id_, other in follows.items() if other in said}, **said}
            )
            for locale, said in texts.translations().items()
        }
    )


def _plain(stack: Stack) -> Mapping[str, Mapping[str, Any]]:
    return MappingProxyType(
        {kind: MappingProxyType(dict(_documents(stack, kind))) for kind in PLAIN_KINDS}
    )


def _documents(stack: Stack, kind: str) -> Iterator[tuple[str, Any]]:
    """Name → document; kinds with one file for many things are split into the things."""
    for each in stack.of(kind):
        if kinds.BY_NAME[kind].place == "single":
            yield from ((item["name"], frozen(item)) for item in each.content.get(kind, ()))
        else:
            yield each.name, frozen(each.content)
