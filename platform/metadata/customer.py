"""The customer's own layer: what administrators make and change, as one more source, folded last.

What they make has names that begin with ``x_``; of what packages bring the layer says only the
properties that differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from . import kinds
from .differences import difference
from .layers import Stack
from .shapes import shape_of
from .sources import FORMAT, PackageSource, SourceDocument

LAYER = "x"
"""The name and prefix of the layer as a source. Prefixes of packages are longer."""

PREFIX = f"{LAYER}_"

MANIFEST: Mapping[str, Any] = {
    "name": LAYER,
    "version": "1.0.0",
    "definitions_format": FORMAT,
    "label": "Own changes",
    "prefix": LAYER,
}

Wanted = Mapping[tuple[str, str], Mapping[str, Any]]
"""Kind and name (empty for the kinds with one file) → what the whole document should say."""


def layer_of(documents: Sequence[SourceDocument] = ()) -> PackageSource:
    """The layer as a source; without documents it changes nothing."""
    return PackageSource(dict(MANIFEST), tuple(documents))


def saying(layer: PackageSource, packages: Stack, wanted: Wanted) -> PackageSource:
    """The layer with which the folded documents are as ``wanted``.

    ``packages``: what stands without the layer. Documents that need to say nothing are left out.
    """
    kept = [each for each in layer.documents if (each.kind, each.name) not in wanted]
    said = [_document(packages, kind, name, content) for (kind, name), content in wanted.items()]
    documents = [*kept, *(each for each in said if each is not None)]
    return replace(layer, documents=tuple(sorted(documents, key=lambda each: each.file)))


def _document(
    packages: Stack, kind: str, name: str, wanted: Mapping[str, Any]
) -> SourceDocument | None:
    known = packages.get(kind, name)
    of = kinds.BY_NAME[kind]
    patch = difference(known.content if known else {}, wanted, shape_of(of.schema))
    if not patch:
        return None
    extends = known is not None or (of.place == "object" and kind != "object")
    file = f"{LAYER}/{'/'.join(filter(None, (name, of.file)))}.json"
    return SourceDocument(kind, name, file, patch, extends)
