"""The account text messages leave by, as values for its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import RecordInvalid, TypecaseError
from ..metadata.formats import country_name, relative_moment
from ..metadata.gateways import Gateway, gateways_of
from ..runtime import users
from ..runtime.storage.unit_of_work import Unit
from ..workflow.messages import accounts, gateway_accounts
from ..workflow.messages.accounts import Account
from ..workflow.messages.numbers import COUNTRIES
from .filtering import Choice
from .labels import Labels


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing the gateway asks for; of a secret the page only learns whether one is kept."""

    name: str
    label: str
    value: str
    is_secret: bool
    is_kept: bool
    problem: str | None


@dataclass(frozen=True, slots=True)
class TextAccountModel:
    """``gateways``: those packages describe; none: nothing can be entered. ``lost``: the gateway of
    the account, where no package describes it any more."""

    gateways: tuple[Choice, ...]
    help: str
    entries: tuple[Entry, ...]
    sender: str
    countries: tuple[Choice, ...]
    problems: Mapping[str, str]
    problem: str | None
    is_set: bool
    lost: str | None
    tested: str
    error: str | None
    number: str


def build(
    unit: Unit,
    labels: Labels,
    asked: Mapping[str, str],
    form: Mapping[str, str] | None = None,
    error: TypecaseError | None = None,
) -> TextAccountModel:
    """``asked``: which gateway the form is for; ``form`` and ``error``: what was typed and
    refused."""
    kept = accounts.find(unit, gateway_accounts.SMS)
    offered = gateways_of(unit.catalog)
    known = {each.name: each for each in offered}
    kept_name = str(kept.settings["gateway"]) if kept else ""
    wanted = (form or asked).get("gateway") or kept_name
    shown = known.get(wanted) or (offered[0] if offered else None)
    same = kept if kept is not None and shown is not None and shown.name == kept_name else None
    found = error.problems if isinstance(error, RecordInvalid) else ()
    problems = {str(p.field): p.text(labels.locale) for p in found}
    typed = form if form is not None else _typed(same)
    country = typed.get("country") or gateway_accounts.country(unit)
    names = [(code, country_name(code, labels.locale)) for code in COUNTRIES]
    return TextAccountModel(
        gateways=tuple(
            Choice(each.name, labels.thing(each), each is shown) for each in offered
        ),
        help=unit.catalog.label(f"{shown.id}:help", shown.help, labels.locale)
        if shown and shown.help else "",
        entries=_entries(unit, shown, same, typed, problems, labels) if shown else (),
        sender=typed.get("sender", ""),
        countries=tuple(Choice(code, name, code == country)
                        for code, name in sorted(names, key=lambda each: each[1])),
        problems=problems,
        problem=error.text(labels.locale) if error and not problems else None,
        is_set=kept is not None,
        lost=kept_name if kept and kept_name not in known else None,
        tested=relative_moment(kept.tested_at, unit.now, unit.zone, labels.locale)
        if kept and kept.tested_at else "",
        error=labels.text(kept.error) if kept and kept.error else None,
        number=users.get(unit, unit.actor.id).phone or "",
    )  # fmt: skip


def _typed(kept: Account | None) -> dict[str, str]:
    if kept is None:
        return {}
    values = {f"setting.{name}": value for name, value in kept.settings["values"].items()}
    return {**values, "sender": kept.settings["sender"], "country": kept.settings["country"]}


def _entries(
    unit: Unit,
    shown: Gateway,
    kept: Account | None,
    typed: Mapping[str, str],
    problems: Mapping[str, str],
    labels: Labels,
) -> tuple[Entry, ...]:
    secrets = kept.secret_names if kept else ()
    return tuple(
        Entry(
            f"setting.{each.name}",
            unit.catalog.label(each.id, each.label, labels.locale),
            "" if each.is_secret else typed.get(f"setting.{each.name}", ""),
            each.is_secret,
            each.name in secrets,
            problems.get(f"setting.{each.name}"),
        )
        for each in shown.settings
    )
