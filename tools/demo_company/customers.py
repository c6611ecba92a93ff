"""Accounts with their contacts, and relations between accounts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from . import words
from .names import Names
from .people import owner_in
from .tables import Company, Row, day

ACCOUNTS, CONTACTS, LEADS = 300, 700, 400


REGIONS = {
    "east": 0.34,
    "south": 0.2,
    "north": 0.17,
    "west": 0.1,
    "central": 0.07,
    "overseas": 0.12,
}


SOURCES = {
    "website": 0.2,
    "referral": 0.2,
    "exhibition": 0.15,
    "campaign": 0.12,
    "cold_call": 0.1,
    "phone_in": 0.1,
    "partner": 0.07,
    "social": 0.04,
    "tender": 0.02,
}


def add_accounts(company: Company, names: Names) -> None:
    for number in range(1, ACCOUNTS + 1):
        region = company.weighted(REGIONS)
        if region == "overseas" and not names.abroad:
            region = "east"
        key = f"acc{number:03d}"
        facts = _abroad(names) if region == "overseas" else _chinese(names, region)
        _add_account(company, key, region, facts)
    _add_offices(company)


def _add_account(company: Company, key: str, region: str, facts: Row) -> None:
    random = company.random
    created = -random.randint(20, 900)
    size = int(random.lognormvariate(5, 1.1)) + 8
    company.add(
        "account",
        key,
        owner=owner_in(company, region),
        created_at=f"{day(created)} 10:00",
        type="dealer"
        if facts["sub_industry"] == "wholesale" and company.chance(0.6)
        else "prospect",
        status="active",
        level="standard",
        region=region,
        source=company.weighted(SOURCES),
        employees=size,
        annual_revenue=Decimal(size * random.randint(300, 1600)).quantize(Decimal("1E3")) * 1000,
        payment_days=company.weighted({30: 0.6, 45: 0.15, 60: 0.2, 90: 0.05}),
        satisfaction=company.weighted({None: 0.4, 3: 0.12, 4: 0.3, 5: 0.18}),
        next_follow_up=day(random.randint(-20, 45)) if company.chance(0.5) else None,
        _created=created,
        **facts,
    )


def _chinese(names: Names, region: str) -> Row:
    random = names.random
    city, code, north, east, district, streets = random.choice(words.CITIES[region])
    (industry, sub), businesses = random.choice(list(words.BUSINESS.items()))
    brand, latin = names.brand()
    form = random.choice(("有限公司",) * 5 + ("股份有限公司",))
    name = f"{city}{brand}{random.choice(businesses)}{form}"
    address = {
        "country": "中国",
        "province": words.PROVINCES[city],
        "city": city,
        "district": district,
        "street": f"{random.choice(streets)}{random.randint(1, 1999)}号",
        "postcode": f"{random.randint(10, 85)}{random.randint(0, 9999):04d}",
    }
    serial = "".join(random.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=8))
    return {
        "name": name,
        "industry": industry,
        "sub_industry": sub,
        "_language": "zh",
        "_short": brand,
        "_domain": f"{latin}.example.com",
        "phone": names.telephone(f"+86 {code} 5550"),
        "email": f"info@{latin}.example.com",
        "website": f"https://www.{latin}.example.com",
        "address": address,
        "registration_number": f"91{random.randint(110000, 540000)}MA{serial}",
        "location": _near(random, north, east),
    }


def _abroad(names: Names) -> Row:
    random = names.random
    country, city, prefix, north, east, endings, streets = random.choice(words.ABROAD)
    brand = names.abroad.pop()
    latin = brand.lower().replace(" ", "")
    industry, sub = random.choice(
        [k for k in words.BUSINESS if k[0] in ("manufacturing", "trade", "logistics")]
    )
    address = {
        "country": country,
        "city": city,
        "street": f"{random.choice(streets)} {random.randint(1, 240)}",
        "postcode": f"{random.randint(10000, 99999)}",
    }
    return {
        "name": f"{brand} {random.choice(endings)}",
        "industry": industry,
        "sub_industry": sub,
        "_language": "en",
        "_short": brand,
        "_domain": f"{latin}.example.com",
        "phone": names.telephone(prefix),
        "email": f"office@{latin}.example.com",
        "website": f"https://www.{latin}.example.com",
        "address": address,
        "registration_number": f"{country[:2].upper()}{random.randint(100000, 999999)}",
        "location": _near(random, north, east),
    }


def _near(random: Any, north: float, east: float) -> str:
    return f"{north + random.uniform(-0.08, 0.08):.5f} {east + random.uniform(-0.08, 0.08):.5f}"


def _add_offices(company: Company) -> None:
    """Some Chinese groups have a second company in another city: a parent and its offices."""
    random = company.random
    chinese = [a for a in company.of("account") if a["_language"] == "zh"]
    for parent, child in zip(chinese[:60:5], chinese[100:], strict=False):
        child["parent"] = parent["key"]
    for number, child in enumerate(random.sample(chinese, 40), 1):
        other = random.choice(chinese)
        if other is child:
            continue
        company.add(
            "account_relation",
            f"rel{number:02d}",
            account=child["key"],
            other=other["key"],
            kind=company.weighted(
                {
                    "customer_of": 0.35,
                    "supplier_of": 0.3,
                    "same_owner": 0.1,
                    "sister": 0.1,
                    "reference": 0.15,
                }
            ),
            name=f"{child['name']} – {other['name']}",
            strength=random.randint(2, 5),
            since=day(-random.randint(100, 2000)),
        )


def add_contacts(company: Company, names: Names) -> None:
    """Everybody has at least one contact; large accounts have more."""
    accounts = company.of("account")
    extra = company.random.choices(
        accounts, [a["employees"] ** 0.5 for a in accounts], k=CONTACTS - len(accounts)
    )
    for number, account in enumerate([*accounts, *extra], 1):
        _add_contact(company, names, f"con{number:03d}", account, number <= len(accounts))


def _add_contact(company: Company, names: Names, key: str, account: Row, main: bool) -> None:
    language = account["_language"]
    mine = f"{account['key']}:"
    name, local = names.once(lambda: (mine + (p := names.person(language))[0], p[1]))
    title, department, role = company.random.choice(words.TITLES[language])
    chinese = language == "zh"
    company.add(
        "contact",
        key,
        owner=account["owner"],
        created_at=account["created_at"],
        account=account["key"],
        name=name.removeprefix(mine),
        job_title=title,
        department=department,
        decision_role=role,
        main_contact=main,
        status="active" if main or company.chance(0.93) else "left",
        mobile=names.mobile() if chinese or company.chance(0.3) else None,
        phone=account["phone"] if company.chance(0.5) else None,
        email=names.once(
            lambda: (
                f"{local}{company.random.choice(('', '', '1', '2', '3', '7'))}@{account['_domain']}"
            )
        ),
        wechat=f"{local.replace('.', '_')}" if chinese and company.chance(0.4) else None,
        attitude=company.weighted(
            {
                "champion": 0.12,
                "friendly": 0.38,
                "neutral": 0.38,
                "sceptical": 0.09,
                "opponent": 0.03,
            }
        ),
        birthday=day(-company.random.randint(24 * 365, 58 * 365)) if company.chance(0.35) else None,
        language="chinese" if chinese else "english",
        no_mailing=company.chance(0.04),
        _language=language,
    )
