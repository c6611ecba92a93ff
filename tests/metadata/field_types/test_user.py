"""Field type user."""

from __future__ import annotations

from dataclasses import replace

from tests.metadata.field_types.asking import EN, ONE, TWO, field, parsed, refusal, shown
from typecase.metadata.field_types import type_of

PERSON, PEOPLE = field("user"), field("multi_user")


def test_a_person_by_id() -> None:
    assert parsed(PERSON, f" {ONE.upper()} ") == ONE
    assert refusal(PERSON, "mia") == "not_an_id"
    assert shown(PERSON, ONE, replace(EN, titles={ONE: "Mia Chen"})) == "Mia Chen"


def test_several_people() -> None:
    assert parsed(PEOPLE, [TWO, ONE, TWO]) == (TWO, ONE)
    assert refusal(PEOPLE, [ONE, "mia"]) == "not_an_id"


def test_paths_go_on_through_a_person() -> None:
    assert type_of(PERSON).expression_type(PERSON).targets == ("user",)
