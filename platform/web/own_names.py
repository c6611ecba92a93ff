"""What things are called that are made or changed on pages, in every language people read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..errors import FieldProblem, RecordInvalid
from ..metadata.catalog import Catalog
from ..metadata.customer import LAYER, Wanted
from ..runtime.customizing import Definitions
from ..texts import LOCALES
from .labels import Labelled
from .rights_edit import label_in

OWN = "en"
"""The language the customer's layer is written in, as a package that says none."""

Names = Mapping[str, str]
"""Locale → what something is called; empty where that is not said."""


@dataclass(frozen=True, slots=True)
class Naming:
    """``language``: the one its definition is written in; ``brought``: what packages call it
    there, None where they do not know it."""

    id: str
    language: str
    names: Names
    brought: str | None = None

    @property
    def label(self) -> str:
        """What its definition says."""
        return self.names.get(self.language) or next(filter(None, self.names.values()))


def language_of(catalog: Catalog, id_: str) -> str:
    package = id_.partition(":")[0]
    return next((each.language for each in catalog.packages if each.name == package), OWN)


def names_of(catalog: Catalog, thing: Labelled) -> Names:
    said = {each: catalog.translations.get(each, {}).get(thing.id, "") for each in LOCALES}
    language = language_of(catalog, thing.id)
    return {**said, language: said.get(language) or thing.label or ""}


def names_in(form: Mapping[str, str], of: str = "") -> Names:
    """What a form says, as it was typed; ``of``: which of several things."""
    return {each: form.get(f"label.{each}{of}", "").strip() for each in LOCALES}


def require_names(names: Names) -> None:
    """At least one, each as a name may be. Raises RecordInvalid."""
    if not any(names.values()):
        raise RecordInvalid([FieldProblem("label", "required", "Say what it is called.")])
    for each in filter(None, names.values()):
        label_in({"label": each})


def wanted_texts(found: Definitions, root: str, namings: Sequence[Naming]) -> Wanted:
    """The layer's translations, where those of the thing ``root`` (an id) and its parts are others
    now. What packages say already is left to them."""
    wanted = {}
    # parts of it may be the layer's own, whoever brought the thing
    parts = (f"{_key(root)}/", f"{root.partition(':')[2]}/")
    for locale in LOCALES:
        layer = (d.content for d in found.layer.documents if _is_of(d.kind, d.name, locale))
        before: Mapping[str, str] = next((content["texts"] for content in layer), {})
        brought = _brought(found, locale)
        texts = {key: text for key, text in before.items() if not f"{key}/".startswith(parts)}
        for each in namings:
            text = each.names.get(locale)
            shown = brought.get(each.id) if each.label == each.brought else None
            if text and locale != each.language and text != (shown or each.label):
                texts[_key(each.id)] = text
        if texts != before:
            wanted[("translations", locale)] = {"texts": texts} if texts else {}
    return wanted


def _key(id_: str) -> str:
    return id_.removeprefix(f"{LAYER}:")


def _is_of(kind: str, name: str, locale: str) -> bool:
    return (kind, name) == ("translations", locale)


def _brought(found: Definitions, locale: str) -> Mapping[str, str]:
    """Id → what the packages call it."""
    own = {each.name for each in found.packages}
    return {
        key if key.partition(":")[0] in own and ":" in key else f"{package.name}:{key}": text
        for package in found.packages
        for document in package.documents
        if _is_of(document.kind, document.name, locale)
        for key, text in document.content["texts"].items()
    }
