"""The pages of messages: the log, the account with its test, the way out of marketing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mailbox import Mailbox, open_mailbox
from tests.target import open_target
from tests.web.pages.site import Site
from tests.workflow.messages.post import Post
from typecase.runtime import users
from typecase.runtime.actors import SYSTEM
from typecase.web.app import create_app
from typecase.workflow import notices
from typecase.workflow.messages import accounts, outbox, unsubscribing
from typecase.workflow.messages.outbox import Message
from typecase.workflow.storage import message_rows


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with open_mailbox() as opened:
        yield opened


def form(box: Mailbox, **more: str) -> dict[str, str]:
    host, port = box.url.removeprefix("smtp+plain://").split(":")
    return {"scheme": "smtp+plain", "host": host, "port": port, "sender": "crm@acme.example",
            "name": "Acme", "user": "", "password": "", **more}  # fmt: skip


def test_an_account_is_entered_and_tested(fresh_site: Site, box: Mailbox) -> None:
    shop = fresh_site.shop
    shop.workspace.run(SYSTEM, lambda unit: users.update(
        unit, shop.admin.id, {"email": "admin@acme.example"}))  # fmt: skip
    browser = fresh_site.browser("admin")
    assert "No account is set" in browser.get("/admin/messages/account").text
    wrong = browser.post("/admin/messages/account", form(box, sender="x", host="a b", port="0"))
    assert wrong.status_code == 422
    assert wrong.text.count("field-error") == 3
    assert 'value="a b"' in wrong.text, "nothing typed is lost"
    saved = browser.post("/admin/messages/account", form(box, password="hunter2"))
    assert saved.status_code == 303
    page = browser.get("/admin/messages/account").text
    assert "has not been tested" in page
    assert "hunter2" not in page
    assert browser.post("/admin/messages/account/test", {}).status_code == 303
    assert box.mails[0]["To"] == "admin@acme.example"
    assert "Tested" in browser.get("/admin/messages/account").text


def test_a_test_that_fails_says_why(fresh_site: Site, box: Mailbox) -> None:
    shop = fresh_site.shop
    shop.workspace.run(SYSTEM, lambda unit: users.update(
        unit, shop.admin.id, {"email": "admin@acme.example"}))  # fmt: skip
    browser = fresh_site.browser("admin")
    browser.post("/admin/messages/account", form(box, port="1"))
    failed = browser.post("/admin/messages/account/test", {})
    assert failed.status_code == 503
    assert "did not take it" in failed.text
    with shop.workspace.read(shop.admin) as unit:
        found = accounts.find(unit, "email")
        assert found is not None
        assert "did not take it" in str(found.error)


def test_the_log_shows_every_recipient_and_replays(fresh_site: Site) -> None:
    shop = fresh_site.shop

    def work(unit) -> list[str]:
        told = [
            Message("email", shop.ada.id, shop.ada.id, address=f"{n}@x.example", subject=f"S{n}",
                    name=f"<b>N{n}</b>", text="x")
            for n in range(3)
        ]  # fmt: skip
        ids = outbox.put(unit, told)
        message_rows.mark_not_sent(unit, ids[:1], "failed", "550 <script>")
        return ids

    ids = shop.workspace.run(SYSTEM, work)
    browser = fresh_site.browser("admin")
    page = browser.get("/admin/messages").text
    assert page.count("@x.example") == 3
    assert "<b>N0</b>" not in page
    assert "550 &lt;script&gt;" in page
    only = browser.get("/admin/messages?state=failed").text
    assert "0@x.example" in only
    assert "1@x.example" not in only
    assert browser.post("/admin/messages/replay", {"id": ids[0]}).status_code == 303
    assert "0@x.example" not in browser.get("/admin/messages?state=failed").text
    assert browser.get("/admin/messages?state=nonsense").status_code == 400


def test_looking_does_not_unsubscribe_but_one_click_does(fresh_site: Site) -> None:
    workspace = fresh_site.shop.workspace
    token = unsubscribing.token_of(workspace.settings.secret, "Bo@X.example")
    client = fresh_site.app.test_client()
    assert "bo@x.example" in client.get(f"/unsubscribe/{token}").text

    def suppressed() -> set[str]:
        with workspace.read(SYSTEM) as unit:
            return message_rows.suppressed(unit, ["bo@x.example"])

    assert suppressed() == set()
    sent = {"List-Unsubscribe": "One-Click"}
    answer = client.post(
        f"/unsubscribe/{token}", data=sent, headers={"Origin": "https://mail.example"}
    )
    assert answer.status_code == 200
    assert suppressed() == {"bo@x.example"}
    assert client.post("/unsubscribe/nonsense").status_code == 404
    assert client.get(f"/unsubscribe/{token[:-2]}").status_code == 404


# Writing to many ----------------------------------------------------------------------------


@pytest.fixture
def writing(sqlite_database: str, tmp_path: Path) -> Iterator[tuple[Post, Site]]:
    with open_mailbox() as opened:
        post = Post(sqlite_database, tmp_path, opened)
        post.do(SYSTEM, lambda unit: users.update(
            unit, post.admin.id, {"email": "admin@acme.example"}))  # fmt: skip
        site = object.__new__(Site)
        site.shop, site.app, site.names = post, create_app(post.platform), {}
        yield post, site
        post.close()


def test_a_selection_is_written_to(writing: tuple[Post, Site]) -> None:
    post, site = writing
    browser = site.browser("admin")
    assert "/o/customer/mailing" in browser.get("/o/customer").text
    assert "/o/customer/mailing" not in site.browser("ada").get("/o/customer").text
    sent = {"id": post.customer, "template": "news", "language": "en"}
    page = browser.post("/o/customer/mailing", sent)
    assert page.status_code == 200
    assert "1 recipient" in page.text
    assert "News for Bolt &amp; &lt;b&gt;Sons&lt;/b&gt;" in page.text, "filled in, and escaped"
    tried = browser.post("/o/customer/mailing/test", sent)
    assert "on its way to you" in tried.text
    post.work()
    assert post.only()["To"] == "admin@acme.example"
    late = browser.post(
        "/o/customer/mailing/send", {**sent, "do": "later", "when": "2020-01-01T10:00"}
    )
    assert late.status_code == 422
    assert "2020-01-01T10:00" in late.text, "nothing typed is lost"
    went = browser.post("/o/customer/mailing/send", {**sent, "do": "now"})
    assert went.status_code == 303
    post.work(5)
    progress = browser.get(went.location).text
    assert "100 %" in progress
    assert "buyer@bolt.example" in progress
    assert "News" in browser.get("/mailings").text
    assert site.browser("ada").get(went.location).status_code == 404


def test_the_account_for_texts_is_entered_and_tested(writing: tuple[Post, Site]) -> None:
    post, site = writing
    browser = site.browser("admin")
    page = browser.get("/admin/messages/texts").text
    assert "No account is set" in page
    assert "Plain" in page and "Form" in page
    with open_target() as target:
        target.body = b'{"result": {"code": 0}}'
        hosts = frozenset((target.host,))
        post.workspace.settings = replace(post.workspace.settings, hosts=hosts)
        form = {"gateway": "plain", "setting.address": target.url, "setting.key": "hunter2",
                "sender": "Acme", "country": "CN"}  # fmt: skip
        in_the_open = {**form, "setting.address": "http://x.example"}
        wrong = browser.post("/admin/messages/texts", in_the_open)
        assert wrong.status_code == 422
        assert "https only" in wrong.text
        assert "http://x.example" in wrong.text, "nothing typed is lost"
        assert browser.post("/admin/messages/texts", form).status_code == 303
        page = browser.get("/admin/messages/texts").text
        assert "has not been tested" in page
        assert "hunter2" not in page
        number = {"number": "138 0000 0000"}
        assert browser.post("/admin/messages/texts/test", number).status_code == 303
        target.answer = 403
        failed = browser.post("/admin/messages/texts/test", number)
        assert (failed.status_code, "did not take it" in failed.text) == (503, True)
    assert len(target.seen) == 2


def test_one_says_how_one_is_told_and_under_which_number(writing: tuple[Post, Site]) -> None:
    post, site = writing
    browser = site.browser("ada")
    wrong = browser.post("/me/notices", {"sms.approval": "on", "phone": "call me"})
    assert (wrong.status_code, "telephone number" in wrong.text) == (422, True)
    told = {"sms.approval": "on", "phone": "138 0000 0000"}
    assert browser.post("/me/notices", told).status_code == 303
    assert "138 0000 0000" in browser.get("/me").text
    with post.workspace.read(post.ada) as unit:
        assert notices.choices(unit)["approval"] == (False, False, True)


def test_whoever_unsubscribed_is_shown_and_allowed_again(writing: tuple[Post, Site]) -> None:
    post, site = writing
    browser = site.browser("admin")
    assert "Nobody has unsubscribed" in browser.get("/admin/messages/suppressions").text
    post.do(post.admin, lambda unit: message_rows.suppress(unit, "a@x.example", "link"))
    assert "a@x.example" in browser.get("/admin/messages/suppressions").text
    assert "Nothing begins" in browser.get("/admin/messages/suppressions?q=b").text
    lifted = browser.post("/admin/messages/suppressions/lift", {"address": "a@x.example"})
    assert lifted.status_code == 303
    assert "Nobody has unsubscribed" in browser.get("/admin/messages/suppressions").text
