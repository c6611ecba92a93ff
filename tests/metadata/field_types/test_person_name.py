"""Field type person_name."""

from __future__ import annotations

import pytest

from tests.metadata.field_types.asking import EN, ZH, field, parsed, refusal, searched, shown

NAME = field("person_name")


@pytest.mark.parametrize(
    ("raw", "family", "given", "text"),
    [
        ("王芳", "王", "芳", "王芳"),
        ("欧阳娜娜", "欧阳", "娜娜", "欧阳娜娜"),
        ("Mia Chen", "Chen", "Mia", "Mia Chen"),
        ("Ada Augusta Lovelace", "Lovelace", "Ada Augusta", "Ada Augusta Lovelace"),
        ("Lovelace, Ada", "Lovelace", "Ada", "Ada Lovelace"),
    ],
)
def test_the_script_decides_the_order(raw: str, family: str, given: str, text: str) -> None:
    value = parsed(NAME, raw)
    assert value == {"family": family, "given": given}
    assert shown(NAME, value, EN) == shown(NAME, value, ZH) == text


def test_titles_and_middle_names() -> None:
    assert shown(NAME, {"title": "Dr", "family": "Ng", "given": "A", "middle": "B"}) == "Dr A B Ng"
    assert shown(NAME, {"title": "女士", "family": "王", "given": "芳"}) == "王芳女士"


def test_the_index_knows_a_chinese_name_in_one_piece() -> None:
    assert searched(NAME, {"given": "芳", "family": "王"}) == "王 芳 王芳"
    assert searched(NAME, {"given": "Mia", "family": "Chen"}) == "Chen Mia"


def test_refused() -> None:
    assert refusal(NAME, {"nickname": "x"}) == "unknown_part"
    assert refusal(NAME, ["王", "芳"]) == "not_an_object"
