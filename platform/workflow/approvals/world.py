"""The world a case moves in: the record and the people of one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from ...metadata.approvals import Edge, Graph, Node
from ...metadata.definitions import Field
from ...metadata.field_types import type_of
from ...metadata.steps.compiling import Value
from ...runtime import reading, saving
from ...runtime.actors import SYSTEM
from ...runtime.storage.unit_of_work import Unit
from ...texts import translate
from ..bounds import bounds_of
from ..notices import Told, tell
from ..rights import acting
from ..scope import Ref, Scope
from ..steps import run_steps
from ..steps.running import Running
from .people import Looking
from .state import Asked


class RecordWorld:
    """``written``: field → [before, after] of what the process writes, kept up to date."""

    def __init__(
        self,
        unit: Unit,
        graph: Graph,
        record: str,
        submitter: str,
        chosen: Mapping[str, Sequence[str]],
        written: Mapping[str, Any],
        scope: Scope | None = None,
    ) -> None:
        self.unit, self.graph, self.record = unit, graph, record
        self.now = unit.now
        self.scope = scope or Scope(unit, Ref(graph.object, record))
        self.scope.bind("submitter", Ref("user", submitter))
        self.looking = Looking(unit, self.scope, submitter, chosen)
        self.written = dict(written)

    def new_id(self) -> str:
        return self.unit.new_id()

    def people(self, node: Node) -> Sequence[Asked]:
        return self.looking.asked(node)

    def choose(self, edges: Sequence[Edge]) -> Edge:
        """Conditions read the record as it is now."""
        for edge in edges:
            if edge.when is not None and self.scope.holds(edge.when):
                return edge
        return next(edge for edge in edges if edge.is_else)

    def done(self, node: Node) -> None:
        if node.type == "notify":
            self.tell(self.looking.of(node.assignees, node.name), node.text or node.label)
            return
        before = self.values()
        with bounds_of(self.unit).inside(self._name(node)):
            run_steps(node.steps, self._running(node))
        self._remember(before)

    def over(self, node: Node) -> None:
        self.write(self._running(node), node.values)

    def write(self, running: Running, values: Sequence[Value]) -> None:
        if values:
            raw = running.raw(tuple(values), blanks=True)
            saving.update(running.unit, self.graph.object, self.record, raw, is_authored=True)
            running.saved()

    def restore(self) -> list[str]:
        """Puts back what the process itself wrote and nobody has changed since; the fields."""
        now = self.values()
        back = {name: old for name, (old, new) in self.written.items() if now.get(name) == new}
        if back:
            saving.update(self.system, self.graph.object, self.record, back, is_authored=True)
        return sorted(back)

    def tell(self, people: Sequence[str], text: str, **data: Any) -> None:
        """A notice for each of them, in the workspace's language."""
        said = translate(text, self.unit.settings.languages[0], **data)
        about = (self.graph.object, self.record)
        tell(self.unit, [Told(person, said, *about, "approval") for person in people])

    @cached_property
    def system(self) -> Unit:
        """The process writes as the system; the history says for whom."""
        return acting(self.unit, as_system=True)

    def values(self) -> dict[str, Any]:
        """The record as it stands, as JSON."""
        return values_of(replace(self.unit, actor=SYSTEM), self.graph.object, self.record)

    # Inside ---------------------------------------------------------------------------------

    def _name(self, node: Node) -> str:
        return f"{self.graph.object}.{self.graph.name}.{node.name}"

    def _running(self, node: Node) -> Running:
        return Running(self._name(node), self.system, self.unit, self.scope)

    def _remember(self, before: Mapping[str, Any]) -> None:
        for name, value in self.values().items():
            if value != before.get(name):
                first = self.written.get(name, (before.get(name),))[0]
                self.written[name] = [first, value]
        self.scope.forget()


def values_of(unit: Unit, object_name: str, id_: str) -> dict[str, Any]:
    """The stored values of a record as JSON, those that somebody can write."""
    stored = reading.stored(unit, object_name, id_)
    fields = unit.catalog.object(object_name).fields
    return {
        field.name: _json(field, stored[field.name])
        for field in fields
        if field.name in stored and not type_of(field).computed
    }


def _json(field: Field, value: Any) -> Any:
    return None if value is None else type_of(field).to_json(field, value)
