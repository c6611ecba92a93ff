"""Two years of tasks, calls, meetings and visits, about deals, accounts, leads and tickets."""

from __future__ import annotations

from .people import SALES, language_of
from .tables import Company, Row, day, moment, read, working_time

COUNTS = {"task": 900, "call": 950, "meeting": 450, "visit": 700}
OPEN_DAYS = 14
"""Days ahead in which planned activities lie."""

TEXTS = read("activity")
PURPOSE_AFTER_SALE = ("care", "delivery", "service")


def add_activities(company: Company) -> None:
    subjects = _Subjects(company)
    for object_, count in COUNTS.items():
        whens = sorted(subjects.when() for _ in range(count))
        for number, on in enumerate(whens, 1):
            subject, owner = subjects.alive(on, object_)
            ADD[object_](company, f"{object_}{number:03d}", subject, owner, on)


class _Subjects:
    """What an activity of a given day may be about: something that was alive on that day."""

    def __init__(self, company: Company) -> None:
        self.company, self.random = company, company.random
        self.deals = company.of("opportunity")
        self.leads = company.of("lead")
        self.accounts = [a for a in company.of("account") if a.get("_won")]
        self.tickets = company.of("ticket")

    def when(self) -> int:
        """A day, more often a recent one; a few lie ahead."""
        if self.company.chance(0.06):
            return self.random.randint(0, OPEN_DAYS)
        return -int(730 * self.random.random() ** 1.3)

    def alive(self, on: int, object_: str) -> tuple[Row, str]:
        kind = self.company.weighted({"deal": 0.6, "account": 0.22, "lead": 0.1, "ticket": 0.08})
        if kind == "ticket" and object_ in ("task", "call"):
            near = [t for t in self.tickets if t["_created"] <= on <= t["_created"] + 10]
            if near:
                ticket = self.random.choice(near)
                return ticket, ticket["owner"]
        if kind == "lead" and object_ != "meeting":
            near = [x for x in self.leads if x["_created"] <= on <= x["_created"] + 30]
            if near:
                lead = self.random.choice(near)
                return lead, lead["owner"]
        if kind != "account":
            near = [d for d in self.deals if d["_created"] <= on <= d["_close"]]
            if near:
                deal = self.random.choice(near)
                return deal, deal["owner"]
        known = [a for a in self.accounts if a["_created"] <= on] or self.accounts
        account = self.random.choice(known)
        return account, account["owner"]


def _texts(kind: str, subject: Row, company: Company) -> list[str]:
    found: list[str] = company.random.choice(TEXTS[kind][subject["_language"]])
    return found


def _contact(company: Company, subject: Row) -> str | None:
    if "contact" in subject:
        return str(subject["contact"])
    known = [c["key"] for c in company.of("contact") if c["account"] == subject["key"]]
    return company.random.choice(known) if known else None


def _noted(subject: Row, on: int, ahead: int, hour: int) -> str:
    """Planned some days ahead, but not before what it is about was there."""
    planned = min(on, 0) - ahead
    return (
        moment(planned, hour) if planned > subject["_created"] else moment(subject["_created"], 18)
    )


def _add_task(company: Company, key: str, subject: Row, owner: str, on: int) -> None:
    text, kind = _texts("tasks", subject, company)
    done = on < 0 and company.chance(0.985 if on < -14 else 0.8)
    status = "done" if done else "open" if company.chance(0.7) else "in_progress"
    if done and company.chance(0.04):
        status = "cancelled"
    company.add(
        "task",
        key,
        owner=owner,
        created_at=_noted(subject, on, company.random.randint(1, 6), 9),
        subject=text,
        regarding=subject["key"],
        status=status,
        kind=kind,
        priority=company.weighted({"urgent": 0.06, "high": 0.2, "normal": 0.6, "low": 0.14}),
        important=company.chance(0.22),
        due_on=day(on),
        done_on=day(on) if status == "done" else None,
    )


def _add_call(company: Company, key: str, subject: Row, owner: str, on: int) -> None:
    text, notes = _texts("calls", subject, company)
    planned = on >= 0
    result = (
        "planned"
        if planned
        else company.weighted({"talked": 0.76, "no_answer": 0.13, "call_back": 0.07, "busy": 0.04})
    )
    talked = result == "talked"
    company.add(
        "call",
        key,
        owner=owner,
        subject=text,
        regarding=subject["key"],
        created_at=moment(min(on, 0) - (1 if planned else 0), 8, 45),
        contact=_contact(company, subject),
        result=result,
        direction=company.weighted({"outgoing": 0.72, "incoming": 0.28}) if talked else "outgoing",
        starts_at=working_time(company.random, on if not planned else on + 1),
        minutes=company.random.choice((3, 5, 8, 12, 15, 20, 30)) if talked else None,
        notes=notes if talked else None,
        next_call_on=day(on + company.random.randint(1, 10)) if result != "planned" else None,
    )


def _add_meeting(company: Company, key: str, subject: Row, owner: str, on: int) -> None:
    text, minutes = _texts("meetings", subject, company)
    hour = company.random.choice((9, 10, 13, 14, 15))
    past = on < 0
    held = past and not (on > -12 and company.chance(0.2))
    contact = _contact(company, subject)
    online = company.chance(0.45)
    others = [p for p in (*SALES, "zheng.kai", "manager") if p != owner]
    company.add(
        "meeting",
        key,
        owner=owner,
        subject=text,
        regarding=subject["key"],
        created_at=_noted(subject, on, 4, 17),
        status="planned" if not held else "held" if company.chance(0.94) else "cancelled",
        mode="online" if online else "in_person",
        starts_at=moment(on if past else on + 1, hour),
        ends_at=moment(on if past else on + 1, hour + company.random.choice((1, 2))),
        online_link=f"https://meet.example.com/{key}" if online else None,
        place=None
        if online
        else ("客户会议室" if language_of(owner) == "zh" else "Customer's office"),
        attendees=[owner, company.random.choice(others)],
        contacts=[contact] if contact else None,
        minutes=minutes if held else None,
    )


def _add_visit(company: Company, key: str, subject: Row, owner: str, on: int) -> None:
    text, purpose, summary = _texts("visits", subject, company)
    account = company.by_key.get(str(subject.get("account", subject["key"])), {})
    hour, random = company.random.choice((9, 10, 14, 15)), company.random
    past = on < 0
    done = past and company.chance(0.95)
    place = account.get("location")
    company.add(
        "visit",
        key,
        owner=owner,
        subject=text,
        regarding=subject["key"],
        purpose=purpose,
        created_at=_noted(subject, on, 3, 16),
        address=account.get("address"),
        status="done" if done else "cancelled" if past else "planned",
        planned_at=moment(on if past else on + 1, hour),
        checked_in_at=moment(on, hour, random.choice((2, 8, 15))) if done else None,
        left_at=moment(on, hour + 1, random.choice((5, 20, 40))) if done else None,
        location=place if done else None,
        summary=summary if done else None,
        mood=company.weighted({3: 0.3, 4: 0.45, 5: 0.25}) if done else None,
        next_visit_on=day(on + random.randint(20, 90)) if done and company.chance(0.3) else None,
    )


ADD = {"task": _add_task, "call": _add_call, "meeting": _add_meeting, "visit": _add_visit}
