"""The actions of the standard CRM, from the lead to the payment, as a sales representative."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.apps.test_standard_crm_works import Office, office
from typecase.errors import AccessDenied, Conflict, RecordInvalid
from typecase.metadata.processes import Action
from typecase.runtime import saving
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow import actions

__all__ = ["office"]


def act(office: Office, who: Actor, object_: str, id_: str, name: str, **inputs: Any) -> str:
    """Does the action; returns the id of what it shows."""

    def work(unit: Unit) -> str:
        return actions.run(unit, object_, id_, name, inputs).opens[1]

    return office.workspace.run(who, work)


def offered(office: Office, who: Actor, order: str) -> list[Action]:
    return office.workspace.look(who, lambda unit: actions.offered(unit, "order", order))


def a_lead(office: Office, **more: Any) -> str:
    told = {"name": "Li Wei", "company": "Huadong Machines", "mobile": "13800138000",
            "region": "south", "industry": "manufacturing", "budget": "5000", **more}  # fmt: skip
    return office.add("lead", office.rep, **told)


def a_product(office: Office) -> str:
    category = office.add("product_category", name="Presses")
    return office.add("product", name="Press", category=category, list_price="120", code="P-77x",
                      status="active")  # fmt: skip


@pytest.fixture(scope="module")
def product(office: Office) -> str:
    return a_product(office)


def test_from_the_lead_to_the_payment(office: Office, product: str) -> None:
    rep = office.rep
    opportunity = act(office, rep, "lead", lead := a_lead(office), "convert",
                      wants_opportunity=True, amount="5000", close_date="2026-12-31")  # fmt: skip
    status, account, contact, made = office.look(
        "lead", lead, "status", "account", "contact", "opportunity"
    )
    assert (status, made) == ("converted", opportunity)
    assert office.look("account", account, "name", "region", "owner") == [
        "Huadong Machines", "south", rep.id]  # fmt: skip
    assert office.look("contact", contact, "name", "mobile", "account")[::2] == ["Li Wei", account]
    assert office.look("opportunity", opportunity, "account", "contact", "amount", "region") == [
        account, contact, Decimal(5000), "south"]  # fmt: skip

    office.add("opportunity_line", rep, opportunity=opportunity, product=product, quantity="3",
               price="100", discount="10")  # fmt: skip
    quote = act(office, rep, "opportunity", opportunity, "quote")
    assert office.look("quote", quote, "account", "contact", "total", "status") == [
        account, contact, Decimal(270), "draft"]  # fmt: skip
    order = act(office, rep, "quote", quote, "order")
    assert office.look("quote", quote, "status") == ["accepted"]
    assert office.look("order", order, "account", "quote", "total") == [
        account, quote, Decimal(270)]  # fmt: skip
    contract = act(office, rep, "quote", quote, "contract")
    assert office.look("contract", contract, "amount", "quote") == [Decimal(270), quote]

    with pytest.raises(RecordInvalid) as refused:
        act(office, office.cashier, "order", order, "invoice", total="271")
    assert [p.code for p in refused.value.problems] == ["not_more"]
    invoice = act(office, office.cashier, "order", order, "invoice", total="200")
    act(office, office.cashier, "invoice", invoice, "issue")
    assert office.look("order", order, "invoiced") == [Decimal(200)]
    paid = {"amount": "150", "received_on": "2026-11-20", "method": "transfer"}
    payment = act(office, office.cashier, "invoice", invoice, "payment", **paid)
    assert office.look("payment", payment, "invoice", "order", "amount") == [
        invoice, order, Decimal(150)]  # fmt: skip
    assert office.look("invoice", invoice, "outstanding") == [Decimal(50)]
    assert office.look("account", account, "outstanding") == [Decimal(50)]
    act(office, office.cashier, "order", order, "payment", **{**paid, "amount": "120"})
    with pytest.raises(Conflict):
        act(office, office.cashier, "order", order, "payment", **paid)


def test_a_lead_joins_an_existing_account_and_contact(office: Office) -> None:
    account = office.add("account", office.rep, name="Known Ltd")
    contact = office.add("contact", office.rep, name="Ann", account=account, mobile="13900139000")
    lead = a_lead(office)
    assert act(office, office.rep, "lead", lead, "convert", account=account, contact=contact,
               wants_opportunity=False) == lead  # fmt: skip
    assert office.look("lead", lead, "account", "contact", "opportunity") == [
        account, contact, None]  # fmt: skip
    with pytest.raises(Conflict):
        act(office, office.rep, "lead", lead, "convert")
    other = a_lead(office, company="Else")
    with pytest.raises(RecordInvalid) as refused:
        act(office, office.rep, "lead", other, "convert", contact=contact)
    assert [p.code for p in refused.value.problems] == ["contact_of_account"]
    rival = office.add("account", office.other, name="Not yours")
    with pytest.raises(RecordInvalid) as refused:
        act(office, office.rep, "lead", other, "convert", account=rival)
    assert [p.field for p in refused.value.problems] == ["inputs.account"]


def test_an_order_is_delivered_and_cloned_without_its_deliveries(
    office: Office, product: str
) -> None:
    account = office.add("account", office.rep, name="Buyer", shipping_address={"street": "1 Rd"})
    order = office.add("order", office.rep, account=account, delivery_due="2026-12-24")
    office.add("order_line", office.rep, order=order, product=product, quantity="2", price="5",
               delivered="1")  # fmt: skip
    reviewed = {"status": "confirmed", "reviewed_on": "2026-11-21"}  # as its approval says
    office.workspace.run(
        SYSTEM, lambda unit: saving.update(unit, "order", order, reviewed, is_authored=True)
    )
    assert [each.name for each in offered(office, office.rep, order)] == ["clone"]
    entry = office.person("entry", "sales_assistant")
    assert "deliver" not in {e.name for e in offered(office, office.cashier, order)}
    with pytest.raises(AccessDenied, match="new_delivery"):
        act(office, office.rep, "order", order, "deliver")
    office.change("order", order, owner=entry.id)
    delivery = act(office, entry, "order", order, "deliver")
    office.change("order", order, owner=office.rep.id)
    assert office.look("delivery", delivery, "order", "status") == [order, "preparing"]
    assert office.look("order", order, "status") == ["delivering"]
    copy = act(office, office.rep, "order", order, "clone")
    assert office.look("order", copy, "status", "total", "last_delivery", "reviewed_on") == [
        "draft", Decimal(10), None, None]  # fmt: skip
    lines = office.rows("order_line", office.rep, "order", "delivered")
    assert [row["delivered"] for row in lines if row["order"] == copy] == [0]


def test_a_new_version_replaces_a_quote(office: Office, product: str) -> None:
    account = office.add("account", office.rep, name="Reader")
    quote = office.add("quote", office.rep, account=account, name="Q")
    with pytest.raises(RecordInvalid) as refused:
        act(office, office.rep, "quote", quote, "order")
    assert [p.code for p in refused.value.problems] == ["has_lines"]
    office.add("quote_line", office.rep, quote=quote, product=product, quantity="1", price="9")
    office.change("quote", quote, status="sent")
    copy = act(office, office.rep, "quote", quote, "revise")
    assert office.look("quote", copy, "revision", "replaces", "status", "total") == [
        2, quote, "draft", Decimal(9)]  # fmt: skip
    assert office.look("quote", quote, "status") == ["replaced"]


def test_leads_are_converted_in_bulk_for_a_new_owner(office: Office) -> None:
    """T11: a manager converts several leads at once and says who carries on."""
    leads = [a_lead(office, company=f"Bulk {n}", mobile=f"1390013800{n}") for n in range(3)]
    told = {"wants_opportunity": True, "owner": office.other.id, "close_date": "2026-12-31"}
    office.workspace.run(
        office.director, lambda unit: actions.run_many(unit, "lead", leads, "convert", told)
    )
    for lead in leads:
        status, owner, account, contact, made = office.look(
            "lead", lead, "status", "owner", "account", "contact", "opportunity"
        )
        assert (status, owner) == ("converted", office.other.id)
        for name, id_ in (("account", account), ("contact", contact), ("opportunity", made)):
            assert office.look(name, id_, "owner") == [office.other.id]
