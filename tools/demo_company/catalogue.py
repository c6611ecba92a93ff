"""What the company sells: labelling and warehouse technology, with software and service."""

from __future__ import annotations

from decimal import Decimal

from .tables import Company, day, read

TEXTS = read("catalogue")
# categories: key, English, Chinese, parent, position; those without a parent are reference data
# products: code, English, Chinese, category, kind, unit, price, cost, months of warranty, details

DISCONTINUED = {"LP-200"}
NEW = {"LA-700": -60, "MT-90": -120, "WMS-C": -200, "RF-G1": -300}

BOOKS = [
    # key, English, Chinese, kind, factor on the list price
    ("book_dealer", "Dealers", "经销商价格表", "dealer", Decimal("0.72")),
    ("book_key", "Key accounts", "大客户价格表", "key_account", Decimal("0.88")),
    ("book_overseas", "Export", "海外价格表", "overseas", Decimal("1.15")),
]
STANDARD_BOOK = "book_standard"


def add_catalogue(company: Company, texts: dict[str, str]) -> None:
    """Categories, products, price books and prices; Chinese names go to ``texts``."""
    for key, english, chinese, parent, position in TEXTS["categories"]:
        company.add("product_category", key, name=english, parent=parent, position=position)
        texts[f"data/{key}.name"] = chinese
    for code, english, chinese, category, kind, unit, price, cost, months, spec in TEXTS[
        "products"
    ]:
        key = product_key(code)
        company.add(
            "product",
            key,
            code=code,
            name=english,
            category=category,
            kind=kind,
            status="discontinued" if code in DISCONTINUED else "active",
            unit=unit,
            specification=spec,
            list_price=Decimal(price),
            cost=Decimal(cost),
            tax_rate=6 if kind in ("service", "subscription") else 13,
            warranty_months=months or None,
            launched_on=day(NEW.get(code, -company.random.randint(800, 1600))),
        )
        texts[f"data/{key}.name"] = chinese
    for key, english, chinese, kind, _ in BOOKS:
        company.add(
            "price_book",
            key,
            name=english,
            kind=kind,
            standard=False,
            active=True,
            valid_from=day(-760),
        )
        texts[f"data/{key}.name"] = chinese
    _add_prices(company)


def product_key(code: str) -> str:
    return "p_" + code.lower().replace("-", "")


def price_in(company: Company, book: str, product: str) -> Decimal:
    """The price of a product in a book, as its price entry says."""
    factor = {key: f for key, _, _, _, f in BOOKS}.get(book, Decimal(1))
    price: Decimal = company.by_key[product]["list_price"] * factor
    step = 1 if price < 1000 else 10
    return Decimal(int(price / step) * step)


def _add_prices(company: Company) -> None:
    number = 0
    for book in (STANDARD_BOOK, *(key for key, *_ in BOOKS)):
        for product in company.of("product"):
            if product["status"] != "active":
                continue
            number += 1
            company.add(
                "price_entry",
                f"pe{number:03d}",
                price_book=book,
                product=product["key"],
                price=price_in(company, book, product["key"]),
                minimum_quantity=1,
                valid_from=day(-760),
            )
