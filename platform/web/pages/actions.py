"""Actions of a record: asking for their inputs, doing them, what their lookups offer."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request

from ...errors import TypecaseError
from ...runtime.storage.unit_of_work import Unit
from .. import action_pages
from ..answers import Answer
from ..visits import reads, visit, writes_or

pages = Blueprint("actions", __name__)


@pages.get("/o/<name>/<uuid:id_>/actions/<action>")
@reads
def ask(unit: Unit, name: str, id_: UUID, action: str) -> Answer:
    return action_pages.ask(unit, name, str(id_), action)


def again(unit: Unit, name: str, id_: UUID, action: str, error: TypecaseError) -> Answer:
    return action_pages.ask(unit, name, str(id_), action, error)


@pages.post("/o/<name>/<uuid:id_>/actions/<action>")
@writes_or(again)
def do(unit: Unit, name: str, id_: UUID, action: str) -> Answer:
    return action_pages.do(unit, name, str(id_), action, visit().labels)


@pages.get("/o/<name>/actions/<action>/lookup/<field>")
@reads
def lookup(unit: Unit, name: str, action: str, field: str) -> Answer:
    return {"results": action_pages.found(unit, name, action, "", field, request.args)}


@pages.get("/o/<name>/actions/<action>/<table>/lookup/<field>")
@reads
def table_lookup(unit: Unit, name: str, action: str, table: str, field: str) -> Answer:
    return {"results": action_pages.found(unit, name, action, table, field, request.args)}
