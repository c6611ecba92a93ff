"""What every check is given, and where it says what it found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ...errors import Problem
from ..catalog import Catalog
from ..definitions import Object
from ..layers import Layered, Path, Stack
from ..references import References
from ..sources import PackageSource
from ..translations import Texts


class Checking:
    """One run of the checks over one composed catalog."""

    def __init__(
        self,
        packages: Sequence[PackageSource],
        stack: Stack,
        catalog: Catalog,
        references: References,
        texts: Texts,
    ) -> None:
        self.packages, self.stack, self.catalog = packages, stack, catalog
        self.references, self.texts = references, texts
        self.problems: list[Problem] = []
        self._seen: set[tuple[str, str, str]] = set()

    def at(self, document: Layered, path: Path, message: str, /, **data: Any) -> None:
        """A problem at a place of a document, told in the file that says it; once."""
        self.add(document.located(path, message, data))

    def add(self, problem: Problem) -> None:
        key = (problem.file, problem.pointer, problem.text())
        if key not in self._seen:
            self._seen.add(key)
            self.problems.append(problem)

    def objects(self) -> Iterator[tuple[Layered, Object]]:
        """Every object with its document."""
        for document in self.stack.of("object"):
            yield document, self.catalog.objects[document.name]

    def package(self, name: str) -> PackageSource:
        return next(each for each in self.packages if each.name == name)
