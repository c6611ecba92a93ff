"""Field type picklist."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.metadata.field_types.asking import (
    CONTEXT,
    ZH,
    as_json,
    field,
    option,
    parsed,
    refusal,
    searched,
    shown,
)
from typecase.metadata.field_types import type_of
from typecase.metadata.field_types.base import ValueProblem
from typecase.metadata.field_types.picklist import allowed_options

OPTIONS = (
    option("prospecting", "Cold call"),
    option("negotiation", "Negotiation", was=("haggling",)),
    option("won", "Won"),
)
STAGE = field("picklist", options=OPTIONS)
STAGES = field("multi_picklist", options=OPTIONS)
CITY = field(
    "picklist",
    options=(option("beijing", "Beijing"), option("berlin", "Berlin"), option("bern", "Bern")),
    depends_on={"field": "country", "map": {"cn": ["beijing"], "de": ["berlin"]}},
)


def in_chinese(id_: str, own: str) -> str:
    return {"test:thing.value.won": "赢单"}.get(id_, own)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("won", "won"),
        ("haggling", "negotiation"),
        ("Cold call", "prospecting"),
        (" COLD CALL ", "prospecting"),
        ("赢单", "won"),
    ],
)
def test_by_name_former_name_or_label(raw: str, name: str) -> None:
    assert parsed(STAGE, raw, replace(CONTEXT, label=in_chinese)) == name


def test_an_unknown_one_names_the_nearest() -> None:
    with pytest.raises(ValueProblem) as raised:
        parsed(STAGE, "negotiating")
    assert raised.value.at("stage").text() == (
        "There is no option negotiating. Did you mean negotiation?"
    )
    with pytest.raises(ValueProblem) as raised:
        parsed(STAGE, "zzz")
    assert raised.value.at("stage").text("zh") == "没有选项“zzz”。"


def test_a_label_that_two_options_have_names_neither() -> None:
    twins = field("picklist", options=(option("a", "Same"), option("b", "Same")))
    assert refusal(twins, "Same") == "unknown_option"
    assert parsed(twins, "b") == "b"


def test_options_that_depend_on_another_field() -> None:
    germany = replace(CONTEXT, values={"country": "de"})
    assert parsed(CITY, "Berlin", germany) == "berlin"
    assert refusal(CITY, "beijing", germany) == "option_not_allowed"
    assert refusal(CITY, "beijing", replace(CONTEXT, values={"country": None})) == (
        "option_not_allowed"
    )
    assert refusal(CITY, "beijing", replace(CONTEXT, values={"country": ["de"]})) == (
        "option_not_allowed"
    )
    assert parsed(CITY, "beijing") == "beijing"
    assert [o.name for o in allowed_options(CITY, {"country": "cn"})] == ["beijing"]


def test_shown_in_the_readers_language() -> None:
    chinese = replace(ZH, label=in_chinese)
    assert shown(STAGE, "won", chinese) == "赢单"
    assert shown(STAGE, "gone", chinese) == "gone"
    assert searched(STAGE, "prospecting") == "Cold call"


def test_several_keep_their_order_without_doubles() -> None:
    assert parsed(STAGES, ["won", "Cold call", "won"]) == ("won", "prospecting")
    assert parsed(STAGES, "won；Cold call") == ("won", "prospecting")
    assert parsed(STAGES, []) == ()
    assert as_json(STAGES, ("won",)) == ["won"]
    assert shown(STAGES, ("won", "prospecting"), replace(ZH, label=in_chinese)) == "赢单、Cold call"
    assert refusal(STAGES, ["won", "lost"]) == "unknown_option"


def test_expressions_know_the_options() -> None:
    assert type_of(STAGE).expression_type(STAGE).options == OPTIONS
