"""Field type file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.metadata.field_types.asking import EN, ONE, field, parsed, refusal, searched, shown


@pytest.mark.parametrize("type_", ["file", "image"])
def test_a_file_by_its_id(type_: str) -> None:
    of = field(type_)
    assert parsed(of, ONE.upper()) == ONE
    assert refusal(of, "../../etc/passwd") == "not_an_id"
    assert shown(of, ONE, replace(EN, titles={ONE: "offer.pdf"})) == "offer.pdf"
    assert searched(of, ONE) == ""
