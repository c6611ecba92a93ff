"""Finding packages: by path, or by the name of one that comes with Typecase."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..errors import NotFound
from ..metadata.packages import read_package
from ..metadata.sources import PackageSource
from ..resources import data_folder


def bundled() -> dict[str, Path]:
    """Name → folder of the packages that come with Typecase."""
    folders = sorted(path.parent for path in data_folder("apps").glob("*/package.json"))
    return {folder.name: folder for folder in folders}


def find(word: str) -> Path:
    """The folder or archive ``word`` means. Raises NotFound."""
    path = Path(word)
    if path.exists():
        return path
    if word in bundled():
        return bundled()[word]
    raise NotFound(
        "There is no package {name} here. Those that come with Typecase: {known}.",
        name=word,
        known=", ".join(bundled()),
    )


def read(words: Sequence[str]) -> list[PackageSource]:
    """The packages, as given. Raises NotFound, DefinitionsInvalid."""
    return [read_package(find(word)) for word in words]


def with_requirements(words: Sequence[str]) -> list[PackageSource]:
    """The packages and what they build on, taken from beside them or from those that come along.

    What cannot be found is left to the checks, which name it.
    """
    paths = [find(word) for word in words]
    found = {source.name: source for source in map(read_package, paths)}
    nearby = bundled() | {p.name: p for path in paths for p in _beside(path)}
    missing = _missing(found)
    while missing & nearby.keys():
        for name in sorted(missing & nearby.keys()):
            found[name] = read_package(nearby[name])
        missing = _missing(found)
    return list(found.values())


def _missing(found: dict[str, PackageSource]) -> set[str]:
    return {name for source in found.values() for name in source.requires} - found.keys()


def _beside(path: Path) -> Iterator[Path]:
    return (manifest.parent for manifest in path.resolve().parent.glob("*/package.json"))
