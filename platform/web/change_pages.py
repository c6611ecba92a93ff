"""Publications as a list: who changed what, when; and the way back."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import TypecaseError
from ..metadata.formats import moment_format
from ..runtime import customizing
from ..runtime.storage.unit_of_work import Unit
from .labels import Labels
from .rights_edit import said_of


@dataclass(frozen=True, slots=True)
class ChangeRow:
    version: int
    when: str
    who: str
    what: str
    own: bool


@dataclass(frozen=True, slots=True)
class ChangesModel:
    base: int
    rows: tuple[ChangeRow, ...]
    problems: tuple[str, ...]


def changes(unit: Unit, labels: Labels, error: TypecaseError | None = None) -> ChangesModel:
    """Raises AccessDenied."""
    when = moment_format(labels.locale)
    return ChangesModel(
        base=unit.opening.catalog,
        rows=tuple(
            ChangeRow(
                each.version,
                when(each.at, unit.zone),
                each.by or labels.text("System"),
                each.reason,
                each.own,
            )
            for each in customizing.publications(unit)
        ),
        problems=said_of(error, labels),
    )
