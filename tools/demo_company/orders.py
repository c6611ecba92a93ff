"""Contracts, orders and deliveries of the deals that were won."""

from __future__ import annotations

from .people import ASSISTANT, language_of
from .tables import Company, Row, day, line_total, moment, money


def add_contracts_and_orders(company: Company) -> None:
    """A contract for the larger deals, out for signature or signed; an order for every won deal."""
    for deal in sorted(company.of("opportunity"), key=lambda deal: deal["_close"]):
        large = deal.get("amount", 0) > 30000
        if deal["stage"] == "signing" or (deal["stage"] == "won" and large):
            _add_contract(company, deal)
        if deal["stage"] == "won":
            _add_order(company, deal)


def _add_contract(company: Company, deal: Row) -> None:
    account, signed = company.by_key[deal["account"]], deal["_close"]
    active = deal["stage"] == "won"
    quote = deal.get("_quote")
    department = (
        "overseas"
        if account["region"] == "overseas"
        else "keyacc"
        if account["employees"] > 600
        else "direct"
    )
    deal["_contract"] = company.add(
        "contract",
        f"ctr{len(company.of('contract')) + 1:03d}",
        owner=deal["owner"],
        created_at=moment(min(signed, 0) - 5, 15),
        name=deal["name"],
        account=account["key"],
        opportunity=deal["key"],
        quote=quote["key"] if quote else None,
        department=department,
        type="sales",
        status="active" if active else "sent",
        amount=deal["amount"],
        settlement=quote["settlement"] if quote else "deposit",
        signed_on=day(signed) if active else None,
        starts_on=day(signed) if active else None,
        ends_on=day(signed + 365) if active else None,
        our_signatory="manager" if active else None,
        signatory=deal["contact"] if active else None,
    )


def _add_order(company: Company, deal: Row) -> None:
    random, account = company.random, company.by_key[deal["account"]]
    ordered = min(deal["_close"] + random.randint(0, 5), 0)
    due = ordered + random.choice((10, 14, 21, 30))
    done = due + random.randint(-4, 12) < 0
    status = "completed" if done else "delivering" if ordered < -8 else "confirmed"
    quote, contract = deal.get("_quote"), deal.get("_contract")
    number = len(company.of("order")) + 1
    order = company.add(
        "order",
        f"ord{number:03d}",
        owner=deal["owner"],
        created_at=moment(ordered, 14),
        created_by=ASSISTANT if company.chance(0.6) else deal["owner"],
        account=account["key"],
        opportunity=deal["key"],
        quote=quote["key"] if quote else None,
        contract=contract["key"] if contract else None,
        contact=deal["contact"],
        status=status,
        ordered_on=day(ordered),
        delivery_due=day(due),
        price_book=deal["price_book"],
        settlement=quote["settlement"] if quote else "on_account",
        customer_reference=f"PO{random.randint(10000, 99999)}" if company.chance(0.5) else None,
        erp_number=f"ERP{number + 20000}" if company.chance(0.8) else None,
        shipping_address=account["address"],
        _ordered=ordered,
        _due=due,
        _deal=deal,
        delivery_status="full"
        if done
        else "partial"
        if status == "delivering" and company.chance(0.5)
        else "none",
    )
    for place, line in enumerate(deal["_lines"], 1):
        share = {"full": 1.0, "partial": 0.5, "none": 0.0}[order["delivery_status"]]
        company.add(
            "order_line",
            f"{order['key']}.{place}",
            order=order["key"],
            product=line["product"],
            quantity=line["quantity"],
            price=line["price"],
            discount=line["discount"],
            delivered=int(line["quantity"] * share),
        )
    order["_total"] = sum(line_total(line) for line in deal["_lines"])
    deal["_order"] = order
    _add_deliveries(company, order)


def submitted(company: Company) -> list[Row]:
    """Orders of today: drafts that wait for their review, so nothing is delivered or due yet."""
    invoiced = {row["order"] for row in company.of("invoice")}
    waiting = [
        row
        for row in company.of("order")
        if (row["status"], row["ordered_on"]) == ("confirmed", day(0))
        and row["key"] not in invoiced
    ]
    for row in waiting:
        row.update(status="draft", erp_number=None)
    keys = {row["key"] for row in waiting}
    for name in ("delivery", "payment_plan"):
        company.rows[name] = [row for row in company.of(name) if row["order"] not in keys]
    return [
        {"key": f"case_{row['key']}", "record": row["key"], "by": row["owner"]} for row in waiting
    ]


CARRIERS = {"sf": 0.3, "deppon": 0.3, "jd": 0.2, "own": 0.12, "pickup": 0.08}


def _add_deliveries(company: Company, order: Row) -> None:
    random = company.random
    status = order["delivery_status"]
    parts = 2 if status == "full" and company.chance(0.3) else 1
    for part in range(parts):
        number = len(company.of("delivery")) + 1
        planned = order["_due"] - 5 - 4 * (parts - 1 - part)
        shipped = status in ("full", "partial")
        shipped_on = min(max(planned + random.randint(-2, 3), order["_ordered"]), -1)
        arrived = shipped and shipped_on < -4
        abroad = company.by_key[order["account"]]["region"] == "overseas"
        company.add(
            "delivery",
            f"del{number:03d}",
            order=order["key"],
            status="delivered" if arrived else "shipped" if shipped else "preparing",
            planned_on=day(planned),
            shipped_on=day(shipped_on) if shipped else None,
            delivered_on=day(shipped_on + random.randint(1, 3)) if arrived else None,
            carrier=random.choice(("dhl", "sea")) if abroad else company.weighted(CARRIERS),
            tracking_number=f"TN{random.randint(10**9, 10**10 - 1)}" if shipped else None,
            recipient=company.by_key[order["contact"]]["name"],
            address=order["shipping_address"],
            contents=("整单发货" if language_of(order["owner"]) == "zh" else "Complete order")
            if parts == 1
            else None,
        )


def date_accounts(company: Company) -> None:
    """Nobody sells to an account before it is there: those with early deals are older."""
    for deal in company.of("opportunity"):
        account = company.by_key[deal["account"]]
        if deal["_created"] <= account["_created"]:
            account["_created"] = deal["_created"] - company.random.randint(1, 15)
            account["created_at"] = moment(account["_created"], 10)
    for contact in company.of("contact"):
        contact["created_at"] = company.by_key[contact["account"]]["created_at"]


def settle_accounts(company: Company) -> None:
    """Customers by what they bought; a few dealers, partners and lapsed ones."""
    for account in company.of("account"):
        spent = account.get("_spent", 0)
        if spent:
            account["type"] = "dealer" if account["type"] == "dealer" else "customer"
            account["level"] = (
                "diamond"
                if spent > 700_000
                else "gold"
                if spent > 350_000
                else "silver"
                if spent > 120_000
                else "standard"
            )
            account["credit_limit"] = money(max(20000, int(spent / 3 / 10000) * 10000))
        elif account["type"] == "dealer":
            continue
        elif company.chance(0.06):
            account["type"] = "partner"
        elif company.chance(0.04):
            account["type"], account["status"] = "former", "on_hold"
