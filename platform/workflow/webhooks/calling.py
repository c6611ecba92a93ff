"""The jobs of webhooks: one makes a delivery for each that listens, one calls.

A call is repeated with the same id and body until it is answered with 2xx, so whoever listens knows
it when it comes twice. 410 means that nobody listens any more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...errors import BadRequest, Conflict, TypecaseError, Unavailable
from ...runtime import outbound, sealing
from ...runtime.actors import SYSTEM
from ...runtime.storage.unit_of_work import Unit
from ...runtime.workspaces import Workspace
from ..jobs import MOST_ATTEMPTS, Errand, Inside, Job
from ..storage import job_rows, webhook_rows
from . import endpoints, signing

GONE = 410
MOST_BYTES = 100_000
"""Of an answer; it is not kept."""


def _fan_out(unit: Unit, job: Job) -> None:
    """A delivery for each webhook of the name, with the body that all its tries will have."""
    name = str(job.payload["webhook"])
    told = {"type": name, "timestamp": job.created_at.isoformat(), "object": job.object,
            "record": job.record, "data": job.payload["data"]}  # fmt: skip
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    rows = [
        {"id": unit.new_id(), "webhook": each, "name": name, "body": body, "object": job.object,
         "record": job.record, "state": webhook_rows.QUEUED, "attempts": 0, "created_at": unit.now}
        for each in webhook_rows.listening(unit, name)
    ]  # fmt: skip
    webhook_rows.insert_deliveries(unit, rows)
    job_rows.insert(unit, [endpoints.job_of(unit, str(row["id"])) for row in rows])


def _call(workspace: Workspace, job: Job) -> None:
    id_ = str(job.payload["delivery"])
    with workspace.read(SYSTEM, via="job") as unit:
        row = webhook_rows.open_delivery(unit, id_)
        headers = _headers(unit, row) if row else {}
    if row is None:
        return  # it has come through, or its webhook is gone
    status: int | None = None
    try:
        if not row["is_active"]:
            raise Conflict("This webhook is switched off.")
        body, hosts = row["body"].encode(), workspace.settings.hosts
        reply = outbound.call(
            "POST", row["url"], body, headers, allowed=hosts, most_bytes=MOST_BYTES
        )
        status = reply.status
        _require_taken(status)
    except TypecaseError as error:
        _mark_in_vain(workspace, row, error, status, job.attempts)
        if _may_help(error, status):
            raise
        return
    sent = webhook_rows.SENT
    workspace.run(SYSTEM, lambda unit: webhook_rows.mark(unit, id_, sent, status), via="job")


def _headers(unit: Unit, row: Mapping[str, Any]) -> dict[str, str]:
    sealed = [row["secret"]]
    if row["former_secret"] and row["former_until"] > unit.now:
        sealed.append(row["former_secret"])
    keys = [sealing.unseal(unit.settings.secret, each) for each in sealed]
    signed = signing.headers(keys, row["id"], unit.now, row["body"].encode())
    return {"Content-Type": "application/json", "User-Agent": "Typecase", **signed}


def _require_taken(status: int) -> None:
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise Unavailable("It answers with a redirect ({status}), which is not followed.",
                          status=status)  # fmt: skip
    raise Unavailable("It answers {status}.", status=status)


def _may_help(error: TypecaseError, status: int | None) -> bool:
    """Whether trying again makes sense."""
    return status != GONE and not isinstance(error, (BadRequest, Conflict))


def _mark_in_vain(
    workspace: Workspace,
    row: Mapping[str, Any],
    error: TypecaseError,
    status: int | None,
    attempts: int,
) -> None:
    last = attempts >= MOST_ATTEMPTS or not _may_help(error, status)
    state = webhook_rows.FAILED if last else webhook_rows.QUEUED

    def work(unit: Unit) -> None:
        webhook_rows.mark(unit, row["id"], state, status, error.text())
        if status == GONE:
            off = "It answered 410: nobody listens there any more."
            webhook_rows.update(unit, row["webhook"], is_active=False, why_off=off)

    workspace.run(SYSTEM, work, via="job")


FAN_OUT = Inside("webhook", _fan_out)
CALL = Errand(endpoints.DELIVER, _call)
