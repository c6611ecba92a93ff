"""People are told as they chose: by the bell, by mail, by both, or not at all."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from tests.builders import a_field, a_package, a_permission_set, an_object
from tests.runtime.shop import FULL, Shop
from tests.workflow.messages.post import Post
from typecase.runtime import saving
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


TELL = {"name": "tell", "on": "update", "when": "changed(size)",
        "do": [{"notify": "record.owner", "text": "It has another size."}]}  # fmt: skip


class Boxes(Shop):
    def __init__(self, database: str, folder: Path) -> None:
        box = an_object("box", a_field("size", "integer"), process={"automations": [TELL]})
        sales = a_permission_set("sales", box=FULL)
        rep = {"name": "rep", "label": "Rep", "permissions": ["sales"]}
        self.open(database, folder, a_package(box, permissions=[sales], roles=[rep]))
        self.ada = self.person("ada", "rep")


def test_who_chooses_anew_is_told_so_by_the_next_step(database: str, tmp_path: Path) -> None:
    boxes, seen = Boxes(database, tmp_path), list[int]()
    run, ada = boxes.workspace.run, boxes.ada
    try:
        id_ = run(ada, lambda unit: saving.create(unit, "box", {"name": "Box"}))
        for size, bell in enumerate((True, False, False, True)):
            way = Choice(bell, mail=False, sms=False)
            run(ada, lambda unit, w=way: notices.choose(unit, {"automation": w}))
            run(ada, lambda unit, s=size: saving.update(unit, "box", id_, {"size": s}))
            with boxes.workspace.read(ada) as unit:
                seen.append(len(notices.mine(unit)))
    finally:
        boxes.close()
    assert seen == [1, 1, 1, 2]
