"""Calendars as an administrator wants them: one default at most, and names in a second language
that say only what differs from the packages."""

from __future__ import annotations

from typing import Any

from tests.workflow.sla.desk import OFFICE, desk_package
from typecase.metadata.calendar_edits import key_of, with_calendar, with_names
from typecase.metadata.composing import compose
from typecase.metadata.customer import layer_of, saying
from typecase.metadata.layers import stacked

CHINESE = {"calendars/office": "工作时间", "calendars/office/2026-12-25": "假日"}
PACKAGE = desk_package(chinese=CHINESE)
BELOW = stacked([PACKAGE])
OTHER = {"name": "x_night", "label": "Night", "hours": {"mon": [["22:00", "06:00"]]}}


def named(calendar: dict[str, Any], said: dict[str, str], **names: str) -> dict[str, str]:
    given = {key.replace("d", "").replace("_", "-"): text for key, text in names.items()}
    return with_names(said, [PACKAGE], BELOW, calendar, {**given, "": names.get("own", "")}, "zh")


def test_one_is_the_default_at_most() -> None:
    first = {"calendars": [{**OFFICE, "default": True}]}
    both = with_calendar(first, {**OTHER, "default": True})
    assert [each.get("default") for each in both["calendars"]] == [None, True]
    none = with_calendar(both, {**OTHER, "default": None})
    assert [each.get("default") for each in none["calendars"]] == [None, None]


def test_names_say_only_what_differs() -> None:
    same = {"own": "工作时间", "d2026_12_25": "假日"}
    assert named(OFFICE, {}, **same) == {}
    assert named(OFFICE, {"roles/x_lead": "组长"}, **same) == {"roles/x_lead": "组长"}
    changed = named(OFFICE, {}, own="工作时间", d2026_12_25="圣诞节")
    assert changed == {"shop:calendars/office/2026-12-25": "圣诞节"}
    assert named(OFFICE, changed, **same) == {}, "what is taken back is not said any more"


def test_a_name_taken_away_is_the_one_in_the_calendars_language() -> None:
    found = named(OFFICE, {}, own="工作时间")
    assert found == {"shop:calendars/office/2026-12-25": "Holiday"}


def test_a_day_of_ones_own_and_one_relabelled() -> None:
    holidays = [*OFFICE["holidays"], {"date": "2027-01-01", "label": "New Year"}]  # type: ignore[misc]
    calendar = {**OFFICE, "holidays": holidays}
    found = named(calendar, {}, own="工作时间", d2026_12_25="假日", d2027_01_01="元旦")
    assert found == {"calendars/office/2027-01-01": "元旦"}
    relabelled = {**OFFICE, "holidays": [{"date": "2026-12-25", "label": "Christmas"}]}
    found = named(relabelled, {}, own="工作时间", d2026_12_25="假日")
    assert found == {"shop:calendars/office/2026-12-25": "假日"}, (
        "else it would be Christmas in Chinese"
    )
    layer = saying(
        layer_of(),
        BELOW,
        {("calendars", ""): {"calendars": [relabelled]}, ("translations", "zh"): {"texts": found}},
    )
    catalog = compose([PACKAGE], 1, layer)
    id_ = "shop:calendars/office/2026-12-25"
    assert catalog.label(id_, "Christmas", "zh") == "假日"


def test_a_renamed_calendar_is_called_by_its_first_name() -> None:
    assert key_of({"name": "office", "was": ["hours", "times"]}) == "calendars/hours"


def test_a_calendar_of_ones_own() -> None:
    assert named(OTHER, {}, own="夜班") == {"calendars/x_night": "夜班"}
    assert named(OTHER, {"calendars/x_night": "夜班"}) == {}
