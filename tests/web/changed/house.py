"""A house where Ada works with records of Bob, for one reason or another: each may end.

What she may see of a record holds the word FALCON; nothing else in the house does.
"""

from __future__ import annotations

import io
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
from tests.runtime.shop import FULL
from tests.web.served import Served
from typecase.metadata.sources import PackageSource
from typecase.runtime import comments, customizing, file_store, files, installing, saving, tags
from typecase.runtime.actors import SYSTEM, Actor
from typecase.runtime.storage.people import actor_of
from typecase.runtime.storage.unit_of_work import Unit

FALCON = "falconry"
"""In everything that tells of the record."""
NAME = f"Kestrel {FALCON}"
QUERY = "Kestrel"
"""What is searched for; pages show it to whoever typed it."""

ACCESS = {
    "default": "private",
    "sharing": [
        {"name": "site", "with": [{"branch": "site"}], "grant": "edit"},
        {"name": "helpers", "with": [{"role": "helper"}], "when": "state == 'open'",
         "grant": "edit"},
        {"name": "keeper", "with": [{"field": "keeper"}], "grant": "edit"},
    ],
    "pool": {"name": "public", "label": "Public", "claim": [{"role": "chief"}],
             "manage": [{"role": "chief"}]},
}  # fmt: skip
APPROVALS = {
    "approvals": [
        {"name": "review", "label": "Review", "lock": False, "review": {"by": {"user": "ada"}}}
    ]
}
PROCESS = {"actions": [{"name": "close", "label": "Close", "steps": [{"set": {"hint": "'x'"}}]}]}
TEMPLATES: dict[str, Any] = {
    "templates/told.json": {"label": "Told", "kind": "notice", "object": "lead",
                            "body": "{{ record.name }} is there"},
    "templates/letter.json": {"label": "Letter", "kind": "email", "object": "lead",
                              "subject": "{{ record.name }}", "body": "<p>{{ record.name }}</p>"},
}  # fmt: skip
ALL = (*FULL, "view_all", "edit_all")


def package() -> PackageSource:
    mine = {"lead": FULL, "part": FULL, "visit": FULL, "site": ["read"]}
    return a_package(
        an_object("site", {**a_lookup("above", "site", "below"), "tree": True}, owner="none"),
        an_object(
            "lead",
            a_field("hint"),
            a_field("mail", "email"),
            a_picklist("state", "open", "won", default="open", required=True),
            a_lookup("site", "site", "leads"),
            a_field("keeper", "user"),
            access=ACCESS,
            approvals=APPROVALS,
            process=PROCESS,
            path={"field": "state"},
            views=[a_view("all", "name", "hint"),
                   a_view("board", "name", by="state", **{"as": "board"})],
            tracks=["history", "comments", "files", "activities", "tags", "team"],
        ),
        an_object("part", {**a_lookup("lead", "lead", "parts", required=True), "type": "master"},
                  owner="parent", views=[a_view("all", "name", "lead.name")]),
        an_object("visit", a_lookup("lead", "lead", "visits"),
                  views=[a_view("all", "name", "lead.name")]),
        TEMPLATES,
        permissions=[
            a_permission_set("sales", **mine, system=["export", "bulk"]),
            a_permission_set("viewing", lead=["view_all", "edit_all"]),
            a_permission_set("all", **dict.fromkeys(mine, ALL),
                             system=["manage_users", "manage_rights", "export", "bulk",
                                     "designer"]),
        ],
        roles=[
            {"name": "chief", "label": "Chief", "permissions": ["sales"]},
            {"name": "rep", "label": "Rep", "above": "chief", "permissions": ["sales"]},
            {"name": "helper", "label": "Helper", "above": "rep", "permissions": ["sales"]},
            {"name": "other", "label": "Other", "permissions": ["sales"]},
        ],
    )  # fmt: skip


class House(Served):
    """``ada`` looks; ``bob`` owns the lead unless it is said otherwise."""

    def __init__(self, database: str, folder: Path) -> None:
        self.open(database, folder, package())
        self.ada, self.bob = self.person("ada", "other"), self.person("bob", "rep")
        self.admin = self.person("admin", None, "all")
        self.serve()
        self.country = self.make("site", name="Country")
        self.north = self.make("site", name="North", above=self.country)
        self.south = self.make("site", name="South")
        self.lead = self.part = self.visit = self.file = self.case = ""

    def furnish(self, **values: Any) -> None:
        """The lead and all that hangs on it; a visit of Ada's that points to it."""
        values = {"name": NAME, "owner": self.bob.id, "mail": "buyer@bolt.example", **values}
        self.lead = self.make("lead", **values)
        self.part = self.make("part", name=f"Part {FALCON}", lead=self.lead)
        self.visit = self.make("visit", name="A visit", lead=self.lead, owner=self.ada.id)

        def put_on(unit: Unit) -> None:
            saving.update(unit, "lead", self.lead, {"hint": f"was {FALCON}"})
            comments.add(unit, "lead", self.lead, f"said {FALCON}")
            folder = self.platform.settings.files
            stored = file_store.store(folder, io.BytesIO(FALCON.encode()), f"{FALCON}.txt")
            self.file = files.attach(unit, "lead", self.lead, stored)
            tags.add(unit, "lead", [self.lead], [FALCON])

        self.do(put_on)

    def do(self, work: Any, who: Actor = SYSTEM) -> Any:
        return self.workspace.run(who, work)

    def bob_now(self) -> Actor:
        return self.do(lambda unit: actor_of(unit, self.bob.id))

    def change(self, **values: Any) -> None:
        self.do(lambda unit: saving.update(unit, "lead", self.lead, values))

    def publish(self, kind: str, name: str, edit: Any) -> None:
        """The customer's own change of a definition: ``edit`` gives the document anew."""

        def propose(unit: Unit) -> installing.Proposal:
            found = customizing.definitions(unit)
            wanted = {(kind, name): edit(found.content(kind, name))}
            return customizing.propose(unit, unit.opening.catalog, found, wanted, "A change")

        proposal = self.workspace.look(SYSTEM, propose)
        installing.alone(self.workspace, lambda u: customizing.publish(u, proposal), SYSTEM)
