"""The standard CRM as definitions: sound, complete, reachable, and wholly in Chinese too."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from typecase.metadata.catalog import Catalog
from typecase.metadata.composing import Composed, composed
from typecase.metadata.layouts import MenuItem, Pane
from typecase.metadata.packages import read_package
from typecase.metadata.rights import PermissionSet
from typecase.metadata.sources import PackageSource
from typecase.metadata.translations import Texts
from typecase.resources import data_folder

FOLDER = data_folder("apps") / "standard_crm"
PROMISED = {
    *("account", "account_relation", "contact", "lead", "campaign", "campaign_member"),
    *("opportunity", "opportunity_line", "product", "price_book", "price_entry"),
    *("quote", "quote_line", "contract", "order", "order_line", "delivery", "invoice"),
    *("payment_plan", "payment", "task", "meeting", "call", "visit", "ticket", "article"),
    *("expense", "competitor", "target"),
}
BOARDS = {"lead": "status", "opportunity": "stage", "ticket": "status", "task": "status",
          "campaign": "status"}  # fmt: skip
SAME_IN_CHINESE = {"DHL"}


@pytest.fixture(scope="module")
def source() -> PackageSource:
    return read_package(FOLDER)


@pytest.fixture(scope="module")
def whole(source: PackageSource) -> Composed:
    return composed([source], 1)


@pytest.fixture(scope="module")
def catalog(whole: Composed) -> Catalog:
    return whole.catalog


def panes(catalog: Catalog, name: str) -> Iterator[Pane]:
    for page in catalog.layouts[name].pages:
        for tab in page.tabs:
            yield from tab.panes


def entries(items: tuple[MenuItem, ...]) -> Iterator[MenuItem]:
    for item in items:
        yield item
        yield from entries(item.items)


def test_it_has_no_problem_and_nothing_to_notice(catalog: Catalog) -> None:
    assert set(catalog.objects) >= PROMISED
    assert catalog.notices == ()


def test_every_object_has_its_own_layout_and_views(source: PackageSource) -> None:
    written = {(d.kind, d.name) for d in source.documents}
    objects = {name for kind, name in written if kind == "object"}
    for kind in ("layout", "views", "access"):
        assert {name for found, name in written if found == kind} == objects


def test_every_object_is_reached_from_a_menu_or_from_a_page(catalog: Catalog) -> None:
    in_menus = {item.object for app in catalog.apps for item in entries(app.items)}
    in_panes = {
        catalog.reverses[name][pane.related].object
        for name in catalog.objects
        for pane in panes(catalog, name)
    }
    assert set(catalog.objects) - in_menus - in_panes == set()


def test_every_relation_is_shown_on_the_page_of_its_target(catalog: Catalog) -> None:
    quiet = {
        ("contact", "ties"), ("contact", "signed_contracts"), ("contact", "attended_meetings"),
        ("contact", "calls_with"), ("contact", "leads"), ("contact", "orders"),
        ("account", "leads"), ("opportunity", "leads"), ("opportunity", "tickets"),
        ("product", "leads"), ("product", "quote_lines"),
    }  # fmt: skip
    for name, relations in catalog.reverses.items():
        shown = {pane.related for pane in panes(catalog, name)}
        hidden = {(name, relation) for relation in relations if relation not in shown}
        assert hidden <= quiet, name


def test_every_field_stands_on_its_page(catalog: Catalog) -> None:
    """Nobody can fill in what no page offers."""
    for name, of in catalog.objects.items():
        placed = {
            placement.field
            for page in catalog.layouts[name].pages
            for tab in page.tabs
            for section in tab.sections
            for placement in section.fields
        }
        assert {field.name for field in of.fields} - placed == set(), name


def test_every_object_has_a_default_view_with_columns(catalog: Catalog) -> None:
    for name in catalog.objects:
        views = catalog.views[name]
        assert sum(view.default for view in views) == 1, name
        assert len(next(view for view in views if view.default).columns) >= 3, name


@pytest.mark.parametrize(("name", "by"), BOARDS.items())
def test_what_moves_has_a_board(catalog: Catalog, name: str, by: str) -> None:
    assert [view.by for view in catalog.views[name] if view.as_ == "board"][:1] == [by]


def test_every_path_says_what_to_do_in_each_stage(catalog: Catalog) -> None:
    for of in catalog.objects.values():
        if of.path is None:
            continue
        field = of.by_name[of.path.field]
        assert [stage.name for stage in of.path.stages] == [o.name for o in field.options]
        assert all(stage.guidance for stage in of.path.stages)


def test_a_likelihood_belongs_to_every_stage_and_rises(catalog: Catalog) -> None:
    stages = catalog.field("opportunity", "stage").options
    likely = [option.extra["probability"] for option in stages]
    assert likely[:-1] == sorted(likely[:-1])
    assert (likely[-2], likely[-1]) == (100, 0)


def test_contract_numbers_have_no_gap_per_year_and_department(catalog: Catalog) -> None:
    pattern = catalog.numbering["contract_number"]
    assert pattern.gapless
    assert (pattern.restart, pattern.by) == ("year", ("department",))


def test_every_text_is_in_chinese_and_none_is_left_over(
    whole: Composed, source: PackageSource
) -> None:
    texts = Texts([source], whole.stack)
    chinese = json.loads((FOLDER / "translations" / "zh.json").read_text("utf-8"))["texts"]
    wanted = {text.key for text in texts.texts}
    rows = {row["key"]: row for file in source.data for row in file.rows}
    of_rows = {key for key in chinese if key.startswith("data/")}
    for key in of_rows:
        row, _, field = key.removeprefix("data/").rpartition(".")
        assert field in rows[row], key
    assert set(chinese) - of_rows == wanted
    foreign = {key for key, text in chinese.items() if text.isascii()}
    assert {chinese[key] for key in foreign} <= SAME_IN_CHINESE


def test_whoever_is_above_has_at_least_the_rights_of_those_below(catalog: Catalog) -> None:
    """A manager who sees a rep's record may also read that kind of record."""
    for role in catalog.roles.values():
        if role.above is None:
            continue
        above = _objects(catalog, catalog.roles[role.above].permissions)
        assert _objects(catalog, role.permissions) - above == set(), role.name


def _objects(catalog: Catalog, names: tuple[str, ...]) -> set[str]:
    sets: list[PermissionSet] = [catalog.permission_sets[name] for name in names]
    return {name for each in sets for name, rights in each.objects.items() if "read" in rights}


def test_costs_are_closed_to_those_who_sell(catalog: Catalog) -> None:
    assert catalog.field("product", "cost").sensitive
    for role in ("sales_representative", "sales_assistant", "service", "marketing"):
        for name in catalog.roles[role].permissions:
            assert "product.cost" not in catalog.permission_sets[name].fields
