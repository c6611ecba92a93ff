"""Messages made ready: to whom, in which language, with which values; or why not at all.

A batch at a time, with as many statements for fifty messages as for one. Nothing is filled in here
and nothing leaves: that happens after this reading has ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...errors import SignInRequired, UnknownName
from ...metadata.definitions import EMPTY
from ...metadata.formats import date_format
from ...metadata.templates.definitions import Template, Words, template_of
from ...metadata.templates.filters import RAW
from ...runtime import reading
from ...runtime.actors import SYSTEM, SYSTEM_ID, Actor
from ...runtime.storage.people import actor_of
from ...runtime.storage.unit_of_work import Unit
from ...texts import translate
from ..storage import message_rows
from . import gateway_accounts, values
from .numbers import whole_number
from .outbox import ADDRESS
from .unsubscribing import address_of
from .wishes import declining

Row = Mapping[str, Any]
NO_ADDRESS = {
    "email": "There is no address to send it to.",
    "sms": "There is no telephone number that takes text messages.",
}
NOT_THEIRS = "The record is gone, or not theirs to read."
PATH_OF = "{site}/o/{object}/{record}"


@dataclass(frozen=True, slots=True)
class Ready:
    """One message before its template is filled. ``words``: subject and body, as templates where
    ``values`` is given, else as they are."""

    id: str
    channel: str
    address: str
    name: str
    language: str
    words: Words
    is_html: bool
    values: Mapping[str, Any] | None
    unsubscribe: str | None = None
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """``why``: an English sentence for the log."""

    id: str
    why: str


def prepare(unit: Unit, rows: Sequence[Row]) -> list[Ready | Refused]:
    """Every message of ``rows``, in their order."""
    people = message_rows.people(
        unit, [row[k] for row in rows for k in ("person", "sender") if row[k]]
    )
    texts = any(row["channel"] == "sms" for row in rows)
    making = _Making(unit, people, gateway_accounts.country(unit) if texts else "")
    marketing = [row for row in rows if (t := making.template(row)) and t.is_marketing]
    unwanted = message_rows.suppressed(unit, [making.address(row) for row in marketing])
    declined = making.declined(rows)
    filled = making.records(rows)
    withheld = making.withheld(rows)
    return [making.one(row, filled, unwanted, declined, withheld) for row in rows]


class _Making:
    def __init__(self, unit: Unit, people: Mapping[str, Row], country: str) -> None:
        self.unit, self.people, self.country = unit, people, country

    def template(self, row: Row) -> Template | None:
        try:
            return template_of(self.unit.catalog, row["template"]) if row["template"] else None
        except UnknownName:
            return None

    def address(self, row: Row) -> str:
        """E-mail address or whole number; empty where there is none that can be reached."""
        person = self.people.get(row["person"] or "", EMPTY)
        written = person.get(ADDRESS[row["channel"]]) if row["person"] else row["address"]
        if row["channel"] == "sms":
            return whole_number(str(written or ""), self.country) or ""
        return str(written or "")

    def language(self, row: Row) -> str:
        person = self.people.get(row["person"] or "", EMPTY)
        told = person.get("language") or row["language"] or self.unit.settings.languages[0]
        return str(told)

    def declined(self, rows: Sequence[Row]) -> set[str]:
        """Records of which a mailing or marketing is not wanted."""
        asked: dict[str, set[str]] = {}
        for row in rows:
            template = self.template(row)
            if row["record"] and template and (template.is_marketing or row["mailing"]):
                asked.setdefault(row["object"], set()).add(row["record"])
        known = self.unit.catalog.objects
        found = (declining(self.unit, known[name], ids) for name, ids in asked.items()
                 if name in known)  # fmt: skip
        return set().union(*found)

    def records(self, rows: Sequence[Row]) -> dict[tuple[str, str, str, str], values.Filled]:
        """(reader, template, language, record) → its values."""
        wanted: dict[tuple[str, str, str], dict[str, None]] = {}
        for row in rows:
            if row["record"] and self.template(row) is not None:
                key = (row["reader"], row["template"], self.language(row))
                wanted.setdefault(key, {})[row["record"]] = None
        found: dict[tuple[str, str, str, str], values.Filled] = {}
        for (reader, name, language), ids in wanted.items():
            actor = self._actor(reader)
            if actor is None:
                continue
            as_reader = replace(self.unit, actor=actor, snapshot={})
            template = template_of(self.unit.catalog, name)
            read = values.records(as_reader, template, list(ids), language)
            found |= {(reader, name, language, id_): each for id_, each in read.items()}
        return found

    def withheld(self, rows: Sequence[Row]) -> set[str]:
        """Messages that quote a record in words of their own, which their reader may not read now.
        What the system reads is for whomever it goes to."""
        quoting: dict[tuple[str, str], dict[str, list[str]]] = {}
        for row in rows:
            if row["record"] and not row["template"] and row["reader"] != SYSTEM_ID:
                of = quoting.setdefault((row["reader"], row["object"]), {})
                of.setdefault(row["record"], []).append(row["id"])
        found: set[str] = set()
        for (reader, name), records in quoting.items():
            actor, seen = self._actor(reader), frozenset[str]()
            if actor is not None:
                as_reader = replace(self.unit, actor=actor, snapshot={})
                seen = reading.readable(as_reader, name, records.keys())
            found |= {id_ for record, ids in records.items() if record not in seen for id_ in ids}
        return found

    def _actor(self, reader: str) -> Actor | None:
        if reader == SYSTEM_ID:
            return SYSTEM
        try:
            return actor_of(self.unit, reader)
        except SignInRequired:
            return None

    def one(
        self,
        row: Row,
        filled: Mapping[tuple[str, str, str, str], values.Filled],
        unwanted: set[str],
        declined: set[str],
        withheld: set[str],
    ) -> Ready | Refused:
        template, address, language = self.template(row), self.address(row), self.language(row)
        person = self.people.get(row["person"] or "", EMPTY)
        if row["person"] and not person.get("is_active"):
            return Refused(row["id"], "This person is disabled.")
        if row["id"] in withheld:
            return Refused(row["id"], NOT_THEIRS)
        if not address and row["channel"] != "bell":
            return Refused(row["id"], NO_ADDRESS[row["channel"]])
        if row["template"] and template is None:
            return Refused(row["id"], "The template is gone.")
        if address.lower() in unwanted:
            return Refused(row["id"], "They have unsubscribed.")
        if row["record"] in declined and template and (template.is_marketing or row["mailing"]):
            return Refused(row["id"], "They want no mailings.")
        name = str(person.get("name") or row["name"] or "")
        if template is None:
            words = Words(row["subject"] or "", row["text"] or "")
            return Ready(row["id"], row["channel"], address, name, language, words, False, None)
        record: values.Filled = {RAW: {}}
        if template.object is not None:
            key = (row["reader"], template.name, language, row["record"] or "")
            if key not in filled:
                return Refused(row["id"], NOT_THEIRS)
            record = filled[key]
        stop = address_of(self.unit.settings, address) if template.is_marketing else None
        places = self.places(row, name, address, language, stop)
        return Ready(
            row["id"], row["channel"], address, name, language, template.words(language),
            template.is_html, {"places": places, "record": record}, stop,
            self.people.get(row["sender"], EMPTY).get("email"),
        )  # fmt: skip

    def places(
        self, row: Row, name: str, address: str, language: str, stop: str | None
    ) -> dict[str, str]:
        settings = self.unit.settings
        person = self.people.get(row["person"] or "", EMPTY)
        sender = self.people.get(row["sender"], EMPTY)
        company = str(self.unit.catalog.settings.get("company_name") or "")
        day = self.unit.now.astimezone(settings.zone_info).date()
        link = settings.site
        if row["object"] and row["record"]:
            link = PATH_OF.format(site=settings.site, object=row["object"], record=row["record"])
        return {
            "recipient.name": name,
            "recipient.email": address
            if row["channel"] != "sms"
            else str(person.get("email") or ""),
            "sender.name": str(sender.get("name") or company or translate("System", language)),
            "sender.email": str(sender.get("email") or ""),
            "company.name": company,
            "today": date_format(language)(day),
            "link": link,
            "unsubscribe": stop or "",
        }
