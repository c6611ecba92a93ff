"""A6: what calls of webhooks tell of hidden fields: what their author named, to nobody but the
address an administrator entered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mailbox import open_mailbox
from tests.target import Target, open_target
from tests.workflow.messages.post import Post
from typecase.errors import AccessDenied
from typecase.runtime import saving
from typecase.workflow import actions
from typecase.workflow.webhooks import endpoints


@pytest.fixture
def post(database: str, tmp_path: Path) -> Iterator[Post]:
    with open_mailbox() as box:
        built = Post(database, tmp_path, box)
        yield built
        built.close()


@pytest.fixture
def target(post: Post) -> Iterator[Target]:
    with open_target() as opened:
        hosts = frozenset((opened.host,))
        post.workspace.settings = replace(post.workspace.settings, hosts=hosts)
        post.do(post.admin, lambda unit: endpoints.create(unit, "erp", opened.url))
        secret = {"secret": "CANARY"}
        post.do(post.admin, lambda unit: saving.update(unit, "customer", post.customer, secret))
        yield opened


def test_a6_a_call_tells_what_its_author_named_and_nothing_else(post: Post, target: Target) -> None:
    """Expressions of steps are the author's and see the truth, whoever causes them. So the other
    system is told the same by everybody, and hears of no field that was not named."""
    for who in (post.ada, post.admin):
        post.do(who, lambda unit: actions.run(unit, "order", post.order, "call", {}))
    post.work(5)
    told = [json.loads(body) for _, _, body in target.seen]
    assert [each["data"] for each in told] == [{"name": "O-1", "secret": "CANARY"}] * 2
    assert {frozenset(each) for each in told} == {
        frozenset({"type", "timestamp", "object", "record", "data"})
    }


def test_a6_whoever_caused_a_call_does_not_see_what_it_told(post: Post, target: Target) -> None:
    post.do(post.ada, lambda unit: actions.run(unit, "order", post.order, "call", {}))
    post.work(5)
    with post.workspace.read(post.admin) as unit:
        (webhook,) = endpoints.all_of(unit)
    for who in (post.ada, post.stranger):
        with post.workspace.read(who) as unit, pytest.raises(AccessDenied):
            endpoints.deliveries(unit, webhook.id)
