"""Webhooks out: signed as the standard says, tried again under one id, never led elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.target import Target, open_target
from tests.workflow.office import Office
from typecase.bootstrap import runner_of
from typecase.errors import AccessDenied, NotFound, RecordInvalid
from typecase.runtime import outbound, saving
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow import actions, housekeeping
from typecase.workflow.jobs import MOST_ATTEMPTS, wait_before
from typecase.workflow.storage import webhook_rows
from typecase.workflow.webhooks import endpoints, signing


@pytest.fixture
def target() -> Iterator[Target]:
    with open_target() as opened:
        yield opened


class Calls:
    """The office with a webhook to ``target``, and a deal whose action calls it."""

    def __init__(self, office: Office, target: Target) -> None:
        self.office, self.target, self.clock = office, target, office.clock
        self.workspace = office.workspace
        hosts = frozenset((target.host,))
        self.workspace.settings = replace(self.workspace.settings, hosts=hosts)
        self.runner = runner_of(self.workspace)
        self.id, self.secret = self.do(lambda unit: endpoints.create(unit, "erp", target.url))

    def do(self, work):
        return self.workspace.run(self.office.admin, work)

    def press(self) -> None:
        def work(unit: Unit) -> None:
            account = saving.create(unit, "account", {"name": "Acme"})
            deal = saving.create(unit, "deal", {"name": "客户 Big", "account": account,
                                                "amount": "12.50"})  # fmt: skip
            actions.run(unit, "deal", deal, "send", {})

        self.do(work)

    def work(self) -> None:
        while self.runner.tick():
            pass

    def deliveries(self, state: str | None = None) -> tuple[endpoints.Delivery, ...]:
        with self.workspace.read(self.office.admin) as unit:
            return endpoints.deliveries(unit, self.id, state)[0]


@pytest.fixture
def calls(office: Office, target: Target) -> Calls:
    return Calls(office, target)


def test_signatures_are_those_of_the_standard() -> None:
    """The example of the Standard Webhooks specification."""
    key, id_ = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    now, body = datetime.fromtimestamp(1614265330, UTC), b'{"test": 2432232314}'
    told = signing.headers([key], id_, now, body)
    assert told["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signing.require_signed(key, told, now, body) == id_
    for wrong in (
        {**told, "webhook-signature": "v1,AAAA"},
        {**told, "webhook-id": "other"},
        {**told, "webhook-timestamp": "1614265331"},
        {**told, "webhook-timestamp": "²"},
        {},
    ):
        with pytest.raises(AccessDenied):
            signing.require_signed(key, wrong, now, body)
    with pytest.raises(AccessDenied):
        signing.require_signed(key, told, now + timedelta(minutes=6), body)


def test_a_call_is_signed_and_says_what_happened(calls: Calls) -> None:
    calls.press()
    calls.work()
    ((path, headers, body),) = calls.target.seen
    assert path == "/in"
    told = json.loads(body)
    assert told["type"] == "erp"
    assert told["data"] == {"name": "客户 Big", "amount": "12.50"}
    (delivery,) = calls.deliveries()
    assert headers["webhook-id"] == delivery.id
    assert signing.require_signed(calls.secret, headers, calls.clock.now(), body) == delivery.id
    assert (delivery.state, delivery.status) == ("sent", 200)


@pytest.mark.parametrize(("answer", "says"), [(500, "500"), (302, "redirect"), (404, "404")])
def test_what_is_not_taken_is_tried_again_under_the_same_id(
    calls: Calls, answer: int, says: str
) -> None:
    calls.target.answer = answer
    calls.press()
    calls.work()
    (delivery,) = calls.deliveries("queued")
    assert says in str(delivery.error)
    calls.target.answer = 204
    calls.clock.advance(wait_before(1))
    calls.work()
    (first, second) = calls.target.seen
    assert first[1]["webhook-id"] == second[1]["webhook-id"]
    assert first[2] == second[2]
    assert calls.deliveries()[0].state == "sent"


def test_after_the_last_try_it_is_replayed_by_hand(calls: Calls) -> None:
    calls.target.answer = 503
    calls.press()
    for attempt in range(1, MOST_ATTEMPTS + 1):
        calls.work()
        calls.clock.advance(wait_before(attempt))
    (failed,) = calls.deliveries("failed")
    assert failed.attempts == MOST_ATTEMPTS == len(calls.target.seen)
    calls.target.answer = 200
    with pytest.raises(NotFound):
        calls.do(lambda unit: endpoints.replay(unit, calls.id, ["no"]))
    calls.do(lambda unit: endpoints.replay(unit, calls.id, [failed.id]))
    calls.work()
    assert calls.deliveries()[0].state == "sent"
    assert {each[1]["webhook-id"] for each in calls.target.seen} == {failed.id}


def test_killed_between_the_call_and_the_mark_it_is_repeated(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise RuntimeError("killed")

    calls.press()
    with monkeypatch.context() as killed:
        killed.setattr(webhook_rows, "mark", dies)
        calls.work()
    calls.clock.advance(timedelta(minutes=1))
    calls.work()
    assert len(calls.target.seen) == 2
    assert len({each[1]["webhook-id"] for each in calls.target.seen}) == 1


def test_gone_switches_it_off(calls: Calls) -> None:
    calls.target.answer = 410
    calls.press()
    calls.work()
    with calls.workspace.read(calls.office.admin) as unit:
        found = endpoints.find(unit, calls.id)
    assert (found.is_active, found.counts) == (False, {"failed": 1})
    calls.press()
    calls.work()
    assert len(calls.target.seen) == 1


def test_a_new_secret_signs_beside_the_former_one_for_a_day(calls: Calls) -> None:
    new = calls.do(lambda unit: endpoints.rotate(unit, calls.id))
    calls.press()
    calls.work()
    (_, headers, body), now = calls.target.seen[0], calls.clock.now()
    for key in (calls.secret, new):
        assert signing.require_signed(key, headers, now, body)
    calls.clock.advance(timedelta(hours=25))
    calls.press()
    calls.work()
    _, headers, body = calls.target.seen[1]
    assert signing.require_signed(new, headers, calls.clock.now(), body)
    with pytest.raises(AccessDenied):
        signing.require_signed(calls.secret, headers, calls.clock.now(), body)


def test_addresses_inside_are_refused_when_entered_and_when_called(calls: Calls) -> None:
    with pytest.raises(RecordInvalid) as refused:
        calls.do(lambda unit: endpoints.create(unit, "no name", "http://x:22/"))
    assert {problem.field for problem in refused.value.problems} == {"name", "url"}
    calls.do(lambda unit: webhook_rows.update(unit, calls.id, url="http://127.0.0.1/"))
    calls.press()
    calls.work()
    (delivery,) = calls.deliveries("failed")
    assert "inside" in str(delivery.error)
    assert delivery.attempts == 1, "trying again would not help"


def test_only_who_looks_after_definitions_may(calls: Calls) -> None:
    for work in (
        lambda unit: endpoints.create(unit, "erp", "https://x.example/"),
        lambda unit: endpoints.rotate(unit, calls.id),
        lambda unit: endpoints.all_of(unit),
        lambda unit: endpoints.replay(unit, calls.id, []),
    ):
        with pytest.raises(AccessDenied):
            calls.workspace.run(calls.office.ada, work)


def test_calls_of_long_ago_are_forgotten_with_what_they_told(calls: Calls) -> None:
    calls.press()
    calls.work()
    calls.clock.advance(timedelta(days=calls.workspace.settings.keep_calls - 1))
    assert housekeeping.forget_calls(calls.workspace) == 0
    calls.clock.advance(timedelta(days=2))
    assert housekeeping.forget_calls(calls.workspace) == 1
    assert calls.deliveries() == ()


def test_a_call_that_still_waits_is_not_forgotten(calls: Calls) -> None:
    calls.target.answer = 500
    calls.press()
    calls.runner.tick()
    calls.runner.tick()
    calls.clock.advance(timedelta(days=1000))
    assert housekeeping.forget_calls(calls.workspace) == 0


def test_a_target_that_hangs_is_let_go_and_tried_again(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = outbound.call
    monkeypatch.setattr(outbound, "call", lambda *a, **more: call(*a, **more, seconds=0.5))
    calls.target.answer = "hang"
    calls.press()
    calls.work()
    (seen,) = calls.deliveries()
    assert seen.state == "queued"
    assert "does not answer" in str(seen.error)
    calls.target.answer = 200
    calls.clock.advance(wait_before(1))
    calls.work()
    first, second = (headers["webhook-id"] for _, headers, _ in calls.target.seen)
    assert first == second
    assert calls.deliveries()[0].state == "sent"
