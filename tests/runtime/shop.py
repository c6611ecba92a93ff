"""A small shop in a real database: accounts, deals with lines, a boss, two reps, a stranger."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from tests.builders import (
    a_field,
    a_lookup,
    a_package,
    a_permission_set,
    a_picklist,
    a_view,
    an_object,
)
from tests.prepared import install_prepared
from typecase.bootstrap import build_platform
from typecase.clock import FrozenClock
from typecase.config import Settings
from typecase.metadata.sources import PackageSource
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.storage.people import create_person, load_actor, rebuild_visibility
from typecase.runtime.workspaces import Workspace

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
FULL = ["read", "create", "edit", "delete"]


def shop_package(**more: Any) -> PackageSource:
    return a_package(
        an_object(
            "account",
            a_field("name", required=True, search=True),
            a_picklist("level", "gold", "silver"),
            a_field("credit", "currency", sensitive=True),
            a_field("open_amount", "rollup", of="deals.amount", function="sum",
                    filter="stage != 'won'", returns="currency"),
            a_field("deal_count", "rollup", of="deals", function="count", returns="integer"),
        ),
        an_object(
            "deal",
            a_field("name", required=True, search=True, max_length=40),
            a_lookup("account", "account", "deals", required=True, on_delete="restrict"),
            a_field("amount", "currency", minimum=0),
            a_picklist("stage", {"name": "new", "label": "New", "probability": 10},
                       {"name": "talks", "label": "Talks", "probability": 60},
                       {"name": "won", "label": "Won", "probability": 100, "closed": True},
                       default="new", required=True),
            a_field("probability", "percent", default="option(stage).probability",
                    follows=["stage"]),
            a_field("weighted", "formula", returns="currency",
                    expression="amount * probability / 100"),
            a_field("close_date", "date", default="today() + 30"),
            a_field("code", unique=True),
            {**a_picklist("tags", "red", "green", "blue"), "type": "multi_picklist"},
            a_field("line_total", "rollup", of="lines.total", function="sum",
                    returns="currency"),
            tracks=["history", "activities", "files", "comments", "tags"],
            views=[a_view("all", "name", "account.name", "amount", sort="-close_date")],
            validations=[{"name": "won_needs_amount", "field": "amount",
                          "when": "stage == 'won' and is_blank(amount)",
                          "message": "A won deal needs an amount."}],
            process={"actions": [{"name": "touch", "label": "Touch", "batch": True,
                "inputs": [{"name": "account", "type": "lookup", "target": "account"}],
                "steps": [{"set": {"tags": "['red']"}}]}]},
        ),
        an_object(
            "line",
            a_field("name", required=True),
            {**a_lookup("deal", "deal", "lines", required=True), "type": "master"},
            a_field("quantity", "integer", default="1"),
            a_field("price", "currency"),
            a_field("total", "formula", returns="currency", expression="quantity * price"),
            owner="parent",
        ),
        permissions=[
            a_permission_set("sales", account=FULL, deal=FULL, line=FULL),
            a_permission_set("finance", account=["read", "view_all"],
                             fields={"account.credit": "edit"}),
            a_permission_set("rights", system=["manage_rights"]),
            a_permission_set("all", account=["view_all", "edit_all", *FULL],
                             deal=["view_all", "edit_all", *FULL], line=FULL,
                             fields={"account.credit": "edit"},
                             system=["manage_users", "manage_rights", "export", "bulk", "designer",
                                     "view_audit"]),
        ],
        roles=[
            {"name": "boss", "label": "Boss", "permissions": ["sales"]},
            {"name": "rep", "label": "Rep", "above": "boss", "permissions": ["sales"]},
            {"name": "stranger", "label": "Stranger"},
            {"name": "dealer", "label": "Dealer", "outside": True, "permissions": ["sales"]},
        ],
        **more,
    )  # fmt: skip


@cache
def plain_shop() -> PackageSource:
    """Read once: checking a package against the schemas takes as long as copying a database."""
    return shop_package()


class Shop:
    """The shop's workspace with its people: ``shop.boss``, ``shop.ada``, ``shop.bob``, …"""

    def __init__(self, database: str, folder: Path) -> None:
        self.open(database, folder, plain_shop())
        self.boss = self.person("boss", "boss")
        self.ada = self.person("ada", "rep")
        self.bob = self.person("bob", "rep")
        self.stranger = self.person("stranger", "stranger")
        self.admin = self.person("admin", None, "all")
        self.refresh()

    def open(self, database: str, folder: Path, *packages: PackageSource) -> None:
        """The workspace with ``packages`` installed and nobody in it."""
        settings = Settings(
            folder=folder, database=database, schema=None, files=folder / "files", secret="s" * 40
        )
        self.clock = FrozenClock(NOON)
        self.platform = build_platform(settings, self.clock)
        self.workspace: Workspace = self.platform.main
        install_prepared(self.workspace, *packages)

    def person(self, login: str, role: str | None, *sets: str) -> Actor:
        with self.workspace.write(SYSTEM) as unit:
            row = {"login": login, "name": login.title(), "role": role,
                   "permission_sets": list(sets)}  # fmt: skip
            id_ = create_person(unit, row, None)
            rebuild_visibility(unit.connection, unit.catalog)
            return load_actor(unit.connection, id_, 0, unit.catalog)

    def refresh(self) -> None:
        """Everybody's rights as they are now."""
        with self.workspace.read(SYSTEM) as unit:
            for name in ("boss", "ada", "bob", "stranger", "admin"):
                id_ = getattr(self, name).id
                actor = load_actor(unit.connection, id_, unit.opening.rights, unit.catalog)
                setattr(self, name, actor)

    def close(self) -> None:
        self.platform.close()
