"""Mails: filled with what may be seen, sent after the commit, at least once under one id."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.workflow.messages.post import Post, parts
from typecase.errors import AccessDenied, NotFound, RecordInvalid
from typecase.runtime import audit, saving, users
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow import actions, housekeeping
from typecase.workflow.jobs import MOST_ATTEMPTS, wait_before
from typecase.workflow.messages import accounts, outbox, suppressions, unsubscribing
from typecase.workflow.storage import message_rows


def press(post: Post, action: str, who: Actor | None = None) -> None:
    post.do(who or post.ada, lambda unit: actions.run(unit, "order", post.order, action, {}))


def test_a_customer_gets_the_template_filled_escaped_and_as_text(post: Post) -> None:
    press(post, "send")
    assert post.box.mails == [], "nothing leaves inside the transaction"
    post.work()
    mail = post.only()
    assert (mail["Subject"], mail["To"]) == ("Order O-1", "buyer@bolt.example")
    assert mail["From"] == "Acme <crm@acme.example>"
    assert mail["Reply-To"] == "ada@acme.example"
    text, html = parts(mail)
    assert "Bolt &amp; &lt;b&gt;Sons&lt;/b&gt;" in html
    assert "Bolt & <b>Sons</b>" in text
    assert "<script>" not in html
    lines = sorted(line[5:] for line in text.splitlines() if line.startswith(("- 1. ", "- 2. ")))
    assert lines == ["Ink", "Pens × 3"]
    assert "× 1" not in text
    assert "¥12.50" in text
    assert f"http://127.0.0.1:8000/o/order/{post.order}" in html
    (seen,) = post.log()
    assert (seen.state, seen.address, seen.subject) == ("sent", "buyer@bolt.example", "Order O-1")


def test_a_failed_save_sends_nothing(post: Post) -> None:
    with pytest.raises(RecordInvalid):
        press(post, "fails")
    post.work()
    assert post.box.mails == []
    assert post.log() == ()


def test_a6_what_the_sender_may_not_read_is_not_in_it(post: Post) -> None:
    secret = {"secret": "CANARY"}
    post.do(post.admin, lambda unit: saving.update(unit, "customer", post.customer, secret))
    press(post, "send")
    press(post, "send", post.admin)
    post.work()
    first, second = (parts(mail)[0] for mail in post.box.mails)
    assert "CANARY" not in first
    assert "CANARY" in second


def test_a6_each_of_us_reads_with_their_own_rights_in_their_own_language(post: Post) -> None:
    press(post, "tell_all", post.admin)
    post.work()
    states = {seen.name: (seen.state, seen.error) for seen in post.log()}
    assert states["Ada"] == ("sent", None)
    assert states["Bob"][0] == "refused", "Ada's order is not Bob's to read"
    assert "not theirs to read" in str(states["Stranger"][1])
    assert post.only()["To"] == "Ada <ada@acme.example>"


def test_chinese_words_for_chinese_readers(post: Post) -> None:
    post.do(SYSTEM, lambda unit: saving.update(unit, "order", post.order, {"owner": post.bob.id}))
    press(post, "tell", post.admin)
    post.work()
    assert post.only()["Subject"] == "订单 O-1"
    assert "订单 O-1，状态 已发出" in parts(post.only())[0]


def test_a_mail_server_that_is_away_is_waited_for(post: Post) -> None:
    away = post.mail_settings(port=1)
    post.do(post.admin, lambda unit: accounts.save(unit, "email", away, {}))
    press(post, "send")
    post.work()
    (seen,) = post.log()
    assert seen.state == "queued"
    assert "did not take it" in str(seen.error)
    back = post.mail_settings()
    post.do(post.admin, lambda unit: accounts.save(unit, "email", back, {}))
    post.clock.advance(wait_before(1))
    post.work()
    assert post.only()["Message-ID"] == f"<{seen.id}@acme.example>"
    assert post.log()[0].state == "sent"


def test_after_the_last_try_it_has_failed_and_is_replayed_by_hand(post: Post) -> None:
    away = post.mail_settings(port=1)
    post.do(post.admin, lambda unit: accounts.save(unit, "email", away, {}))
    press(post, "send")
    for attempt in range(1, MOST_ATTEMPTS + 1):
        post.work()
        post.clock.advance(wait_before(attempt))
    (seen,) = post.log("failed")
    assert seen.attempts == MOST_ATTEMPTS
    post.do(post.admin, lambda unit: accounts.save(unit, "email", post.mail_settings(), {}))
    with pytest.raises(AccessDenied):
        post.do(post.ada, lambda unit: outbox.replay(unit, [seen.id]))
    post.do(post.admin, lambda unit: outbox.replay(unit, [seen.id]))
    post.work()
    assert post.only()["Message-ID"].startswith(f"<{seen.id}@")
    with pytest.raises(NotFound):
        post.do(post.admin, lambda unit: outbox.replay(unit, [seen.id]))


def test_delivered_but_not_marked_is_sent_again_under_the_same_id(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: Any) -> None:
        raise RuntimeError("killed")

    press(post, "send")
    with monkeypatch.context() as killed:
        killed.setattr(message_rows, "mark_sent", dies)
        post.work()
    post.clock.advance(timedelta(minutes=1))
    post.work()
    first, second = post.box.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert post.log()[0].state == "sent"


def test_a_template_that_loops_is_stopped_and_tells_so(post: Post) -> None:
    lines = [{"name": f"L{n}", "order": post.order} for n in range(200)]
    post.do(post.ada, lambda unit: saving.create_many(unit, "line", lines))
    press(post, "endless")
    press(post, "send")
    post.work()
    states = {seen.template: (seen.state, seen.error) for seen in post.log()}
    assert states["endless"][0] == "refused"
    assert "longer than 2.0 seconds" in str(states["endless"][1])
    assert states["order_sent"][0] == "sent", "others are not kept waiting"


def test_an_address_the_server_refuses_is_not_tried_again(post: Post) -> None:
    post.box.refused.add("buyer@bolt.example")
    press(post, "send")
    post.work()
    (seen,) = post.log()
    assert seen.state == "refused"
    assert str(seen.error).startswith("550 ")


@pytest.mark.parametrize("name", ["O\r\nBcc: all@evil.example", "O\nX: y", "O\u2028Z"])
def test_nothing_begins_another_header(post: Post, name: str) -> None:
    """T4."""

    def work(unit: Unit) -> None:
        message = outbox.Message(
            "email", post.ada.id, post.ada.id, address="buyer@bolt.example",
            name=name, subject=name, text="x")  # fmt: skip
        outbox.put(unit, [message])

    post.do(post.ada, work)
    post.work()
    for mail in post.box.mails:
        assert mail["Bcc"] is None
        assert mail["X"] is None
        assert len(mail.get_all("To", [])) == 1


def test_addresses_that_are_several_or_none_are_refused(post: Post) -> None:
    def work(unit: Unit) -> None:
        for address in (
            "a@x.example,b@x.example",
            "nobody",
            "a@x.example\r\nRCPT TO:<b@y.example>",
        ):
            ada = post.ada.id
            message = outbox.Message("email", ada, ada, address=address, subject="x", text="x")
            outbox.put(unit, [message])

    post.do(post.ada, work)
    post.work()
    assert post.box.mails == []
    assert {seen.state for seen in post.log()} == {"refused"}


def test_marketing_carries_a_way_out_and_whoever_took_it_gets_none(post: Post) -> None:
    press(post, "advertise")
    post.work()
    mail = post.only()
    link = str(mail["List-Unsubscribe"]).strip("<>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in parts(mail)[1]
    token = link.rpartition("/")[2]
    address = post.do(SYSTEM, lambda unit: unsubscribing.unsubscribe(unit, token))
    assert address == "buyer@bolt.example"
    press(post, "advertise")
    press(post, "send")
    post.work()
    assert [seen.state for seen in post.log()] == ["sent", "refused", "sent"]
    assert "unsubscribed" in str(post.log()[1].error)
    with pytest.raises(NotFound):
        unsubscribing.holder(b"another secret", token)


def test_what_left_long_ago_is_forgotten(post: Post) -> None:
    press(post, "send")
    post.work()
    post.clock.advance(timedelta(days=364))
    assert housekeeping.forget_messages(post.workspace) == 0
    post.clock.advance(timedelta(days=2))
    assert housekeeping.forget_messages(post.workspace) == 1
    assert post.log() == ()


def test_how_long_the_log_is_kept_is_a_setting(post: Post) -> None:
    post.workspace.settings = replace(post.workspace.settings, keep_messages=30)
    press(post, "send")
    post.work()
    post.clock.advance(timedelta(days=29))
    assert housekeeping.forget_messages(post.workspace) == 0
    post.clock.advance(timedelta(days=2))
    assert housekeeping.forget_messages(post.workspace) == 1


def test_who_looks_after_messages_lifts_what_somebody_said_and_the_trail_names_it(
    post: Post,
) -> None:
    post.do(SYSTEM, lambda unit: message_rows.suppress(unit, "Buyer@bolt.example", "link"))
    with pytest.raises(AccessDenied):
        post.do(post.ada, lambda unit: suppressions.lift(unit, "buyer@bolt.example"))
    with post.workspace.read(post.admin) as unit:
        found, following = suppressions.find(unit, "buyer")
        assert [each.address for each in found] == ["buyer@bolt.example"]
        assert following is None
        assert suppressions.find(unit, "buyer%") == ((), None)
    post.do(post.admin, lambda unit: suppressions.lift(unit, "BUYER@bolt.example"))
    press(post, "advertise")
    post.work()
    assert post.log()[0].state == "sent"
    with post.workspace.read(post.admin) as unit:
        (entry,) = audit.entries(unit, "suppression_lifted")
        assert entry.data == {"address": "buyer@bolt.example"}
    with pytest.raises(NotFound):
        post.do(post.admin, lambda unit: suppressions.lift(unit, "buyer@bolt.example"))


def test_whoever_is_disabled_gets_nothing(post: Post) -> None:
    press(post, "tell")
    post.do(SYSTEM, lambda unit: users.disable(unit, post.ada.id))
    post.work()
    assert post.box.mails == []
    assert post.log()[0].error == "This person is disabled."


def test_secrets_are_sealed_and_never_given_back(post: Post) -> None:
    post.do(post.admin, lambda unit: accounts.save(
        unit, "email", post.mail_settings(), {"password": "hunter2"}))  # fmt: skip
    with post.workspace.read(post.admin) as unit:
        found = accounts.find(unit, "email")
        assert found is not None
        assert "hunter2" not in repr(found)
        assert found.secret_names == ("password",)
        server = accounts.mail_server(unit)
        assert server is not None
        assert server.password == "hunter2"
        assert "hunter2" not in repr(server)
    with post.workspace.read(post.ada) as unit, pytest.raises(AccessDenied):
        accounts.find(unit, "email")
