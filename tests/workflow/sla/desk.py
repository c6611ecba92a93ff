"""A service desk: tickets of customers with levels, and what is promised to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.builders import a_field, a_lookup, a_package, a_permission_set, a_picklist, an_object
from tests.runtime.shop import FULL, Shop
from typecase.bootstrap import runner_of
from typecase.metadata.sources import PackageSource
from typecase.runtime import installing, saving
from typecase.runtime.actors import SYSTEM
from typecase.workflow.sla.keeping import Kept
from typecase.workflow.storage import clock_rows

SHANGHAI = ZoneInfo("Asia/Shanghai")

OFFICE = {
    "name": "office", "label": "Office hours", "zone": "Asia/Shanghai",
    "hours": {day: [["09:00", "12:00"], ["13:00", "18:00"]]
              for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": [{"date": "2026-12-25", "yearly": True, "label": "Holiday"}],
    "work_days": [{"date": "2026-11-28", "label": "Working Saturday"}],
}  # fmt: skip

GOLD = {
    "name": "gold", "label": "Gold", "order": 10, "when": "account.level == 'gold'",
    "calendar": "office",
    "targets": [
        {"name": "reply", "label": "First reply", "starts": "created",
         "stops": "not is_blank(replied_at)", "reached_at": "replied_at", "by": "priority",
         "within": {"urgent": "30m", "normal": "4h"}},
        {"name": "solve", "label": "Solution", "starts": "created", "stops": "status == 'done'",
         "pauses": "status == 'waiting'", "within": "8h"}],
    "escalations": [
        {"target": "solve", "at": "80%", "do": [{"notify": "owner", "text": "Soon too late."}]},
        {"target": "solve", "at": "100%", "do": [
            {"update": "record", "values": {"priority": "'urgent'"}},
            {"notify": {"role": "boss"}, "text": "Too late."}]}],
}  # fmt: skip

PLAIN = {
    "name": "plain", "label": "Everybody", "order": 20,
    "targets": [
        {"name": "solve", "starts": "created", "stops": "status == 'done'", "by": "priority",
         "within": {"urgent": "1h", "normal": "2d"}, "on_change": "recompute"}],
}  # fmt: skip


def desk_package(
    *policies: Mapping[str, Any],
    calendars: Any = (OFFICE,),
    version: str = "1.0.0",
    chinese: Mapping[str, str] | None = None,
    **more: Any,
) -> PackageSource:
    return a_package(
        {"translations/zh.json": {"texts": chinese or {}}},
        {"calendars.json": {"calendars": list(calendars)}},
        an_object("account", a_picklist("level", "gold", "silver")),
        an_object(
            "ticket",
            a_lookup("account", "account", "tickets"),
            a_picklist("status", "new", "waiting", "done", default="new"),
            a_picklist("priority", "urgent", "normal", "low", default="normal"),
            a_field("replied_at", "datetime"),
            a_field("note"),
            a_field("solve_by", "clock", of="solve", shows="due"),
            a_field("solve_state", "clock", of="solve", shows="state"),
            process={"sla": list(policies or (GOLD, PLAIN))},
        ),
        permissions=[
            a_permission_set("sales", account=FULL, ticket=FULL),
            a_permission_set("all", account=["view_all", "edit_all", *FULL],
                             ticket=["view_all", "edit_all", *FULL],
                             system=["designer", "export", "bulk"]),
        ],
        roles=[
            {"name": "boss", "label": "Boss", "permissions": ["sales"]},
            {"name": "rep", "label": "Rep", "above": "boss", "permissions": ["sales"]},
            {"name": "stranger", "label": "Stranger"},
        ],
        version=version,
        **more,
    )  # fmt: skip


class Desk(Shop):
    """The workspace with the desk's package. It is Monday, 23 November 2026, nine o'clock."""

    def open(self, database: str, folder: Path, package: PackageSource) -> None:
        super().open(database, folder, desk_package())
        self.go("2026-11-23 09:00")

    def go(self, local: str) -> None:
        """On to that time of Shanghai."""
        self.clock.advance(at(local) - self.clock.now())

    def later(self, **length: float) -> None:
        self.clock.advance(timedelta(**length))

    def made(self, object_name: str, **raw: Any) -> str:
        return self.workspace.run(self.ada, lambda unit: saving.create(unit, object_name, raw))

    def gold_ticket(self, **raw: Any) -> str:
        account = self.made("account", name="Acme", level="gold")
        return self.made("ticket", name="T", account=account, **raw)

    def change(self, id_: str, **raw: Any) -> None:
        self.workspace.run(self.ada, lambda unit: saving.update(unit, "ticket", id_, raw))

    def kept(self, id_: str) -> dict[str, Kept]:
        with self.workspace.read(SYSTEM) as unit:
            return clock_rows.load(unit, [id_]).get(id_, {})

    def work(self) -> int:
        """All that is due now; returns how many jobs."""
        runner, total = runner_of(self.workspace), 0
        while count := runner.tick():
            total += count
        return total

    def install(self, package: PackageSource) -> None:
        installing.install(self.workspace, [package])


def at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=SHANGHAI)
