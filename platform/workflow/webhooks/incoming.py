"""Webhooks in: an address with a secret token for each automation that waits for one.

What arrives is checked (signature, size, types) while the other side waits, and done later, once
for each ``webhook-id``.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...errors import AccessDenied, BadRequest, NotFound, TooLarge
from ...metadata.processes import Automation
from ...runtime import access, audit, sealing
from ...runtime.actors import SYSTEM
from ...runtime.storage.unit_of_work import Unit
from ...runtime.workspaces import Workspace
from .. import automations, queue, schedules
from ..inputs import bind_inputs
from ..jobs import Inside, Job
from ..overview import automations as overview
from ..scope import Ref, Scope
from ..storage import hook_rows, run_rows
from . import signing

RIGHT = "designer"
JOB = "hook"
MOST_BYTES = 256_000
LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """An automation that waits for a webhook; ``since``: it has an address since then."""

    automation: str
    id: str
    label: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Opened:
    """Shown only once."""

    address: str
    secret: str


def waiting(unit: Unit) -> tuple[Waiting, ...]:
    """Needs the right ``designer``."""
    opened = hook_rows.open_ones(unit)
    found = [each for each in overview(unit) if each.on == "webhook"]
    return tuple(Waiting(e.name, e.id, e.label, opened.get(e.name)) for e in found)


def open_address(unit: Unit, name: str) -> Opened:
    """A new address for an automation; the one it had works no more. Raises NotFound."""
    access.require_system(unit.actor, RIGHT)
    _automation(unit, name)
    token, secret = secrets.token_urlsafe(32), signing.fresh_secret()
    sealed = sealing.seal(unit.settings.secret, secret)
    hook_rows.put(unit, {"automation": name, "token": _digest(token), "secret": sealed,
                         "created_at": unit.now, "created_by": unit.actor.id})  # fmt: skip
    audit.record(unit, "hook_changed", {"automation": name})
    return Opened(f"{unit.settings.site}/hooks/{token}", secret)


def close_address(unit: Unit, name: str) -> None:
    """Raises NotFound where there is none."""
    access.require_system(unit.actor, RIGHT)
    if not hook_rows.remove(unit, name):
        raise NotFound()
    audit.record(unit, "hook_changed", {"automation": name, "removed": True})


def receive(workspace: Workspace, token: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Takes what was sent to an address; False: it came before.

    ``headers`` by small names. Raises NotFound, TooLarge, AccessDenied (not signed), BadRequest,
    RecordInvalid (values that make no sense).
    """
    if len(body) > MOST_BYTES:
        raise TooLarge("At most {most} bytes at once.", most=MOST_BYTES)

    def take(unit: Unit) -> bool:
        row = hook_rows.with_token(unit, _digest(token))
        if row is None:
            raise NotFound()
        secret = sealing.unseal(unit.settings.secret, row["secret"])
        id_ = signing.require_signed(secret, headers, unit.now, body)
        if len(id_) > LONGEST_ID or not id_.isprintable():
            raise AccessDenied("The signature is missing, wrong or too old.")
        automation, inputs = _automation(unit, row["automation"]), _object(body)
        bind_inputs(unit, automation, inputs, Scope(unit, Ref(automation.object, None)))
        payload = {"automation": row["automation"], "inputs": inputs}
        return queue.put(unit, JOB, payload, f"hook:{row['automation']}:{id_}")

    return workspace.run(SYSTEM, take, via="webhook")


def _do(unit: Unit, job: Job) -> None:
    """The steps of the automation, unless its package has dropped it since."""
    try:
        automation = _automation(unit, str(job.payload["automation"]))
    except NotFound:
        return
    inputs = job.payload["inputs"]
    row = automations.run(unit, automation, None, "webhook", job=job.id, inputs=inputs)
    run_rows.insert(unit, [row])


DO = Inside(JOB, _do)


def _automation(unit: Unit, name: str) -> Automation:
    found = schedules.find(unit, name)
    if found.on != "webhook":
        raise NotFound()
    return found


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("The body is not JSON.") from error
    if not isinstance(found, dict):
        raise BadRequest("The body is not an object.")
    return found


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
