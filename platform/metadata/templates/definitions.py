"""Templates as values, of a catalog that was checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from ...errors import UnknownName
from ..catalog import Catalog
from ..definitions import EMPTY
from ..spelling import nearest
from .language import Read, Uses, read

Kind = Literal["email", "sms", "print", "label", "notice"]
OWN = ""
"""Stands for the language a template was written in, where it does not say which."""


@dataclass(frozen=True, slots=True)
class Words:
    """One text in one language."""

    subject: str
    body: str


@dataclass(frozen=True)
class Template:
    """``texts``: language → words; ``language`` is the one it was written in."""

    id: str
    name: str
    label: str
    kind: Kind
    object: str | None
    language: str
    texts: Mapping[str, Words]
    is_marketing: bool = False
    help: str | None = None

    def words(self, language: str) -> Words:
        """In that language where there are some, else in its own."""
        return self.texts.get(language) or self.texts[self.language]

    @property
    def is_html(self) -> bool:
        return self.kind not in ("sms", "notice")

    @cached_property
    def uses(self) -> Uses:
        """What all its texts together read."""
        found = Uses()
        for words in self.texts.values():
            for text in (words.subject, words.body):
                add(found, read(text))
        return found


def add(found: Uses, of: Read) -> None:
    found.fields |= of.uses.fields
    for relation, paths in of.uses.rows.items():
        found.rows.setdefault(relation, {}).update(paths)
    found.loops |= of.uses.loops
    found.unsubscribes |= of.uses.unsubscribes


def template_of(catalog: Catalog, name: str) -> Template:
    """The template called ``name``. Raises UnknownName."""
    documents = catalog.documents.get("template", EMPTY)
    if name not in documents:
        hint = nearest(name, list(documents))
        raise UnknownName("There is no template {name}.{hint}", name=name, hint=hint)
    return catalog.kept(("template", name), lambda: read_template(catalog, name, documents[name]))


def templates_of(catalog: Catalog, object_name: str, *kinds: Kind) -> tuple[Template, ...]:
    """Those for records of an object, or for anything, by label."""
    found = (template_of(catalog, name) for name in catalog.documents.get("template", EMPTY))
    fitting = (t for t in found if t.kind in kinds and t.object in (None, object_name))
    return tuple(sorted(fitting, key=lambda each: each.label))


def read_template(catalog: Catalog, name: str, document: Mapping[str, Any]) -> Template:
    id_ = _id(catalog, f"templates/{name}")
    own = document.get("language", OWN)
    subject = document.get("subject", "")
    texts = {own: Words(subject, document.get("body", ""))}
    for language, body in document.get("bodies", EMPTY).items():
        told = catalog.label(f"{id_}:subject", subject, language) if subject else ""
        texts[language] = Words(told, body)
    return Template(
        id=id_,
        name=name,
        label=document["label"],
        kind=document["kind"],
        object=document.get("object"),
        language=own,
        texts=MappingProxyType(texts),
        is_marketing=document.get("marketing", False),
        help=document.get("help"),
    )


def _id(catalog: Catalog, key: str) -> str:
    ids = (f"{package.name}:{key}" for package in catalog.packages)
    return next((id_ for id_ in ids if id_ in catalog.texts), key)
