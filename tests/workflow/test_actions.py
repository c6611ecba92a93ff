"""Actions: steps in one transaction, with the person's rights, within bounds, traced."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.workflow.office import Office
from typecase.errors import (
    AccessDenied,
    BadRequest,
    Conflict,
    NotFound,
    RecordInvalid,
    StaleRecord,
    TooLarge,
)
from typecase.runtime import comments, reading, recycle, saving
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.queries import Query
from typecase.runtime.storage.system_tables import notice
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow import actions, bounds, queue, runs
from typecase.workflow.actions import Outcome


def made(office: Office, object_name: str, who: Actor | None = None, **raw: Any) -> str:
    actor = who or office.ada
    return office.workspace.run(actor, lambda unit: saving.create(unit, object_name, raw))


def act(office: Office, who: Actor, object_name: str, id_: str, name: str, **more: Any) -> Outcome:
    inputs = more.pop("inputs", {})
    return office.workspace.run(
        who, lambda unit: actions.run(unit, object_name, id_, name, inputs, **more)
    )


def got(office: Office, object_name: str, id_: str) -> dict[str, Any]:
    with office.workspace.read(SYSTEM) as unit:
        return reading.stored(unit, object_name, id_)


def all_of(office: Office, object_name: str, *fields: str) -> list[tuple[Any, ...]]:
    with office.workspace.read(SYSTEM) as unit:
        rows = reading.find(unit, Query(object_name, fields, limit=500)).rows
        return sorted(tuple(row[field] for field in fields) for row in rows)


def notices(office: Office) -> list[tuple[str, str]]:
    with office.workspace.read(SYSTEM) as unit:
        return [(row.user, row.text) for row in unit.execute(notice.select())]


def test_a_lead_becomes_account_deal_and_lines(office: Office) -> None:
    lead = made(office, "lead", name="Wang", company="Acme")
    lines = [{"name": "A", "price": "10.50"}, {"name": "B", "price": "2"}]
    outcome = act(office, office.ada, "lead", lead, "convert",
                  inputs={"amount": "12.50", "lines": lines})  # fmt: skip
    object_name, deal = outcome.opens
    assert object_name == "deal"
    stored = got(office, "deal", deal)
    assert (stored["name"], stored["amount"], stored["line_total"]) == (
        "Wang at Acme", Decimal("12.50"), Decimal("12.50"))  # fmt: skip
    assert stored["owner"] == office.ada.id
    assert all_of(office, "account", "name") == [("Acme",)]
    assert got(office, "lead", lead)["status"] == "converted"
    assert got(office, "lead", lead)["deal"] == deal
    assert notices(office) == [(office.ada.id, "A lead was converted.")]
    with office.workspace.read(office.ada) as unit:
        assert [c.body for c in comments.of_record(unit, "lead", lead)] == ["Became Wang at Acme"]


def test_an_existing_account_is_chosen_with_the_persons_rights(office: Office) -> None:
    mine = made(office, "account", name="Mine")
    closed = made(office, "account", name="Closed", level="closed")
    hers = made(office, "account", office.bob, name="Bob's")
    for wrong in (closed, hers, lead_like := made(office, "lead", name="L")):
        lead = made(office, "lead", name="Wang")
        with pytest.raises(RecordInvalid) as refused:
            act(office, office.ada, "lead", lead, "convert", inputs={"account": wrong})
        assert [p.field for p in refused.value.problems] == ["inputs.account"]
    lead = made(office, "lead", name="Wang")
    act(office, office.ada, "lead", lead, "convert", inputs={"account": mine})
    assert all_of(office, "deal", "name", "account") == [("Wang at Mine", mine)]
    assert lead_like


def test_a_failed_check_names_the_step_and_undoes_everything(office: Office) -> None:
    lead = made(office, "lead", name="Wang")
    with pytest.raises(RecordInvalid) as refused:
        act(office, office.ada, "lead", lead, "convert")
    (problem,) = refused.value.problems
    assert (problem.field, problem.code, problem.text()) == (
        "company", "has_company", "Say the company first.")  # fmt: skip
    deal = made(office, "deal", name="D", account=made(office, "account", name="A"))
    with pytest.raises(RecordInvalid) as refused:
        act(office, office.ada, "deal", deal, "breaks")
    (problem,) = refused.value.problems
    assert problem.field is None
    assert "second" in problem.text() and "account" in problem.text()
    assert all_of(office, "account", "name") == [("A",)]
    with office.workspace.read(office.admin) as unit:
        (failed,) = runs.find(unit, "deal.breaks")
    assert failed.outcome == "failed" and "second" in str(failed.error)
    assert [line["step"] for line in failed.trace] == ["first"], "how far it came is kept"


def test_every_wrong_input_is_told_at_once(office: Office) -> None:
    lead = made(office, "lead", name="Wang", company="Acme")
    wrong = {"amount": "-1", "lines": [{"price": "x"}, {"name": "ok"}]}
    with pytest.raises(RecordInvalid) as refused:
        act(office, office.ada, "lead", lead, "convert", inputs=wrong)
    assert {p.field for p in refused.value.problems} == {
        "inputs.amount", "inputs.lines.0.price", "inputs.lines.0.name"}  # fmt: skip
    for unknown in ({"amuont": 1}, {"lines": [{"nmae": "x"}]}):
        with pytest.raises(BadRequest):
            act(office, office.ada, "lead", lead, "convert", inputs=unknown)


def test_it_is_offered_and_done_only_where_it_applies(office: Office) -> None:
    lead = made(office, "lead", name="Wang", company="Acme")

    def names(who: Actor, object_name: str, id_: str) -> list[str]:
        with office.workspace.read(who) as unit:
            return [each.name for each in actions.offered(unit, object_name, id_)]

    assert names(office.ada, "lead", lead) == ["convert"]
    act(office, office.ada, "lead", lead, "convert")
    assert names(office.ada, "lead", lead) == []
    with pytest.raises(Conflict):
        act(office, office.ada, "lead", lead, "convert")
    deal = all_of(office, "deal", "id")[0][0]
    assert "secret" not in names(office.ada, "deal", deal)
    assert "secret" in names(office.admin, "deal", deal)


def test_who_may_not(office: Office) -> None:
    lead = made(office, "lead", name="Wang", company="Acme")
    deal = made(office, "deal", name="D", account=made(office, "account", name="A"))
    refused: list[tuple[Actor, str, str, str, type[Exception]]] = [
        (office.bob, "lead", lead, "convert", NotFound),
        (office.stranger, "lead", lead, "convert", AccessDenied),
        (office.ada, "deal", deal, "secret", AccessDenied),
        (office.ada, "deal", deal, "nothing", NotFound),
    ]
    for who, object_name, id_, name, error in refused:
        with pytest.raises(error):
            act(office, who, object_name, id_, name)


def test_a_version_that_is_no_longer_there_is_refused(office: Office) -> None:
    lead = made(office, "lead", name="Wang", company="Acme")
    office.workspace.run(office.ada, lambda unit: saving.update(unit, "lead", lead, {"name": "W"}))
    with pytest.raises(StaleRecord):
        act(office, office.ada, "lead", lead, "convert", version=1)
    act(office, office.ada, "lead", lead, "convert", version=2)


def test_a_dry_run_tells_what_would_happen_and_leaves_nothing(office: Office) -> None:
    lead = made(office, "lead", name="Wang", company="Acme")
    outcome = act(office, office.ada, "lead", lead, "convert", dry_run=True)
    assert {"create", "update", "notify: 1"} <= {line["did"] for line in outcome.trace}
    assert all_of(office, "account", "name") == all_of(office, "deal", "name") == []
    assert notices(office) == []
    with office.workspace.read(office.admin) as unit:
        assert runs.find(unit) == []


def test_a_copy_takes_the_children_along_but_not_what_is_unique(office: Office) -> None:
    account = made(office, "account", name="A")
    deal = made(office, "deal", name="D", account=account, code="X1", amount="7")
    for n in range(3):
        made(office, "line", name=f"L{n}", deal=deal, price=n)
    _, copy = act(office, office.ada, "deal", deal, "clone").opens
    stored = got(office, "deal", copy)
    assert (stored["name"], stored["amount"], stored["code"], stored["line_total"]) == (
        "D (copy)", 7, None, 3)  # fmt: skip
    assert got(office, "deal", deal)["line_total"] == 3


def test_steps_see_what_earlier_steps_have_saved(office: Office) -> None:
    deal = made(office, "deal", name="D", account=made(office, "account", name="A"))
    for price in (1, 2):
        made(office, "line", name="L", deal=deal, price=price)
    act(office, office.ada, "deal", deal, "twice")
    with office.workspace.read(office.ada) as unit:
        (said,) = comments.of_record(unit, "deal", deal)
    assert Decimal(said.body.removeprefix("Now ")) == 6


def test_what_never_ends_is_stopped_and_named(office: Office) -> None:
    deal = made(office, "deal", name="D", account=made(office, "account", name="A"))
    with pytest.raises(Conflict, match=r"deal\.endless → deal\.endless"):
        act(office, office.ada, "deal", deal, "endless")


def test_bounds_hold_and_nothing_is_written(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal = made(office, "deal", name="D", account=made(office, "account", name="A"))
    for n in range(6):
        made(office, "line", name=f"L{n}", deal=deal, price=1)
    for bound in ("MOST_STEPS", "MOST_ROWS"):
        with monkeypatch.context() as patched:
            patched.setattr(bounds, bound, 5)
            with pytest.raises(TooLarge):
                act(office, office.ada, "deal", deal, "twice")
    assert got(office, "deal", deal)["line_total"] == 6


def test_as_the_system_it_finds_and_writes_what_the_person_may_not(office: Office) -> None:
    account = made(office, "account", name="A")
    deal = made(office, "deal", name="D", account=account)
    made(office, "deal", SYSTEM, name="Hidden", account=account, owner=office.bob.id)
    act(office, office.ada, "deal", deal, "tidy")
    assert all_of(office, "deal", "name") == [("D",)]
    kept = [row for row in all_of(office, "account", "name", "owner") if row[0] != "A"]
    assert kept == [("Kept 1", office.ada.id)], "what is made belongs to whom it is made for"


def test_a_webhook_leaves_with_the_transaction(office: Office) -> None:
    deal = made(office, "deal", name="D", account=made(office, "account", name="A"), amount="1.5")
    act(office, office.ada, "deal", deal, "send", dry_run=True)
    act(office, office.ada, "deal", deal, "send")
    with office.workspace.read(office.admin) as unit:
        (job,) = queue.look(unit).jobs
    assert (job.kind, job.state, job.record) == ("webhook", "waiting", deal)
    assert job.payload["data"]["name"] == "D"
    assert Decimal(job.payload["data"]["amount"]) == Decimal("1.5")


def test_approvals_plug_in(office: Office) -> None:
    deal = made(office, "deal", name="D", account=made(office, "account", name="A"))
    with pytest.raises(Conflict, match="No approval is meant"):
        act(office, office.ada, "deal", deal, "submit")


def test_several_records_go_all_or_none(office: Office) -> None:
    leads = [made(office, "lead", name=n, company=c) for n, c in (("A", "X"), ("B", "Y"))]
    lame = made(office, "lead", name="C")

    def work(ids: list[str]) -> Callable[[Unit], list[Outcome]]:
        return lambda unit: actions.run_many(unit, "lead", ids, "convert", {})

    with pytest.raises(RecordInvalid):
        office.workspace.run(office.ada, work([*leads, lame]))
    assert all_of(office, "deal", "name") == []
    assert len(office.workspace.run(office.ada, work(leads))) == 2
    assert all_of(office, "deal", "name") == [("A at X",), ("B at Y",)]
    assert recycle.KEPT
