"""Each way in which Ada comes to see the lead, and how it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from typecase.metadata.rights_edits import with_item, without_item
from typecase.runtime import branches, pools, saving, sharing, users
from typecase.runtime.sharing import To
from typecase.workflow.approvals import deciding, submitting

from .house import House


@dataclass(frozen=True)
class Ending:
    """``begin`` furnishes the house so that Ada sees the lead; ``end`` takes it from her."""

    begin: Callable[[House], Any]
    end: Callable[[House], Any]
    only_reads: bool = False


def update(house: House, **values: Any) -> None:
    house.do(lambda unit: users.update(unit, house.ada.id, values))


def role(name: str | None, **values: Any) -> Callable[[House], None]:
    def begin(house: House) -> None:
        update(house, role=name)
        house.furnish(**values)

    return begin


def shared(house: House, **more: Any) -> None:
    house.furnish()
    to = To("user", house.ada.id)
    house.do(lambda unit: sharing.share(unit, "lead", house.lead, to, "edit", **more))


def shared_for_a_while(house: House) -> None:
    shared(house, expires_at=house.clock.now() + timedelta(minutes=5))


def in_the_team(house: House) -> None:
    shared(house, team_role="Help")


def unshared(house: House) -> None:
    to = To("user", house.ada.id)
    house.do(lambda unit: sharing.unshare(unit, "lead", house.lead, to))


def owned(house: House) -> None:
    house.furnish(owner=house.ada.id)


def released(house: House) -> None:
    house.do(lambda unit: pools.release(unit, "lead", house.lead, "no time"), house.admin)


def belonging(house: House) -> None:
    belong(house, house.country)
    house.furnish(site=house.north)


def belong(house: House, *sites: str) -> None:
    chosen = dict.fromkeys(sites, "site")
    house.do(lambda unit: branches.set_of_person(unit, house.ada.id, chosen))


def branch_moved(house: House) -> None:
    house.do(lambda unit: saving.update(unit, "site", house.north, {"above": house.south}))


def named(house: House) -> None:
    house.furnish(keeper=house.ada.id)


def rule_gone(house: House) -> None:
    house.publish("access", "lead", lambda told: without_item(told, "sharing", "helpers"))


def role_moved(house: House) -> None:
    rep = {"name": "rep", "label": "Rep", "above": None, "permissions": ["sales"]}
    house.publish("roles", "", lambda told: with_item(told, "roles", rep))


def open_to_all(house: House) -> None:
    house.publish("access", "lead", lambda told: {**told, "default": "edit"})
    house.furnish()


def closed_to_all(house: House) -> None:
    house.publish("access", "lead", lambda told: {**told, "default": "private"})


def viewing(house: House) -> None:
    update(house, permission_sets=["viewing"])
    house.furnish()


def without_rights_on_leads(house: House) -> None:
    none = {"name": "sales", "label": "Sales", "objects": {"visit": ["read"]}}
    house.publish("permissions", "", lambda told: with_item(told, "permission_sets", none))


def asked(house: House) -> None:
    house.furnish()
    house.case = house.do(lambda unit: submitting.submit(unit, "lead", house.lead), house.bob_now())


def withdrawn(house: House) -> None:
    house.do(lambda unit: deciding.withdraw(unit, house.case), house.bob_now())


ENDINGS = {
    "role changed": Ending(role("chief"), lambda house: update(house, role="other")),
    "role moved in the tree": Ending(role("chief"), role_moved),
    "role taken": Ending(role("helper"), lambda house: update(house, role=None)),
    "set taken": Ending(viewing, lambda house: update(house, permission_sets=[])),
    "rights of the set taken": Ending(owned, without_rights_on_leads),
    "person disabled": Ending(
        owned, lambda house: house.do(lambda unit: users.disable(unit, house.ada.id))
    ),
    "share removed": Ending(shared, unshared),
    "share over": Ending(
        shared_for_a_while, lambda house: house.clock.advance(timedelta(minutes=5))
    ),
    "out of the team": Ending(in_the_team, unshared),
    "owner changed": Ending(owned, lambda house: house.change(owner=house.bob.id)),
    "back in the pool": Ending(owned, released),
    "person out of the branch": Ending(belonging, lambda house: belong(house, house.south)),
    "record in another branch": Ending(belonging, lambda house: house.change(site=house.south)),
    "branch moved": Ending(belonging, branch_moved),
    "no longer named": Ending(named, lambda house: house.change(keeper=None)),
    "rule no longer met": Ending(role("helper"), lambda house: house.change(state="won")),
    "rule taken back": Ending(role("helper"), rule_gone),
    "default narrowed": Ending(open_to_all, closed_to_all),
    "no longer asked": Ending(asked, withdrawn, only_reads=True),
}
