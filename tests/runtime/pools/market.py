"""A market with pools: leads that are claimed, accounts that take their contacts along, a desk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.builders import (
    a_field,
    a_lookup,
    a_package,
    a_permission_set,
    a_picklist,
    an_object,
)
from tests.runtime.shop import FULL, Shop
from typecase.metadata.sources import PackageSource
from typecase.runtime import reading, saving
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.pools import assign, claim, release, take
from typecase.runtime.storage.people import actor_of

LIMITS = {"held": 3, "per_day": 2, "cool_down_days": 7, "protection_days": 2}
PEOPLE = ("boss", "ada", "bob", "cid", "stranger", "admin")


def a_pool(**settings: Any) -> dict[str, Any]:
    return {
        "name": "public",
        "label": "Public pool",
        "when": "state != 'won'",
        "claim": [{"role": "rep"}],
        "manage": [{"role": "boss"}],
        "limits": LIMITS,
        **settings,
    }


RULES = [
    {"name": "quiet", "label": "Nobody followed it up", "after_days": 10, "warn_days": 3},
    {"name": "gold", "label": "Gold needs more", "when": "level == 'gold'", "after_days": 5,
     "warn_days": 1},
    {"name": "not_won", "label": "Not won in time", "after_days": 30, "counts": "ownership"},
    {"name": "stale", "label": "Promised and not kept", "when": "not is_blank(promised)",
     "since": "promised", "after_days": 4},
]  # fmt: skip


def market_package(
    lead_access: dict[str, Any] | None = None,
    queues: Sequence[dict[str, Any]] = (),
    chinese: dict[str, str] | None = None,
) -> PackageSource:
    lead_access = lead_access or {"pool": a_pool(recycle=RULES, protected="state == 'signing'")}
    full = dict.fromkeys(("lead", "account", "contact", "call", "ticket"), FULL)
    everything = {name: [*FULL, "view_all", "edit_all"] for name in full}
    return a_package(
        an_object(
            "lead",
            a_picklist("state", "new", "talks", "signing", "won", default="new"),
            a_picklist("level", "gold", "silver"),
            a_field("promised", "date"),
            tracks=["history", "activities", "comments"],
            access=lead_access,
        ),
        an_object(
            "account",
            a_picklist("state", "open", "won", default="open"),
            tracks=["history", "comments"],
            access={"carries": ["contacts"], "pool": a_pool(limits={"held": 50}, manage=[])},
        ),
        an_object("contact", a_lookup("account", "account", "contacts", on_delete="cascade")),
        an_object(
            "call",
            {**a_lookup("regarding", "lead", "calls"), "target": ["lead", "account"]},
            tracks=["history"],
        ),
        an_object("ticket", tracks=["history"]),
        {"queues.json": {"queues": list(queues)}},
        {"translations/zh.json": {"texts": chinese or {}}},
        permissions=[
            a_permission_set("sales", **full),
            a_permission_set("all", **everything, system=["manage_users", "manage_rights"]),
        ],
        roles=[
            {"name": "boss", "label": "Boss", "permissions": ["sales"]},
            {"name": "rep", "label": "Rep", "above": "boss", "permissions": ["sales"]},
            {"name": "stranger", "label": "Stranger", "permissions": ["sales"]},
        ],
    )


class Market(Shop):
    """``market.boss``, the boss's reps ``ada``, ``bob`` and ``cid``, a stranger, an admin."""

    def __init__(self, database: str, folder: Path, package: PackageSource | None = None) -> None:
        self.open(database, folder, package or market_package())
        for name in PEOPLE:
            role = {"ada": "rep", "bob": "rep", "cid": "rep", "admin": None}.get(name, name)
            setattr(self, name, self.person(name, role, *(["all"] if name == "admin" else [])))
        self.refresh()
        with self.workspace.read(SYSTEM) as unit:
            self.cid = actor_of(unit, self.cid.id)

    def make(self, who: Actor, object_name: str = "lead", **values: Any) -> str:
        values = {"name": "A lead", **values}
        return self.workspace.run(who, lambda unit: saving.create(unit, object_name, values))

    def free(self, count: int = 1, object_name: str = "lead", **values: Any) -> list[str]:
        """Records without an owner, as imported ones are."""
        return [
            self.make(SYSTEM, object_name, **{"name": f"Free {n}", **values}) for n in range(count)
        ]

    def claim(self, who: Actor, id_: str, object_name: str = "lead") -> None:
        self.workspace.run(who, lambda unit: claim(unit, object_name, id_))

    def release(self, who: Actor, id_: str, reason: str | None = "no budget") -> None:
        self.workspace.run(who, lambda unit: release(unit, "lead", id_, reason))

    def assign(self, who: Actor, id_: str, to: Actor, object_name: str = "lead") -> None:
        self.workspace.run(who, lambda unit: assign(unit, object_name, id_, to.id))

    def take(self, who: Actor, id_: str, object_name: str = "ticket") -> None:
        self.workspace.run(who, lambda unit: take(unit, object_name, id_))

    def owner(self, id_: str, object_name: str = "lead") -> str | None:
        with self.workspace.read(SYSTEM) as unit:
            owner: str | None = reading.stored(unit, object_name, id_)["owner"]
        return owner
