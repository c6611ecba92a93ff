"""One run of steps: whose rights it has, what it knows, what it has done, where it failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...errors import FieldProblem, RecordInvalid, TypecaseError
from ...metadata.expressions import Checked
from ...metadata.steps.compiling import Value
from ...runtime.storage.unit_of_work import Unit
from ..bounds import Bounds, bounds_of
from ..scope import Ref, Scope

MOST_TRACED = 300


class CheckFailed(RecordInvalid):
    """A ``check`` did not hold. Its problem's code is the step."""


@dataclass
class Running:
    """``unit`` has the rights the steps write with; ``person`` is who it happens for."""

    name: str
    unit: Unit
    person: Unit
    scope: Scope
    trace: list[dict[str, Any]] = field(default_factory=list)

    @property
    def bounds(self) -> Bounds:
        return bounds_of(self.unit)

    @property
    def record(self) -> Ref:
        return self.scope.record

    def did(self, step: str, what: str, object_name: str = "", record: str | None = None) -> None:
        """A line of the trace."""
        if len(self.trace) < MOST_TRACED:
            line = {"step": step, "did": what, "object": object_name, "record": record}
            self.trace.append({key: value for key, value in line.items() if value})

    def saved(self, rows: int = 1) -> None:
        self.bounds.wrote(rows)
        self.scope.forget()

    def raw(self, values: tuple[Value, ...], blanks: bool) -> dict[str, Any]:
        """What the values come to, as the save path takes them; without those that come to
        nothing unless ``blanks``."""
        self.scope.prefetch([each.checked for each in values])
        found = {each.field: self._raw(each) for each in values}
        return found if blanks else {k: v for k, v in found.items() if v is not None}

    def _raw(self, value: Value) -> Any:
        result = self.scope.value(value.checked)
        if value.target is not None and result is not None:
            return {"object": value.target, "id": result}
        return list(result) if isinstance(result, tuple) else result

    def ref(self, object_name: str, checked: Checked, step: str) -> str:
        """The id of a record that has to be there. Raises RecordInvalid."""
        id_ = self.scope.value(checked)
        if id_ is None:
            raise RecordInvalid([FieldProblem(None, step, "There is no record to work on.")])
        return str(id_)


def named(error: TypecaseError, step: str, running: Running) -> TypecaseError:
    """The same error, saying in which step it happened; a failed check says so already."""
    if isinstance(error, CheckFailed) or "step" in error.data:
        return error
    locale = running.person.actor.language
    if isinstance(error, RecordInvalid):
        error.problems = tuple(_in_step(each, step, locale) for each in error.problems)
    else:
        error.data = {"step": step, "problem": error.text(locale), **_plain(error.data)}
        error.message = "Step “{step}”: {problem}"
    error.data = {**error.data, "step": step}
    return error


def _in_step(problem: FieldProblem, step: str, locale: str) -> FieldProblem:
    """Not at a field of a form: the record it is about is another one."""
    said = f"{problem.field}: {problem.text(locale)}" if problem.field else problem.text(locale)
    data = {"step": step, "problem": said}
    return FieldProblem(None, problem.code, "Step “{step}”: {problem}", data)


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in ("step", "problem")}
