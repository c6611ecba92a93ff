"""Leads: those that became deals, and those that came to nothing yet."""

from __future__ import annotations

from . import words
from .customers import REGIONS, SOURCES
from .names import Names
from .people import owner_in
from .tables import Company, Row, day

LEADS = 400

LEAD_STATUS = {
    "new": 0.2,
    "contacting": 0.22,
    "interested": 0.13,
    "nurturing": 0.12,
    "unqualified": 0.33,
}


ASKED = {
    "zh": (
        "想了解手持终端的价格和交货期",
        "仓库改造，需要条码和仓储管理方案",
        "需要标签打印机，每月用量约20万张",
        "展会上看过演示，希望上门交流",
        "现有系统太慢，考虑更换",
    ),
    "en": (
        "Asked for terminals for two warehouses",
        "Wants a demo of the warehouse software",
        "Needs 20 industrial printers this quarter",
        "Met at the fair, wants a visit",
        "Replacing an old labelling line",
    ),
}


def add_leads(company: Company, names: Names, converted: list[Row]) -> None:
    """``converted``: opportunities that began as a lead, one each; the rest are open or lost."""
    for number in range(1, LEADS + 1):
        key = f"lead{number:03d}"
        if number <= len(converted):
            _add_converted(company, key, converted[number - 1])
        else:
            _add_lead(company, names, key)


def _add_converted(company: Company, key: str, deal: Row) -> None:
    account, contact = company.by_key[deal["account"]], company.by_key[deal["contact"]]
    on = deal["_created"]
    company.add(
        "lead",
        key,
        owner=deal["owner"],
        created_at=f"{day(on - company.random.randint(1, 25))} 09:30",
        name=contact["name"],
        company=account["name"],
        job_title=contact["job_title"],
        status="converted",
        rating=company.weighted({"hot": 0.6, "warm": 0.4}),
        mobile=contact["mobile"],
        phone=contact["phone"],
        email=contact["email"],
        source=account["source"],
        campaign=deal.get("campaign"),
        industry=account["industry"],
        region=account["region"],
        product=deal["_product"],
        converted_on=day(on),
        account=account["key"],
        contact=contact["key"],
        opportunity=deal["key"],
        description=company.random.choice(ASKED[account["_language"]]),
        _language=account["_language"],
        _created=on,
    )


def _add_lead(company: Company, names: Names, key: str) -> None:
    random = company.random
    region = company.weighted(REGIONS)
    language = "en" if region == "overseas" else "zh"
    status = company.weighted(LEAD_STATUS)
    created = (
        -random.randint(0, 45) if status in ("new", "contacting") else -random.randint(15, 600)
    )
    if language == "en":
        brand = f"{random.choice(words.LAST_NAMES)} & {random.choice(words.LAST_NAMES)}"
        firm, domain = f"{brand} Ltd", brand.lower().replace(" & ", "-")
    else:
        brand, domain = names.brand()
        business = random.choice(random.choice(list(words.BUSINESS.values())))
        firm = f"{random.choice(words.CITIES[region])[0]}{brand}{business}有限公司"
    name, local = names.person(language)
    title, _, _ = random.choice(words.TITLES[language])
    product = random.choice([p for p in company.of("product") if p["status"] == "active"])
    follow = {"new": (0, 3), "contacting": (-4, 6), "interested": (-5, 14), "nurturing": (10, 120)}
    company.add(
        "lead",
        key,
        owner=owner_in(company, region),
        created_at=f"{day(created)} 09:30",
        name=name,
        company=firm,
        job_title=title,
        status=status,
        rating=company.weighted({"hot": 0.18, "warm": 0.5, "cold": 0.32}),
        mobile=names.mobile() if language == "zh" else None,
        email=names.once(lambda: f"{local}{random.randint(1, 99)}@{domain}.example.com"),
        source=company.weighted(SOURCES),
        region=region,
        industry=random.choice(list(words.BUSINESS))[0],
        product=product["key"] if status == "interested" or company.chance(0.4) else None,
        budget=random.choice((None, None, 20000, 50000, 80000, 150000, 300000)),
        next_follow_up=day(random.randint(*follow[status])) if status in follow else None,
        unqualified_reason=company.weighted(
            {
                "no_need": 0.35,
                "no_budget": 0.2,
                "not_reachable": 0.25,
                "wrong_data": 0.1,
                "competitor": 0.03,
                "duplicate": 0.07,
            }
        )
        if status == "unqualified"
        else None,
        description=random.choice(ASKED[language]),
        _language=language,
        _created=created,
    )
