"""Service: articles of the knowledge base, and tickets of customers about what they bought."""

from __future__ import annotations

from .catalogue import product_key
from .people import SERVICE
from .tables import Company, Row, day, moment, read, working_time

TICKETS = 340
TEXTS = read("service")
ARTICLES = TEXTS["articles"]
CASES = {(category, sub, kind): rest for category, sub, kind, *rest in TEXTS["cases"]}
GOODS = ("LP-420", "LP-430", "MT-65", "MT-50", "LP-230", "SC-25W", "VT-10", "LP-210")


def add_articles(company: Company) -> None:
    random = company.random
    for number, (topic, code, audience, title, summary, steps) in enumerate(ARTICLES, 1):
        on = -random.randint(30, 700)
        status = "published" if number % 9 else "draft"
        company.add(
            "article",
            f"art{number:02d}",
            owner=company.weighted(SERVICE),
            created_at=moment(on, 11),
            title=title,
            topic=topic,
            status=status,
            audience=audience,
            product=product_key(code) if code else None,
            summary=summary,
            body=f"<p>{summary}</p><ol>{''.join(f'<li>{step}</li>' for step in steps)}</ol>",
            published_on=day(on + 3) if status == "published" else None,
            review_on=day(on + 365),
        )


def add_tickets(company: Company) -> None:
    """Customers report; recent tickets are still open, old ones closed."""
    days = sorted(-int(720 * company.random.random() ** 1.2) for _ in range(TICKETS))
    orders = [o for o in company.of("order") if o["_ordered"] < -20]
    for number, created in enumerate(days, 1):
        bought = [o for o in orders if o["_ordered"] < created] or orders[:1]
        _add_ticket(company, f"tic{number:03d}", company.random.choice(bought), created)
    # One that came in yesterday waits for the customer: its clock stands still, in time.
    waiting = next(t for t in company.of("ticket") if t["_created"] == -1)
    waiting |= {"status": "waiting_customer", "first_reply_at": moment(-1, 10, 30)}


def _add_ticket(company: Company, key: str, order: Row, created: int) -> None:
    random = company.random
    account = company.by_key[order["account"]]
    chinese = account["_language"] == "zh"
    category, subcategory, kind = case = company.weighted({k: c[0] for k, c in CASES.items()})
    subject, solution = CASES[case][1 if chinese else 2]
    code = random.choice(GOODS)
    software = category == "software"
    status = _status(company, created)
    solved = status in ("resolved", "closed")
    hours = random.choice((1, 2, 4, 6))
    contact = random.choice([c for c in company.of("contact") if c["account"] == account["key"]])
    company.add(
        "ticket",
        key,
        owner=company.weighted(SERVICE),
        created_at=moment(created, 9, 15),
        subject=subject.format(p=code),
        account=account["key"],
        contact=contact["key"],
        status=status,
        type=kind,
        channel=company.weighted(
            {"phone": 0.4, "wechat": 0.25 if chinese else 0, "email": 0.2, "web": 0.1, "rep": 0.05}
        ),
        priority=company.weighted({"urgent": 0.08, "high": 0.22, "normal": 0.55, "low": 0.15}),
        category=category,
        subcategory=subcategory,
        product=product_key("WMS-E" if software else code),
        order=order["key"],
        serial_number=None if software else f"SN{random.randint(10**7, 10**8 - 1)}",
        under_warranty=company.chance(0.7),
        first_reply_at=moment(created, 9 + hours, 40) if status != "new" else None,
        resolved_at=working_time(random, min(created + random.randint(1, 6), 0))
        if solved and created < -1
        else None,
        resolution=solution if solved else None,
        articles=[random.choice(company.of("article"))["key"]]
        if solved and company.chance(0.35)
        else None,
        satisfaction=company.weighted({3: 0.12, 4: 0.38, 5: 0.5})
        if status == "closed" and company.chance(0.6)
        else None,
        _language=account["_language"],
        _created=created,
    )


def _status(company: Company, created: int) -> str:
    if created > -2:
        return str(company.weighted({"new": 0.7, "in_progress": 0.3}))
    if created > -14:
        return str(
            company.weighted(
                {
                    "in_progress": 0.35,
                    "waiting_customer": 0.2,
                    "waiting_parts": 0.1,
                    "resolved": 0.35,
                }
            )
        )
    return "waiting_customer" if created > -45 and company.chance(0.15) else "closed"
