"""Steps are checked when they are published: every problem at once, each at its place."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.builders import a_field, a_lookup, a_package, a_picklist, an_object
from typecase.errors import DefinitionsInvalid
from typecase.metadata.catalog import Catalog
from typecase.metadata.composing import compose
from typecase.metadata.processes import process_of
from typecase.metadata.steps import KINDS
from typecase.metadata.steps.compiling import SHARED_KEYS
from typecase.metadata.steps.creating import CreateStep
from typecase.resources import data_folder
from typecase.workflow.steps import RUNS


def catalog_of(process: dict[str, Any], *parts: Any, **manifest: Any) -> Catalog:
    package = a_package(
        an_object("account", a_lookup("boss", "account", "branches"), process={"actions": [
            {"name": "greet", "label": "Greet", "inputs": [{"name": "text", "type": "text"}],
             "steps": [{"log": "inputs.text"}]}]}),
        an_object("lead", a_field("amount", "integer"), a_lookup("account", "account", "leads"),
                  a_picklist("status", "new", "done"),
                  a_lookup("about", ["account", "lead"]),
                  a_field("twice", "formula", returns="integer", expression="amount * 2"),
                  process=process),
        *parts,
        **manifest,
    )  # fmt: skip
    return compose([package], 1)


def an_action(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"actions": [{"name": "act", "label": "Act", "steps": list(steps), **more}]}


def problems(process: dict[str, Any], *parts: Any, **manifest: Any) -> dict[str, str]:
    with pytest.raises(DefinitionsInvalid) as refused:
        catalog_of(process, *parts, **manifest)
    return {each.pointer: each.text() for each in refused.value.problems}


def test_the_schema_knows_each_key_of_each_kind_and_no_other() -> None:
    schema = json.loads((data_folder("schemas") / "process.schema.json").read_text("utf-8"))
    known = {key for kind in KINDS for key in kind.keys} | set(SHARED_KEYS)
    assert set(schema["$defs"]["step"]["properties"]) == known


def test_each_kind_is_run_by_something() -> None:
    assert len(RUNS) == len(KINDS)


def test_mistakes_of_every_kind_come_at_once_with_their_places() -> None:
    found = problems(
        an_action(
            {"check": "amuont == 1", "message": "No."},
            {"check": "true"},
            {"update": "account.nothing"},
            {"create": "account", "values": {"nmae": "1", "name": "amount"}},
            {"create": "account", "delete": "record"},
            {"for_each": "record.amount", "as": "one", "do": [{"set": {"amount": "'x'"}}]},
            {"find": "lead", "filter": "amount > 1"},
            {"set": {"twice": 1, "status": "'gone'"}},
            {"create": "lead", "values": {"about": "name"}},
            {"call": "gret", "of": "record.account"},
            {"notify": {"role": "nobody"}, "text": "x"},
            {"notify": "record.account"},
            {"log": "amount"},
            {"check": "true", "message": "x", "values": {}},
            {"copy_tree": "record", "relations": ["lines"]},
        )
    )
    start = "/actions/0/steps"
    assert set(found) == {
        f"{start}/0/check", f"{start}/1", f"{start}/2/update", f"{start}/3/values/nmae",
        f"{start}/3/values/name", f"{start}/4", f"{start}/5/for_each",
        f"{start}/5/do/0/set/amount", f"{start}/6", f"{start}/7/set/twice",
        f"{start}/7/set/status", f"{start}/8/values/about", f"{start}/9/call",
        f"{start}/10/notify/role", f"{start}/11", f"{start}/11/notify", f"{start}/12/log",
        f"{start}/13/values", f"{start}/14/relations/0",
    }  # fmt: skip
    assert "Did you mean amount?" in found[f"{start}/0/check"]
    assert "Did you mean greet?" in found[f"{start}/9/call"]


def test_names_are_bound_from_where_they_are_made_on() -> None:
    process = an_action(
        {"update": "new", "values": {"amount": 1}},
        {"create": "lead", "values": {"name": "'x'"}, "as": "new"},
        {"update": "new", "values": {"amount": 1}},
        {"create": "lead", "values": {"name": "'x'"}, "as": "new"},
        {"find": "account", "filter": "id == record.account", "first": True, "as": "own"},
        {"for_each": "own.leads", "as": "lead", "do": [{"set": {"amount": "lead.amount"}}]},
        {"update": "lead", "values": {"amount": 1}},
    )
    assert set(problems(process)) == {
        "/actions/0/steps/0/update", "/actions/0/steps/3/as", "/actions/0/steps/6/update"
    }  # fmt: skip


def test_what_both_branches_make_is_there_afterwards() -> None:
    make = {"create": "account", "values": {"name": "'x'"}, "as": "account_of"}
    find = {"find": "account", "filter": "id == record.account", "first": True, "as": "account_of"}
    after = {"set": {"account": "account_of"}}
    either = {"if": "is_blank(account)", "do": [make], "else": [find]}
    catalog = catalog_of(an_action(either, after))
    steps = process_of(catalog, "lead").actions["act"].steps
    assert isinstance(steps[0].then[0], CreateStep)  # type: ignore[attr-defined]
    only = {"if": "is_blank(account)", "do": [make]}
    assert set(problems(an_action(only, after))) == {"/actions/0/steps/1/set/account"}


def test_inputs_have_types_and_tables_have_columns() -> None:
    table = {"name": "rows", "type": "table", "fields": [{"name": "n", "type": "integer"}]}
    inputs = [{"name": "text", "type": "text"}, table]
    each = {"for_each": "inputs.rows", "as": "row", "do": [{"set": {"amount": "row.n"}}]}
    catalog_of(an_action({"check": "sum(inputs.rows.n) == amount", "message": "x"}, each,
                         inputs=inputs))  # fmt: skip
    wrong = an_action({"set": {"amount": "inputs.text"}}, inputs=inputs)
    assert set(problems(wrong)) == {"/actions/0/steps/0/set/amount"}
    odd = [{"name": "a", "type": "formula"}, {"name": "b", "type": "text", "default": "nothing"}]
    assert set(problems(an_action({"log": "name"}, inputs=odd))) == {
        "/actions/0/inputs/0/type", "/actions/0/inputs/1/default"}  # fmt: skip


def test_a_message_stands_at_a_field_an_input_or_a_column_of_the_row() -> None:
    table = {"name": "rows", "type": "table", "fields": [{"name": "n", "type": "integer"}]}

    def asked(field: str) -> dict[str, object]:
        check = {"check": "row.n > 0", "message": "x", "field": field}
        each = {"for_each": "inputs.rows", "as": "row", "do": [check]}
        return an_action(each, inputs=[table])

    for field in ("amount", "inputs.rows", "row.n"):
        catalog_of(asked(field))
    for field in ("nothing", "inputs.other", "row.m", "row"):
        assert set(problems(asked(field))) == {"/actions/0/steps/0/do/0/field"}, field


def test_a_table_offers_rows_that_one_of_its_columns_takes() -> None:
    lead = {"name": "lead", "type": "lookup", "target": "lead"}
    amount = {"name": "n", "type": "decimal", "default": "lead.amount"}

    def asked(rows: str, *columns: dict[str, object]) -> dict[str, object]:
        table = {"name": "rows", "type": "table", "rows": rows, "fields": list(columns)}
        return an_action({"log": "name"}, inputs=[table])

    catalog_of(asked("record.account.leads", lead, amount))
    place = "/actions/0/inputs/0"
    for rows, columns in (("record.account", [lead]), ("record.account.leads", [amount]),
                          ("nothing", [lead])):  # fmt: skip
        assert f"{place}/rows" in problems(asked(rows, *columns)), rows
    wrong = {**amount, "default": "lead.nothing"}
    assert set(problems(asked("record.account.leads", lead, wrong))) == {
        f"{place}/fields/1/default"}  # fmt: skip


def test_running_as_the_system_has_to_be_asked_for() -> None:
    process = an_action({"log": "name"}, run_as="system")
    assert set(problems(process)) == {"/actions/0/run_as"}
    asks = {"rights": ["run_as_system"], "reasons": {"run_as_system": "It must."}}
    assert process_of(catalog_of(process, asks=asks), "lead").actions["act"].as_system


@pytest.mark.parametrize(
    ("kind", "right"), [("email", "send_mail"), ("sms", "send_sms"), ("notice", None)]
)
def test_sending_has_to_be_asked_for(kind: str, right: str | None) -> None:
    """Also inside of other steps; what stays in the house needs no asking."""
    letter = {"label": "Letter", "kind": kind, "body": "Hello"}
    files = {"templates/letter.json": letter | ({"subject": "Hello"} if kind == "email" else {})}
    send = {"send": "letter", "to": "record.owner"}
    process = an_action({"if": "true", "do": [send]}) | {
        "automations": [{"name": "tell", "label": "Tell", "on": "create", "do": [send]}]
    }
    catalog_of(process, files, asks={"rights": [right] if right else []})
    if right is not None:
        found = problems(process, files)
        assert set(found) == {"/actions/0/steps/0/do/0/send", "/automations/0/do/0/send"}
        assert right in found["/automations/0/do/0/send"]


def test_before_a_save_fields_are_set_and_nothing_else() -> None:
    automation = {
        "name": "a",
        "on": "delete",
        "moment": "before",
        "do": [
            {"create": "account", "values": {}},
            {"if": "amount > 1", "do": [{"set": {"amount": 2}}]},
        ],
    }
    assert set(problems({"automations": [automation]})) == {
        "/automations/0/on", "/automations/0/do/0"}  # fmt: skip


def test_dates_and_schedules_say_what_they_need() -> None:
    automations = [
        {"name": "a", "on": "date", "field": "amount", "do": [{"log": "name"}]},
        {"name": "b", "on": "schedule", "cron": "0 8 * * 1", "do": [{"log": "name"}]},
        {"name": "c", "on": "date", "do": [{"log": "name"}]},
    ]
    found = problems({"automations": automations})
    assert set(found) == {"/automations/0/field", "/automations/1", "/automations/2"}
