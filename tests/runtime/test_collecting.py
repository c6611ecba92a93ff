"""What lives as long as a catalog is not looked through by each collection, and goes with it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from typecase.runtime import collecting


class Ring:
    """Goes only when the collector looks at it."""

    def __init__(self) -> None:
        self.self = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_a_catalog_brings_is_looked_through_once_and_again_when_it_is_replaced() -> None:
    ring = Ring()
    gone = weakref.ref(ring)
    collecting.replaced()
    gc.collect()
    assert gc.get_freeze_count() > 0
    del ring
    gc.collect()
    assert gone() is not None, "set aside"
    collecting.replaced()
    gc.collect()
    assert gone() is None


def test_a_young_collection_sets_nothing_aside() -> None:
    collecting.replaced()
    gc.unfreeze()
    gc.collect(1)
    assert gc.get_freeze_count() == 0
