"""Writes the demo company of the standard CRM, and the Chinese names of its products.

The same seed gives the same files. Dates are counted from the day of installation.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from demo_company import (  # noqa: E402
    activity,
    catalogue,
    customers,
    deals,
    leads,
    marketing,
    memos,
    money,
    names,
    orders,
    people,
    pool,
    quotes,
    service,
    stages,
)
from demo_company.tables import Company, write_csv  # noqa: E402

PACKAGE = HERE.parent / "apps" / "standard_crm"
ORDER = (
    "product_category",
    "product",
    "price_book",
    "price_entry",
    "competitor",
    "account",
    "account_relation",
    "contact",
    "campaign",
    "opportunity",
    "opportunity_line",
    "lead",
    "campaign_member",
    "quote",
    "quote_line",
    "contract",
    "order",
    "order_line",
    "delivery",
    "invoice",
    "payment_plan",
    "payment",
    "article",
    "ticket",
    "expense",
    "target",
    "task",
    "meeting",
    "call",
    "visit",
    "memo",
)
"""Objects in the order their rows are loaded: what is referred to comes first."""


def invent(seed: int, texts: dict[str, str]) -> Company:
    """The whole company; Chinese names of products and the like are added to ``texts``."""
    company = Company(Random(seed))
    given = names.Names(company)
    catalogue.add_catalogue(company, texts)
    marketing.add_competitors(company)
    customers.add_accounts(company, given)
    customers.add_contacts(company, given)
    marketing.add_campaigns(company)
    deals.add_opportunities(company)
    converted = marketing.credit_campaigns(company)
    orders.date_accounts(company)
    orders.settle_accounts(company)
    quotes.add_quotes(company)
    orders.add_contracts_and_orders(company)
    money.add_receivables(company)
    leads.add_leads(company, given, converted)
    marketing.add_members(company)
    money.add_expenses(company)
    marketing.add_campaign_cost(company)
    service.add_articles(company)
    service.add_tickets(company)
    marketing.add_targets(company)
    activity.add_activities(company)
    memos.add_memos(company)
    pool.let_go(company)
    stages.date_stages(company)
    return company


def write(company: Company, texts: dict[str, str], package: Path) -> None:
    folder = package / "data" / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.csv"):
        old.unlink()
    cases = [*money.submitted(company), *orders.submitted(company)]
    for number, object_ in enumerate(ORDER, 10):
        write_csv(folder, number, object_, company.of(object_))
    write_json(folder / "users.json", "user", people.users())
    write_json(folder / "cases.json", "case", cases)
    write_json(folder / "shares.json", "share", people.shares(company))
    _translate(texts, package / "translations" / "zh.json")


def write_json(path: Path, object_: str, rows: list[people.Row]) -> None:
    lines = ",\n  ".join(json.dumps(row, ensure_ascii=False) for row in rows)
    schema = "../../../../schemas/data.schema.json"
    head = f'{{\n "$schema": "{schema}", "object": "{object_}",'
    path.write_text(f'{head}\n "rows": [\n  {lines}\n ]\n}}\n', "utf-8")


def _translate(texts: dict[str, str], path: Path) -> None:
    """Puts the Chinese names of the demo's own products beside the package's translations."""
    known = json.loads(path.read_text("utf-8"))
    known["texts"] = dict(sorted({**known["texts"], **texts}.items()))
    path.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", "utf-8")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seed", type=int, default=20160427)
    arguments.add_argument("--package", type=Path, default=PACKAGE, help="folder of the package")
    chosen = arguments.parse_args()
    texts: dict[str, str] = {}
    company = invent(chosen.seed, texts)
    write(company, texts, chosen.package)
    for object_ in ORDER:
        print(f"{len(company.of(object_)):6} {object_}")


if __name__ == "__main__":
    main()
