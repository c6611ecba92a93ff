"""Opportunities with their products."""

from __future__ import annotations

from decimal import Decimal

from .catalogue import STANDARD_BOOK, price_in, product_key
from .tables import Company, Row, day, line_total, moment, money, read

OPPORTUNITIES = 500


TEXTS = read("selling")


BUNDLES, WORDS = TEXTS["bundles"], TEXTS["words"]


# a bundle is what is bought together: share, Chinese, English, [code, least, most]
LATE = ("proposal", "bidding", "negotiation", "signing")


COMPETITORS = {"cmp1": 0.4, "cmp2": 0.25, "cmp3": 0.2, "cmp4": 0.1, "cmp5": 0.05}


def add_opportunities(company: Company) -> None:
    accounts = company.of("account")
    weights = [(i % 7 + 1) ** -0.8 * a["employees"] ** 0.35 for i, a in enumerate(accounts)]
    created = sorted(int(-760 * company.random.random() ** 1.8) - 1 for _ in range(OPPORTUNITIES))
    for number, on in enumerate(created, 1):
        account = company.random.choices(accounts, weights)[0]
        _add_opportunity(company, f"opp{number:03d}", account, on)


def _add_opportunity(company: Company, key: str, account: Row, created: int) -> None:
    random = company.random
    name = company.weighted({name: b[0] for name, b in BUNDLES.items()})
    project = name in ("warehouse", "trace", "rfid") and company.chance(0.9)
    won_before = account.get("_won", 0)
    renewal = name == "supplies" and won_before > 0
    record_type = "project" if project else "renewal" if renewal else "standard"
    cycle = random.randint(70, 240) if project else random.randint(25, 150)
    close, stage = _stage(company, record_type, created, cycle)
    language = account["_language"]
    contact = random.choice(
        [
            c
            for c in company.of("contact")
            if c["account"] == account["key"] and c["status"] != "left"
        ]
    )
    deal = company.add(
        "opportunity",
        key,
        record_type=record_type,
        owner=account["owner"],
        created_at=moment(created, random.randint(9, 17), 20),
        account=account["key"],
        name=_name(account, name, language, renewal),
        contact=contact["key"],
        type="renewal" if renewal else "expansion" if won_before else "new_business",
        stage=stage,
        close_date=day(close),
        region=account["region"],
        source=account["source"],
        price_book=_book(account),
        _created=created,
        _close=close,
        _language=language,
        _bundle=name,
        _product=product_key(BUNDLES[name][3][0][0]),
    )
    _details(company, deal, account)
    if stage not in ("discovery", "qualification") or company.chance(0.3):
        _add_lines(company, deal)
        deal["amount"] = sum(line_total(line) for line in deal["_lines"])
    elif stage == "qualification" or company.chance(0.7):
        deal["amount"] = money(random.randint(3, 60) * 5000)
    if stage == "won":
        account["_won"] = won_before + 1
        account["_spent"] = account.get("_spent", 0) + deal["amount"]


def _stage(company: Company, record_type: str, created: int, cycle: int) -> tuple[int, str]:
    """Days from today of the close, and how far the deal has come by now."""
    random, close = company.random, created + cycle
    if close < 0 and company.chance(0.96):
        return close, "won" if company.chance(0.46) else "lost"
    stages = ["discovery", "qualification", "proposal", "negotiation", "signing"]
    if record_type == "project":
        stages.insert(3, "bidding")
    if record_type == "renewal":
        stages = ["qualification", "proposal", "signing"]
    if close < 0:
        return max(close, -random.randint(2, 30)), random.choice(stages[1:])
    reached = min(
        int(-created / cycle * (len(stages) - 0.4) + random.random() - 0.5), len(stages) - 1
    )
    return close + 1, stages[reached]


def _name(account: Row, bundle: str, language: str, renewal: bool) -> str:
    _, chinese, english, _ = BUNDLES[bundle]
    if language == "zh":
        return f"{account['_short']}{chinese}{'续约' if renewal else '项目'}"
    return f"{account['_short']}: {english.lower()}{' renewal' if renewal else ''}"


def _book(account: Row) -> str:
    if account["region"] == "overseas":
        return "book_overseas"
    if account["type"] == "dealer":
        return "book_dealer"
    return "book_key" if account["employees"] > 600 else STANDARD_BOOK


def _details(company: Company, deal: Row, account: Row) -> None:
    """What the stages of the path ask for, and what a tidy rep writes down."""
    random, words, stage = company.random, WORDS[deal["_language"]], deal["stage"]
    open_ = stage not in ("won", "lost")
    deal["need"] = random.choice(words["need"]) if stage != "discovery" else None
    if open_:
        deal["next_step"] = random.choice(words["next"])
        deal["next_step_on"] = day(random.randint(-3, 14))
    else:
        deal["closed_on"] = deal["close_date"]
        deal["close_note"] = (
            random.choice(words["win" if stage == "won" else "lose"])
            if company.chance(0.6)
            else None
        )
    if stage == "won":
        deal["won_reason"] = company.weighted(
            {"product": 0.3, "service": 0.25, "price": 0.2, "relation": 0.15, "delivery": 0.1}
        )
    if stage == "lost":
        deal["lost_reason"] = company.weighted(
            {
                "price": 0.3,
                "competitor": 0.2,
                "budget": 0.15,
                "no_decision": 0.15,
                "product": 0.1,
                "timing": 0.1,
            }
        )
    if company.chance(0.55) or deal.get("lost_reason") == "competitor":
        deal["competitor"] = company.weighted(COMPETITORS)
    if deal["record_type"] == "project":
        deal["tender_on"] = day(deal["_close"] - random.randint(10, 25))
        deal["bid_decision"] = (
            "bid" if stage in ("bidding", "negotiation", "signing", "won") else "pending"
        )
        deal["risks"] = words["risk"]


def _add_lines(company: Company, deal: Row) -> None:
    random = company.random
    wanted = BUNDLES[deal["_bundle"]][3]
    scale = 0.4 + company.by_key[deal["account"]]["employees"] / 500
    discount = company.weighted({0: 0.4, 3: 0.15, 5: 0.25, 8: 0.12, 10: 0.08})
    lines: list[Row] = []
    for code, least, most in wanted:
        if lines and company.chance(0.25):
            continue
        product = company.by_key[product_key(code)]
        quantity = max(1, int(random.randint(least, most) * min(scale, 1.6)))
        lines.append(
            company.add(
                "opportunity_line",
                f"{deal['key']}.{len(lines) + 1}",
                opportunity=deal["key"],
                product=product["key"],
                quantity=quantity,
                price=price_in(company, deal["price_book"], product["key"]),
                discount=discount if product["kind"] == "goods" else 0,
            )
        )
    deal["_lines"] = lines
    if deal["record_type"] == "project":
        costs = (company.by_key[line["product"]]["cost"] * line["quantity"] for line in lines)
        deal["forecast_cost"] = money(sum(costs) * Decimal("1.08"))
