"""What follows an order: instalments, invoices, payments; and what people spend."""

from __future__ import annotations

from decimal import Decimal

from .people import FINANCE, SALES, language_of
from .tables import Company, Row, day, moment, money

# terms of payment → instalments: condition, share, days after the order (or the delivery date)
TERMS = {
    "prepaid": [("signing", 100, "order", 3)],
    "deposit": [("signing", 30, "order", 5), ("delivery", 70, "due", 10)],
    "stages": [
        ("signing", 30, "order", 7),
        ("acceptance", 60, "due", 25),
        ("warranty", 10, "due", 365),
    ],
    "monthly": [("period", 100, "due", 30)],
    "on_account": [("period", 100, "due", 0)],
}
NAMES = {
    "zh": {
        "signing": "首付款",
        "delivery": "发货款",
        "acceptance": "验收款",
        "period": "账期款",
        "warranty": "质保金",
    },
    "en": {
        "signing": "Deposit",
        "delivery": "On delivery",
        "acceptance": "On acceptance",
        "period": "On account",
        "warranty": "Retention",
    },
}
PAYS = {"early": 0.25, "on_time": 0.4, "late": 0.25, "very_late": 0.1}
DELAY = {"early": (-6, -1), "on_time": (0, 3), "late": (4, 25), "very_late": (30, 120)}


def add_receivables(company: Company) -> None:
    for order in company.of("order"):
        account = company.by_key[order["account"]]
        rest = Decimal(order["_total"])
        terms = TERMS[order["settlement"]]
        for condition, share, base, days in terms:
            last = condition == terms[-1][0]
            amount = rest if last else money(order["_total"] * share / 100)
            rest -= amount
            start = order["_ordered"] if base == "order" else order["_due"]
            due = start + (days or account["payment_days"])
            plan = _add_plan(company, order, condition, share, due, amount)
            _invoice_and_pay(company, order, plan, due, amount)
    for contract in company.of("contract"):
        _complete(company, contract)
    _add_unmatched(company)


def _add_plan(
    company: Company, order: Row, condition: str, share: int, due: int, amount: Decimal
) -> Row:
    language = company.by_key[order["account"]]["_language"]
    return company.add(
        "payment_plan",
        f"pp{len(company.of('payment_plan')) + 1:03d}",
        account=order["account"],
        contract=order["contract"],
        order=order["key"],
        name=NAMES[language][condition],
        condition=condition,
        due_on=day(due),
        amount=amount,
        share=share,
    )


def _invoice_and_pay(company: Company, order: Row, plan: Row, due: int, amount: Decimal) -> None:
    random, account = company.random, company.by_key[order["account"]]
    issued = max(due - random.randint(3, 8), order["_ordered"])
    if issued > -1:
        return
    abroad = account["region"] == "overseas"
    number = len(company.of("invoice")) + 1
    draft = issued > -9 and company.chance(0.5)
    invoice = company.add(
        "invoice",
        f"inv{number:03d}",
        account=account["key"],
        order=order["key"],
        contract=order["contract"],
        type="commercial" if abroad else "vat_special",
        status="draft" if draft else "issued",
        created_at=moment(issued, 16),
        created_by=FINANCE,
        tax_number=None
        if abroad or draft
        else f"25312{random.randint(10**7, 10**8 - 1)}{number:07d}",
        issued_on=day(issued),
        due_on=day(due),
        total=amount,
        tax_rate=0 if abroad else 13,
    )
    paid_on = due + random.randint(*DELAY[company.weighted(PAYS)])
    if draft or paid_on < issued:
        paid_on = max(paid_on, issued)
    if draft or paid_on > -1 or company.chance(0.03):
        if not draft and company.chance(0.12):
            _add_payment(company, invoice, plan, money(amount / 2), -random.randint(0, 3))
        elif not draft and company.chance(0.3):
            _add_payment(company, invoice, plan, amount, random.randint(1, 6), "announced")
        return
    if amount > 50000 and company.chance(0.2):
        first = money(amount * random.choice((30, 40, 50)) / 100)
        _add_payment(company, invoice, plan, first, paid_on)
        second = paid_on + random.randint(5, 40)
        if second < 0:
            _add_payment(company, invoice, plan, amount - first, second)
        return
    _add_payment(company, invoice, plan, amount, paid_on)


def _add_payment(
    company: Company,
    invoice: Row,
    plan: Row,
    amount: Decimal,
    on: int,
    status: str = "received",
) -> None:
    number = len(company.of("payment")) + 1
    company.add(
        "payment",
        f"pay{number:03d}",
        account=invoice["account"],
        invoice=invoice["key"],
        plan=plan["key"],
        order=invoice["order"],
        contract=invoice["contract"],
        status=status,
        created_at=moment(min(on, -1), 17),
        created_by=FINANCE,
        amount=amount,
        received_on=day(on),
        method=company.weighted(
            {"transfer": 0.8, "acceptance": 0.12, "wechat_pay": 0.04, "cheque": 0.04}
        ),
        bank_reference=_reference(company) if status == "received" else None,
    )
    if status == "received":
        plan["_paid"] = plan.get("_paid", 0) + amount


def _add_unmatched(company: Company) -> None:
    """Money that came without saying what for: somebody has to find its invoice."""
    customers = [a for a in company.of("account") if a.get("_won")]
    for account in company.random.sample(customers, 4):
        company.add(
            "payment",
            f"pay{len(company.of('payment')) + 1:03d}",
            account=account["key"],
            status="received",
            created_at=moment(-2, 17),
            created_by=FINANCE,
            amount=money(company.random.randint(2, 20) * 1000),
            received_on=day(-company.random.randint(1, 6)),
            method="transfer",
            bank_reference=_reference(company),
        )


def _reference(company: Company) -> str:
    return f"BK{company.random.randint(10**9, 10**10 - 1)}"


def _complete(company: Company, contract: Row) -> None:
    plans = [p for p in company.of("payment_plan") if p["contract"] == contract["key"]]
    orders = [o for o in company.of("order") if o["contract"] == contract["key"]]
    paid = plans and all(p.get("_paid", 0) == p["amount"] for p in plans)
    if paid and all(order["delivery_status"] == "full" for order in orders):
        contract["status"] = "completed"


EXPENSES = 420
SPENT = {
    "travel": (0.3, (400, 3800), "出差至{place}", "Trip to {place}"),
    "meals": (0.25, (120, 1600), "客户招待", "Dinner with the customer"),
    "transport": (0.2, (20, 260), "市内交通", "Taxi"),
    "gifts": (0.08, (100, 900), "节日礼品", "Seasonal gifts"),
    "samples": (0.1, (80, 1200), "寄送样品", "Samples sent"),
    "bidding": (0.07, (300, 2500), "投标文件制作", "Tender documents"),
}


def add_expenses(company: Company) -> None:
    random = company.random
    deals = [d for d in company.of("opportunity") if d["owner"] in SALES]
    for _ in range(EXPENSES):
        deal = random.choice(deals)
        account = company.by_key[deal["account"]]
        category = company.weighted({name: s[0] for name, s in SPENT.items()})
        _, (low, high), chinese, english = SPENT[category]
        text = chinese if language_of(deal["owner"]) == "zh" else english
        on = random.randint(deal["_created"], min(deal["_close"], -1))
        spend(
            company,
            deal["owner"],
            category,
            text.format(place=account["address"]["city"]),
            money(random.randint(low, high)),
            on,
            account=account["key"],
            opportunity=deal["key"],
        )


def submitted(company: Company) -> list[Row]:
    """Expenses that wait for approval: drafts that their owners submit when they are loaded."""
    waiting = [row for row in company.of("expense") if row["status"] == "submitted"]
    for row in waiting:
        row["status"] = "draft"
    return [
        {"key": f"case_{row['key']}", "record": row["key"], "by": row["owner"]} for row in waiting
    ]


def spend(
    company: Company, owner: str, category: str, text: str, amount: Decimal, on: int, **tied: str
) -> None:
    """An expense claim; old ones are reimbursed."""
    if on < -30:
        status = "reimbursed" if company.chance(0.95) else "rejected"
    else:
        status = company.weighted({"draft": 0.15, "submitted": 0.35, "approved": 0.5})
    company.add(
        "expense",
        f"exp{len(company.of('expense')) + 1:03d}",
        owner=owner,
        name=text,
        created_at=moment(on, 18),
        category=category,
        amount=amount,
        spent_on=day(on),
        status=status,
        reimbursed_on=day(on + 14) if status == "reimbursed" else None,
        **tied,
    )
