"""What is wrong with a package is told all at once, in words, with the nearest name."""

from __future__ import annotations

import re
from typing import Any

import pytest

from typecase.metadata.sources import PackageSource

from .packages_of import (
    ADD_ON_MANIFEST,
    CUSTOMER,
    MANIFEST,
    SALE,
    SHOP,
    catalog,
    package,
    shop,
    with_fields,
)
from .packages_of import problems as problems_with_lines


def problems(*packages: PackageSource, **more: Any) -> list[str]:
    """What is wrong, without line numbers: those have a test of their own."""
    found = problems_with_lines(*packages, **more)
    return [re.sub(r"^(\S+\.json):\d+ ", r"\1 ", each) for each in found]


def sale(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"objects/sale/object.json": {**with_fields(SALE, *fields), **more}}


def customer(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"objects/customer/object.json": {**with_fields(CUSTOMER, *fields), **more}}


def text(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "text", "label": name.title(), **more}


def formula(name: str, expression: str, returns: str = "decimal") -> dict[str, Any]:
    more = {"type": "formula", "returns": returns, "expression": expression}
    return {"name": name, "label": name.title(), **more}


def rollup(name: str, of: str, function: str = "sum", **more: Any) -> dict[str, Any]:
    more = {"type": "rollup", "of": of, "function": function, **more}
    return {"name": name, "label": name.title(), **more}


def layout(**page: Any) -> dict[str, Any]:
    tab = {"name": "details", "label": "Details", **page.pop("tab", {})}
    return {"objects/customer/layout.json": {"pages": [{"name": "p", "tabs": [tab], **page}]}}


def roles(*rows: tuple[str, str | None]) -> dict[str, Any]:
    listed = [{"name": n, "label": n.title(), **({"above": a} if a else {})} for n, a in rows]
    return {"roles.json": {"roles": listed}}


def menu(*items: dict[str, Any]) -> dict[str, Any]:
    return {"menus.json": {"apps": [{"name": "main", "label": "Main", "items": list(items)}]}}


GOLDEN: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "lookup to an unknown object",
        sale({"name": "c", "type": "lookup", "label": "C", "target": "custmer"}),
        ["objects/sale/object.json /fields/4/target: There is no object custmer. "
         "Did you mean customer?"],
    ),
    (
        "field in a formula",
        sale(formula("f", "amont * 2")),
        ["objects/sale/object.json /fields/4/expression: There is no field amont on sale. "
         "Did you mean amount?"],
    ),
    (
        "a unique text longer than an index takes",
        sale(text("n", unique=True, max_length=641), text("m", unique=True, max_length=640)),
        ["objects/sale/object.json /fields/4: A unique text has at most 640 characters; "
         "max_length here comes to 641."],
    ),
    (
        "several texts unique together, too long together",
        sale(text("n", max_length=400), text("m", max_length=300), unique=[["n", "m"], ["n"]]),
        ["objects/sale/object.json /unique/0: A unique text has at most 640 characters; "
         "max_length here comes to 700."],
    ),
    (
        "option in a condition",
        sale(text("n", required="stage == 'wen'")),
        ["objects/sale/object.json /fields/4/required: There is no option 'wen'. "
         "Did you mean 'won'?"],
    ),
    (
        "a formula of the wrong type",
        sale(formula("f", "name & 'x'")),
        ["objects/sale/object.json /fields/4/expression: …"],
    ),
    (
        "a condition that is none",
        sale(validations=[{"name": "v", "when": "amount", "message": "No."}]),
        ["objects/sale/object.json /validations/0/when: …"],
    ),
    (
        "a section with an unknown field",
        layout(tab={"sections": [{"name": "s", "fields": ["nmae", {"field": "level"}]}]}),
        ["objects/customer/layout.json "
         "/pages/0/tabs/0/sections/0/fields/0: nmae: no such field on customer. "
         "Did you mean name?"],
    ),
    (
        "a pane of an unknown relation",
        layout(tab={"panes": [{"related": "sale", "columns": ["x"]}]}),
        ["objects/customer/layout.json /pages/0/tabs/0/panes/0/related: sale: no such relation "
         "of customer. Did you mean sales?"],
    ),
    (
        "a column of a pane is the child's",
        layout(tab={"panes": [{"related": "sales", "columns": ["level"]}]}),
        ["objects/customer/layout.json /pages/0/tabs/0/panes/0/columns/0: level: no such field "
         "on sale."],
    ),
    (
        "a button nobody defined",
        layout(actions=["clne"]),
        ["objects/customer/layout.json /pages/0/actions/0: There is no action clne. "
         "Did you mean clone?"],
    ),
    (
        "a field placed twice",
        layout(tab={"sections": [{"name": "s", "fields": ["name"]},
                                 {"name": "t", "fields": ["name"]}]}),
        ["objects/customer/layout.json /pages/0: The field name stands twice on the page."],
    ),
    (
        "roles above each other",
        roles(("a", "b"), ("b", "c"), ("c", "a")),
        ["roles.json /roles/0/above: These roles stand above each other in a circle: "
         "a → b → c → a."],
    ),
    (
        "a role above that is not there",
        roles(("rep", "bos"), ("boss", None)),
        ["roles.json /roles/0/above: There is no role bos. Did you mean boss?"],
    ),
    (
        "a permission set on unknown things",
        {"permissions.json": {"permission_sets": [
            {"name": "s", "label": "S", "objects": {"sael": ["read"]}, "system": ["exprt"],
             "fields": {"sale.amont": "read"}}]}},
        ["permissions.json /permission_sets/0/objects/sael: There is no object sael. "
         "Did you mean sale?",
         "permissions.json /permission_sets/0/system/0: There is no permission exprt. "
         "Did you mean export?",
         "permissions.json /permission_sets/0/fields/sale.amont: amont: no such field on sale. "
         "Did you mean amount?"],
    ),
    (
        "a menu entry without a target",
        menu({"object": "sale"}, {"object": "custmer"}, {"name": "x", "label": "X"}),
        ["menus.json /apps/0/items/1/object: There is no object custmer. "
         "Did you mean customer?",
         "menus.json /apps/0/items/2: An entry opens one thing: an object, dashboard, report or "
         "page, or it is a group."],
    ),
    (
        "number patterns",
        {"numbering.json": {"numbers": [
            {"name": "a", "pattern": "A-{yaer}-{seq:5}"},
            {"name": "b", "pattern": "B-{year}"},
            {"name": "c", "pattern": "C-{seq}", "restart": "month"}]}},
        ["numbering.json /numbers/0/pattern: {yaer} is unknown; use year, yy, month, day, seq:5 "
         "or a field of by.",
         "numbering.json /numbers/1/pattern: A pattern holds the sequence exactly once: "
         "{seq:5}.",
         "numbering.json /numbers/2/pattern: It begins again every month, so the pattern must "
         "show it."],
    ),
    (
        "reserved words",
        sale(text("class"), text("owner"), text("tc_x")),
        ["objects/sale/object.json /fields/4/name: class is a reserved word; choose another "
         "name.",
         "objects/sale/object.json /fields/5/name: owner is a reserved word; choose another "
         "name.",
         "objects/sale/object.json /fields/6/name: Names beginning with tc_ are reserved."],
    ),
    (
        "a former name given away",
        sale(text("title_line", was=["name"]), title="title_line"),
        ["objects/sale/object.json /fields/0: name is a former name of title_line; it cannot be "
         "given to name."],
    ),
    (
        "a relation that is there already",
        customer(text("sales")),
        ["objects/sale/object.json /fields/1/related/name: The relation sales of customer "
         "exists already: customer.sales."],
    ),
    (
        "a rollup over a field",
        customer(rollup("total", "level.amount")),
        ["objects/customer/object.json /fields/2/of: …",
         "objects/customer/object.json /fields/2/of: level is a field; a rollup goes over a "
         "relation: sales."],
    ),
    (
        "a rollup that would change by itself",
        customer(rollup("total", "sales.amount", filter="created_at < now()")),
        ["objects/customer/object.json /fields/2/filter: today() or now() cannot stand here: "
         "what is kept would change without anybody saving."],
    ),
    (
        "required and computed",
        sale({**formula("f", "amount"), "required": True}),
        ["objects/sale/object.json /fields/4/required: f is computed: it takes no required."],
    ),
    (
        "follows without a default",
        sale(text("n", follows=["amount"])),
        ["objects/sale/object.json /fields/4/follows: follows takes the default again, but "
         "there is no default."],
    ),
    (
        "a path that is no picklist",
        sale(path={"field": "amount"}),
        ["objects/sale/object.json /path/field: The stages are the options of a picklist; "
         "amount is a decimal."],
    ),
    (
        "a stage that is no option",
        sale(path={"field": "stage", "stages": [{"name": "wonn"}]}),
        ["objects/sale/object.json /path/stages/0/name: wonn: no such option of stage. "
         "Did you mean won?"],
    ),
    (
        "a board by a number",
        {"objects/sale/views.json": {"views": [
            {"name": "b", "label": "B", "as": "board", "by": "amount", "totals": ["name"]}]}},
        ["objects/sale/views.json /views/0/by: The columns of a board are the options of a "
         "picklist; amount is none.",
         "objects/sale/views.json /views/0/totals/0: name is no number and cannot be summed "
         "up."],
    ),
    (
        "an unknown feature",
        sale(text("n", feature="chanel")),
        ["objects/sale/object.json /fields/4/feature: There is no feature chanel."],
    ),
    (
        "a missing package, and a version that does not fit",
        {"package.json": {**MANIFEST, "requires": {"crm": ">=1.0", "shop": ">=2"}}},
        ["shop/package.json /requires/crm: The package crm is not there.",
         "shop/package.json /requires/shop: shop 1.0.0 is there; >=2 is needed.",
         "shop/package.json /requires: These packages need each other in a circle: shop → shop."],
    ),
    (
        "settings with wrong defaults",
        {"package.json": {**MANIFEST, "settings": [
            {"name": "days", "label": "Days", "type": "integer", "default": "x"},
            {"name": "rate", "label": "Rate", "type": "percent", "default": 120, "maximum": 100}]}},
        ["shop/package.json /settings/0/default: x is no integer.",
         "shop/package.json /settings/1/default: 120 is above the maximum of 100."],
    ),
    (
        "rows",
        {"data/sale.csv": "key,name,customr,customer,stage\ns1,A,x,c9,won\ns1,B,y,,wonn\n"},
        ["data/sale.csv /rows/0/customer: There is no row with the key c9.",
         "data/sale.csv /rows/0/customr: customr: no such field on sale. Did you mean customer?",
         "data/sale.csv /rows/1/key: The key s1 is given in data/sale.csv already.",
         "data/sale.csv /rows/1/stage: wonn: no such option of stage. Did you mean won?"],
    ),
    (
        "translations",
        {"translations/zh.json": {"texts": {"sale": "销售", "sale.amont": "金额"}}},
        ["translations/zh.json /texts/sale.amont: There is no text sale.amont. "
         "Did you mean sale.amount?"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "wanted"), [g[1:] for g in GOLDEN], ids=[g[0] for g in GOLDEN])
def test_problem(change: dict[str, Any], wanted: list[str]) -> None:
    found = problems(package({**SHOP, **change}))
    assert [_up_to(each, much) for each, much in zip(found, wanted, strict=True)] == wanted


def _up_to(found: str, wanted: str) -> str:
    """What expressions complain of is worded elsewhere: ``…`` stands for it."""
    start = wanted.removesuffix("…")
    return wanted if wanted.endswith("…") and found.startswith(start) else found


def test_the_shop_is_in_order() -> None:
    assert problems(shop()) == []


def test_all_problems_come_at_once() -> None:
    changes = [change for _, change, _ in GOLDEN if "package.json" not in change]
    merged: dict[str, Any] = {}
    for change in changes:
        merged |= {name: content for name, content in change.items() if name not in merged}
    assert len(problems(package({**SHOP, **merged}))) > 12


def test_circles_of_formulas_are_named_step_by_step() -> None:
    change = sale(formula("a", "b + 1"), formula("b", "c + 1"), formula("c", "a + 1"))
    assert problems(package({**SHOP, **change})) == [
        "objects/sale/object.json /fields/4: These fields are computed from each other in a "
        "circle: sale.a → sale.b → sale.c → sale.a."
    ]


def test_a_circle_over_records() -> None:
    """The customer sums up sales whose value is computed from the customer."""
    change = {
        **customer(rollup("total", "sales.share")),
        **sale(formula("share", "coalesce(customer.total, 0) + 1")),
    }
    (found,) = problems(package({**SHOP, **change}))
    assert found.endswith("circle: customer.total → sale.share → customer.total.")


def test_a_formula_of_itself() -> None:
    (found,) = problems(package({**SHOP, **sale(formula("a", "a + 1"))}))
    assert found.endswith("circle: sale.a → sale.a.")


def test_long_chains_of_formulas() -> None:
    chain = [formula("f0", "amount"), *(formula(f"f{i}", f"f{i - 1}") for i in range(1, 13))]
    (found,) = problems(package({**SHOP, **sale(*chain)}))
    assert "A chain of 13 computed fields; at most 12 may build on one another" in found


def test_two_thousand_fields_and_a_diamond_of_formulas() -> None:
    """Every level reads both formulas of the level before: 2^11 paths, looked at once."""
    levels: list[dict[str, Any]] = [formula("l0", "amount"), formula("r0", "amount")]
    for level in range(1, 11):
        levels += [formula(f"{s}{level}", f"l{level - 1} + r{level - 1}") for s in "lr"]
    many = [text(f"t{index}") for index in range(2_000)]
    assert problems(package({**SHOP, **sale(*levels, *many)})) == []


def test_formulas_come_in_an_order_that_can_be_computed() -> None:
    source = package({**SHOP, **sale(formula("a", "b + 1"), formula("b", "amount * 2"))})
    order = [field.name for field in catalog(source).formula_order("sale")]
    assert order == ["b", "a"]


def test_prefixes_keep_packages_apart() -> None:
    add_on = package(
        {
            "package.json": ADD_ON_MANIFEST,
            "objects/repair/object.json": CUSTOMER,
            "extends/sale/object.json": {"fields": [text("warranty"), text("rp_fine")]},
        }
    )
    assert problems(shop(), add_on) == [
        "extends/sale/object.json /fields/0/name: warranty must begin with rp_: it belongs to "
        "the package repairs.",
        "objects/repair/object.json /: repair must begin with rp_: it belongs to the package "
        "repairs.",
    ]


def test_records_without_an_owner_are_everybodys_and_need_no_rule() -> None:
    rule = {"name": "r", "when": "true", "with": [{"everyone": True}], "grant": "read"}
    found = problems(
        shop(
            **sale(owner="none"),
            **{"objects/sale/access.json": {"default": "private", "sharing": [rule]}},
        )
    )
    assert found == [
        "objects/sale/access.json /sharing/0: Whoever may read sale sees all of it: there is "
        "nothing to share."
    ]


def test_two_packages_do_not_define_the_same_thing() -> None:
    add_on = package({"package.json": ADD_ON_MANIFEST, **roles(("rep", None))})
    base = shop(**roles(("rep", None)))
    assert problems(base, add_on) == [
        "roles.json /roles/0: The package shop has a rep already; change it in extends/."
    ]


def test_extending_what_is_not_there() -> None:
    add_on = package({"package.json": ADD_ON_MANIFEST, "extends/sael/object.json": {"fields": []}})
    assert problems(shop(), add_on) == [
        "extends/sael/object.json /: There is no object sael to extend. Did you mean sale?"
    ]


def test_a_patch_of_a_field_that_is_not_there_is_incomplete() -> None:
    add_on = package(
        {
            "package.json": ADD_ON_MANIFEST,
            "extends/sale/object.json": {"fields": [{"name": "amuont", "help": "Money."}]},
        }
    )
    assert problems(shop(), add_on) == [
        "extends/sale/object.json /fields/0: The key type is missing.",
        "extends/sale/object.json /fields/0: The key label is missing.",
    ]


def test_a_name_that_is_switched_off_cannot_be_used() -> None:
    features = [{"name": "boards", "label": "Boards"}]
    views = [{"name": "b", "label": "B", "as": "board", "by": "stage", "feature": "boards"}]
    source = shop(
        **{
            "package.json": {**MANIFEST, "features": features},
            "objects/sale/views.json": {"views": views},
            **menu({"object": "sale", "view": "b"}),
        }
    )
    assert problems(source) == []
    (found,) = problems(source, features={"boards": False})
    assert "There is no view b" in found


def test_problems_name_the_line() -> None:
    source = package(
        {**SHOP, "roles.json": '{"roles": [\n {"name": "a", "label": "A",\n  "above": "b"}]}'}
    )
    assert problems_with_lines(source) == ["roles.json:3 /roles/0/above: There is no role b."]
