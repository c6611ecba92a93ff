"""Calendars and service levels: everything wrong is told at its place."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflow.sla.desk import GOLD, OFFICE, desk_package
from typecase.errors import DefinitionsInvalid
from typecase.metadata.calendars import STANDARD, business_calendar, default_calendar
from typecase.metadata.composing import compose
from typecase.metadata.service_levels import service_levels_of


def problems(*policies: Any, calendars: Any = (OFFICE,)) -> str:
    try:
        package = desk_package(*policies, calendars=calendars)
        compose([package], 1)
    except DefinitionsInvalid as error:
        return "\n".join(f"{p.pointer} {p.text()}" for p in error.problems)
    return ""


def gold(**changes: Any) -> dict[str, Any]:
    return {**GOLD, **changes}


def target(**changes: Any) -> dict[str, Any]:
    return {"name": "solve", "starts": "created", "stops": "status == 'done'", "within": "8h",
            **changes}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"hours": {}}, "no hours on any day"),
        ({"hours": {"mon": [["09:00", "09:00"]]}}, "begins when it ends"),
        ({"hours": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "overlap"),
        ({"hours": {"sun": [["22:00", "06:00"]], "mon": [["05:00", "09:00"]]}}, "day before"),
        ({"zone": "Asia/Nowhere"}, "no time zone Asia/Nowhere"),
        ({"holidays": [{"date": "2026-02-30"}]}, "2026-02-30: there is no such day"),
        ({"holidays": [{"date": "2026-02-03", "to": "2026-02-01"}]}, "ends before it begins"),
        ({"holidays": [{"date": "2026-01-01", "to": "2026-12-31", "yearly": True}]}, "no day of"),
        ({"work_days": [{"date": "2026-02-28", "hours": [["24:00", "03:00"]]}]}, "at 24:00"),
    ],
)
def test_calendars(changes: dict[str, Any], said: str) -> None:
    assert said in problems(calendars=[{**OFFICE, **changes}])


def test_one_calendar_is_the_default() -> None:
    two = [{**OFFICE, "default": True}, {**OFFICE, "name": "other", "default": True}]
    assert "office is it already" in problems(calendars=two)
    catalog = compose([desk_package(calendars=[{**OFFICE, "default": True}])], 1)
    assert default_calendar(catalog).name == "office"
    assert business_calendar(catalog, None) is business_calendar(catalog, "gone")
    assert default_calendar(compose([desk_package()], 1)) is STANDARD
    other = compose([desk_package(calendars=[two[0], {**OFFICE, "name": "other"}])], 1)
    assert business_calendar(other, "other").name == "other"


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (gold(calendar="ofice"), "office"),
        (gold(targets=[target(within={"urgent": "1h"})], escalations=[]), "such times need “by”"),
        (gold(targets=[target(by="priority")], escalations=[]), "needs a time for each value"),
        (gold(targets=[target(by="note", within={"a": "1h"})], escalations=[]), "a picklist"),
        (gold(targets=[target(by="priority", within={"urgnt": "1h"})], escalations=[]),
         "priority has no option urgnt. Did you mean urgent?"),
        (gold(targets=[target(stops="created_at < now()")], escalations=[]), "is saved"),
        (gold(targets=[target(pauses="stats == 'x'")], escalations=[]), "status"),
        (gold(targets=[target(reached_at="note")], escalations=[]), "a moment is needed"),
        (gold(escalations=[{"target": "solv", "at": "80%", "do": [{"log": "'x'"}]}]), "solve"),
        (gold(escalations=[{"target": "solve", "at": "0%", "do": [{"log": "'x'"}]}]), "at 1%"),
        (gold(escalations=[{"target": "solve", "at": "8%", "do": [{"log": "'x'"}]}] * 2), "twice"),
        (gold(escalations=[{"target": "solve", "at": "8%", "do": [{"set": {"nope": "1"}}]}]),
         "nope"),
    ],
)  # fmt: skip
def test_policies(policy: dict[str, Any], said: str) -> None:
    assert said in problems(policy)


def test_a_clock_names_a_target_of_its_object() -> None:
    only_reply = gold(targets=[GOLD["targets"][0]], escalations=[])  # type: ignore[index]
    assert "solve: no policy of ticket has such a target." in problems(only_reply)


def test_policies_are_read_in_their_order_with_all_they_say() -> None:
    levels = service_levels_of(compose([desk_package()], 1), "ticket")
    assert [policy.name for policy in levels.policies] == ["gold", "plain"]
    first = levels.policies[0]
    assert first.targets["solve"].at_risk == 80
    assert first.targets["reply"].allows("urgent") == "30m"
    assert first.targets["reply"].allows("low") is None
    assert [each.percent for each in first.of("solve")] == [80, 100]
    assert levels.watched == {"account", "replied_at", "status", "priority"}
