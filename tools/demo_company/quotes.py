"""Quotes, sometimes in two versions."""

from __future__ import annotations

from .tables import Company, Row, day, moment


def add_quotes(company: Company) -> None:
    """Two versions where the price was argued about; the last one has the deal's own lines."""
    number = 0
    for deal in company.of("opportunity"):
        if not deal.get("_lines") or deal["stage"] in ("discovery", "qualification"):
            continue
        if deal["stage"] == "lost" and company.chance(0.35):
            continue
        versions = 2 if company.chance(0.3) else 1
        former = None
        for version in range(1, versions + 1):
            number += 1
            former = _add_quote(company, f"quo{number:03d}", deal, version, versions, former)
        deal["_quote"] = former


def _add_quote(
    company: Company, key: str, deal: Row, version: int, versions: int, former: Row | None
) -> Row:
    last = version == versions
    latest = min(deal["_close"] - 2, -1)
    issued = max(
        deal["_created"] + 1, latest - (versions - version) * 9 - company.random.randint(1, 18)
    )
    issued = min(issued, 0)
    quote = company.add(
        "quote",
        key,
        owner=deal["owner"],
        created_at=moment(issued, 11),
        name=deal["name"],
        opportunity=deal["key"],
        account=deal["account"],
        contact=deal["contact"],
        status=_quote_status(company, deal, last, issued),
        revision=version,
        replaces=former["key"] if former else None,
        price_book=deal["price_book"],
        issued_on=day(issued),
        valid_until=day(issued + 30),
        settlement=company.weighted(
            {"deposit": 0.4, "prepaid": 0.12, "stages": 0.18, "monthly": 0.1, "on_account": 0.2}
        ),
        delivery_days=company.random.choice((7, 14, 14, 21, 30)),
        _issued=issued,
    )
    for number, line in enumerate(deal["_lines"], 1):
        company.add(
            "quote_line",
            f"{key}.{number}",
            quote=key,
            product=line["product"],
            quantity=line["quantity"],
            price=line["price"],
            discount=line["discount"] if last else max(0, line["discount"] - 3),
        )
    return quote


def _quote_status(company: Company, deal: Row, last: bool, issued: int) -> str:
    if not last:
        return "replaced"
    if deal["stage"] in ("won", "signing"):
        return "accepted"
    if deal["stage"] == "lost":
        return "rejected" if company.chance(0.7) else "expired"
    if issued < -30:
        return "expired"
    return "sent" if issued < -2 or company.chance(0.6) else "draft"
