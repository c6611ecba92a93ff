"""The account text messages go through: a gateway some package describes, and what it asks for."""

from __future__ import annotations

from collections.abc import Mapping

from ...errors import BadRequest, FieldProblem, RecordInvalid
from ...metadata.gateways import Gateway, gateway_of
from ...runtime.storage.unit_of_work import Unit
from . import accounts, gateway
from .gateway import GatewayAccount
from .numbers import COUNTRIES

SMS = "sms"
COUNTRY = "CN"
LONGEST = 400
LONGEST_SENDER = 40


def save(unit: Unit, values: Mapping[str, str]) -> None:
    """The account of a form: ``gateway``, ``sender``, ``country``, and ``setting.<name>`` for what
    the gateway asks for. Raises RecordInvalid with every problem."""
    found = gateway_of(unit.catalog, values.get("gateway", ""))
    if found is None:
        raise RecordInvalid([_problem("gateway", "Choose a gateway.")])
    kept = accounts.find(unit, SMS)
    same = kept is not None and kept.settings["gateway"] == found.name
    known = frozenset(kept.secret_names) if kept is not None and same else frozenset()
    said = {each.name: values.get(f"setting.{each.name}", "").strip() for each in found.settings}
    problems = []
    for each in found.settings:
        text = said[each.name]
        if not text and not (each.is_secret and each.name in known):
            problems.append(_problem(f"setting.{each.name}", "This is needed."))
        elif not text.isprintable() or len(text) > LONGEST:
            problems.append(_problem(f"setting.{each.name}", "This is no line of text."))
    sender = " ".join(values.get("sender", "").split())
    if not sender.isprintable() or len(sender) > LONGEST_SENDER:
        problems.append(_problem("sender", "At most 40 characters."))
    country = values.get("country", COUNTRY)
    if country not in COUNTRIES:
        problems.append(_problem("country", "Choose a country."))
    problems += _wrong_address(unit, found, said)
    if problems:
        raise RecordInvalid(problems)
    secret = {each.name for each in found.settings if each.is_secret}
    settings = {"gateway": found.name, "sender": sender, "country": country,
                "values": {k: v for k, v in said.items() if k not in secret}}  # fmt: skip
    if not same:
        accounts.forget(unit, SMS)  # the secrets of one gateway are not sent to another
    accounts.save(unit, SMS, settings, {k: v for k, v in said.items() if k in secret})


def way_out(unit: Unit) -> GatewayAccount | None:
    """Through which gateway text messages leave; None: no account, or no package knows it now."""
    found = accounts.opened(unit, SMS)
    if found is None:
        return None
    settings, secrets = found
    described = gateway_of(unit.catalog, settings["gateway"])
    if described is None:
        return None
    values = {**settings["values"], **secrets}
    return GatewayAccount(described, values, settings["sender"], settings["country"])


def country(unit: Unit) -> str:
    """Whose number one without a code is."""
    found = accounts.settings_of(unit, SMS)
    return str(found["country"]) if found else COUNTRY


def _wrong_address(unit: Unit, found: Gateway, said: Mapping[str, str]) -> list[FieldProblem]:
    """An address that an administrator enters is looked at before secrets go there."""
    places = {f"account.{name}": value for name, value in said.items()}
    url = gateway.address_of(GatewayAccount(found, said, "", COUNTRY), places)
    try:
        gateway.require_https(url, unit.settings.hosts)
    except BadRequest as error:
        entered = [name for name in said if f"account.{name}" in places_of(found)]
        at = f"setting.{entered[0]}" if entered else "gateway"
        return [FieldProblem(at, "invalid", error.message, error.data)]
    return []


def places_of(found: Gateway) -> frozenset[str]:
    from_address = (each for each in found.address.pieces if not isinstance(each, str))
    return frozenset(each.name for each in from_address)


def _problem(field: str, message: str) -> FieldProblem:
    return FieldProblem(field, "invalid", message)
