"""A11: a rule that opens records never names a field that is not there. What would take the field
is refused, with the place of the rule, whosever it is; until then everything stays as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import (
    a_field,
    a_lookup,
    a_package,
    a_permission_set,
    a_picklist,
    an_object,
)
from tests.runtime.shop import FULL, Shop
from typecase.errors import DefinitionsInvalid
from typecase.metadata.sources import PackageSource
from typecase.runtime import checking, customizing, installing, reading, saving
from typecase.runtime.actors import SYSTEM
from typecase.runtime.queries import Query
from typecase.runtime.storage.people import actor_of
from typecase.runtime.storage.unit_of_work import Unit

FIELDS = {
    "kind": a_picklist("kind", "customer", "prospect"),
    "keeper": a_field("keeper", "user"),
    "region": a_lookup("region", "region", "accounts"),
    "called_on": a_field("called_on", "date"),
}
HELPERS = [{"role": "helper"}]
POOL = {"name": "public", "label": "Public", "claim": HELPERS}


def rule(**more: Any) -> dict[str, Any]:
    return {"sharing": [{"name": "x_own", "label": "Own", "grant": "read", **more}]}


ACCESS: dict[str, tuple[str, dict[str, Any]]] = {
    "condition of a rule": ("kind", rule(when="kind == 'customer'", **{"with": HELPERS})),
    "condition that names it blank": ("kind", rule(when="is_blank(kind)", **{"with": HELPERS})),
    "condition that names it not": ("kind", rule(when="not (kind == 'prospect')",
                                                 **{"with": HELPERS})),
    "people of a rule": ("keeper", rule(**{"with": [{"field": "keeper"}]})),
    "branch of a rule": ("region", rule(**{"with": [{"branch": "region"}]})),
    "condition over a lookup": ("region", rule(when="region.name != 'x'", **{"with": HELPERS})),
    "condition of a pool": ("kind", {"pool": {**POOL, "when": "kind != 'prospect'"}}),
    "protection in a pool": ("kind", {"pool": {**POOL, "protected": "kind == 'prospect'"}}),
    "days of a pool": ("called_on", {"pool": {**POOL, "recycle": [
        {"name": "quiet", "label": "Quiet", "since": "called_on", "after_days": 3}]}}),
}  # fmt: skip
"""What the customer says: the field it names, and the document's part."""


def package(version: str, *without: str) -> PackageSource:
    kept = [field for name, field in FIELDS.items() if name not in without]
    return a_package(
        an_object("region", {**a_lookup("above", "region", "below"), "tree": True}, owner="none"),
        an_object("account", *kept, access={"default": "private"}),
        permissions=[
            a_permission_set("sales", account=FULL, region=["read"]),
            a_permission_set("all", account=[*FULL, "view_all", "edit_all"]),
        ],
        roles=[{"name": n, "label": n, "permissions": ["sales"]} for n in ("rep", "helper")],
        version=version,
    )  # fmt: skip


class House(Shop):
    def __init__(self, database: str, folder: Path) -> None:
        self.open(database, folder, package("1.0.0"))
        self.rep, self.helper = self.person("rep", "rep"), self.person("helper", "helper")

        def add(unit: Unit) -> None:
            told = {"kind": "prospect", "owner": self.rep.id}
            saving.create(unit, "account", {"name": "Theirs", **told})

        self.workspace.run(SYSTEM, add)

    def say(self, part: dict[str, Any]) -> None:
        """What the customer says of the access to accounts, beside its default."""

        def propose(unit: Unit) -> installing.Proposal:
            found = customizing.definitions(unit)
            wanted = {("access", "account"): {"default": "private", **part}}
            return customizing.propose(unit, unit.opening.catalog, found, wanted, "Mine")

        proposal = self.workspace.look(SYSTEM, propose)
        installing.alone(self.workspace, lambda u: customizing.publish(u, proposal), SYSTEM)

    def seen(self) -> list[str]:
        with self.workspace.read(SYSTEM) as unit:
            helper = actor_of(unit, self.helper.id)
        rows = self.workspace.look(helper, lambda u: reading.find(u, Query("account", ("name",))))
        return [row["name"] for row in rows.rows]


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    built = House(database, tmp_path)
    yield built
    built.close()


@pytest.mark.parametrize("place", ACCESS)
def test_an_upgrade_that_takes_the_field_is_refused(house: House, place: str) -> None:
    field, part = ACCESS[place]
    house.say(part)
    before, seen = house.workspace.catalog, house.seen()
    with pytest.raises(DefinitionsInvalid) as caught:
        installing.install(house.workspace, [package("2.0.0", field)])
    told = [p for p in caught.value.problems if p.file == "x/account/access.json"]
    assert told and any(field in p.text() for p in told), caught.value.problems
    assert house.workspace.catalog is before
    assert house.seen() == seen


@pytest.mark.parametrize("place", ACCESS)
def test_once_the_rule_is_gone_it_goes_through_and_opens_nothing(house: House, place: str) -> None:
    field, part = ACCESS[place]
    house.say(part)
    house.say({})
    installing.install(house.workspace, [package("2.0.0", field)])
    assert house.seen() == []
    found = checking.check(house.workspace, [])
    assert [f for f in found if not f.is_harmless] == []
