"""``typecase check``: does the database hold what the definitions and the records say?

Each check answers with findings; none is needed while everything is written through the record
service, and all are asked after a crash, a restore, or somebody's SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import BadRequest
from ..metadata.catalog import RollupOver
from ..metadata.definitions import EMPTY
from . import installing, rollups
from .actors import SYSTEM
from .backup import DIGEST
from .storage import checks
from .storage.unit_of_work import Unit
from .workspaces import Workspace

EXAMPLES = 100
"""Records looked at by one pass over one rollup; a repair goes on until there are none."""


@dataclass(frozen=True, slots=True)
class Finding:
    """``message`` is a template; ``is_harmless``: worth knowing, nothing is wrong."""

    check: str
    message: str
    data: Mapping[str, Any] = field(default=EMPTY)
    is_harmless: bool = False


Check = Callable[[Workspace], Iterator[Finding]]


def check(workspace: Workspace, names: list[str]) -> Iterator[Finding]:
    """Runs the named checks, or all. Raises BadRequest for a name that is none."""
    known = dict(CHECKS)
    for name in names:
        if name not in known:
            known_names = ", ".join(known)
            raise BadRequest("There is no check {name}: {known}.", name=name, known=known_names)
    for name in names or known:
        yield from known[name](workspace)


def repair_rollups(workspace: Workspace) -> int:
    """Counts anew what is wrong, a hundred records to a transaction; returns how many were."""
    repaired = 0
    for rollup in kept_rollups(workspace):
        while wrong := _wrong(workspace, rollup):
            workspace.run(SYSTEM, _recounting(rollup, set(wrong)), via="command")
            repaired += len(wrong)
            if set(_wrong(workspace, rollup)) & set(wrong):
                break  # counting again changes nothing: `check` goes on to report it
    return repaired


def kept_rollups(workspace: Workspace) -> list[RollupOver]:
    """The rollups that are stored, those computed on read left out."""
    with workspace.read(SYSTEM, via="command") as unit:
        return [
            rollup
            for name in unit.catalog.objects
            for rollup in unit.catalog.rollups_of(name)
            if rollup.field.name in unit.model.table(name).columns
        ]


# The checks ---------------------------------------------------------------------------------


def _database(workspace: Workspace) -> Iterator[Finding]:
    with workspace.read(SYSTEM, via="command") as unit:
        for line in checks.soundness(unit):
            yield Finding("database", "The database file is damaged: {line}", {"line": line})


def _tables(workspace: Workspace) -> Iterator[Finding]:
    with workspace.read(SYSTEM, via="command") as unit:
        for name in checks.missing(unit):
            yield Finding("tables", "Defined and not in the database: {name}", {"name": name})
    for operation in installing.propose(workspace, []).operations:
        data = {"operation": operation.words()}
        yield Finding("tables", "The definitions ask for more: {operation}", data)


def _rollups(workspace: Workspace) -> Iterator[Finding]:
    for rollup in kept_rollups(workspace):
        wrong = _wrong(workspace, rollup)
        if wrong:
            data = {"field": _name(rollup), "count": len(wrong), "example": wrong[0]}
            message = (
                "{field} is not what its records come to on {count} {count:record|records},"
                " such as {example}"
            )
            yield Finding("rollups", message, data)


def _references(workspace: Workspace) -> Iterator[Finding]:
    with workspace.read(SYSTEM, via="command") as unit:
        for of in unit.model:
            for each in of.object.fields:
                if each.targets or each.type in ("user", "multi_user"):
                    yield from map(_dangling, checks.dangling(unit, of, each))
            for table in checks.lost_set_values(unit, of):
                message = "{table} holds values of records that are not there"
                yield Finding("references", message, {"table": table})


def _files(workspace: Workspace) -> Iterator[Finding]:
    with workspace.read(SYSTEM, via="command") as unit:
        wanted = checks.file_digests(unit)
    there = _digests_in(workspace.settings.files)
    for digest in sorted(wanted - there):
        yield Finding("files", "An attached file is gone: {digest}", {"digest": digest})
    for digest in sorted(there - wanted):
        message = "A file belongs to no record: {digest}"
        yield Finding("files", message, {"digest": digest}, is_harmless=True)


CHECKS: tuple[tuple[str, Check], ...] = (
    ("database", _database),
    ("tables", _tables),
    ("rollups", _rollups),
    ("references", _references),
    ("files", _files),
)


# Inside -------------------------------------------------------------------------------------


def _wrong(workspace: Workspace, rollup: RollupOver) -> list[str]:
    with workspace.read(SYSTEM, via="command") as unit:
        return checks.wrong_rollups(unit, rollup, unit.surroundings, EXAMPLES)


def _recounting(rollup: RollupOver, ids: set[str]) -> Callable[[Unit], None]:
    return lambda unit: rollups.recount(unit, rollup.parent, [rollup.field.name], ids)


def _name(rollup: RollupOver) -> str:
    return f"{rollup.parent}.{rollup.field.name}"


def _dangling(found: checks.Dangling) -> Finding:
    data = {"field": found.field, "target": found.target, "count": found.count}
    return Finding(
        "references", "{field}: {count} {count:value leads|values lead} to no {target}", data
    )


def _digests_in(folder: Path) -> set[str]:
    paths = folder.rglob("*") if folder.is_dir() else ()
    return {path.name for path in paths if DIGEST.fullmatch(path.name)}
