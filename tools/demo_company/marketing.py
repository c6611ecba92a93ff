"""Campaigns with their members and cost, competitors, and the targets of the sales people."""

from __future__ import annotations

from decimal import Decimal

from .money import spend
from .people import MARKETING, SALES, users
from .tables import Company, Row, day, moment, money, read

TEXTS = read("marketing")
CAMPAIGNS, COMPETITORS_MET = TEXTS["campaigns"], TEXTS["competitors"]
REVIEW = {
    "zh": "到场率高于预期，后续跟进及时的线索转化明显更好；下次应提前一周确认名单。",
    "en": "More people came than expected; leads called within two days converted best.",
}
MAILING_REVIEW = "上午发送的打开率更高；两天内电话回访的客户，回复率是其他客户的两倍。"


def add_competitors(company: Company) -> None:
    for key, name, threat, place, price, products, strengths, weaknesses, how in COMPETITORS_MET:
        company.add(
            "competitor",
            key,
            name=name,
            threat=threat,
            headquarters=place,
            price_position=price,
            products=products,
            strengths=strengths,
            weaknesses=weaknesses,
            how_to_win=f"<p>{how}</p>",
            website=f"https://{key}.example.com",
        )


def add_campaigns(company: Company) -> None:
    for key, name, type_, place, audience, start, days, budget, _ in CAMPAIGNS:
        done, language = start + days < 0, "zh" if not name.isascii() else "en"
        company.add(
            "campaign",
            key,
            owner=MARKETING,
            created_at=moment(min(start - 40, -1), 10),
            name=name,
            type=type_,
            status="done" if done else "running" if start < 0 else "preparing",
            place=place,
            audience=audience,
            starts_on=day(start),
            ends_on=day(start + days),
            budget=budget,
            expected_leads=budget // 4000 + 5,
            expected_deals=budget // 20000 + 1,
            expected_revenue=budget * 8,
            review=_review(type_, language) if done else None,
            online_link=f"https://meet.example.com/{key}" if type_ == "web_conference" else None,
            region="overseas" if language == "en" else None,
            _start=start,
            _language=language,
        )


def _review(type_: str, language: str) -> str:
    mailing = type_ in ("email", "sms", "direct_mail", "web")
    return MAILING_REVIEW if mailing and language == "zh" else REVIEW[language]


def credit_campaigns(company: Company) -> list[Row]:
    """Gives deals the campaign they came from. Returns the deals that began as a lead."""
    converted = []
    for deal in company.of("opportunity"):
        near = [
            c
            for c in company.of("campaign")
            if c["_start"] <= deal["_created"] <= c["_start"] + 75
            and c["_language"] == deal["_language"]
        ]
        if near and company.chance(0.2):
            by_size = {campaign["key"]: campaign["budget"] for campaign in near}
            deal["campaign"] = company.weighted(by_size)
            deal["source"] = "campaign"
        if ("campaign" in deal and company.chance(0.7)) or company.chance(0.12):
            converted.append(deal)
    return converted[:120]


def add_members(company: Company) -> None:
    number = 0
    for key, *_, wanted in CAMPAIGNS:
        campaign = company.by_key[key]
        for field, person in _people(company, campaign, wanted):
            number += 1
            status = _answer(company, campaign)
            answered = status in ("attended", "responded", "registered")
            company.add(
                "campaign_member",
                f"mem{number:03d}",
                campaign=key,
                name=person["name"],
                status=status,
                **{field: person["key"]},
                responded_on=day(min(campaign["_start"] + company.random.randint(0, 6), 0))
                if answered
                else None,
                followed_up=answered and company.chance(0.7),
            )


def _people(company: Company, campaign: Row, wanted: int) -> list[tuple[str, Row]]:
    leads = [("lead", x) for x in company.of("lead") if x.get("campaign") == campaign["key"]]
    contacts = [
        ("contact", c)
        for c in company.of("contact")
        if c["_language"] == campaign["_language"] and not c["no_mailing"] and c["status"] != "left"
    ]
    return leads + company.random.sample(contacts, min(wanted, len(contacts)))


def _answer(company: Company, campaign: Row) -> str:
    if campaign["_start"] > 0:
        return str(company.weighted({"invited": 0.7, "registered": 0.3}))
    if campaign["type"] in ("email", "sms", "direct_mail", "web"):
        return str(company.weighted({"invited": 0.72, "responded": 0.22, "declined": 0.06}))
    return str(
        company.weighted({"invited": 0.4, "attended": 0.42, "registered": 0.1, "declined": 0.08})
    )


def add_campaign_cost(company: Company) -> None:
    for campaign in company.of("campaign"):
        if campaign["_start"] > 0:
            continue
        total = Decimal(campaign["budget"]) * company.random.randint(70, 112) / 100
        for share, text, category in (
            (0.6, "场地与搭建" if campaign["_language"] == "zh" else "Stand and venue", "event"),
            (
                0.4,
                "物料与宣传" if campaign["_language"] == "zh" else "Material and advertising",
                "advertising",
            ),
        ):
            spend(
                company,
                MARKETING,
                category,
                text,
                money(total * Decimal(str(share))),
                campaign["_start"] - 5,
                campaign=campaign["key"],
            )


NONE, LEAST = Decimal(0), Decimal(80000)
PERIODS = range(-7, 1)
"""Quarters before the present one, and the present one."""


def add_targets(company: Company) -> None:
    """Quarterly targets, from the director to the managers to the reps."""
    manager_of = {user["key"]: user["manager"] for user in users()}
    received = _received(company)
    for period in PERIODS:
        everything = sum((received.get((r, period), NONE) for r in SALES), start=NONE)
        base = max(everything, Decimal(900000))
        _add_target(company, "manager", None, period, base * Decimal("0.95"))
        managers = sorted({manager_of[rep] for rep in SALES})
        for manager in managers:
            reps = [rep for rep in SALES if manager_of[rep] == manager]
            share = sum((max(received.get((r, period), NONE), LEAST) for r in reps), start=NONE)
            parent = f"tgt.manager.{-period}"
            _add_target(company, manager, parent, period, share)
            for rep in reps:
                own = max(received.get((rep, period), NONE), LEAST)
                factor = Decimal(company.random.randint(85, 135)) / 100
                _add_target(company, rep, f"tgt.{manager}.{-period}", period, own * factor)


def _received(company: Company) -> dict[tuple[str, int], Decimal]:
    """Money received per person and quarter, counting 91 days to a quarter."""
    found: dict[tuple[str, int], Decimal] = {}
    for payment in company.of("payment"):
        if payment["status"] != "received":
            continue
        owner = company.by_key[payment["account"]]["owner"]
        offset = int(payment["received_on"].removeprefix("today") or 0)
        key = (owner, -((-offset) // 91))
        found[key] = found.get(key, Decimal(0)) + payment["amount"]
    return found


def _add_target(
    company: Company, person: str, parent: str | None, period: int, amount: Decimal
) -> None:
    rounded = (amount / 10000).quantize(Decimal(1)) * 10000
    company.add(
        "target",
        f"tgt.{person}.{-period}",
        owner=person,
        person=person,
        parent=parent,
        starts_on=f"quarter{period:+d}",
        amount=rounded,
        floor=rounded * Decimal("0.8"),
        stretch=rounded * Decimal("1.2"),
    )
