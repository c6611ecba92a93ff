"""Reading a package: from files to a PackageSource that passed the gate, or every problem."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import DefinitionsInvalid, Problem
from . import kinds
from .data_files import read_csv, read_rows
from .json_text import read_json
from .layout_parser import with_entry_names
from .package_files import files_of
from .schemas import problems_of
from .sources import FORMAT, DataFile, PackageSource, SourceDocument
from .spelling import nearest
from .upgrades import upgraded

ALONGSIDE = frozenset({".md", ".txt", ".rst", ".svg", ".png", ".jpg", ".license", ""})
"""Files people keep in a package that are no definitions."""


def read_package(path: Path) -> PackageSource:
    """The package in the folder or .zip at ``path``.

    Raises DefinitionsInvalid with all problems of all files at once: damaged or hostile archives,
    files that are not JSON, documents that are not of their schema's shape.
    """
    return package_from_files(files_of(path))


def package_from_files(files: Mapping[str, bytes]) -> PackageSource:
    """The same from names and bytes already at hand (an upload, a test)."""
    reading = _Reading(files)
    manifest = reading.manifest()
    for file in sorted(files):
        reading.take(file)
    if reading.problems:
        raise DefinitionsInvalid(reading.problems)
    return PackageSource(manifest, tuple(reading.documents), tuple(reading.data))


class _Reading:
    """One pass over the files; what is wrong is kept and told at the end."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.format = FORMAT
        self.problems: list[Problem] = []
        self.documents: list[SourceDocument] = []
        self.data: list[DataFile] = []

    def manifest(self) -> dict[str, Any]:
        if "package.json" not in self.files:
            message = "There is no package.json: is this the folder of a package?"
            raise DefinitionsInvalid([Problem("package.json", "", message)])
        content, text = self._json("package.json")
        self.format = _format_of(content)
        if self.format > FORMAT:
            message = (
                "Written for a newer Typecase (definitions_format {format}, known is {known})."
            )
            data = {"format": self.format, "known": FORMAT}
            raise DefinitionsInvalid(
                [Problem("package.json", "/definitions_format", message, data)]
            )
        content = upgraded("package", content, self.format)
        if text:
            self.problems += problems_of("package", content, "package.json", text=text)
        return dict(content) if isinstance(content, dict) else {}

    def take(self, file: str) -> None:
        """Reads one file into documents or data, by where it stands."""
        path = PurePosixPath(file)
        parts = path.parts
        if file == "package.json" or parts[0] == "docs" or self._is_body(path):
            return
        if path.suffix in ALONGSIDE:
            return
        if parts[0] == "data" and path.suffix in (".json", ".csv"):
            self._rows(file, demo="demo" in parts[1:-1])
        elif (place := _place(path)) is not None:
            self._document(file, *place)
        else:
            hint = nearest(file, _expected(path))
            message = "This file has no place in a package.{hint}"
            self.problems.append(Problem(file, "", message, {"hint": hint}))

    def _document(self, file: str, kind: kinds.Kind, name: str, extends: bool) -> None:
        content, text = self._json(file)
        if not text:
            return
        content = self._with_body(kind, file, upgraded(kind.name, content, self.format))
        if kind.name == "menus":
            content = with_entry_names(content)
        problems = problems_of(kind.name, content, file, text=text, patch=extends)
        if kind.place != "single" and not _is_name(name, kind):
            message = "{name} is not a name in snake_case of at most 40 characters."
            problems.append(Problem(file, "", message, {"name": name}))
        self.problems += problems
        if not problems:
            self.documents.append(SourceDocument(kind.name, name, file, content, extends, text))

    def _rows(self, file: str, demo: bool) -> None:
        if file.endswith(".csv"):
            found, problems = read_csv(self.files[file], file, demo)
        else:
            content, text = self._json(file)
            found, problems = read_rows(content, text, file, demo) if text else (None, [])
        self.problems += problems
        if found is not None:
            self.data.append(found)

    def _json(self, file: str) -> tuple[Any, str]:
        """The document and its text; no text where there is no document."""
        content, problems = read_json(self.files[file], file)
        self.problems += problems
        return content, "" if problems else self.files[file].decode("utf-8-sig")

    def _is_body(self, path: PurePosixPath) -> bool:
        document = path.with_name(path.name.partition(".")[0] + ".json")
        return path.suffix == ".html" and str(document) in self.files

    def _with_body(self, kind: kinds.Kind, file: str, content: Any) -> Any:
        """A template's text may stand beside it in ``<name>.html``, in other languages in
        ``<name>.<language>.html``."""
        if kind.name != "template" or not isinstance(content, dict):
            return content
        start = file.removesuffix(".json") + "."
        bodies = {}
        for html, body in self.files.items():
            if html.startswith(start) and html.endswith(".html"):
                language = html.removeprefix(start).removesuffix("html").removesuffix(".")
                bodies[language] = self._text(html, body)
        own = bodies.pop("", None)
        content = content if own is None else {**content, "body": own}
        return {**content, "bodies": {**content.get("bodies", {}), **bodies}} if bodies else content

    def _text(self, file: str, body: bytes) -> str:
        try:
            return body.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.problems.append(Problem(file, "", "This is not UTF-8 text."))
            return ""


def _place(path: PurePosixPath) -> tuple[kinds.Kind, str, bool] | None:
    """Kind, name and whether it extends; None for a file that stands nowhere known."""
    parts = path.parts
    extends = parts[0] == "extends"
    if path.suffix != ".json":
        return None
    if len(parts) == 3 and parts[0] in ("objects", "extends") and path.stem in kinds.OF_OBJECTS:
        return kinds.OF_OBJECTS[path.stem], parts[1], extends
    inner = parts[1:] if extends else parts
    if len(inner) == 1 and path.stem in kinds.SINGLE:
        return kinds.SINGLE[path.stem], "", extends
    if len(inner) == 2 and inner[0] in kinds.FOLDERS:
        return kinds.FOLDERS[inner[0]], path.stem, extends
    return None


def _expected(path: PurePosixPath) -> list[str]:
    """The files that would have a place near this one."""
    folder = path.parts[1] if len(path.parts) > 1 else ""
    return [
        "package.json",
        *(f"{name}.json" for name in kinds.SINGLE),
        *(f"objects/{folder}/{name}.json" for name in kinds.OF_OBJECTS),
        *(f"extends/{folder}/{name}.json" for name in kinds.OF_OBJECTS),
        *(f"{name}/{path.name}" for name in (*kinds.FOLDERS, "data")),
    ]


def _is_name(name: str, kind: kinds.Kind) -> bool:
    if kind.name == "translations":
        return name.isascii() and name.replace("-", "").isalpha() and len(name) <= 10
    plain = name.isascii() and name.replace("_", "a").isalnum() and name == name.lower()
    return plain and name[:1].isalpha() and len(name) <= 40


def _format_of(content: Any) -> int:
    value = content.get("definitions_format") if isinstance(content, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else FORMAT
