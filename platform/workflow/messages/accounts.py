"""The account mails go through: entered and tested by an administrator, its secrets sealed and
never shown again. Without one, mails take the server of the environment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...errors import BadRequest, FieldProblem, RecordInvalid
from ...runtime import access, audit, sealing
from ...runtime.mail import PORTS, SCHEMES, MailServer, is_address
from ...runtime.storage.unit_of_work import Unit
from ..storage import account_rows

EMAIL = "email"
RIGHT = "designer"


@dataclass(frozen=True, slots=True)
class Account:
    """What may be shown of an account. ``secret_names``: which secrets are kept."""

    kind: str
    settings: Mapping[str, Any]
    secret_names: tuple[str, ...]
    tested_at: datetime | None
    error: str | None


def find(unit: Unit, kind: str) -> Account | None:
    """The account of that kind, without its secrets. Needs the right ``designer``."""
    access.require_system(unit.actor, RIGHT)
    row = account_rows.get(unit, kind)
    if row is None:
        return None
    names = tuple(sorted(_secrets(unit, row)))
    return Account(kind, row["settings"], names, row["tested_at"], row["error"])


def save(unit: Unit, kind: str, settings: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
    """Keeps an account. A secret that is not given stays as it was."""
    access.require_system(unit.actor, RIGHT)
    row = account_rows.get(unit, kind)
    kept = {**(_secrets(unit, row) if row else {}), **{k: v for k, v in secrets.items() if v}}
    sealed = sealing.seal(unit.settings.secret, json.dumps(kept)) if kept else None
    account_rows.put(unit, kind, settings, sealed)
    audit.record(unit, "account_changed", {"kind": kind})


def remove(unit: Unit, kind: str) -> None:
    access.require_system(unit.actor, RIGHT)
    if account_rows.remove(unit, kind):
        audit.record(unit, "account_changed", {"kind": kind, "removed": True})


def forget(unit: Unit, kind: str) -> None:
    """Drops an account with its secrets, in whose place another is put."""
    access.require_system(unit.actor, RIGHT)
    account_rows.remove(unit, kind)


def settings_of(unit: Unit, kind: str) -> Mapping[str, Any] | None:
    """What sending has to know of an account; no secrets."""
    row = account_rows.get(unit, kind)
    return row["settings"] if row else None


def opened(unit: Unit, kind: str) -> tuple[dict[str, Any], dict[str, str]] | None:
    """Settings and secrets, for whoever sends. Raises Damaged."""
    row = account_rows.get(unit, kind)
    return (dict(row["settings"]), _secrets(unit, row)) if row else None


def save_mail(unit: Unit, values: Mapping[str, str]) -> None:
    """The mail account of a form. Raises RecordInvalid with every problem."""
    problems = []
    scheme, host = values.get("scheme", "smtp"), values.get("host", "").strip()
    port, sender = values.get("port", "").strip(), values.get("sender", "").strip()
    if scheme not in SCHEMES:
        problems.append(_problem("scheme", "Choose how the connection is secured."))
    if not host or not all(c.isalnum() or c in ".-:" for c in host):
        problems.append(_problem("host", "Say the name of the mail server: mail.example.com."))
    if port and not (port.isdecimal() and 0 < int(port) < 65536):
        problems.append(_problem("port", "A port is a number from 1 to 65535."))
    if not is_address(sender):
        problems.append(_problem("sender", "Say from which e-mail address mails come."))
    name = " ".join(values.get("name", "").split())
    if not name.isprintable():
        problems.append(_problem("name", "The name holds characters that cannot be printed."))
    if problems:
        raise RecordInvalid(problems)
    settings = {"scheme": scheme, "host": host, "port": int(port or PORTS[SCHEMES[scheme]]),
                "sender": sender, "name": name, "user": values.get("user", "").strip()}  # fmt: skip
    save(unit, EMAIL, settings, {"password": values.get("password", "")})


def mail_server(unit: Unit) -> MailServer | None:
    """Through which server mails leave: the account's, else that of the environment."""
    found = opened(unit, EMAIL)
    if found is None:
        return unit.settings.mail
    settings, secrets = found
    sender = (
        f'"{settings["name"]}" <{settings["sender"]}>' if settings["name"] else settings["sender"]
    )
    return MailServer(
        SCHEMES[settings["scheme"]],
        settings["host"],
        settings["port"],
        sender,
        settings["user"] or None,
        secrets.get("password"),
    )


def require_mail(unit: Unit) -> MailServer:
    """Raises BadRequest where mails have no way to leave."""
    found = mail_server(unit)
    if found is None:
        raise BadRequest("No mail account is set. An administrator enters one under Messages.")
    return found


def _secrets(unit: Unit, row: Mapping[str, Any]) -> dict[str, str]:
    if not row["secrets"]:
        return {}
    found: dict[str, str] = json.loads(sealing.unseal(unit.settings.secret, row["secrets"]))
    return found


def _problem(field: str, message: str) -> FieldProblem:
    return FieldProblem(field, "invalid", message)
