"""Mailings: counted, tried out, put in batches with the sender's rights, now or later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs

import pytest

from tests.target import open_target
from tests.workflow.messages.post import Post
from typecase.errors import AccessDenied, BadRequest, Conflict, NotFound
from typecase.metadata.templates.definitions import template_of
from typecase.runtime import saving
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow import actions
from typecase.workflow.messages import gateway_accounts, mailings
from typecase.workflow.storage import message_rows


def customers(post: Post, *addresses: str | None) -> list[str]:
    rows = [{"name": f"C{n}", "email": each} for n, each in enumerate(addresses)]
    return post.do(post.admin, lambda unit: saving.create_many(unit, "customer", rows))


def start(post: Post, ids: list[str], **more: object) -> str:
    return post.do(post.admin, lambda unit: mailings.start(unit, "news", ids, "en", **more))


def test_who_is_left_out_is_counted_before(post: Post) -> None:
    ids = customers(post, "a@x.example", None, "A@x.example", "out@x.example", "b@x.example")
    post.do(post.admin, lambda unit: message_rows.suppress(unit, "OUT@x.example", "link"))
    with post.workspace.read(post.admin) as unit:
        found = mailings.recipients(unit, template_of(unit.catalog, "news"), ids)
    assert [address for _, address in found.records] == ["a@x.example", "b@x.example"]
    assert (found.without, found.unsubscribed, found.doubled) == (1, 1, 1)


def test_each_recipient_gets_one_mail_with_their_own_fields(post: Post) -> None:
    ids = customers(post, "a@x.example", "b@x.example", "A@x.example", None)
    id_ = start(post, ids)
    post.work(5)
    told = {mail["To"]: mail["Subject"] for mail in post.box.mails}
    assert told == {"a@x.example": "News for C0", "b@x.example": "News for C1"}
    assert len({mail["List-Unsubscribe"] for mail in post.box.mails}) == 2
    with post.workspace.read(post.admin) as unit:
        assert mailings.find(unit, id_).state == "done"


def test_it_waits_for_its_time_and_can_be_stopped(post: Post) -> None:
    ids = customers(post, "a@x.example")
    due = post.clock.now() + timedelta(hours=2)
    first, second = start(post, ids, due_at=due), start(post, ids, due_at=due)
    post.do(post.admin, lambda unit: mailings.stop(unit, second))
    post.work()
    assert post.box.mails == []
    post.clock.advance(timedelta(hours=2))
    post.work(5)
    assert len(post.box.mails) == 1
    with pytest.raises(Conflict):
        post.do(post.admin, lambda unit: mailings.stop(unit, first))


def test_a_test_mail_comes_to_whoever_asks(post: Post) -> None:
    (id_,) = customers(post, "a@x.example")
    with pytest.raises(BadRequest, match="no e-mail address"):
        post.do(post.admin, lambda unit: mailings.test(unit, "news", id_, "en"))


def test_needs_the_right_and_reaches_only_what_the_sender_sees(post: Post) -> None:
    ids = customers(post, "a@x.example")
    with pytest.raises(AccessDenied):
        post.do(post.ada, lambda unit: mailings.start(unit, "news", ids, "en"))
    with post.workspace.read(post.ada) as unit:
        assert mailings.offered(unit, unit.catalog.object("customer")) == ()
        assert mailings.recipients(unit, template_of(unit.catalog, "news"), ids).records == ()
    id_ = start(post, ids)
    with post.workspace.read(post.ada) as unit, pytest.raises(NotFound):
        mailings.find(unit, id_)


def test_no_statement_for_each_recipient(post: Post) -> None:
    def statements(count: int) -> int:
        ids = customers(post, *(f"{count}-{n}@x.example" for n in range(count)))
        used: list[int] = []

        def work(unit: Unit) -> None:
            before = unit.statements
            found = mailings.recipients(unit, template_of(unit.catalog, "news"), ids)
            assert len(found.records) == count
            used.append(unit.statements - before)

        post.do(post.admin, work)
        return used[0]

    statements(1)
    assert statements(3) == statements(60)


def test_whoever_wants_no_mailings_gets_none_even_where_the_sender_cannot_see_it(
    post: Post,
) -> None:
    ids = customers(post, "a@x.example", "b@x.example")
    wish = {"no_mailing": True}
    post.do(post.admin, lambda unit: saving.update(unit, "customer", ids[0], wish))
    with post.workspace.read(post.admin) as unit:
        found = mailings.recipients(unit, template_of(unit.catalog, "news"), ids)
    assert [address for _, address in found.records] == ["b@x.example"]
    assert (found.declined, found.without) == (1, 0)
    post.do(post.admin, lambda unit: saving.update(unit, "customer", post.customer, wish))
    post.do(post.ada, lambda unit: actions.run(unit, "order", post.order, "advertise", {}))
    post.do(post.ada, lambda unit: actions.run(unit, "order", post.order, "send", {}))
    post.work()
    assert [seen.state for seen in post.log()] == ["sent", "refused"], (
        "no marketing; the rest comes"
    )
    assert post.log("refused")[0].error == "They want no mailings."


def test_a_wish_that_comes_after_the_mailing_was_put_holds(post: Post) -> None:
    ids = customers(post, "a@x.example")
    start(post, ids, due_at=post.clock.now() + timedelta(hours=1))
    post.do(post.admin, lambda unit: saving.update(unit, "customer", ids[0], {"no_mailing": True}))
    post.clock.advance(timedelta(hours=2))
    post.work(5)
    assert post.box.mails == []


def test_many_are_written_to_by_text_each_whole_number_once(post: Post) -> None:
    numbers = ["138 0000 0001", "+86 13800000001", None, "13800000002"]
    rows = [{"name": f"C{n}", "phone": each} for n, each in enumerate(numbers)]
    ids = post.do(post.admin, lambda unit: saving.create_many(unit, "customer", rows))
    with open_target() as target:
        hosts = frozenset((target.host,))
        post.workspace.settings = replace(post.workspace.settings, hosts=hosts)
        form = {"gateway": "form", "setting.address": target.url, "setting.user": "u",
                "setting.password": "p", "country": "CN"}  # fmt: skip
        post.do(post.admin, lambda unit: gateway_accounts.save(unit, form))
        with post.workspace.read(post.admin) as unit:
            found = mailings.recipients(unit, template_of(unit.catalog, "offer_text"), ids)
        assert (len(found.records), found.doubled, found.without) == (2, 1, 1)
        due = post.clock.now() + timedelta(hours=1)
        id_ = post.do(post.admin, lambda unit: mailings.start(unit, "offer_text", ids, "en", due))
        post.work()
        assert target.seen == []
        post.clock.advance(timedelta(hours=1))
        post.work(5)
        told = sorted(parse_qs(body.decode())["To"][0] for _, _, body in target.seen)
    assert told == ["+8613800000001", "+8613800000002"]
    assert [seen.channel for seen in post.log()] == ["sms", "sms"]
    with post.workspace.read(post.admin) as unit:
        assert mailings.find(unit, id_).state == "done"
