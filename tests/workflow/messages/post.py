"""A small company that writes to its customers: a mailbox stands for the world outside."""

from __future__ import annotations

from email.message import EmailMessage
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
from tests.mailbox import Mailbox
from tests.runtime.shop import FULL, Shop
from typecase.bootstrap import runner_of
from typecase.metadata.sources import PackageSource
from typecase.runtime import saving, users
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow.messages import accounts, outbox
from typecase.workflow.runner import Runner

BODY = """<p>Dear {{ recipient.name|default('customer') }},</p>
<p>your order {{ record.name }} of {{ record.customer.name }} over {{ record.total }}:</p>
<ul>{% for line in record.lines %}<li>{{ loop.index }}. {{ line.name }}
{%- if line.quantity > 1 %} × {{ line.quantity }}{% endif %}</li>{% endfor %}</ul>
<p>{{ record.note|lines }}</p><p>{{ record.customer.secret }}</p>
<p><a href="{{ link }}">{{ sender.name }}</a></p>"""
BODY_ZH = "<p>您好 {{ recipient.name }}：订单 {{ record.name }}，状态 {{ record.status }}。</p>"
LOOPS = (
    "{% for a in record.lines %}{% for b in record.lines %}{% for c in record.lines %}"
    + "{% if a.name == c.name %}{% endif %}" * 20
    + "{% endfor %}" * 3
)

TEMPLATES: dict[str, Any] = {
    "order_sent": {
        "label": "Order sent", "kind": "email", "object": "order",
        "subject": "Order {{ record.name }}", "body": BODY, "bodies": {"zh": BODY_ZH},
    },
    "news": {
        "label": "News", "kind": "email", "object": "customer", "marketing": True,
        "subject": "News for {{ record.name }}",
        "body": "<p>Hello {{ record.name }}</p><a href='{{ unsubscribe }}'>No more</a>",
    },
    "endless": {"label": "Endless", "kind": "email", "object": "order", "subject": "x",
                "body": LOOPS},
    "large": {"label": "Large", "kind": "email", "object": "order", "subject": "x",
              "body": "{% for line in record.lines %}{{ record.note }}{% endfor %}"},
    "order_text": {"label": "Order by text", "kind": "sms", "object": "order",
                   "body": "Order {{ record.name }}: {{ record.note }} "
                           "{{ record.customer.secret }}"},
    "offer_text": {"label": "Offer by text", "kind": "sms", "object": "customer", "marketing": True,
                   "body": "News for {{ record.name }}. Stop: {{ unsubscribe }}"},
    "told": {"label": "Told", "kind": "notice", "object": "order",
             "body": "{{ record.name }} is {{ record.status }}"},
}  # fmt: skip

OWN_ADDRESS = {
    "name": "plain", "label": "Plain", "kind": "message",
    "settings": [{"name": "address", "label": "Address"},
                 {"name": "key", "label": "Key", "secret": True}],
    "message": {
        "address": {"place": "account.address"},
        "path": ["send", {"place": "number.digits"}],
        "headers": {"Authorization": {"join": ["Bearer ", {"place": "account.key"}]}},
        "fields": {
            "to": [{"place": "number"}], "from": {"place": "sender"}, "flash": False,
            "content": {"text": {"place": "text"}, "id": {"place": "id"}},
        },
        "accepted": {"at": "result.code", "is": [0], "later": [99]},
        "id": "result.id",
        "reason": "result.why",
    },
}  # fmt: skip
FORM = {
    "name": "form", "label": "Form", "kind": "message",
    "settings": [{"name": "user", "label": "User"},
                 {"name": "password", "label": "Password", "secret": True},
                 {"name": "address", "label": "Address"}],
    "message": {
        "address": {"place": "account.address"}, "format": "form",
        "headers": {"Authorization": {
            "basic": [{"place": "account.user"}, {"place": "account.password"}]}},
        "fields": {"To": {"place": "number"}, "Body": {"place": "text"}, "Unicode": True},
        "id": "sid",
    },
}  # fmt: skip
GATEWAYS = [OWN_ADDRESS, FORM]

PROCESS = {
    "actions": [
        {"name": "send", "label": "Send",
         "steps": [{"send": "order_sent", "to": "record.customer.email"}]},
        {"name": "tell", "label": "Tell", "steps": [{"send": "order_sent", "to": "record.owner"}]},
        {"name": "tell_all", "label": "Tell all",
         "steps": [{"send": "order_sent", "to": [{"role": "rep"}, {"role": "stranger"}]}]},
        {"name": "endless", "label": "Endless",
         "steps": [{"send": "endless", "to": "record.customer.email"}]},
        {"name": "large", "label": "Large",
         "steps": [{"send": "large", "to": "record.customer.email"}]},
        {"name": "advertise", "label": "Advertise", "steps": [
            {"send": "news", "of": "record.customer", "to": "record.customer.email"}]},
        {"name": "text", "label": "Text",
         "steps": [{"send": "order_text", "to": "record.customer.phone"}]},
        {"name": "text_owner", "label": "Text the owner",
         "steps": [{"send": "order_text", "to": [{"role": "rep"}, {"role": "stranger"}]}]},
        {"name": "advertise_by_text", "label": "Advertise by text", "steps": [
            {"send": "offer_text", "of": "record.customer", "to": "record.customer.phone"}]},
        {"name": "call", "label": "Call", "steps": [
            {"webhook": "erp", "with": {"name": "record.name",
                                        "secret": "record.customer.secret"}}]},
        {"name": "bell", "label": "Bell", "steps": [{"send": "told", "to": "record.owner"}]},
        {"name": "fails", "label": "Fails", "steps": [
            {"send": "order_sent", "to": "record.customer.email"},
            {"check": "false", "message": "No."}]},
    ],
}  # fmt: skip


def post_package(**more: Any) -> PackageSource:
    templates = {f"templates/{name}.json": each for name, each in TEMPLATES.items()}
    more = {"asks": {"rights": ["send_mail", "send_sms"]}, **more}
    return a_package(
        an_object("customer", a_field("name", required=True), a_field("email", "email"),
                  a_field("phone", "phone"), a_field("secret", sensitive=True),
                  a_field("no_mailing", "boolean", default="false", sensitive=True),
                  declines="no_mailing"),
        an_object("order", a_field("name", required=True),
                  a_lookup("customer", "customer", "orders"),
                  a_field("note", "long_text", max_length=100_000),
                  a_picklist("status", {"name": "sent", "label": "Sent"}, default="sent"),
                  a_field("total", "currency", default="12.5"), process=PROCESS),
        an_object("line", a_field("name", required=True),
                  {**a_lookup("order", "order", "lines", required=True), "type": "master"},
                  a_field("quantity", "integer", default="1"), owner="parent"),
        templates,
        {"plugins.json": {"plugins": GATEWAYS}},
        {"translations/zh.json": {"texts": {
            "templates/order_sent:subject": "订单 {{ record.name }}",
            "order.status.sent": "已发出"}}},
        permissions=[
            a_permission_set("sales", customer=FULL, order=FULL, line=FULL),
            a_permission_set("all", customer=["view_all", "edit_all", *FULL],
                             order=["view_all", "edit_all", *FULL], line=FULL,
                             fields={"customer.secret": "edit", "customer.no_mailing": "edit"},
                             system=["manage_users", "manage_rights", "export", "bulk",
                                     "designer", "view_audit"])],
        roles=[{"name": "boss", "label": "Boss", "permissions": ["sales"]},
               {"name": "rep", "label": "Rep", "above": "boss", "permissions": ["sales"]},
               {"name": "stranger", "label": "Stranger"}],
        **more,
    )  # fmt: skip


class Post(Shop):
    """The company, its people with addresses, one order of a customer, and a runner."""

    def __init__(self, database: str, folder: Path, box: Mailbox) -> None:
        self.open(database, folder, post_package())
        self.box = box
        self.boss = self.person("boss", "boss")
        self.ada = self.person("ada", "rep")
        self.bob = self.person("bob", "rep")
        self.stranger = self.person("stranger", "stranger")
        self.admin = self.person("admin", None, "all")
        self.do(SYSTEM, self._addresses)
        self.refresh()
        self.do(self.admin, lambda unit: accounts.save(
            unit, "email", self.mail_settings(), {"password": ""}))  # fmt: skip
        self.customer, self.order = self.do(self.ada, _an_order)
        self.runner: Runner = runner_of(self.workspace)

    def mail_settings(self, **more: Any) -> dict[str, Any]:
        host, port = self.box.url.removeprefix("smtp+plain://").split(":")
        return {"scheme": "smtp+plain", "host": host, "port": int(port), "name": "Acme",
                "sender": "crm@acme.example", "user": "", **more}  # fmt: skip

    def _addresses(self, unit: Unit) -> None:
        for name in ("ada", "bob", "stranger"):
            actor: Actor = getattr(self, name)
            language = "zh" if name == "bob" else "en"
            users.update(unit, actor.id, {"email": f"{name}@acme.example", "language": language})

    def do(self, who: Actor, work: Any) -> Any:
        return self.workspace.run(who, work)

    def work(self, rounds: int = 3) -> None:
        """Works off what is due."""
        for _ in range(rounds):
            if not self.runner.tick():
                return

    def log(self, state: str | None = None) -> tuple[outbox.Seen, ...]:
        with self.workspace.read(self.admin) as unit:
            return outbox.log(unit, state).messages

    def only(self) -> EmailMessage:
        (mail,) = self.box.mails
        return mail

    def close(self) -> None:
        super().close()


def _an_order(unit: Unit) -> tuple[str, str]:
    reached = {"email": "buyer@bolt.example", "phone": "+8613800000000"}
    customer = saving.create(unit, "customer", {"name": "Bolt & <b>Sons</b>", **reached})
    note = "First\nsecond <script>alert(1)</script>"
    order = saving.create(unit, "order", {"name": "O-1", "customer": customer, "note": note})
    lines = [{"name": "Pens", "quantity": 3}, {"name": "Ink"}]
    saving.create_many(unit, "line", [{**line, "order": order} for line in lines])
    return customer, order


def parts(mail: EmailMessage) -> tuple[str, str]:
    """(text, HTML) of a mail."""
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()
