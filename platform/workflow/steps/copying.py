"""``copy_tree``: see ``metadata/steps/copying``."""

from __future__ import annotations

from typing import Any

from ...metadata.definitions import Field, Object
from ...metadata.field_types import type_of
from ...metadata.steps.copying import Copied, CopyTreeStep
from ...runtime import access, reading, saving
from ..scope import Ref
from ..storage.values import child_ids
from .creating import owned
from .running import Running

NOT_COPIED = ("file", "image")
"""A file belongs to one record."""


def run(step: CopyTreeStep, running: Running) -> None:
    source = running.ref(step.object, step.source, step.label)
    if step.to is None:
        raw = copied_values(running, step.object, source)
        raw |= running.raw(step.values, blanks=True)
        raw = owned(running, step.object, raw)
        receiver = saving.create(running.unit, step.object, raw, is_authored=True)
        running.saved()
        running.did(step.label, "create", step.object, receiver)
    else:
        receiver = running.ref(step.object, step.to, step.label)
    for each in step.children:
        _copy_children(running, each, source, receiver, step)
    running.scope.bind(step.bound, Ref(step.object, receiver))


def _copy_children(
    running: Running, copied: Copied, source: str, receiver: str, step: CopyTreeStep
) -> None:
    unit, scope = running.unit, running.scope
    reverse = unit.catalog.reverses[step.object][copied.relation]
    known = scope.bound(copied.only.paths) if copied.only else {}
    ids = child_ids(unit, reverse, source, scope.around, copied.only, known)
    raws = [{**copied_values(running, copied.object, id_), copied.link: receiver} for id_ in ids]
    if raws:
        saving.create_many(unit, copied.object, raws, is_authored=True)
        running.saved(len(raws))
    running.did(step.label, f"create: {len(raws)}", copied.object)


def copied_values(running: Running, object_name: str, id_: str) -> dict[str, Any]:
    """What a copy begins with: every value the actor may read and write, but not what must stay
    the only one of its kind."""
    of = running.unit.catalog.objects[object_name]
    stored = reading.stored(running.unit, object_name, id_)
    raw: dict[str, Any] = {}
    for field in access.readable(running.unit.actor, of):
        value = stored.get(field.name)
        if value in (None, ()) or not _goes_along(running, of, field):
            continue
        raw[field.name] = _raw(field, value, stored)
        for part in type_of(field).parts(field):
            if part.endswith("_currency") and stored.get(part):
                raw[part] = stored[part]
    return raw


def _goes_along(running: Running, of: Object, field: Field) -> bool:
    if type_of(field).computed or field.type in NOT_COPIED or field.unique or field.external_id:
        return False
    return access.may_write_field(running.unit.actor, of, field)


def _raw(field: Field, value: Any, stored: dict[str, Any]) -> Any:
    if len(field.targets) > 1 and isinstance(value, str):
        return {"object": stored.get(f"{field.name}_object"), "id": value}
    return type_of(field).to_json(field, value)
