"""Field type autonumber."""

from __future__ import annotations

from tests.metadata.field_types.asking import field, refusal, searched, shown
from typecase.metadata.field_types import type_of

NUMBER = field("autonumber", numbering="quote_number")


def test_nobody_writes_it() -> None:
    assert type_of(NUMBER).computed
    assert refusal(NUMBER, "Q-1") == "read_only"


def test_it_is_found_and_shown_as_it_is() -> None:
    assert shown(NUMBER, "Q-202611-00042") == searched(NUMBER, "Q-202611-00042")
