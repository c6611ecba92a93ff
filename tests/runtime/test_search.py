"""What people type finds what they may see, and nothing tells them of the rest."""

from __future__ import annotations

import pytest

from tests.runtime.finder import Finder, finder
from typecase.errors import AccessDenied, UnknownName
from typecase.runtime import access, saving, search, search_indexing
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage import search_finding, search_rows

__all__ = ["finder"]

HUAXIN = "上海华信科技有限公司"


@pytest.mark.parametrize(
    "typed",
    ["科技", "华信", "海华", "上", HUAXIN, "上海 科技", "ＳＨhx",
     "shanghaihuaxin", "huaxin", "keji", "kejiyou", "shhxkj", "hxkj", "kj", "hua", "sha", "s",
     "shanghaihuaxinkejiyouxiangongsi"],
)  # fmt: skip
def test_a_chinese_name_is_found_by_characters_pinyin_and_initials(
    finder: Finder, typed: str
) -> None:
    finder.make(finder.ada, "firm", name=HUAXIN)
    finder.make(finder.ada, "firm", name="北京天成贸易公司")
    assert finder.titles(finder.ada, typed) == [HUAXIN]


@pytest.mark.parametrize("typed", ["技科", "华华", "tiancheng", "xhs", "huaxinzz", "上海天成"])
def test_a_chinese_name_is_not_found_by_what_it_does_not_hold(finder: Finder, typed: str) -> None:
    finder.make(finder.ada, "firm", name=HUAXIN)
    assert finder.titles(finder.ada, typed) == []


@pytest.mark.parametrize(
    "typed",
    ["13800138000", "138 0013 8000", "138-0013-8000", "+86 138-0013-8000", "0086 13800138000",
     "138", "1380013", "0013 8000", "8000", "（138）00138000", "１３８００１３８０００"],
)  # fmt: skip
def test_a_phone_is_found_with_any_punctuation(finder: Finder, typed: str) -> None:
    finder.make(finder.ada, "human", name="Li Wei", phone="+86 (138) 0013-8000")
    finder.make(finder.ada, "human", name="Other", phone="021-5555 6666")
    hit = finder.search(finder.ada, typed).results[0]
    assert (hit.title, hit.field, hit.snippet) == ("Li Wei", "phone", "+86 (138) 0013-8000")
    assert len(finder.search(finder.ada, typed).results) == 1


@pytest.mark.parametrize(
    "typed", ["muller", "MÜLLER", "Müll", "li muller", "wei@example", "q-202611-42", "00042", "42"]
)
def test_words_numbers_and_parts_of_addresses(finder: Finder, typed: str) -> None:
    finder.make(finder.ada, "human", name="Li Müller", email="li.wei@example.com")
    finder.make(finder.ada, "human", name="Nobody", email="x@other.org")
    finder.make(finder.ada, "firm", name="Firm", code="Q-202611-00042")
    assert len(finder.titles(finder.ada, typed)) == 1


def test_signs_are_signs_and_not_patterns(finder: Finder) -> None:
    for name in ("100% cotton", "a_b", "axb", r"c\d", "plain"):
        finder.make(finder.ada, "firm", name=name)
    for typed in ("%", "_", "\\", "%%", "*", '"', "'", "~", "@firm", "=", "()", "a*b:c", "NOT"):
        assert finder.titles(finder.ada, typed) == [], typed
    assert finder.titles(finder.ada, "a_b") == ["a_b"]
    assert finder.titles(finder.ada, "100%") == ["100% cotton"]
    assert finder.titles(finder.ada, r"c\d") == [r"c\d"]
    assert finder.titles(finder.ada, "plain' OR 'x") == []


def test_the_latest_saved_comes_first(finder: Finder) -> None:
    first, second = (finder.make(finder.ada, "firm", name=f"Acme {n}") for n in ("one", "two"))
    assert finder.titles(finder.ada, "acme") == ["Acme two", "Acme one"]
    finder.change(finder.ada, "firm", first, remark="called")
    assert [hit.id for hit in finder.search(finder.ada, "acme").results] == [first, second]


def test_a_changed_text_is_found_anew_and_the_old_one_is_not(finder: Finder) -> None:
    id_ = finder.make(finder.ada, "firm", name="Before")
    finder.change(finder.ada, "firm", id_, name="Afterwards")
    assert finder.titles(finder.ada, "before") == []
    assert finder.titles(finder.ada, "after") == ["Afterwards"]


def test_a_deleted_record_is_gone_until_it_is_restored(finder: Finder) -> None:
    deletion = finder.delete(finder.ada, "firm", finder.make(finder.ada, "firm", name="Acme"))
    assert finder.titles(finder.ada, "acme") == []
    finder.restore(finder.ada, deletion)
    assert finder.titles(finder.ada, "acme") == ["Acme"]


# Rights -------------------------------------------------------------------------------------


def test_private_rows_are_found_by_those_who_see_them(finder: Finder) -> None:
    finder.make(finder.ada, "human", name="Private Person")
    people = (finder.ada, finder.bob, finder.boss, finder.admin, finder.stranger)
    found = {who.login: len(finder.titles(who, "private")) for who in people}
    assert found == {"ada": 1, "bob": 0, "boss": 1, "admin": 1, "stranger": 0}


def test_a_hidden_field_finds_nothing_and_shows_nothing(finder: Finder) -> None:
    finder.make(finder.admin, "human", name="Somebody", passport="E1234567", owner=finder.ada.id)
    assert finder.titles(finder.admin, "e1234567") == ["Somebody"]
    assert finder.search(finder.admin, "e1234567").results[0].snippet == "E1234567"
    closed = finder.search(finder.ada, "e1234567")
    assert (closed.results, closed.more, closed.capped) == ((), False, False)
    open_one = finder.search(finder.ada, "somebody")
    assert [hit.snippet for hit in open_one.results] == [""]
    assert finder.titles(finder.ada, "somebody e1234567") == []


def test_a_field_that_becomes_sensitive_is_closed_at_once(
    finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is indexed anew: the tokens carry their field."""
    finder.make(finder.ada, "human", name="Somebody", phone="13800138000")
    assert finder.titles(finder.ada, "13800138000") == ["Somebody"]
    usual = access.is_sensitive
    monkeypatch.setattr(access, "is_sensitive", lambda obj, f: f.name == "phone" or usual(obj, f))
    finder.workspace.forget()
    closed = finder.search(finder.ada, "13800138000")
    assert (closed.results, closed.more, closed.capped) == ((), False, False)
    assert finder.titles(finder.ada, "somebody") == ["Somebody"]


def test_objects_one_may_not_read_are_left_out(finder: Finder) -> None:
    finder.make(finder.admin, "wage", name="Acme wages")
    finder.make(finder.admin, "firm", name="Acme")
    assert finder.titles(finder.ada, "acme") == ["Acme"]
    assert sorted(finder.titles(finder.admin, "acme")) == ["Acme", "Acme wages"]
    assert finder.titles(finder.stranger, "acme") == []
    assert finder.titles(finder.ada, "acme", objects=["wage"]) == []


def test_a_search_can_be_narrowed_to_objects(finder: Finder) -> None:
    finder.make(finder.admin, "human", name="Acme Person")
    finder.make(finder.admin, "firm", name="Acme")
    assert finder.titles(finder.admin, "acme", objects=["human"]) == ["Acme Person"]
    assert finder.titles(finder.admin, "acme", objects=["firm", "wage"]) == ["Acme"]
    with pytest.raises(UnknownName):
        finder.search(finder.admin, "acme", objects=["nothing"])


def test_a_record_far_behind_others_ones_may_not_see_is_found(finder: Finder) -> None:
    finder.make(finder.bob, "human", name="Acme of Bob")
    finder.fill(finder.ada, "human", [{"name": f"Acme {n}"} for n in range(130)])
    found = finder.search(finder.bob, "acme", limit=2)
    assert [hit.title for hit in found.results] == ["Acme of Bob"]
    assert not found.capped


def test_more_and_capped_say_what_was_left_out(
    finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    finder.make(finder.bob, "human", name="Acme of Bob")
    finder.fill(finder.ada, "human", [{"name": f"Acme {n}"} for n in range(60)])
    enough = finder.search(finder.ada, "acme", limit=5)
    assert (len(enough.results), enough.more, enough.capped) == (5, True, False)
    assert not finder.search(finder.ada, "acme", limit=60).more
    monkeypatch.setattr(search, "MOST_CANDIDATES", 40)
    monkeypatch.setattr(search, "SECOND_LOOK", 4)
    cut = finder.search(finder.bob, "acme", limit=5)
    assert (cut.results, cut.more, cut.capped) == ((), True, True)


def test_frequent_tokens_take_postgres_another_way(
    finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands in more than WIDE rows is met by walking back, in the same order."""
    names = [f"Acme {n}" for n in range(60)]
    finder.fill(finder.ada, "firm", [{"name": name} for name in names])
    usual = finder.titles(finder.ada, "acme", limit=15)
    monkeypatch.setattr(search_finding, "WINDOW", 0)
    assert finder.titles(finder.ada, "acme", limit=15) == usual == names[:-16:-1]
    monkeypatch.setattr(search_finding, "WIDE", 50)
    assert finder.titles(finder.ada, "acme", limit=15) == usual


def test_beginnings_of_many_tokens_are_found_like_those_of_few(
    finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite spells out a beginning of which there are few tokens."""
    names = ["Acme", "Acmea", "Acmeb one", "Acmebc", "Acmé", "Acmf", "Acm"]
    finder.fill(finder.ada, "firm", [{"name": name} for name in names])
    usual = finder.titles(finder.ada, "acme")
    assert usual == ["Acmé", "Acmebc", "Acmeb one", "Acmea", "Acme"]
    assert finder.titles(finder.ada, "acmeb on") == ["Acmeb one"]
    assert finder.titles(finder.ada, "acmeg") == []
    monkeypatch.setattr(search_finding, "MOST_SPELLINGS", 2)
    assert finder.titles(finder.ada, "acme") == usual


def test_a_search_takes_a_handful_of_statements(finder: Finder) -> None:
    finder.fill(finder.ada, "firm", [{"name": f"Acme {n}"} for n in range(30)])
    finder.fill(finder.ada, "human", [{"name": f"Acme {n}"} for n in range(30)])

    def statements(unit) -> int:
        before = unit.statements
        search.search(unit, "acme")
        return unit.statements - before

    assert finder.workspace.look(finder.ada, statements) <= 6


def test_saves_write_their_rows_with_as_many_statements_as_one(finder: Finder) -> None:
    """On SQLite: the place to write to, the place taken, the tokens."""

    def statements(unit) -> int:
        of = unit.model.table("firm")
        changes = [saving.new_change(unit, of.object, {}) for _ in range(50)]
        for change in changes:
            change.values["name"] = "Acme"
        before = unit.statements
        search_indexing.index(unit, of, changes)
        return unit.statements - before

    expected = 3 if finder.workspace.database.is_sqlite else 1
    assert finder.workspace.run(finder.ada, statements) == expected


def test_the_index_can_be_built_anew(finder: Finder) -> None:
    ids = finder.fill(finder.ada, "firm", [{"name": f"Acme {n}", "code": f"x{n}"} for n in "123"])
    finder.change(finder.ada, "firm", ids[0], remark="latest")
    finder.delete(finder.ada, "firm", ids[1])
    before = finder.titles(finder.ada, "acme")

    def again(unit) -> None:
        search_rows.remove(unit, ids[2:])
        assert search_indexing.rebuild(unit, "firm") is None

    finder.workspace.run(SYSTEM, again)
    assert sorted(finder.titles(finder.ada, "acme")) == sorted(before)
    assert len(before) == 2
    assert finder.titles(finder.ada, "acme x1") == ["Acme 1"]


# Lookups ------------------------------------------------------------------------------------


def look_up(finder: Finder, who, text: str = "", filter_: str | None = None) -> list[str]:
    hits = finder.workspace.look(who, lambda unit: search.lookup(unit, "human", text, 5, filter_))
    return [hit.title for hit in hits]


def test_a_lookup_offers_what_fits_and_may_be_seen(finder: Finder) -> None:
    finder.make(finder.bob, "human", name="Acme of Bob")
    finder.fill(finder.ada, "human", [{"name": "Acme 1", "phone": "13800138000"},
                                      {"name": "Acme 2"}, {"name": "Other"}])  # fmt: skip
    assert look_up(finder, finder.ada) == ["Other", "Acme 2", "Acme 1"]
    assert look_up(finder, finder.ada, "acme") == ["Acme 2", "Acme 1"]
    assert look_up(finder, finder.ada, "acme", "not is_blank(phone)") == ["Acme 1"]
    assert look_up(finder, finder.ada, "138 0013") == ["Acme 1"]
    assert look_up(finder, finder.ada, "%") == []
    with pytest.raises(AccessDenied):
        look_up(finder, finder.stranger)
