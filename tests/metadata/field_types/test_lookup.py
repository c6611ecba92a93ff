"""Field type lookup."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.metadata.field_types.asking import (
    CONTEXT,
    EN,
    ONE,
    TWO,
    as_json,
    field,
    parsed,
    refusal,
    searched,
    shown,
)
from typecase.metadata.field_types import type_of
from typecase.metadata.field_types.base import StorageKind

ACCOUNT = field("lookup", targets=("account",))
EITHER = field("lookup", targets=("account", "contact"))
MANY = field("multi_lookup", targets=("account",))


def test_one_target_is_an_id() -> None:
    assert parsed(ACCOUNT, ONE.upper()) == ONE
    assert type_of(ACCOUNT).storage(ACCOUNT).kind is StorageKind.ID
    assert type_of(ACCOUNT).parts(ACCOUNT) == ()


@pytest.mark.parametrize("raw", ["x", "", ONE[:-1], f"{{{ONE}}}", f"urn:uuid:{ONE}", 7, [ONE]])
def test_what_is_no_id_is_refused(raw: Any) -> None:
    assert refusal(ACCOUNT, raw) == "not_an_id"


@pytest.mark.parametrize("raw", [{"object": "contact", "id": ONE}, f"contact:{ONE.upper()}"])
def test_several_targets_are_named_with_the_id(raw: Any) -> None:
    assert parsed(EITHER, raw) == ("contact", ONE)
    assert as_json(EITHER, ("contact", ONE)) == f"contact:{ONE}"


def test_the_object_may_stand_in_the_part_beside_it() -> None:
    beside = replace(CONTEXT, values={"value_object": "contact"})
    assert parsed(EITHER, ONE, beside) == ("contact", ONE)
    assert parsed(EITHER, f"account:{ONE}", beside) == ("account", ONE)
    assert refusal(EITHER, ONE) == "wrong_object"
    assert refusal(EITHER, ONE, replace(CONTEXT, values={"value_object": ["contact"]})) == (
        "wrong_object"
    )
    assert type_of(EITHER).parts(EITHER) == ("value_object",)
    assert type_of(EITHER).storage(EITHER).kind is StorageKind.LINK


def test_an_object_that_is_no_target_is_refused() -> None:
    assert refusal(EITHER, f"user:{ONE}") == "wrong_object"
    assert refusal(EITHER, {"object": ["account"], "id": ONE}) == "wrong_object"


def test_shown_by_title() -> None:
    how = replace(EN, titles={ONE: "Acme", TWO: "Globex"})
    assert shown(ACCOUNT, ONE, how) == shown(EITHER, ("account", ONE), how) == "Acme"
    assert shown(MANY, (TWO, ONE), how) == "Globex, Acme"
    assert searched(ACCOUNT, ONE) == searched(MANY, (ONE,)) == ""


def test_several_records() -> None:
    assert parsed(MANY, [TWO, ONE, TWO]) == parsed(MANY, f"{TWO}, {ONE}") == (TWO, ONE)
    assert refusal(MANY, [ONE] * 501) == "too_many"
    assert refusal(MANY, {"id": ONE}) == "not_a_list"
