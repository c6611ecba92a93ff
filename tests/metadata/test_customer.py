"""The customer's own layer: it says only what differs, and folding gives back what was wanted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metadata.packages_of import package, problems
from tests.metadata.packages_of import shop as shop_files
from typecase.errors import DefinitionsInvalid
from typecase.metadata.composing import compose
from typecase.metadata.customer import layer_of, saying
from typecase.metadata.differences import difference
from typecase.metadata.layers import stacked
from typecase.metadata.merge import fold
from typecase.metadata.rights_edits import item, with_item, without_item
from typecase.metadata.shapes import shape_of
from typecase.metadata.sources import PackageSource

PERMISSIONS = shape_of("permissions.schema.json")
RIGHTS = st.lists(st.sampled_from(["read", "create", "edit", "delete"]), unique=True)
SETS = st.fixed_dictionaries(
    {"label": st.sampled_from(["One", "Two"])},
    optional={
        "objects": st.dictionaries(st.sampled_from(["sale", "customer", "*"]), RIGHTS),
        "fields": st.dictionaries(
            st.sampled_from(["sale.amount", "sale.stage"]), st.sampled_from(["read", "edit"])
        ),
        "system": st.lists(st.sampled_from(["export", "bulk"]), unique=True),
    },
)
DOCUMENTS = st.dictionaries(st.sampled_from(["a", "b", "c"]), SETS).map(
    lambda named: {"permission_sets": [{"name": n, **each} for n, each in named.items()]}
)


def plain(document: dict[str, Any]) -> Any:
    """Without the order of lists."""
    if isinstance(document, dict):
        return {key: plain(value) for key, value in document.items()}
    if isinstance(document, list):
        return sorted((plain(each) for each in document), key=repr)
    return document


@given(base=DOCUMENTS, wanted=DOCUMENTS)
def test_folding_a_difference_gives_what_was_wanted(base: Any, wanted: Any) -> None:
    patch = difference(base, wanted, PERMISSIONS)
    assert plain(fold(base, patch, PERMISSIONS)) == plain(wanted)
    assert (patch == {}) == (plain(base) == plain(wanted))


ROLES = {
    "roles": [
        {"name": "boss", "label": "Boss"},
        {"name": "rep", "label": "Rep", "above": "boss"},
    ]
}


def shop(roles: Any = ROLES, **files: Any) -> PackageSource:
    return shop_files(**{"roles.json": roles, **files})


def saying_roles(base: PackageSource, roles: Any) -> PackageSource:
    return saying(layer_of(), stacked([base]), {("roles", ""): roles})


def test_only_what_differs_is_said() -> None:
    base = shop()
    wanted = with_item(ROLES, "roles", {"name": "rep", "label": "Seller"})
    wanted = with_item(wanted, "roles", {"name": "x_lead", "label": "Lead", "above": "boss"})
    (document,) = saying_roles(base, wanted).documents
    assert document.extends
    assert document.content == {
        "roles": [
            {"name": "rep", "label": "Seller"},
            {"name": "x_lead", "label": "Lead", "above": "boss"},
        ]
    }
    assert saying_roles(base, ROLES).documents == ()


def test_what_the_package_changes_later_comes_through() -> None:
    layer = saying_roles(shop(), with_item(ROLES, "roles", {"name": "rep", "label": "Seller"}))
    later = shop({"roles": [{"name": "boss", "label": "Boss"}, {"name": "rep", "label": "Rep"}]})
    role = compose([later], 1, layer).roles["rep"]
    assert (role.label, role.above) == ("Seller", None)


def test_a_layer_brings_roles_where_no_package_does() -> None:
    wanted = {"roles": [{"name": "x_all", "label": "All"}]}
    base = shop_files()
    layer = saying(layer_of(), stacked([base]), {("roles", ""): wanted})
    role = compose([base], 1, layer).roles["x_all"]
    assert role.id == "x:roles/x_all"


def test_a_circle_is_refused_with_its_roles() -> None:
    layer = saying_roles(shop(), with_item(ROLES, "roles", {"name": "boss", "above": "rep"}))
    with pytest.raises(DefinitionsInvalid) as caught:
        compose([shop()], 1, layer)
    (problem,) = caught.value.problems
    assert "boss → rep → boss" in problem.text()
    assert problem.file == "x/roles.json"


def test_what_the_customer_calls_a_thing_it_is_called_in_every_language() -> None:
    said = {"texts": {"roles/rep": "销售", "roles/boss": "老板"}}
    base = shop(**{"translations/zh.json": said})
    assert compose([base], 1).label("shop:roles/rep", "Rep", "zh") == "销售"
    layer = saying_roles(base, with_item(ROLES, "roles", {"name": "rep", "label": "Seller"}))
    catalog = compose([base], 1, layer)
    assert catalog.label("shop:roles/rep", "Seller", "zh") == "Seller"
    assert catalog.label("shop:roles/boss", "Boss", "zh") == "老板"


def test_a_rule_that_names_a_field_that_is_gone_is_told_in_the_layer() -> None:
    rule = {"name": "x_big", "label": "Big", "when": "amount > 5", "grant": "read",
            "with": [{"role": "boss"}]}  # fmt: skip
    access = with_item({}, "sharing", rule)
    layer = saying(layer_of(), stacked([shop()]), {("access", "sale"): access})
    assert compose([shop()], 1, layer).object("sale").access.sharing[0].name == "x_big"
    wrong = with_item({}, "sharing", {**rule, "when": "gone > 5"})
    layer = saying(layer_of(), stacked([shop()]), {("access", "sale"): wrong})
    with pytest.raises(DefinitionsInvalid, match="gone"):
        compose([shop()], 1, layer)


def test_no_package_may_have_the_layers_name() -> None:
    manifest = {"name": "x", "version": "1.0.0", "definitions_format": 1, "label": "X",
                "base": True}  # fmt: skip
    assert "means the customer's own changes" in "".join(
        problems(package({"package.json": manifest}))
    )


def test_items() -> None:
    assert item(ROLES, "roles", "rep") == ROLES["roles"][1]
    assert item(ROLES, "roles", "none") is None
    assert without_item(ROLES, "roles", "rep") == {"roles": ROLES["roles"][:1]}
    gone = with_item(ROLES, "roles", {"name": "rep", "above": None})
    assert gone["roles"][1] == {"name": "rep", "label": "Rep"}
