"""Gateways in packages: every place leads somewhere, and nothing is asked in the open."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.builders import a_package, an_object
from typecase.errors import DefinitionsInvalid
from typecase.metadata.composing import compose
from typecase.metadata.gateways import gateways_of

GATEWAY: dict[str, Any] = {
    "name": "gate", "label": "Gate", "kind": "message",
    "settings": [{"name": "key", "label": "Key", "secret": True}],
    "message": {
        "address": "https://sms.example.com/v1",
        "headers": {"Authorization": {"join": ["Bearer ", {"place": "account.key"}]}},
        "fields": {"messages": [{"to": {"place": "number"}, "text": {"place": "text"}}]},
    },
}  # fmt: skip


def problems(gateway: dict[str, Any], *hosts: str) -> list[str]:
    package = a_package(
        an_object("deal"), {"plugins.json": {"plugins": [gateway]}}, asks={"hosts": list(hosts)}
    )
    try:
        catalog = compose([package], version=1)
    except DefinitionsInvalid as error:
        return [f"{each.pointer}: {each.text()}" for each in error.problems]
    (found,) = gateways_of(catalog)
    assert found.name == "gate"
    return []


def test_a_good_one_is_taken() -> None:
    assert problems(GATEWAY, "sms.example.com") == []


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("address", "http://sms.example.com", "begins with https://"),
        ("address", "https://other.example.com", "No manifest asks for other.example.com"),
        ("address", {"place": "number"}, "There is no place number here"),
        ("path", [{"place": "text"}], "There is no place text here"),
        ("headers", {"X": {"place": "account.kay"}}, "Did you mean account.key?"),
        ("headers", {"X": {"basic": ["only"]}}, "two parts"),
        ("headers", {"X": {"place": "text"}}, "There is no place text here"),
        ("fields", {"to": {"place": "number"}}, "is told the number and the text"),
        ("fields", {"to": {"place": "number"}, "x": {"place": "txt"}}, "Did you mean text?"),
        ("fields", {"a": {"join": [{"place": "number"}, 3]}}, "texts and places"),
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_told(key: str, value: Any, said: str) -> None:
    gateway = deepcopy(GATEWAY)
    gateway["message"][key] = value
    assert any(said in each for each in problems(gateway, "sms.example.com"))


def test_a_form_holds_no_structure() -> None:
    gateway = deepcopy(GATEWAY)
    gateway["message"]["format"] = "form"
    assert any("holds no lists" in each for each in problems(gateway, "sms.example.com"))


@pytest.mark.parametrize("change", [{"kind": "lookup"}, {"message": None}])
def test_kind_and_description_belong_together(change: dict[str, Any]) -> None:
    gateway = {k: v for k, v in {**GATEWAY, **change}.items() if v is not None}
    assert any("of the kind message" in each for each in problems(gateway, "sms.example.com"))
