"""Field type master."""

from __future__ import annotations

from tests.metadata.field_types.asking import ONE, field, parsed, refusal
from typecase.metadata.field_types import type_of
from typecase.metadata.field_types.base import StorageKind

ORDER = field("master", targets=("order",))


def test_a_master_is_one_record() -> None:
    assert parsed(ORDER, ONE) == ONE
    assert refusal(ORDER, [ONE]) == "not_an_id"
    assert type_of(ORDER).storage(ORDER).kind is StorageKind.ID
    assert type_of(ORDER).expression_type(ORDER).targets == ("order",)
