"""A small sales office with actions and automations, and the people of the shop."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from tests.builders import (
    a_field,
    a_lookup,
    a_package,
    a_permission_set,
    a_picklist,
    an_object,
)
from tests.runtime.shop import FULL, Shop
from typecase.metadata.sources import PackageSource

CONVERT = {
    "name": "convert",
    "label": "Convert",
    "visible": "status != 'converted'",
    "batch": True,
    "inputs": [
        {"name": "account", "type": "lookup", "label": "Existing account", "target": "account",
         "filter": "level != 'closed'"},
        {"name": "amount", "type": "currency", "label": "Amount", "minimum": 0, "default": "100"},
        {"name": "lines", "type": "table", "label": "Lines", "fields": [
            {"name": "name", "type": "text", "label": "Name", "required": True},
            {"name": "price", "type": "currency", "label": "Price"}]},
    ],
    "opens": "deal",
    "steps": [
        {"name": "has_company",
         "check": "not is_blank(record.company) or not is_blank(inputs.account)",
         "message": "Say the company first.", "field": "company"},
        {"if": "is_blank(inputs.account)",
         "do": [{"create": "account", "as": "account", "values": {"name": "record.company"}}],
         "else": [{"find": "account", "filter": "id == inputs.account", "first": True,
                   "as": "account"}]},
        {"create": "deal", "as": "deal", "values": {
            "name": "record.name & ' at ' & account.name", "account": "account",
            "amount": "inputs.amount"}},
        {"for_each": "inputs.lines", "as": "line", "do": [
            {"create": "line", "values": {"name": "line.name", "deal": "deal",
                                          "price": "line.price"}}]},
        {"name": "adds_up",
         "check": "is_blank(inputs.lines.name) or sum(inputs.lines.price) == deal.line_total",
         "message": "The lines do not add up."},
        {"update": "record", "values": {"status": "'converted'", "deal": "deal"}},
        {"log": "'Became ' & deal.name"},
        {"notify": "record.owner", "text": "A lead was converted."},
    ],
}  # fmt: skip

DEAL = {
    "actions": [
        {"name": "clone", "label": "Clone", "opens": "copy", "steps": [
            {"copy_tree": "record", "relations": ["lines"], "as": "copy",
             "values": {"name": "record.name & ' (copy)'"}}]},
        {"name": "secret", "label": "Secret", "permission": "export",
         "steps": [{"set": {"amount": "1"}}]},
        {"name": "twice", "label": "Twice", "steps": [
            {"for_each": "record.lines", "as": "line", "do": [
                {"update": "line", "values": {"price": "line.price * 2"}}]},
            {"call": "note", "with": {"text": "'Now ' & text(record.line_total)"}}]},
        {"name": "note", "label": "Note", "inputs": [{"name": "text", "type": "text"}],
         "steps": [{"log": "inputs.text"}]},
        {"name": "endless", "label": "Endless", "steps": [{"call": "endless"}]},
        {"name": "send", "label": "Send", "steps": [
            {"webhook": "erp", "with": {"name": "record.name", "amount": "record.amount"}}]},
        {"name": "tidy", "label": "Tidy", "run_as": "system", "steps": [
            {"find": "deal", "filter": "account == record.account and id != record.id",
             "as": "others"},
            {"for_each": "others", "as": "other", "do": [{"delete": "other"}]},
            {"create": "account", "values": {"name": "'Kept ' & text(count(others.name))"}}]},
        {"name": "submit", "label": "Submit", "steps": [{"submit": "record"}]},
        {"name": "breaks", "label": "Breaks", "steps": [
            {"name": "first", "create": "account", "values": {"name": "'Never'"}},
            {"name": "second", "create": "deal", "values": {"name": "'No account'"}}]},
    ],
    "automations": [
        {"name": "won_is_sure", "on": ["create", "update"], "moment": "before",
         "when": "changed(stage) and stage == 'won'", "do": [{"set": {"probability": "100"}}]},
        {"name": "tell_boss", "on": "update", "order": 20,
         "when": "changed(stage) and stage == 'won'",
         "do": [{"notify": {"role": "boss"}, "text": "A deal was won."}]},
        {"name": "account_is_gold", "on": "update", "order": 10, "run_as": "system",
         "when": "changed(stage) and stage == 'won' and was(stage) == 'talks'",
         "do": [{"update": "record.account", "values": {"level": "'gold'"}}]},
        {"name": "gone", "on": ["delete", "restore"], "do": [
            {"notify": "record.owner", "text": "A deal went or came."}]},
        {"name": "remind", "on": "date", "field": "close_date", "offset": "-1d",
         "when": "stage != 'won'", "do": [{"notify": "record.owner", "text": "Tomorrow!"}]},
        {"name": "weekly", "on": "schedule", "cron": "0 8 * * 1", "for": "stage == 'talks'",
         "do": [
             {"check": "record.name != 'Bad'", "message": "A bad one."},
             {"update": "record", "values": {"amount": "coalesce(record.amount, 0) + 1"}}]},
    ],
}  # fmt: skip

ACCOUNT = {
    "automations": [
        {"name": "arrives", "label": "An account arrives", "on": "webhook", "inputs": [
            {"name": "company", "type": "text", "required": True, "max_length": 40},
            {"name": "rank", "type": "integer"}],
         "do": [{"create": "account", "values": {
             "name": "inputs.company", "rank": "inputs.rank"}}]},
        {"name": "ping", "on": ["create", "update"], "when": "name == 'Loop'",
         "do": [{"update": "record", "values": {"rank": "coalesce(record.rank, 0) + 1"}}]},
        {"name": "refuse", "on": "update", "when": "name == 'Refused'",
         "do": [{"name": "no", "check": "false", "message": "Never this one."}]},
    ]
}  # fmt: skip


def office_package(**more: Any) -> PackageSource:
    return a_package(
        an_object("account", a_field("name", required=True),
                  a_picklist("level", "gold", "silver", "closed"), a_field("rank", "integer"),
                  process=ACCOUNT),
        an_object(
            "lead", a_field("company"), a_picklist("status", "new", "converted", default="new"),
            a_lookup("deal", "deal", "leads"), process={"actions": [CONVERT]},
            tracks=["history", "comments"],
        ),
        an_object(
            "deal",
            a_lookup("account", "account", "deals", required=True),
            a_field("amount", "currency"), a_field("code", unique=True),
            a_picklist("stage", "new", "talks", "won", default="new"),
            a_field("probability", "percent"), a_field("close_date", "date"),
            a_field("line_total", "rollup", of="lines.price", function="sum", returns="currency"),
            process=DEAL, tracks=["history", "comments"],
        ),
        an_object("line", {**a_lookup("deal", "deal", "lines", required=True), "type": "master"},
                  a_field("price", "currency"), owner="parent"),
        permissions=[
            a_permission_set("sales", account=FULL, deal=FULL, line=FULL, lead=FULL),
            a_permission_set("all", system=["designer", "export"],
                             **{n: ["view_all", "edit_all", *FULL]
                                for n in ("account", "deal", "line", "lead")}),
        ],
        roles=[
            {"name": "boss", "label": "Boss", "permissions": ["sales"]},
            {"name": "rep", "label": "Rep", "above": "boss", "permissions": ["sales"]},
            {"name": "stranger", "label": "Stranger"},
        ],
        asks={"rights": ["run_as_system"], "reasons": {"run_as_system": "It tidies up."}},
        **more,
    )  # fmt: skip


@cache
def plain_office() -> PackageSource:
    return office_package()


class Office(Shop):
    """The workspace with the office's package in place of the shop's."""

    def open(self, database: str, folder: Path, package: PackageSource) -> None:
        super().open(database, folder, plain_office())
