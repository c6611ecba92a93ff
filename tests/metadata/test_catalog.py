"""From a package to the catalog: ids, defaults, expressions, rollups, layouts nobody wrote."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from typecase.errors import UnknownName
from typecase.metadata.composing import compose, composed, recompose
from typecase.metadata.expressions import ExpressionProblem

from .packages_of import (
    ADD_ON_MANIFEST,
    CUSTOMER,
    MANIFEST,
    SALE,
    catalog,
    package,
    shop,
    with_fields,
)

TOTAL = {"name": "total", "type": "rollup", "label": "Total", "of": "sales.amount",
         "function": "sum"}  # fmt: skip


def with_sale(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"objects/sale/object.json": {**with_fields(SALE, *fields), **more}}


def test_ids_are_made_of_first_names() -> None:
    renamed = {"name": "phase", "was": ["status", "stage"], "type": "picklist", "label": "Phase",
               "options": [{"name": "done", "was": ["won"], "label": "Done"}]}  # fmt: skip
    document = {**with_fields(SALE, renamed), "was": ["deal"]}
    document["fields"] = [f for f in document["fields"] if f["name"] != "stage"]
    found = catalog(shop(**{"objects/sale/object.json": document}))
    sale = found.object("deal")
    assert (sale.id, sale.name) == ("shop:deal", "sale")
    field = found.field("sale", "stage")
    assert (field.id, field.name) == ("shop:deal.status", "phase")
    assert field.options[0].id == "shop:deal.status.won"
    assert found.object_names["shop:deal"] == "sale"


def test_unknown_names_come_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"There is no object sael\. Did you mean sale\?"):
        catalog().object("sael")
    with pytest.raises(UnknownName, match=r"There is no field amont on sale\. Did you mean amount"):
        catalog().field("sale", "amont")


DEFAULTS = [
    ("picklist", "silver", "'silver'"),
    ("picklist", "IF(true, 'silver', 'gold')", "IF(true, 'silver', 'gold')"),
    ("text", "'silver'", "'silver'"),
    ("boolean", True, "true"),
    ("integer", 3, "3"),
    ("date", "today() + 30", "today() + 30"),
]


@pytest.mark.parametrize(("type_", "written", "meant"), DEFAULTS)
def test_defaults_are_expressions(type_: str, written: Any, meant: str) -> None:
    level = {"name": "level", "type": type_, "label": "Level", "default": written}
    if type_ == "picklist":
        level["options"] = [{"name": n, "label": n} for n in ("silver", "gold")]
    found = catalog(shop(**{"objects/customer/object.json": with_fields(CUSTOMER, level)}))
    assert found.field("customer", "level").default == meant


def test_options_say_with_which_other_option_they_are_offered() -> None:
    options = [{"name": "tin", "label": "Tin", "when": ["open"]}, {"name": "any", "label": "Any"}]
    field = {"name": "kind", "type": "picklist", "label": "Kind", "depends_on": "stage",
             "options": options}  # fmt: skip
    depends = catalog(shop(**with_sale(field))).field("sale", "kind").settings["depends_on"]
    assert depends["field"] == "stage"
    assert depends["map"] == {"open": ("tin", "any"), "won": ("any",)}


def test_expressions_are_checked_once_and_kept() -> None:
    found = catalog()
    first = found.expression("sale", "amount > 10", "condition")
    assert found.expression("sale", "amount > 10", "condition") is first
    assert first.paths == {("amount",)}
    with pytest.raises(ExpressionProblem, match="Did you mean amount"):
        found.expression("sale", "amont > 10", "condition")


def test_rollups_are_known_from_both_sides() -> None:
    document = with_fields(CUSTOMER, TOTAL)
    found = catalog(shop(**{"objects/customer/object.json": document}))
    (over,) = found.rollups_over("sale")
    assert (over.parent, over.field.name, over.link, over.path) == (
        "customer",
        "total",
        "customer",
        ("amount",),
    )
    assert found.rollups_of("customer") == (over,)
    assert found.rollups_over("customer") == ()


def test_objects_without_a_layout_get_a_good_one() -> None:
    found = catalog()
    (page,) = found.layouts["customer"].pages
    placed = [p.field for tab in page.tabs for s in tab.sections for p in s.fields]
    assert placed == ["name", "level"]
    panes = [pane.related for tab in page.tabs for pane in tab.panes]
    assert panes == ["sales"]
    (view,) = found.views["sale"]
    assert view.default
    assert view.columns[0] == "name"
    assert "amount" in view.columns


def test_parts_of_a_record_become_lines_of_its_form() -> None:
    line = {
        "label": "Line",
        "plural": "Lines",
        "title": "name",
        "owner": "parent",
        "fields": [
            {"name": "name", "type": "text", "label": "Name"},
            {"name": "sale", "type": "master", "label": "Sale", "target": "sale",
             "related": {"name": "lines", "label": "Lines"}},
        ],
    }  # fmt: skip
    found = catalog(shop(**{"objects/sale_line/object.json": line}))
    panes = [pane for tab in found.layouts["sale"].pages[0].tabs for pane in tab.panes]
    assert [(pane.related, pane.lines, pane.columns) for pane in panes] == [
        ("lines", True, ("name",))
    ]


FEATURES = {**MANIFEST, "features": [{"name": "extra", "label": "Extra", "default": False}]}


def test_switched_off_things_are_gone_but_fields_stay_hidden() -> None:
    secret = {"name": "secret", "type": "text", "label": "S", "feature": "extra", "required": True}
    rule = {"name": "r", "when": "amount < 0", "message": "No.", "feature": "extra"}
    source = shop(**{"package.json": FEATURES, **with_sale(secret, validations=[rule])})
    off, on = catalog(source), catalog(source, features={"extra": True})
    assert off.features_off == {"extra"}
    field = off.field("sale", "secret")
    assert (field.visible, field.required, field.read_only) == (False, False, True)
    assert off.is_off(field)
    assert off.objects["sale"].validations == ()
    assert on.field("sale", "secret").required is True
    assert [each.name for each in on.objects["sale"].validations] == ["r"]


def test_objects_that_are_switched_off_have_no_entry() -> None:
    menu = {"apps": [{"name": "a", "label": "A", "items": [
        {"object": "sale"}, {"object": "customer"}]}]}  # fmt: skip
    document = {**SALE, "feature": "extra"}
    source = shop(
        **{"package.json": FEATURES, "objects/sale/object.json": document, "menus.json": menu}
    )
    (app,) = catalog(source).apps
    assert [item.name for item in app.items] == ["customer"]


def test_settings_are_typed_and_the_administrator_has_the_last_word() -> None:
    settings = [
        {"name": "days", "label": "Days", "type": "integer", "default": 30},
        {"name": "rate", "label": "Rate", "type": "percent", "default": 2.5},
        {"name": "start", "label": "Start", "type": "date", "default": "2026-01-31"},
        {"name": "note", "label": "Note", "type": "text"},
    ]
    source = shop(**{"package.json": {**MANIFEST, "settings": settings}})
    assert catalog(source, settings={"days": 14}).settings == {
        "days": Decimal(14),
        "rate": Decimal("2.5"),
        "start": date(2026, 1, 31),
        "note": None,
    }


def test_entries_are_labelled_by_what_they_open_in_every_language() -> None:
    source = shop(
        **{
            "menus.json": {
                "apps": [
                    {
                        "name": "main",
                        "label": "Main",
                        "items": [
                            {"object": "sale"},
                            {"name": "g", "label": "G", "items": [{"object": "customer"}]},
                        ],
                    }
                ]
            },
            "translations/zh.json": {
                "texts": {
                    "sale": "销售",
                    "sale:plural": "销售单",
                    "apps/main": "主要",
                    "apps/main/g": "组",
                    "sale.stage.won": "赢单",
                    "sale.customer:related": "销售记录",
                    "package": "商店",
                }
            },
        }
    )
    found = catalog(source)
    (app,) = found.apps
    entry, group = app.items
    assert (entry.name, entry.label) == ("sale", "Sales")
    assert found.label(entry.id, entry.label, "zh") == "销售单"
    assert found.label(app.id, app.label, "zh") == "主要"
    assert found.label(group.id, group.label, "zh") == "组"
    assert found.label("shop:sale.stage.won", "Won", "zh") == "赢单"
    assert found.label("shop:package", "Shop", "zh") == "商店"
    (pane,) = [p for tab in found.layouts["customer"].pages[0].tabs for p in tab.panes]
    assert found.label(pane.id, "Sales", "zh") == "销售记录"
    assert found.label(entry.id, entry.label, "fr") == "Sales"


def test_all_texts_there_are_to_translate_are_listed() -> None:
    texts = catalog().texts
    assert texts["shop:sale"] == "Sale"
    assert texts["shop:sale:plural"] == "Sales"
    assert texts["shop:sale.stage.won"] == "Won"
    assert texts["shop:sale.customer:related"] == "Sales"
    assert texts["shop:package"] == "Shop"


def test_what_is_not_translated_yet() -> None:
    texts = {"sale": "销售", "sale:plural": "销售单"}
    found = catalog(shop(**{"translations/zh.json": {"texts": texts}}))
    assert "shop:sale" not in found.untranslated("zh")
    assert "shop:sale.amount" in found.untranslated("zh")
    assert found.untranslated("en") == ()


def test_another_packages_texts_can_be_translated() -> None:
    more = package(
        {
            "package.json": ADD_ON_MANIFEST,
            "translations/zh.json": {"texts": {"shop:sale.amount": "金额", "package": "维修"}},
        }
    )
    found = catalog(shop(), more)
    assert found.label("shop:sale.amount", "Amount", "zh") == "金额"
    assert found.label("repairs:package", "Repairs", "zh") == "维修"


def test_packages_are_put_in_order() -> None:
    more = package({"package.json": ADD_ON_MANIFEST})
    assert [each.name for each in catalog(more, shop()).packages] == ["shop", "repairs"]


def test_recomposing_gives_the_same_catalog() -> None:
    assert recompose([shop()], 1) == compose([shop()], 1)


def test_who_uses_what() -> None:
    document = with_fields(CUSTOMER, TOTAL)
    formula = {"name": "double", "type": "formula", "returns": "decimal", "label": "D",
               "expression": "amount * 2"}  # fmt: skip
    source = shop(
        **{
            "objects/customer/object.json": document,
            **with_sale(formula),
            "objects/sale/views.json": {
                "views": [{"name": "all", "label": "All", "columns": ["amount", "customer.level"]}]
            },
        }
    )
    references = composed([source], 1).references
    used_by = {(*each.user, each.path[-1]) for each in references.uses_of("field", "sale.amount")}
    assert used_by == {
        ("field", "customer.total", "of"),
        ("field", "sale.double", "expression"),
        ("view", "sale.all", "amount"),
    }
    assert ("view", "sale.all") in references.depending_on("field", "customer.level")
    assert ("field", "sale.amount") in references.needed_by("field", "customer.total")
    assert references.depending_on("field", "customer.nowhere") == frozenset()
