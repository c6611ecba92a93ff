"""The messages of the standard CRM: quotes by mail, receipts of requests, payments, reminders."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.apps.test_standard_crm_actions import act
from tests.apps.test_standard_crm_works import Office, office
from tests.mailbox import Mailbox, open_mailbox
from tests.target import open_target
from typecase.bootstrap import runner_of
from typecase.runtime import reading
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query
from typecase.workflow import notices
from typecase.workflow.messages import accounts, gateway_accounts, mailings
from typecase.workflow.webhooks import incoming, signing

__all__ = ["office"]


@pytest.fixture
def box(office: Office) -> Iterator[Mailbox]:
    with open_mailbox() as opened:
        host, port = opened.url.removeprefix("smtp+plain://").split(":")
        settings = {"scheme": "smtp+plain", "host": host, "port": int(port), "name": "",
                    "sender": "crm@acme.example", "user": ""}  # fmt: skip
        office.workspace.run(SYSTEM, lambda unit: accounts.save(unit, "email", settings, {}))
        yield opened


def work(office: Office) -> None:
    runner = runner_of(office.workspace)
    while runner.tick():
        pass


def told(office: Office, who: Any) -> list[str]:
    with office.workspace.read(who) as unit:
        return [notice.text for notice in notices.mine(unit)]


def a_contact(office: Office) -> tuple[str, str]:
    account = office.add("account", office.rep, name="Huadong", email="finance@huadong.example")
    contact = office.add("contact", office.rep, name="Li Wei", account=account,
                         email="li@huadong.example")  # fmt: skip
    return account, contact


def test_many_are_offered_mails_before_text_messages(office: Office) -> None:
    with office.workspace.read(office.director) as unit:
        found = mailings.offered(unit, unit.catalog.object("contact"))
    assert [each.kind for each in found] == ["email", "sms"]


def test_a_lead_from_the_web_site_waits_in_the_pool(office: Office) -> None:
    """Whoever filled the form in has no account here: the other side's signature lets it in."""
    administrator = office.person("web.master", "administrator")
    name = "lead.web_form"
    opened = office.workspace.run(administrator, lambda u: incoming.open_address(u, name))
    told = {"name": "Ann Lee", "email": "ann@lee.example", "message": "Please call me."}
    body = json.dumps(told).encode()
    signed = signing.headers([opened.secret], "form-1", office.clock.now(), body)
    token = opened.address.rpartition("/")[2]
    for _ in range(2):
        incoming.receive(office.workspace, token, signed, body)
    work(office)
    fields = ("company", "email", "source", "status", "owner", "description")
    query = Query("lead", fields, ("name == 'Ann Lee'",))
    (lead,) = office.workspace.look(SYSTEM, lambda unit: reading.find(unit, query)).rows
    assert [lead[each] for each in fields] == [
        "Ann Lee", "ann@lee.example", "website", "new", None, "Please call me."]  # fmt: skip


def test_a_quote_goes_to_its_contact_with_its_lines(office: Office, box: Mailbox) -> None:
    account, contact = a_contact(office)
    product = office.add("product", name="Press", code="P-mail", list_price="120", status="active",
                         category=office.add("product_category", name="Presses"))  # fmt: skip
    deal = office.add("opportunity", office.rep, name="Presses", account=account, contact=contact,
                      close_date="2026-12-31")  # fmt: skip
    office.add("opportunity_line", office.rep, opportunity=deal, product=product, quantity="2",
               price="100")  # fmt: skip
    quote = act(office, office.rep, "opportunity", deal, "quote")
    act(office, office.rep, "quote", quote, "send_quote")
    assert office.look("quote", quote, "status") == ["sent"]
    work(office)
    (mail,) = box.mails
    body = mail.get_body(("html",))
    assert body is not None
    assert mail["To"] == "li@huadong.example"
    assert "Press" in body.get_content()
    assert "¥200.00" in body.get_content()


def test_a_request_by_mail_is_confirmed(office: Office, box: Mailbox) -> None:
    account, contact = a_contact(office)
    for channel in ("phone", "email"):
        office.add("ticket", subject=f"By {channel}", account=account, contact=contact,
                   channel=channel)  # fmt: skip
    work(office)
    (mail,) = box.mails
    assert "By email" in mail["Subject"]


def test_sales_and_finance_hear_of_a_payment(office: Office) -> None:
    account, _ = a_contact(office)
    payment = office.add("payment", account=account, amount="500", status="announced")
    work(office)
    office.change("payment", payment, status="received")
    work(office)
    found = [text for text in told(office, office.rep) if "Huadong: payment" in text]
    assert [text.rpartition("“")[2] for text in found] == ["Received”.", "Announced”."]


def test_the_planner_of_a_next_step_is_told_on_the_day(office: Office) -> None:
    account, _ = a_contact(office)
    day = (office.clock.now() + timedelta(days=3)).date().isoformat()
    office.add("opportunity", office.rep, name="Presses", account=account, next_step="Call Li",
               next_step_on=day, close_date=day)  # fmt: skip
    work(office)
    assert not any("Call Li" in text for text in told(office, office.rep))
    office.clock.advance(timedelta(days=3))
    work(office)
    assert "Today, Presses (Huadong): Call Li" in told(office, office.rep)


def test_every_template_has_its_chinese(office: Office) -> None:
    with office.workspace.read(SYSTEM) as unit:
        documents = unit.catalog.documents["template"]
    assert len(documents) >= 9
    assert [name for name, each in documents.items() if "zh" not in each["bodies"]] == []


def test_a_payment_reminder_goes_by_text_where_a_gateway_is_set(office: Office) -> None:
    with open_target() as target:
        hosts = frozenset((target.host,))
        office.workspace.settings = replace(office.workspace.settings, hosts=hosts)
        target.body = b'{"id": "g-1"}'
        form = {"gateway": "text_gateway", "setting.address": target.url, "setting.key": "k",
                "country": "CN"}  # fmt: skip
        office.workspace.run(SYSTEM, lambda unit: gateway_accounts.save(unit, form))
        account = office.add("account", office.rep, name="Huadong", phone="021-6288 1234")
        contract = office.add("contract", SYSTEM, name="C", account=account)
        day = office.clock.now().date() - timedelta(days=3)
        plan = office.add("payment_plan", SYSTEM, name="First", account=account, contract=contract,
                          due_on=day.isoformat(), amount="100")  # fmt: skip
        act(office, office.rep, "payment_plan", plan, "remind_by_text")
        work(office)
        ((_, headers, body),) = target.seen
    told_ = json.loads(body)
    assert headers["authorization"] == "Bearer k"
    assert told_["to"] == "+862162881234"
    assert "¥100.00" in told_["text"]
