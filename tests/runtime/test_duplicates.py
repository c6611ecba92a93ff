"""The same twice is noticed: while typing and on every save, without telling secrets."""

from __future__ import annotations

import pytest

from tests.runtime.finder import Finder, finder
from typecase.errors import RecordInvalid, UnknownName
from typecase.runtime import duplicates, similarity
from typecase.runtime.changes import Change
from typecase.runtime.duplicates import Match

__all__ = ["finder"]

HUAXIN = "上海华信科技有限公司"


def find(finder: Finder, who, object_name: str, exclude: str | None = None, **raw) -> list[Match]:
    found = finder.workspace.look(
        who, lambda unit: duplicates.find(unit, object_name, raw, exclude)
    )
    return list(found)


def refused(finder: Finder, who, object_name: str, **raw) -> str:
    with pytest.raises(RecordInvalid) as caught:
        finder.make(who, object_name, **raw)
    (problem,) = caught.value.problems
    assert problem.code == "duplicate"
    return problem.text()


@pytest.mark.parametrize(
    "again", ["0086 138-0013-8000", "13800138000", "+86 (138) 0013 8000", "138 0013 8000"]
)
def test_a_rule_that_refuses_refuses_on_save(finder: Finder, again: str) -> None:
    finder.make(finder.ada, "human", name="Li Wei", phone="+86 138 0013 8000")
    finder.make(finder.ada, "human", name="Other", phone="13800138001")
    assert "Li Wei" in refused(finder, finder.ada, "human", name="Li W.", phone=again)


def test_saving_a_record_again_is_not_a_duplicate_of_itself(finder: Finder) -> None:
    id_ = finder.make(finder.ada, "human", name="Li Wei", phone="13800138000")
    finder.change(finder.ada, "human", id_, phone="+86 138 0013 8000")
    other = finder.make(finder.ada, "human", name="Other", phone="13800138001")
    with pytest.raises(RecordInvalid):
        finder.change(finder.ada, "human", other, phone="13800138000")
    finder.change(finder.ada, "human", other, name="Somebody")


def test_a_batch_is_compared_with_itself(finder: Finder) -> None:
    same = [{"name": "A", "phone": "13800138000"}, {"name": "B", "phone": "13800138009"},
            {"name": "C", "phone": "138-0013-8000"}]  # fmt: skip
    with pytest.raises(RecordInvalid) as caught:
        finder.fill(finder.ada, "human", same)
    assert [(p.code, p.data["row"]) for p in caught.value.problems] == [("duplicate", 2)]


def test_deleted_records_do_not_count(finder: Finder) -> None:
    id_ = finder.make(finder.ada, "human", name="Li Wei", phone="13800138000")
    finder.delete(finder.ada, "human", id_)
    finder.make(finder.ada, "human", name="Li Wei", phone="13800138000")


@pytest.mark.parametrize(
    "typed",
    [HUAXIN, "上海华信科技股份有限公司", "上海华信科技公司", "上海華信科技有限公司",
     "上海华新科技有限公司",
     "上海 华信 科技", "上海市华信科技有限公司"],
)  # fmt: skip
def test_names_that_are_alike_are_found_while_typing(finder: Finder, typed: str) -> None:
    id_ = finder.make(finder.ada, "firm", name=HUAXIN)
    for other in ("上海天成贸易有限公司", "北京华信科技有限公司", "上海华联超市有限公司"):
        finder.make(finder.ada, "firm", name=other)
    found = find(finder, finder.ada, "firm", name=typed)
    assert (id_, HUAXIN, "same_name") in [(m.id, m.title, m.rule) for m in found]
    assert "上海天成贸易有限公司" not in [m.title for m in found]


def test_a_warning_does_not_stop_a_save(finder: Finder) -> None:
    finder.make(finder.ada, "firm", name="Acme Trading Ltd")
    finder.make(finder.ada, "firm", name="ACME Trading Limited")
    assert len(find(finder, finder.ada, "firm", name="Acme Tradin")) == 2


def test_the_record_being_edited_is_left_out(finder: Finder) -> None:
    id_ = finder.make(finder.ada, "firm", name="Acme Trading Ltd")
    assert find(finder, finder.ada, "firm", id_, name="Acme Trading") == []


def test_every_field_of_a_rule_must_match(finder: Finder) -> None:
    one, two = (finder.make(finder.ada, "firm", name=name) for name in ("Alpha", "Omega"))
    finder.make(finder.ada, "human", name="Wang Xiaoming", firm=one)
    assert len(find(finder, finder.ada, "human", name="Wang Xiao Ming", firm=one)) == 1
    assert find(finder, finder.ada, "human", name="Wang Xiao Ming", firm=two) == []
    assert find(finder, finder.ada, "human", name="Wang Xiao Ming") == []


# Secrets ------------------------------------------------------------------------------------


def test_a_record_one_may_not_see_says_only_whom_to_ask(finder: Finder) -> None:
    finder.make(finder.ada, "human", name="Secret Client", phone="13800138000")
    (match,) = find(finder, finder.bob, "human", phone="13800138000")
    assert (match.id, match.title, match.owner) == (None, None, "Ada")
    told = refused(finder, finder.bob, "human", name="Mine", phone="13800138000")
    assert "Ada" in told and "Secret" not in told


def test_a_rule_over_a_closed_field_tells_nothing(finder: Finder) -> None:
    finder.make(finder.admin, "human", name="Somebody", passport="E1234567")
    assert len(find(finder, finder.admin, "human", passport="E1234567")) == 1
    assert find(finder, finder.ada, "human", passport="E1234567") == []


def test_unknown_names_are_refused(finder: Finder) -> None:
    with pytest.raises(UnknownName):
        find(finder, finder.ada, "humam", phone="1")


# Cost ---------------------------------------------------------------------------------------


def test_a_batch_asks_once(finder: Finder) -> None:
    """As many statements for fifty records as for one; on PostgreSQL two of them are settings."""

    def statements(unit, count: int) -> int:
        raws = [{"name": f"N{n}", "phone": f"1390000{n:04}"} for n in range(count)]
        changes = [Change("create", unit.new_id(), raw, {}, dict(raw)) for raw in raws]
        before = unit.statements
        duplicates.check(unit, unit.model.table("human"), changes)
        return unit.statements - before

    counted = [
        finder.workspace.run(finder.ada, lambda unit, n=n: statements(unit, n)) for n in (1, 50)
    ]
    assert counted[0] == counted[1] <= 3


def test_alike_means_what_the_threshold_says() -> None:
    one = similarity.essence("Acme Trading Co., Ltd.")
    assert one == "acmetrading"
    assert similarity.is_alike(one, similarity.essence("ACME Trading GmbH"), 1.0)
    assert similarity.is_alike("abcdefghij", "abcdefghix", 0.9)
    assert not similarity.is_alike("abcdefghij", "abcdefghix", 0.95)
    assert similarity.essence("有限公司") == "有限公司"


def test_alike_texts_share_a_key() -> None:
    """A miss is possible and rare: fewer than one in a hundred of what the threshold accepts."""
    names = [
        f"{city}{word}{trade}"
        for city in ("上海", "深圳", "成都市", "acme ")
        for word in ("华信", "天成宏远", "pacific", "中科金辉")
        for trade in ("科技", "国际贸易", "steel")
    ]
    alike = missed = 0
    for name in map(similarity.essence, names):
        for place in range(len(name)):
            for changed in (
                name[:place] + name[place + 1 :],
                name[:place] + "x" + name[place:],
                name[:place] + "新" + name[place + 1 :],
            ):
                if similarity.is_alike(name, changed, 0.85):
                    alike += 1
                    keys = set(similarity.alike_keys(name))
                    missed += keys.isdisjoint(similarity.alike_keys(changed))
    assert alike > 500
    assert missed / alike < 0.01
