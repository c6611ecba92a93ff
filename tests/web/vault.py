"""A small company with something to hide: sensitive fields in every kind of place, and rows that
belong to somebody else. Ada works in it without the right to what is hidden."""

from __future__ import annotations

from pathlib import Path

from tests.builders import (
    a_field,
    a_lookup,
    a_package,
    a_permission_set,
    a_picklist,
    a_view,
    an_object,
)
from tests.runtime.shop import FULL
from tests.web.served import Served
from typecase.metadata.sources import PackageSource

RIGHT, WRONG = "TOPSECRET-4711", "TOPSECRET-0815"
"""What the hidden field holds, and what it does not."""
HIDDEN, MISSING = "vaulted", "bogus"
"""The hidden field, and one that is not there; equally far from the name of any other."""
WORTH = "31337"
BOARD = {"as": "board"}
PROCESS = {
    "actions": [
        {
            "name": "again",
            "label": "Again",
            "steps": [
                {"copy_tree": "record", "as": "copy", "values": {"name": "record.name & ' again'"}}
            ],
            "opens": "copy",
        },
        {"name": "unmask", "label": "Unmask", "steps": [{"set": {HIDDEN: "'written'"}}]},
    ]
}
APPROVALS = {
    "approvals": [
        {"name": "review", "label": "Review", "lock": False, "review": {"by": {"user": "ada"}}}
    ]
}


def package() -> PackageSource:
    sets = {"client": FULL, "deal": FULL, "memo": FULL}
    opened = {"client.vaulted": "edit", "client.worth": "edit", "client.verdict": "edit"}
    opened |= {"deal.margin": "edit"}
    everything = {name: ["view_all", "edit_all", *FULL] for name in sets}
    return a_package(
        an_object(
            "client",
            a_field("code", unique=True),
            a_field(HIDDEN, sensitive=True, search=True, unique=True),
            a_field("worth", "integer", sensitive=True),
            a_field("double", "formula", expression="worth * 2", returns="integer"),
            a_field("margins", "rollup", of="deals.margin", function="sum", returns="integer"),
            a_field("weighed", "formula", expression="sum(deals.size)", returns="integer"),
            a_picklist("verdict", "guilty", "innocent", sensitive=True),
            a_picklist("stage", "new", "done", default="new"),
            path={"field": "verdict"},
            process=PROCESS,
            approvals=APPROVALS,
            views=[
                a_view("all", "name", "code", HIDDEN, "worth", totals=["worth"]),
                a_view("board", "name", "worth", by="stage", totals=["worth"], **BOARD),
                a_view("verdicts", "name", by="verdict", **BOARD),
            ],
            tracks=["history", "comments", "files", "activities", "team"],
            duplicates=[
                {
                    "name": "same",
                    "match": [{"field": HIDDEN, "method": "exact"}],
                    "on_match": "warn",
                }
            ],
        ),
        an_object(
            "deal",
            a_lookup("client", "client", "deals", required=True),
            a_field("size", "integer"),
            a_field("margin", "integer", sensitive=True),
        ),
        an_object("memo", a_lookup("client", "client", "memos"), a_field("weight", "integer")),
        permissions=[
            a_permission_set("work", **sets, system=["export", "import", "bulk"]),
            a_permission_set("all", **everything, fields=opened, system=["export", "bulk"]),
        ],
        roles=[{"name": "rep", "label": "Rep", "permissions": ["work"]}],
    )


class Vault(Served):
    def __init__(self, database: str, folder: Path) -> None:
        self.open(database, folder, package())
        self.ada, self.bob = self.person("ada", "rep"), self.person("bob", "rep")
        self.chief = self.person("chief", None, "all")
        self.serve()
        told = {HIDDEN: RIGHT, "worth": WORTH}
        self.acme = self.make("client", name="Acme", code="A", owner=self.ada.id, **told)
        self.deal = self.make("deal", name="Mine", client=self.acme, size="1", owner=self.ada.id)
        self.bobs_deal = self.make(
            "deal", name="Theirs", client=self.acme, size="40", margin="7", owner=self.bob.id
        )
        self.bobs = self.make("client", name="Bobs", code="B", owner=self.bob.id)
        self.make("memo", name="Private", client=self.acme, weight="99", owner=self.bob.id)
