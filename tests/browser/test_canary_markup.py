"""T2: markup in everything a package and a person may name: shown as it is, run nowhere.

Labels, plurals, helps, options, views, tabs, sections, menus, messages, both languages; values,
links, rich text, tags, comments, the names of files; on every screen of the object.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open, Served
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
from tests.web.pages.site import Site
from typecase.errors import RecordInvalid
from typecase.metadata.sources import PackageSource
from typecase.runtime import comments, file_store, files, saving, tags

HOOK = (
    "window.RUN = [];for (const n of ['alert', 'confirm', 'prompt']) window[n] = () => RUN.push(n);"
)


def evil(where: str) -> str:
    """Markup that would tell where it was let through."""
    return f"\"'><img src=x onerror=\"RUN.push('{where}')\"><script>RUN.push('{where}')</script>"


def package() -> PackageSource:
    options = [{"name": n, "label": evil(f"option {n}")} for n in ("open", "done")]
    fields = [
        a_field("name", label=evil("label"), help=evil("help"), required=True, search=True),
        a_picklist("state", *options, default="open"),
        a_field("site", "url", label=evil("url label")),
        a_field("about", "rich_text", help=evil("rich help")),
        a_field("note", "long_text"),
        a_field("days", "integer"),
        a_lookup("before", "thing", "after", help=evil("lookup help")),
    ]
    fields[-1]["related"]["label"] = evil("relation")
    layout = {
        "pages": [
            {
                "name": "default",
                "highlights": ["state", "days"],
                "tabs": [
                    {
                        "name": "details",
                        "label": evil("tab"),
                        "sections": [
                            {
                                "name": "all",
                                "label": evil("section"),
                                "fields": [f["name"] for f in fields],
                            }
                        ],
                        "panes": [{"related": "after", "columns": ["name", "state"]}],
                    },
                    {"name": "activity", "label": evil("timeline"), "timeline": True},
                ],
            }
        ]
    }
    texts = {
        "thing": evil("zh label"),
        "thing:plural": evil("zh plural"),
        "thing:help": evil("zh help"),
        "thing.name": evil("zh field"),
        "thing.state.open": evil("zh option"),
        "thing/views/all": evil("zh view"),
        "apps/main": evil("zh app"),
    }
    app = {"name": "main", "label": evil("app"), "items": [
        {"object": "thing", "label": evil("menu")},
        {"name": "more", "label": evil("group"),
         "items": [{"object": "thing", "view": "board", "label": evil("entry")}]}]}  # fmt: skip
    return a_package(
        an_object(
            "thing",
            *fields,
            views=[a_view("all", "name", "state", "site", "days", label=evil("view")),
                   a_view("board", "name", "days", **{"as": "board"}, by="state", totals=["days"])],
            layout=layout,
            tracks=["history", "comments", "files", "tags"],
            validations=[{"name": "few", "field": "days", "when": "days > 9",
                          "message": evil("message")}],
            label=evil("object"), plural=evil("plural"), help=evil("object help"),
        ),
        {"menus.json": {"apps": [app]}, "translations/zh.json": {"texts": texts}},
        permissions=[
            a_permission_set("sales", thing=FULL),
            {**a_permission_set("all", thing=[*FULL, "view_all", "edit_all"],
                                system=["manage_users", "manage_rights", "export", "bulk"]),
             "label": evil("set")},
        ],
        roles=[{"name": "boss", "label": evil("role"), "permissions": ["sales"]},
               {"name": "rep", "label": "Rep", "above": "boss", "permissions": ["sales"]},
               {"name": "stranger", "label": "Stranger"}],
    )  # fmt: skip


@pytest.fixture
def served(sqlite_database: str, tmp_path: Path) -> Iterator[Served]:
    site = Site(sqlite_database, tmp_path, package())
    _fill(site)
    served = Served(site)
    yield served
    served.close()


def _fill(site: Site) -> None:
    shop = site.shop
    raw: dict[str, Any] = {
        "name": evil("name"),
        "site": "https://x.example/?q='onmouseover='RUN.push(1)",
        "about": f"<p onclick=\"RUN.push('rich')\">x</p>{evil('rich')}"
        "<a href=\"javascript:RUN.push('link')\">go</a><svg onload=\"RUN.push('svg')\"></svg>",
        "note": evil("note"),
        "days": 3,
    }
    for hostile in (
        "javascript:RUN.push('url')",
        "data:text/html,<script>RUN.push('url')</script>",
    ):
        with pytest.raises(RecordInvalid), shop.workspace.write(shop.admin) as unit:
            saving.create(unit, "thing", {"name": "x", "site": hostile})
    with shop.workspace.write(shop.admin) as unit:
        first = site.names["first"] = saving.create(unit, "thing", raw)
        saving.create(unit, "thing", {"name": evil("child"), "before": first})
        comments.add(unit, "thing", first, evil("comment") + " [x](javascript:RUN.push('md'))")
        tags.add(unit, "thing", [first], [evil("tag")[:40]])
        body = f"<script>{HOOK}RUN.push('file')</script>".encode()
        stored = file_store.store(
            shop.platform.settings.files, io.BytesIO(body), f"{evil('file')[:60]}.html"
        )
        site.names["file"] = files.attach(unit, "thing", first, stored)


SCREENS = (
    "/", "/o/thing", "/o/thing?panel=filter&filter=state == 'open'", "/o/thing?view=board",
    "/o/thing/new", "/o/thing/{first}", "/o/thing/{first}?tab=activity", "/o/thing/{first}/edit",
    "/search?q=img", "/bin", "/me", "/admin/users", "/admin/users/new", "/admin/roles",
)  # fmt: skip


def ran(page: Page) -> list[str]:
    return list(page.evaluate("window.RUN"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_markup_is_shown_and_never_run(served: Served, open_page: Open, language: str) -> None:
    page = open_page(served, "admin", "/login")
    page.add_init_script(HOOK)
    broken: list[str] = []
    page.on("console", lambda m: broken.append(m.text) if "Content Security" in m.text else None)
    page.goto(served.url + "/")
    page.locator(".user-button").click()
    with page.expect_navigation():
        page.locator(f"button[name=language][value={language}]").click()
    for path in SCREENS:
        page.goto(served.url + path.format(**served.site.names))
        page.wait_for_timeout(120)
        assert ran(page) == [], path
        for link in page.locator("main a[href]").all()[:80]:
            assert not (link.get_attribute("href") or "").lower().startswith("javascript"), path
        images = page.locator("img[onerror], [onclick], [onload], [onmouseover]")
        assert images.count() == 0, path
    assert broken == [], "nothing was even tried"
    said = page.content()
    assert "&lt;img" in said, "it is there, as text"


def test_what_scripts_put_on_the_page_is_text_too(served: Served, open_page: Open) -> None:
    """Lookups, the palette, dialogs, messages of a refused form, moves on a board."""
    page = open_page(served, "admin", "/login")
    page.add_init_script(HOOK)
    page.goto(served.url + "/o/thing/new")
    page.locator("[data-field=before] .ts-control").click()
    page.keyboard.type("img", delay=20)
    page.locator("[data-field=before] .ts-dropdown .option").first.wait_for()
    assert ran(page) == []
    page.keyboard.press("Escape")
    page.fill("[name=name]", evil("typed"))
    page.fill("[name=days]", "10")
    page.locator("form button.btn-primary").first.click()
    page.locator(".field-error").first.wait_for()
    assert ran(page) == []
    page.keyboard.press("Control+k")
    page.keyboard.type("img", delay=20)
    page.wait_for_timeout(600)
    assert ran(page) == []


def test_an_attached_page_is_saved_and_not_opened(served: Served, open_page: Open) -> None:
    page = open_page(served, "admin", "/o/thing")
    with page.expect_download() as waiting:
        page.evaluate(f"location.href = '/files/{served.site.names['file']}'")
    assert waiting.value.suggested_filename.endswith(".html")
    assert "<" not in waiting.value.suggested_filename or page.url.endswith("/o/thing")
    assert page.url.endswith("/o/thing")
