"""What nobody owns any more: leads that came to nothing, prospects never worked on."""

from __future__ import annotations

from .tables import Company, Row

OLD_LEAD = -180
OLD_PROSPECT = -540
OPEN = ("new", "contacting", "interested")


def let_go(company: Company) -> None:
    """Into the public pools, with the contacts of such prospects; who made them stays known."""
    for lead in company.of("lead"):
        if lead["status"] in OPEN and lead["_created"] < OLD_LEAD:
            lead["owner"] = None
    named = set(_named(company))
    for account in company.of("account"):
        if _is_left_alone(account, named):
            account["owner"] = None
    for contact in company.of("contact"):
        if company.by_key[contact["account"]]["owner"] is None and contact["key"] not in named:
            contact["owner"] = None


def _is_left_alone(account: Row, named: set[str]) -> bool:
    return (
        account["type"] == "prospect"
        and int(str(account["created_at"]).split()[0].removeprefix("today") or 0) < OLD_PROSPECT
        and account["key"] not in named
    )


def _named(company: Company) -> list[str]:
    """The keys of whatever other rows point to; a contact pointing to its account does not
    count."""
    return [
        value
        for object_, rows in company.rows.items()
        if object_ != "contact"
        for row in rows
        for name, value in row.items()
        if name != "key" and not name.startswith("_") and isinstance(value, str)
    ]
