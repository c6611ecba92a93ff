"""Sums under a list: at once below a short one, when asked for below a long one."""

from __future__ import annotations

import pytest

from tests.web.pages.site import Site
from typecase.runtime.storage import listing
from typecase.web import list_pages


def test_a_long_list_is_added_up_when_asked(desk: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        desk.add(desk.shop.boss, f"t{number}", "ticket", name=f"T{number}")
    browser = desk.browser("boss")
    short = browser.get("/o/ticket?view=summed").text
    assert '<td class="num">9</td>' in short and "Add up all" not in short

    monkeypatch.setattr(list_pages, "PAGE_ROWS", 1)
    monkeypatch.setattr(listing, "CAPPED_COUNT", 2)
    long = browser.get("/o/ticket?view=summed&sort=name").text
    assert "<tfoot>" not in long
    assert "/o/ticket?view=summed&amp;sort=name&amp;totals=all" in long
    added = browser.get("/o/ticket?view=summed&sort=name&totals=all").text
    assert '<td class="num">9</td>' in added and "Add up all" not in added
