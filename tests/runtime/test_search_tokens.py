"""The tokens of texts and of what is typed, without any database."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin

from typecase.resources import data_folder
from typecase.runtime import pinyin
from typecase.runtime.search_tokens import LONGEST_TEXT, MOST_TOKENS, holds, parse, tokens

CHINESE = st.text(
    st.sampled_from("上海北京重庆银行长沙科技有限公司张三李四王小明曾单仇绿女儿东方红行乐"),
    min_size=1, max_size=12,
)  # fmt: skip
WORDS = st.text(st.characters(codec="utf-8"), max_size=40)


def finds(text: str, typed: str, sort: str = "text") -> bool:
    found = tokens(text, sort)
    words = parse(typed)
    return bool(words) and all(holds(found, word) for word in words)


def test_the_table_of_readings_is_current() -> None:
    made = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "make_readings.py"))
    assert (data_folder("runtime") / "readings.txt").read_text("utf-8") == made["text"]()


@given(CHINESE)
def test_readings_are_those_of_pypinyin(run: str) -> None:
    assert list(pinyin.syllables(run)) == lazy_pinyin(run)
    toned = lazy_pinyin(run, style=Style.TONE3, neutral_tone_with_five=True)
    assert list(pinyin.with_tones(run)) == toned


@given(CHINESE, st.data())
def test_any_two_characters_find_a_name(run: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, max(0, len(run) - 2)))
    assert finds(run, run[start : start + 2]) or len(run) - start < 2


@given(CHINESE)
def test_the_whole_pinyin_and_the_initials_find_a_name(run: str) -> None:
    spoken = lazy_pinyin(run)
    assert finds(run, "".join(spoken))
    if len(run) > 1:
        assert finds(run, "".join(s[0] for s in spoken))


@given(WORDS, WORDS)
def test_a_text_is_found_by_itself_and_nothing_raises(text: str, other: str) -> None:
    if parse(text):
        assert finds(f"{other} {text}", text) or len(tokens(f"{other} {text}")) == MOST_TOKENS
    finds(text, other)
    finds(text, other, "phone")


@given(WORDS)
def test_tokens_hold_nothing_that_means_something_to_a_database(text: str) -> None:
    for token in (*tokens(text), *tokens(text, "phone")):
        bare = token[1:] if token[0] in "~^" else token
        assert bare and not any(sign in bare for sign in " \t\n\0'\"~^@=*:&|!()<>\\_")


def test_long_texts_have_a_bound() -> None:
    assert len(tokens("科技" * LONGEST_TEXT)) <= MOST_TOKENS
    assert len(tokens(" ".join(f"word{n}" for n in range(5_000)))) == MOST_TOKENS


@pytest.mark.parametrize(
    ("text", "typed"),
    [("Straße", "strasse"), ("ＡＢＣ", "abc"), ("naïve café", "cafe naive"),
     ("ЗАО Ромашка", "рома"),
     ("東京カメラ", "カメラ"), ("삼성전자", "전자"), ("A4纸张", "a4"), ("SO-2026-0007", "so"),
     ("x2026", "2026"), ("O'Brien", "o'brien"), ("重庆银行", "chongqingyinhang")],
)  # fmt: skip
def test_scripts_of_the_world(text: str, typed: str) -> None:
    assert finds(text, typed)


@pytest.mark.parametrize(
    ("phone", "typed", "found"),
    [("+86 138 0013 8000", "13800138000", True), ("13800138000", "+86 138 0013 8000", True),
     ("13800138000", "0086-13800138000", True), ("021-5888 1234", "58881234", True),
     ("+49 30 901820", "+49 (30) 901820", True), ("13800138000", "13800138001", False),
     ("13800138000", "3800", True), ("13800138000", "huawei", False)],
)  # fmt: skip
def test_telephone_numbers(phone: str, typed: str, found: bool) -> None:
    assert finds(phone, typed, "phone") is found


@pytest.mark.parametrize("typed", ["", " ", "%", "_", "\\", "--", "()", "~", "@", "=", "'\"", "。"])
def test_signs_alone_ask_for_nothing(typed: str) -> None:
    assert parse(typed) == ()
