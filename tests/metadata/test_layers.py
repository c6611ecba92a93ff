"""Layers: what packages and the customer say of one thing becomes one, by the rules in schemas."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from typecase.metadata.merge import fold
from typecase.metadata.shapes import shape_of
from typecase.metadata.sources import PackageSource

from .packages_of import (
    ADD_ON_MANIFEST,
    SALE,
    catalog,
    package,
    problems,
    shop,
    with_fields,
)

OBJECT = shape_of("object.schema.json")
LAYOUT = shape_of("layout.schema.json")

CUSTOMER_MANIFEST = {
    "name": "customer",
    "version": "1.0.0",
    "definitions_format": 1,
    "label": "Own changes",
    "prefix": "x1",
    "requires": {"shop": "*"},
}


def add_on(**files: Any) -> PackageSource:
    return package({"package.json": ADD_ON_MANIFEST, **files})


def own(**files: Any) -> PackageSource:
    return package({"package.json": CUSTOMER_MANIFEST, **files})


def extending(name: str, content: dict[str, Any]) -> PackageSource:
    return add_on(**{f"extends/{name}.json": content})


def field_names(*packages: PackageSource, **more: Any) -> list[str]:
    return [field.name for field in catalog(*packages, **more).objects["sale"].fields]


WARRANTY = {"name": "rp_warranty", "type": "integer", "label": "Warranty"}


def test_fields_of_another_package_come_last_and_carry_its_id() -> None:
    found = catalog(shop(), extending("sale/object", {"fields": [WARRANTY]}))
    field = found.field("sale", "rp_warranty")
    assert field.id == "repairs:sale.rp_warranty"
    assert found.objects["sale"].id == "shop:sale"
    assert [f.name for f in found.objects["sale"].fields][-1] == "rp_warranty"


def test_placed_after_an_anchor() -> None:
    change = {"fields": [{**WARRANTY, "$after": "name"}]}
    assert field_names(shop(), extending("sale/object", change))[:2] == ["name", "rp_warranty"]


def test_placed_at_the_beginning() -> None:
    change = {"fields": [{**WARRANTY, "$after": ""}]}
    assert field_names(shop(), extending("sale/object", change))[0] == "rp_warranty"


def test_an_anchor_that_is_gone_is_a_notice_not_an_error() -> None:
    change = {"fields": [{**WARRANTY, "$after": "nowhere"}]}
    found = catalog(shop(), extending("sale/object", change))
    assert [str(each) for each in found.notices] == [
        "extends/sale/object.json /: rp_warranty stands at the end: nowhere, after which it was "
        "placed, is gone."
    ]


def test_an_option_may_be_added_removed_and_changed() -> None:
    options = [
        {"name": "won", "label": "Gewonnen"},
        {"name": "open", "$remove": True},
        {"name": "rp_repair", "label": "In repair"},
    ]
    change = {"fields": [{"name": "stage", "options": options}]}
    stage = catalog(shop(), extending("sale/object", change)).field("sale", "stage")
    assert [(o.id, o.label) for o in stage.options] == [
        ("shop:sale.stage.won", "Gewonnen"),
        ("repairs:sale.stage.rp_repair", "In repair"),
    ]


def test_a_removed_field_that_is_used_is_told_where_it_is_used() -> None:
    change = {"fields": [{"name": "stage", "$remove": True}]}
    base = shop(**{"objects/sale/views.json": {"views": [
        {"name": "all", "label": "All", "columns": ["stage"]}]}})  # fmt: skip
    (found,) = problems(base, extending("sale/object", change))
    assert found.endswith("stage: no such field on sale.")


def test_keys_can_be_taken_out() -> None:
    base = shop(**{"objects/sale/object.json": {**SALE, "help": "Old words."}})
    found = catalog(base, extending("sale/object", {"$unset": ["help"]}))
    assert found.objects["sale"].help is None


def test_the_customer_has_the_last_word() -> None:
    customer = own(**{"extends/sale/object.json": {"label": "Deal"}})
    found = catalog(shop(), extending("sale/object", {"label": "Job"}), customer=customer)
    assert found.objects["sale"].label == "Deal"


def test_roles_and_sets_of_another_package_are_extended() -> None:
    base = shop(
        **{
            "roles.json": {"roles": [{"name": "rep", "label": "Rep", "permissions": ["sales"]}]},
            "permissions.json": {
                "permission_sets": [
                    {"name": "sales", "label": "Sales", "objects": {"sale": ["read", "edit"]}}
                ]
            },
        }
    )
    more = add_on(
        **{
            "permissions.json": {"permission_sets": [{"name": "repair", "label": "Repair"}]},
            "extends/roles.json": {"roles": [{"name": "rep", "permissions": ["repair"]}]},
            "extends/permissions.json": {
                "permission_sets": [
                    {"name": "sales", "objects": {"sale": ["create", {"$remove": "edit"}]}}
                ]
            },
        }
    )
    found = catalog(base, more)
    assert found.roles["rep"].permissions == ("sales", "repair")
    assert found.permission_sets["sales"].objects["sale"] == frozenset({"read", "create"})
    assert found.permission_sets["repair"].id == "repairs:permission_sets/repair"


def test_layouts_merge_by_field_and_relation() -> None:
    base: dict[str, Any] = {
        "pages": [
            {
                "name": "p",
                "tabs": [
                    {
                        "name": "t",
                        "label": "T",
                        "sections": [{"name": "s", "fields": ["name", "amount"]}],
                    }
                ],
            }
        ]
    }
    fields = [{"field": "amount", "wide": True}, {"field": "stage", "$after": "name"}]
    patch = {"pages": [{"name": "p", "tabs": [{"name": "t", "sections": [
        {"name": "s", "fields": fields}]}]}]}  # fmt: skip
    (section,) = fold(base, patch, LAYOUT)["pages"][0]["tabs"][0]["sections"]
    assert section["fields"] == [
        "name",
        {"field": "stage"},
        {"field": "amount", "wide": True},
    ]


def test_a_layer_may_use_a_former_name() -> None:
    renamed = with_fields(SALE, {"name": "phase", "was": ["stage"], "type": "text", "label": "P"})
    renamed["fields"] = [f for f in renamed["fields"] if f["name"] != "stage"]
    base = shop(**{"objects/sale/object.json": renamed})
    customer = own(**{"extends/sale/object.json": {"fields": [{"name": "stage", "label": "Q"}]}})
    field = catalog(base, customer=customer).field("sale", "stage")
    assert (field.name, field.label, field.id) == ("phase", "Q", "shop:sale.stage")


def test_a_rename_by_the_customer_keeps_ids_and_every_use() -> None:
    """Layouts, views, rights and filters of the package go on meaning the same field."""
    base = shop(
        **{
            "objects/sale/layout.json": {"pages": [{"name": "p", "highlights": ["stage"], "tabs": [
                {"name": "t", "label": "T", "sections": [{"name": "s", "fields": [
                    "stage", {"field": "amount", "required": "stage == 'won'"}]}]}]}]},
            "objects/sale/views.json": {"views": [
                {"name": "b", "label": "B", "as": "board", "by": "stage", "sort": "-stage,name",
                 "columns": ["stage", "customer.level"], "filter": "stage != 'won'"}]},
            "objects/sale/access.json": {"sensitive": ["stage"]},
            "permissions.json": {"permission_sets": [
                {"name": "s", "label": "S", "fields": {"sale.stage": "read"}}]},
        }
    )  # fmt: skip
    renames = {
        "extends/sale/object.json": {"fields": [{"name": "x1_phase", "was": ["stage"]}]},
        "extends/customer/object.json": {"fields": [{"name": "x1_tier", "was": ["level"]}]},
    }
    found = catalog(base, customer=own(**renames))
    field = found.field("sale", "x1_phase")
    assert field.id == "shop:sale.stage"
    assert field.options[1].id == "shop:sale.stage.won"
    page = found.layouts["sale"].pages[0]
    assert page.highlights == ("x1_phase",)
    assert [p.field for p in page.tabs[0].sections[0].fields] == ["x1_phase", "amount"]
    (view,) = found.views["sale"]
    assert (view.by, view.sort) == ("x1_phase", "-x1_phase,name")
    assert view.columns == ("x1_phase", "customer.x1_tier")
    assert found.objects["sale"].access.sensitive == ("x1_phase",)
    assert found.permission_sets["s"].fields == {"sale.x1_phase": "read"}
    assert found.expression("sale", "stage == 'won'", "condition").paths == {("x1_phase",)}


# properties -------------------------------------------------------------------------------

names = st.sampled_from(["a", "b", "c", "d", "e"])
labels = st.sampled_from(["One", "Two", "Three"])
field = st.fixed_dictionaries(
    {"name": names, "label": labels},
    optional={"help": labels, "required": st.booleans(), "follows": st.lists(names, unique=True)},
)
by_name: Any = st.lists(field, unique_by=lambda each: each["name"])
documents = st.fixed_dictionaries(
    {}, optional={"label": labels, "plural": labels, "fields": by_name, "tracks": st.lists(names)}
)
placed = st.fixed_dictionaries({"name": names}, optional={"label": labels, "$after": names})
removed = st.fixed_dictionaries({"name": names, "$remove": st.just(True)})
patches = st.fixed_dictionaries(
    {},
    optional={
        "label": labels,
        "fields": st.lists(placed | removed, unique_by=lambda each: each["name"]),
        "$unset": st.lists(st.sampled_from(["label", "plural"])),
    },
)


@given(documents)
def test_nothing_on_top_changes_nothing(base: dict[str, Any]) -> None:
    assert fold(base, {}, OBJECT) == base


@given(documents, patches)
def test_the_same_patch_twice_is_the_patch_once(base: dict[str, Any], patch: Any) -> None:
    once = fold(base, patch, OBJECT)
    settled = fold(once, patch, OBJECT)
    by = {each["name"]: each for each in once.get("fields", ())}
    assert {each["name"]: each for each in settled.get("fields", ())} == by
    assert {k: v for k, v in settled.items() if k != "fields"} == {
        k: v for k, v in once.items() if k != "fields"
    }


@given(documents, patches)
def test_layers_are_never_changed_by_folding(base: dict[str, Any], patch: Any) -> None:
    before = repr((base, patch))
    fold(base, patch, OBJECT)
    assert repr((base, patch)) == before


@given(documents, patches)
def test_names_stay_unique_and_only_what_is_removed_goes(base: Any, patch: Any) -> None:
    result = fold(base, patch, OBJECT)
    found = [each["name"] for each in result.get("fields", ())]
    gone = {each["name"] for each in patch.get("fields", ()) if each.get("$remove")}
    wanted = {each["name"] for each in (*base.get("fields", ()), *patch.get("fields", ()))}
    assert len(found) == len(set(found))
    assert set(found) == wanted - gone


@given(documents, patches)
def test_fields_nobody_speaks_of_keep_their_order(base: Any, patch: Any) -> None:
    result = fold(base, patch, OBJECT)
    spoken = {each["name"] for each in patch.get("fields", ())}
    before = [e["name"] for e in base.get("fields", ()) if e["name"] not in spoken]
    after = [e["name"] for e in result.get("fields", ()) if e["name"] not in spoken]
    assert after == before
