"""One cheque over two stores, settled on a page in Chinese, as the head office does it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.apps.chain import Chain
from tests.browser.conftest import Served
from tests.web.pages.site import Site
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage.people import create_person, load_actor
from typecase.web.app import create_app


class ChainSite(Site):
    """The chain with a customer who owes both stores, and a cheque."""

    def __init__(self, database: str, folder: Path) -> None:
        self.shop = chain = Chain(database, folder)
        row = {"login": "song", "name": "宋佳", "role": "ps_head_finance", "language": "zh"}
        with chain.workspace.write(SYSTEM) as unit:
            id_ = create_person(unit, row, None)
            self.shop.song = load_actor(unit.connection, id_, 0, unit.catalog)
        self.app = create_app(chain.platform)
        chain.debt(chain.a, "100000")
        self.names = {"debt": chain.debt(chain.b, "200000"), "cheque": chain.cheque("250000")}


@pytest.fixture
def chain(sqlite_database: str, tmp_path: Path) -> Iterator[Served]:
    served = Served(ChainSite(sqlite_database, tmp_path))
    yield served
    served.close()


def amount(row: int) -> str:
    return f"[name='allocations.{row}.amount']"


def test_a_cheque_is_settled_across_two_stores(chain: Served, open_page) -> None:
    cheque = chain.site.names["cheque"]
    page = open_page(chain, "song", f"/o/ps_receipt/{cheque}")
    page.locator("[data-action=settle_across_stores]").click()
    expect(page.locator("h1")).to_have_text("跨店销帐")
    expect(page.locator("tbody tr").nth(0)).to_contain_text("Store A")
    expect(page.locator("tbody tr").nth(1)).to_contain_text("Store B")
    expect(page.locator(amount(0))).to_have_value("100000")
    page.click(".form-actions .btn-primary")
    expect(page.locator(".form-card .field-error")).to_contain_text("必须等于收款金额")
    page.fill(amount(0), "50000")
    page.fill(amount(1), "200000.01")
    page.fill(amount(0), "49999.99")
    page.click(".form-actions .btn-primary")
    expect(page.locator("tbody tr").nth(1).locator(".field-error")).to_contain_text("超过未结金额")
    expect(page.locator(amount(0))).to_have_value("49999.99")
    page.fill(amount(0), "100000")
    page.fill(amount(1), "150000")
    page.click(".form-actions .btn-primary")
    expect(page.locator(".toast-note")).to_contain_text("各门店的销帐凭证已生成")
    expect(page.locator("main")).to_contain_text("已结清")
    vouchers = page.locator("main tbody tr")
    expect(vouchers).to_have_count(2)
    expect(page.locator("main")).to_contain_text("150,000.00")
    debt = chain.site.names["debt"]
    page.goto(f"{chain.url}/o/ps_receivable/{debt}")
    expect(page.locator("main")).to_contain_text("50,000.00")
