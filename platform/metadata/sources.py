"""A package as it was written: documents, not yet definitions. Plain, comparable, storable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FORMAT = 1
"""``definitions_format`` this runtime writes and reads; older ones are upgraded on reading."""


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One file. ``extends``: it changes what another package has."""

    kind: str
    name: str
    """The object's or the thing's name; empty for the kinds with one file per package."""
    file: str
    content: Mapping[str, Any]
    extends: bool = False
    text: str = field(default="", compare=False, repr=False)
    """What stood in the file, while it is at hand: for the lines of problems."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """Rows a package brings for one object; ``demo`` ones only on request."""

    object: str
    file: str
    rows: tuple[Mapping[str, Any], ...]
    demo: bool = False
    on_upgrade: str = "keep"


@dataclass(frozen=True, slots=True)
class PackageSource:
    """A package that passed the gate: its manifest, its documents, its rows."""

    manifest: Mapping[str, Any]
    documents: tuple[SourceDocument, ...] = ()
    data: tuple[DataFile, ...] = ()

    @property
    def name(self) -> str:
        return str(self.manifest["name"])

    @property
    def version(self) -> str:
        return str(self.manifest["version"])

    @property
    def requires(self) -> Mapping[str, str]:
        """Name of a package → range of versions."""
        found: Mapping[str, str] = self.manifest.get("requires", {})
        return found

    def document(self, kind: str, name: str = "") -> SourceDocument | None:
        """The package's own document of this kind and name, not what it extends."""
        return next(
            (d for d in self.documents if (d.kind, d.name, d.extends) == (kind, name, False)), None
        )

    def to_documents(self, *, data: bool = True) -> dict[str, Any]:
        """A JSON-serialisable dict; ``from_documents`` takes it back.

        ``data=False`` leaves the rows out: the catalog does not need them.
        """
        return {
            "definitions_format": FORMAT,
            "manifest": self.manifest,
            "documents": [
                {
                    "kind": each.kind,
                    "name": each.name,
                    "file": each.file,
                    "extends": each.extends,
                    "content": each.content,
                }
                for each in self.documents
            ],
            "data": [
                {
                    "object": each.object,
                    "file": each.file,
                    "demo": each.demo,
                    "on_upgrade": each.on_upgrade,
                    "rows": list(each.rows),
                }
                for each in (self.data if data else ())
            ],
        }

    @classmethod
    def from_documents(cls, stored: Mapping[str, Any]) -> PackageSource:
        """The package behind what ``to_documents`` gave, upgraded if an older runtime wrote it."""
        return cls(
            stored["manifest"],
            tuple(SourceDocument(**each) for each in stored["documents"]),
            tuple(DataFile(**{**each, "rows": tuple(each["rows"])}) for each in stored["data"]),
        )
