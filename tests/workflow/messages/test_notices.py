"""People are told as they chose: by the bell, by mail, by both, or not at all."""

from __future__ import annotations

from itertools import product

import pytest

from tests.workflow.messages.post import Post
from typecase.runtime.storage.unit_of_work import Unit
from typecase.workflow import notices
from typecase.workflow.notices import Choice, Told


@pytest.mark.parametrize(
    "way", [Choice(*way, sms=False) for way in product((True, False), repeat=2)]
)
def test_each_is_told_as_they_chose(post: Post, way: Choice) -> None:
    post.do(post.ada, lambda unit: notices.choose(unit, {"approval": way}))

    def tell(unit: Unit) -> None:
        told = [Told(post.ada.id, "“Order” waits for you.", "order", post.order, "approval"),
                Told(post.bob.id, "Another", "order", post.order, "approval")]  # fmt: skip
        notices.tell(unit, told)

    post.do(post.boss, tell)
    post.work()
    with post.workspace.read(post.ada) as unit:
        assert len(notices.mine(unit)) == way.bell
        assert notices.choices(unit)["approval"] == way
        assert notices.choices(unit)["team"] == (True, False, False)
    assert [mail["To"] for mail in post.box.mails] == ["Ada <ada@acme.example>"] * way.mail
    if way.mail:
        assert f"/o/order/{post.order}" in post.only().get_content()
    with post.workspace.read(post.bob) as unit:
        assert len(notices.mine(unit)) == 1
