"""Fields that are read-only or not shown take nothing from people, whatever way it comes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders import a_field, a_package, a_permission_set, a_picklist, a_view, an_object
from tests.runtime.shop import FULL, Shop
from typecase.errors import RecordInvalid
from typecase.metadata.sources import PackageSource
from typecase.runtime import reading, saving
from typecase.workflow import actions


def package() -> PackageSource:
    return a_package(
        an_object(
            "deal",
            a_picklist("stage", "open", "won", default="open"),
            a_field("amount", "currency", read_only="stage == 'won'"),
            a_field("checked_on", "date", read_only=True),
            a_field("score", "integer", read_only=True, default="7"),
            a_field("code", unique=True, external_id=True),
            a_field("reason", visible="stage == 'won'", required=True),
            views=[a_view("all", "name")],
            process={"actions": [{"name": "check", "label": "Check", "steps": [
                {"set": {"checked_on": "today()", "amount": "5"}}]}]},
        ),
        permissions=[a_permission_set("sales", deal=FULL, system=["bulk"])],
        roles=[{"name": "rep", "label": "Rep", "permissions": ["sales"]}],
    )  # fmt: skip


@pytest.fixture
def shop(database: str, tmp_path: Path) -> Iterator[Shop]:
    found = Shop.__new__(Shop)
    found.open(database, tmp_path, package())
    found.ada = found.person("ada", "rep")
    yield found
    found.close()


def make(shop: Shop, **raw: object) -> str:
    values = {"name": "One", **raw}
    return shop.workspace.run(shop.ada, lambda unit: saving.create(unit, "deal", values))


def change(shop: Shop, id_: str, **raw: object) -> None:
    shop.workspace.run(shop.ada, lambda unit: saving.update(unit, "deal", id_, raw))


def read(shop: Shop, id_: str):
    return shop.workspace.look(shop.ada, lambda unit: reading.get(unit, "deal", id_))


def refused(shop: Shop, id_: str | None, **raw: object) -> dict[str | None, str]:
    """Field → code of what saving says; nothing was saved."""
    before = read(shop, id_).version if id_ else None
    with pytest.raises(RecordInvalid) as caught:
        change(shop, id_, **raw) if id_ else make(shop, **raw)
    assert before is None or read(shop, id_).version == before
    return {problem.field: problem.code for problem in caught.value.problems}


def test_what_is_always_read_only_is_neither_changed_nor_given(shop: Shop) -> None:
    assert refused(shop, None, checked_on="2026-01-01", score=9) == {
        "checked_on": "read_only", "score": "read_only",
    }  # fmt: skip
    assert refused(shop, None, score="") == {"score": "read_only"}, "it has a default"
    deal = make(shop)
    assert read(shop, deal)["score"] == 7
    assert refused(shop, deal, checked_on="2026-01-01") == {"checked_on": "read_only"}


def test_a_condition_is_asked_of_the_record_as_it_would_be(shop: Shop) -> None:
    deal = make(shop, amount="10")
    change(shop, deal, amount="11")
    assert refused(shop, deal, stage="won", amount="12", reason="r") == {"amount": "read_only"}
    change(shop, deal, stage="won", reason="price")
    assert refused(shop, deal, amount="12") == {"amount": "read_only"}
    assert refused(shop, deal, amount=None) == {"amount": "read_only"}
    change(shop, deal, stage="open", amount="12", reason=None)


def test_who_sends_back_the_whole_record_may(shop: Shop) -> None:
    deal = make(shop, amount="10")
    change(shop, deal, stage="won", reason="price")
    change(shop, deal, name="Two", amount="10.00", score=7, checked_on=None)
    assert read(shop, deal)["name"] == "Two"


def test_what_is_not_shown_is_neither_asked_for_nor_taken(shop: Shop) -> None:
    deal = make(shop)
    assert refused(shop, deal, reason="price") == {"reason": "not_shown"}
    assert refused(shop, deal, stage="won") == {"reason": "required"}
    change(shop, deal, stage="won", reason="price")
    change(shop, deal, stage="open", reason="price")  # it was there before
    change(shop, deal, reason=None)


def test_many_at_once_are_refused_with_their_rows(shop: Shop) -> None:
    deals = [make(shop), make(shop)]
    wanted = [(id_, {"checked_on": "2026-01-01"}, None) for id_ in deals]
    with pytest.raises(RecordInvalid) as caught:
        shop.workspace.run(shop.ada, lambda unit: saving.update_many(unit, "deal", wanted))
    assert [(p.field, p.code, p.data["row"]) for p in caught.value.problems] == [
        ("checked_on", "read_only", 0), ("checked_on", "read_only", 1),
    ]  # fmt: skip


def test_steps_write_what_their_author_says(shop: Shop) -> None:
    deal = make(shop, amount="10")
    change(shop, deal, stage="won", reason="price")
    shop.workspace.run(shop.ada, lambda unit: actions.run(unit, "deal", deal, "check", {}))
    record = read(shop, deal)
    assert (str(record["checked_on"]), record["amount"]) == ("2026-11-21", 5)
    assert record.version == 3
