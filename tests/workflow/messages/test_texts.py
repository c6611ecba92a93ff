"""Text messages: written as the gateway's description says, sent after the commit, at least once
under one id, to numbers made whole."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.target import Target, open_target
from tests.workflow.messages.post import Post
from typecase.errors import AccessDenied, BadRequest, RecordInvalid, Unavailable
from typecase.runtime import outbound, saving, users
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow import actions, notices
from typecase.workflow.jobs import MOST_ATTEMPTS, wait_before
from typecase.workflow.messages import accounts, gateway_accounts, trying, unsubscribing
from typecase.workflow.notices import Choice, Told
from typecase.workflow.storage import message_rows

TAKEN = b'{"result": {"code": 0, "id": "g-17"}}'


@pytest.fixture
def gateway(post: Post) -> Iterator[Target]:
    """The plain gateway, with its account entered."""
    with open_target() as target:
        target.body = TAKEN
        post.workspace.settings = replace(post.workspace.settings, hosts=frozenset((target.host,)))
        enter(post, "plain", address=f"http://{target.host}/v1/", key="k-1")
        yield target


def enter(post: Post, name: str, **settings: str) -> None:
    form = {f"setting.{key}": value for key, value in settings.items()}
    form |= {"gateway": name, "sender": "Acme", "country": "CN"}
    post.do(post.admin, lambda unit: gateway_accounts.save(unit, form))


def press(post: Post, action: str, who: Actor | None = None) -> None:
    post.do(who or post.ada, lambda unit: actions.run(unit, "order", post.order, action, {}))


def note(post: Post, text: str) -> None:
    post.do(post.ada, lambda unit: saving.update(unit, "order", post.order, {"note": text}))


def test_the_description_is_filled_in_and_the_answer_understood(
    post: Post, gateway: Target
) -> None:
    note(post, "ready")
    press(post, "text")
    assert gateway.seen == [], "nothing leaves inside the transaction"
    post.work()
    ((path, headers, body),) = gateway.seen
    (seen,) = post.log()
    assert path == "/v1/send/8613800000000"
    assert headers["authorization"] == "Bearer k-1"
    assert headers["idempotency-key"] == seen.id
    assert json.loads(body) == {
        "to": ["+8613800000000"], "from": "Acme", "flash": False,
        "content": {"text": "Order O-1: ready", "id": seen.id},
    }  # fmt: skip
    assert (seen.state, seen.parts, seen.reference) == ("sent", 1, "g-17")
    assert (seen.channel, seen.subject) == ("sms", "Order O-1: ready")


HOSTILE = (
    '", "to": ["+8615999999999"], "x": "&To=+8615999999999&\r\nX-Evil: 1\u2028{{ record.name }}'
)


def test_a_text_never_becomes_structure(post: Post, gateway: Target) -> None:
    note(post, HOSTILE)
    press(post, "text")
    post.work()
    enter(post, "form", address=gateway.url, user="ann", password="p:&=")
    press(post, "text")
    post.work()
    (_, first, json_body), (_, second, form_body) = gateway.seen
    told = json.loads(json_body)
    assert told["to"] == ["+8613800000000"]
    assert set(told) == {"to", "from", "flash", "content"}
    assert "{{ record.name }}" in told["content"]["text"], "what is filled in is filled in once"
    form = parse_qs(form_body.decode(), strict_parsing=True)
    assert form["To"] == ["+8613800000000"]
    assert set(form) == {"To", "Body", "Unicode"}
    assert form["Body"] == [told["content"]["text"]]
    assert base64.b64decode(second["authorization"].removeprefix("Basic ")) == b"ann:p:&="
    assert not {"x-evil"} & (first.keys() | second.keys())


@pytest.mark.parametrize(
    ("answer", "body", "state", "why"),
    [
        (200, b'{"result": {"code": 7, "why": "black list"}}', "refused", "7 black list"),
        (400, b'{"result": {"why": "no such number"}}', "refused", "400 no such number"),
        (401, b"who?", "refused", "401"),
        (200, b'{"result": {"code": 99, "why": "busy"}}', "queued", "busy"),
        (200, b"<html>", "queued", "does not say that it took it"),
        (200, b"[" * 60_000, "queued", "does not say that it took it"),
        (302, b"", "queued", "redirect"),
        (408, b"", "queued", "408"),
        (425, b"", "queued", "425"),
        (429, b'{"result": {"why": "slow down"}}', "queued", "slow down"),
        (500, b"", "queued", "500"),
        (503, b"", "queued", "503"),
        ("hang", b"", "queued", "does not answer"),
    ],
)
def test_a_no_is_final_and_not_now_is_tried_again(
    post: Post, gateway: Target, answer: int | str, body: bytes, state: str, why: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    call = outbound.call

    def hasty(*args: Any, **more: Any) -> Any:
        return call(*args, **{**more, "seconds": 0.5})

    monkeypatch.setattr(outbound, "call", hasty)
    gateway.answer, gateway.body = answer, body
    press(post, "text")
    post.work()
    (seen,) = post.log()
    assert seen.state == state
    assert why in str(seen.error)
    gateway.answer, gateway.body = 200, TAKEN
    post.clock.advance(wait_before(1))
    post.work()
    assert post.log()[0].state == ("sent" if state == "queued" else "refused")
    ids = {headers["idempotency-key"] for _, headers, _ in gateway.seen}
    assert ids == {seen.id}, "one id for all tries"


def test_after_the_last_try_it_has_failed(post: Post, gateway: Target) -> None:
    gateway.answer = 500
    press(post, "text")
    for attempt in range(1, MOST_ATTEMPTS + 1):
        post.work()
        post.clock.advance(wait_before(attempt))
    (seen,) = post.log("failed")
    assert seen.attempts == MOST_ATTEMPTS == len(gateway.seen)


def test_taken_but_not_marked_is_sent_again_under_the_same_id(
    post: Post, gateway: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: Any) -> None:
        raise RuntimeError("killed")

    press(post, "text")
    with monkeypatch.context() as killed:
        killed.setattr(message_rows, "mark_sent", dies)
        post.work()
    post.clock.advance(timedelta(minutes=1))
    post.work()
    first, second = (headers["idempotency-key"] for _, headers, _ in gateway.seen)
    assert first == second
    assert post.log()[0].state == "sent"


def test_one_that_always_fails_does_not_keep_the_others_back(post: Post, gateway: Target) -> None:
    def put(unit: Unit) -> None:
        told = [Told(each.id, "Look", kind="approval") for each in (post.ada, post.bob)]
        notices.tell(unit, told)

    choose(post, post.ada, post.bob)
    gateway.answer = 500
    post.do(post.boss, put)
    post.work()
    assert len(gateway.seen) == 2, "the second is tried although the first failed"


def test_a_mail_server_that_is_away_keeps_back_no_text(post: Post, gateway: Target) -> None:
    away = post.mail_settings(port=1)
    post.do(post.admin, lambda unit: accounts.save(unit, "email", away, {}))
    way = Choice(bell=False, mail=True, sms=True)
    choose(post, post.ada, way=way)
    told = [Told(post.ada.id, "Look", kind="approval")]
    post.do(post.boss, lambda unit: notices.tell(unit, told))
    post.work()
    assert {each.channel: each.state for each in post.log()} == {"email": "queued", "sms": "sent"}


def choose(post: Post, *people: Actor, way: Choice | None = None) -> None:
    chosen = way or Choice(bell=False, mail=False, sms=True)
    for number, each in enumerate(people):
        phone = {"phone": f"138 0000 000{number}"}
        post.do(SYSTEM, lambda unit, each=each, phone=phone: users.update(unit, each.id, phone))
        post.do(each, lambda unit: notices.choose(unit, {"approval": chosen}))


def test_people_are_told_by_text_where_they_chose_it(post: Post, gateway: Target) -> None:
    choose(post, post.ada)
    told = [Told(each.id, "“Order” waits.", "order", post.order, "approval")
            for each in (post.ada, post.bob)]  # fmt: skip
    post.do(post.boss, lambda unit: notices.tell(unit, told))
    post.work()
    ((_, _, body),) = gateway.seen
    text = json.loads(body)["content"]["text"]
    assert text == f"“Order” waits. http://127.0.0.1:8000/o/order/{post.order}"
    assert json.loads(body)["to"] == ["+8613800000000"]
    with post.workspace.read(post.ada) as unit:
        assert notices.mine(unit) == (), "by text alone"


def test_everybody_may_enter_their_own_number_and_nobody_elses(post: Post) -> None:
    post.do(post.ada, lambda unit: users.update(unit, post.ada.id, {"phone": "13800000000"}))
    with pytest.raises(AccessDenied):
        post.do(post.ada, lambda unit: users.update(unit, post.bob.id, {"phone": "13800000000"}))
    with pytest.raises(RecordInvalid):
        post.do(post.ada, lambda unit: users.update(unit, post.ada.id, {"phone": "call me"}))


def test_who_has_no_number_is_named_in_the_log(post: Post, gateway: Target) -> None:
    press(post, "text_owner", post.admin)
    post.work()
    assert gateway.seen == []
    assert {seen.state for seen in post.log()} == {"refused"}
    assert "no telephone number" in str(post.log()[0].error)


def test_a_text_too_long_is_not_sent(post: Post, gateway: Target) -> None:
    note(post, "字" * 671)
    press(post, "text")
    post.work()
    assert gateway.seen == []
    assert "parts" in str(post.log()[0].error)


def test_marketing_by_text_stops_for_whoever_said_so(post: Post, gateway: Target) -> None:
    press(post, "advertise_by_text")
    post.work()
    text = json.loads(gateway.seen[0][2])["content"]["text"]
    token = text.rpartition("/")[2]
    number = post.do(SYSTEM, lambda unit: unsubscribing.unsubscribe(unit, token))
    assert number == "+8613800000000"
    press(post, "advertise_by_text")
    press(post, "text")
    post.work()
    assert [seen.state for seen in post.log()] == ["sent", "refused", "sent"]


def test_a6_what_the_sender_may_not_read_is_not_in_a_text(post: Post, gateway: Target) -> None:
    secret = {"secret": "CANARY"}
    post.do(post.admin, lambda unit: saving.update(unit, "customer", post.customer, secret))
    press(post, "text")
    press(post, "text", post.admin)
    post.work()
    first, second = (body.decode() for _, _, body in gateway.seen)
    assert "CANARY" not in first
    assert "CANARY" in second


def test_a6_each_of_us_is_texted_what_they_may_read(post: Post, gateway: Target) -> None:
    secret = {"secret": "CANARY"}
    post.do(post.admin, lambda unit: saving.update(unit, "customer", post.customer, secret))
    choose(post, post.ada, post.bob, post.stranger)
    press(post, "text_owner", post.admin)
    post.work()
    ((_, _, body),) = gateway.seen
    assert "CANARY" not in body.decode(), "the admin who pressed may read it, Ada may not"
    states = {seen.name: seen.state for seen in post.log()}
    assert states == {"Ada": "sent", "Bob": "refused", "Stranger": "refused"}
    assert not any("O-1" in seen.subject for seen in post.log("refused")), "not even the title"


def test_without_an_account_texts_wait(post: Post) -> None:
    press(post, "text")
    post.work()
    (seen,) = post.log()
    assert (seen.state, seen.error) == (
        "queued",
        "No account for text messages is set, so none leaves.",
    )


def test_the_account_is_tested_and_says_what_went_wrong(post: Post, gateway: Target) -> None:
    number = trying.test_text(post.workspace, post.admin, "138 0000 0000")
    assert number == "+8613800000000"
    assert b"It works" in gateway.seen[0][2]
    gateway.answer, gateway.body = 403, b'{"result": {"why": "key revoked"}}'
    with pytest.raises(Unavailable, match="key revoked"):
        trying.test_text(post.workspace, post.admin, "13800000000")
    with post.workspace.read(post.admin) as unit:
        found = accounts.find(unit, "sms")
        assert found is not None
        assert "key revoked" in str(found.error)
    with pytest.raises(BadRequest):
        trying.test_text(post.workspace, post.admin, "110")
    with pytest.raises(AccessDenied):
        trying.test_text(post.workspace, post.ada, "13800000000")


def test_secrets_are_sealed_kept_and_never_sent_to_another_gateway(
    post: Post, gateway: Target
) -> None:
    enter(post, "plain", address=gateway.url, key="")
    with post.workspace.read(post.admin) as unit:
        found, way = accounts.find(unit, "sms"), gateway_accounts.way_out(unit)
        assert found is not None and way is not None
        assert "k-1" not in repr(found) + repr(way)
        assert way.values["key"] == "k-1", "what is not typed again is kept"
    with pytest.raises(RecordInvalid) as refused:
        enter(post, "form", address=gateway.url, user="ann", password="")
    assert {p.field for p in refused.value.problems} == {"setting.password"}
    enter(post, "form", address=gateway.url, user="ann", password="p")
    with post.workspace.read(post.admin) as unit:
        found = accounts.find(unit, "sms")
        assert found is not None
        assert found.secret_names == ("password",)


@pytest.mark.parametrize(
    "address",
    ["http://sms.example/v1", "ftp://sms.example", "https://ann:p@sms.example", "https://x:22/",
     "sms.example"],
)  # fmt: skip
def test_numbers_and_keys_never_go_out_in_the_open(post: Post, address: str) -> None:
    with pytest.raises(RecordInvalid) as refused:
        enter(post, "plain", address=address, key="k")
    assert {p.field for p in refused.value.problems} == {"setting.address"}


def test_an_address_inside_is_not_asked(post: Post) -> None:
    enter(post, "plain", address="https://127.0.0.1/v1", key="k")
    press(post, "text")
    post.work()
    (seen,) = post.log()
    assert seen.state == "refused"
    assert "inside" in str(seen.error)


@pytest.mark.parametrize("who", ["ada", "stranger"])
@pytest.mark.parametrize(
    "work", [lambda unit: gateway_accounts.save(unit, {"gateway": "plain"}),
             lambda unit: accounts.find(unit, "sms")]
)  # fmt: skip
def test_only_who_looks_after_messages_sees_the_account(
    post: Post, who: str, work: Callable[[Unit], object]
) -> None:
    with pytest.raises(AccessDenied):
        post.do(getattr(post, who), work)
