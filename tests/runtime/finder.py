"""A workspace to search in: private people with closed fields, open firms, a closed object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_field, a_lookup, a_package, a_permission_set, an_object
from tests.runtime.shop import FULL, Shop
from typecase.metadata.sources import PackageSource
from typecase.runtime import recycle, saving, search
from typecase.runtime.actors import Actor


def finder_package() -> PackageSource:
    return a_package(
        an_object(
            "firm",
            a_field("name", required=True, search=True),
            a_field("code", search=True),
            a_field("remark"),
            access={"default": "read"},
            duplicates=[
                {"name": "same_code", "match": [{"field": "code", "method": "normalised"}],
                 "on_match": "refuse"},
                {"name": "same_name", "match": [
                    {"field": "name", "method": "fuzzy", "threshold": 0.8}]},
            ],
        ),
        an_object(
            "human",
            a_field("name", required=True, search=True),
            a_field("phone", "phone", search=True),
            a_field("email", "email", search=True),
            a_field("passport", search=True, sensitive=True),
            a_lookup("firm", "firm", "people"),
            duplicates=[
                {"name": "same_phone", "on_match": "refuse",
                 "match": [{"field": "phone", "method": "normalised"}]},
                {"name": "same_passport", "match": [{"field": "passport"}]},
                {"name": "same_person", "match": [
                    {"field": "firm"}, {"field": "name", "method": "fuzzy", "threshold": 0.8}]},
            ],
        ),
        an_object("wage", a_field("name", required=True, search=True)),
        permissions=[
            a_permission_set("sales", firm=FULL, human=FULL),
            a_permission_set("all", firm=FULL, human=[*FULL, "view_all"], wage=FULL,
                             fields={"human.passport": "edit"}),
        ],
        roles=[
            {"name": "boss", "label": "Boss", "permissions": ["sales"]},
            {"name": "rep", "label": "Rep", "above": "boss", "permissions": ["sales"]},
            {"name": "stranger", "label": "Stranger"},
        ],
    )  # fmt: skip


class Finder(Shop):
    """The same people in another workspace, with verbs short enough for tests."""

    def open(self, database: str, folder: Path, package: PackageSource) -> None:
        super().open(database, folder, finder_package())

    def make(self, actor: Actor, object_name: str, **raw: Any) -> str:
        return self.workspace.run(actor, lambda unit: saving.create(unit, object_name, raw))

    def change(self, actor: Actor, object_name: str, id_: str, **raw: Any) -> None:
        self.workspace.run(actor, lambda unit: saving.update(unit, object_name, id_, raw))

    def delete(self, actor: Actor, object_name: str, id_: str) -> str:
        return self.workspace.run(actor, lambda unit: recycle.delete(unit, object_name, id_)).id

    def restore(self, actor: Actor, deletion: str) -> None:
        self.workspace.run(actor, lambda unit: recycle.restore(unit, deletion))

    def search(self, actor: Actor, text: str, **more: Any) -> search.SearchResults:
        return self.workspace.look(actor, lambda unit: search.search(unit, text, **more))

    def titles(self, actor: Actor, text: str, **more: Any) -> list[str]:
        return [hit.title for hit in self.search(actor, text, **more).results]

    def fill(self, actor: Actor, object_name: str, raws: list[Mapping[str, Any]]) -> list[str]:
        return self.workspace.run(actor, lambda unit: saving.create_many(unit, object_name, raws))


@pytest.fixture
def finder(database: str, tmp_path: Path) -> Iterator[Finder]:
    built = Finder(database, tmp_path)
    yield built
    built.close()
