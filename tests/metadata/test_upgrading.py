"""An upgrade meets the customer's changes: conflicts exactly where both changed one property."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from typecase.metadata.merge import fold
from typecase.metadata.shapes import shape_of
from typecase.metadata.sources import PackageSource, SourceDocument
from typecase.metadata.upgrading import NOTHING, conflicts_between, taking_theirs

OBJECT = shape_of("object.schema.json")


def source(name: str, content: Any, *, extends: bool = False) -> PackageSource:
    document = SourceDocument("object", "sale", "objects/sale/object.json", content, extends)
    return PackageSource({"name": name, "version": "1.0.0"}, (document,))


def mine(content: Any) -> PackageSource:
    return source("customer", content, extends=True)


def sale(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"label": "Sale", "fields": list(fields), **more}


AMOUNT = {"name": "amount", "type": "decimal", "label": "Amount", "help": "Net."}


def conflicts(old: Any, new: Any, patch: Any) -> list[tuple[Any, ...]]:
    found = conflicts_between(source("shop", old), source("shop", new), mine(patch))
    return [(each.path, each.old, each.new, each.mine) for each in found]


def test_what_only_the_package_changed_is_no_conflict() -> None:
    patch = {"fields": [{"name": "amount", "label": "Sum"}]}
    assert conflicts(sale(AMOUNT), sale({**AMOUNT, "help": "Gross."}), patch) == []


def test_both_changed_one_property() -> None:
    patch = {"fields": [{"name": "amount", "label": "Sum"}]}
    assert conflicts(sale(AMOUNT), sale({**AMOUNT, "label": "Value"}), patch) == [
        (("fields", "amount", "label"), "Amount", "Value", "Sum")
    ]


def test_both_came_to_the_same() -> None:
    patch = {"fields": [{"name": "amount", "label": "Value"}]}
    assert conflicts(sale(AMOUNT), sale({**AMOUNT, "label": "Value"}), patch) == []


def test_the_package_removed_what_the_customer_changed() -> None:
    patch = {"fields": [{"name": "amount", "label": "Sum"}]}
    assert conflicts(sale(AMOUNT), sale(), patch) == [
        (("fields", "amount", "label"), "Amount", NOTHING, "Sum")
    ]


def test_the_customer_removed_what_the_package_changed() -> None:
    patch = {"fields": [{"name": "amount", "$remove": True}]}
    new = {**AMOUNT, "label": "Value"}
    assert conflicts(sale(AMOUNT), sale(new), patch) == [
        (("fields", "amount"), AMOUNT, new, NOTHING)
    ]


def test_both_added_a_field_of_one_name() -> None:
    patch = {"fields": [{"name": "note", "type": "text", "label": "Note"}]}
    new = sale({"name": "note", "type": "long_text", "label": "Note"})
    assert conflicts(sale(), new, patch) == [
        (("fields", "note", "type"), NOTHING, "long_text", "text")
    ]


def test_sets_conflict_by_value() -> None:
    old, new = sale(tracks=["files"]), sale(tracks=["files", "tags"])
    assert conflicts(old, new, {"tracks": [{"$remove": "tags"}]}) == [
        (("tracks", "tags"), NOTHING, True, NOTHING)
    ]


def test_giving_up_one_property_keeps_the_others() -> None:
    patch = {"label": "Deal", "fields": [{"name": "amount", "label": "Sum", "help": "All."}]}
    customer = mine(patch)
    new = source("shop", sale({**AMOUNT, "label": "Value"}))
    found = conflicts_between(source("shop", sale(AMOUNT)), new, customer)
    (document,) = taking_theirs(customer, found).documents
    assert document.content == {"label": "Deal", "fields": [{"name": "amount", "help": "All."}]}


def test_a_layer_that_says_nothing_any_more_is_gone() -> None:
    customer = mine({"label": "Deal"})
    old, new = source("shop", sale()), source("shop", {**sale(), "label": "Order"})
    assert taking_theirs(customer, conflicts_between(old, new, customer)).documents == ()


# properties ---------------------------------------------------------------------------------

names = st.sampled_from(["a", "b", "c"])
words = st.sampled_from(["One", "Two", "Three"])
fields: Any = st.lists(
    st.fixed_dictionaries({"name": names, "label": words}, optional={"help": words}),
    unique_by=lambda each: each["name"],
)
documents = st.fixed_dictionaries({"label": words, "fields": fields}, optional={"help": words})
patch_fields: Any = st.lists(
    st.fixed_dictionaries({"name": names}, optional={"label": words, "help": words})
    | st.fixed_dictionaries({"name": names, "$remove": st.just(True)}),
    unique_by=lambda each: each["name"],
)
patches = st.fixed_dictionaries({}, optional={"label": words, "fields": patch_fields})


@given(documents, patches)
def test_an_upgrade_to_the_same_has_no_conflicts(old: Any, patch: Any) -> None:
    assert conflicts(old, old, patch) == []


@given(documents, documents)
def test_without_own_changes_there_are_no_conflicts(old: Any, new: Any) -> None:
    assert conflicts(old, new, {}) == []


@given(documents, documents, patches)
def test_taking_theirs_settles_every_conflict(old: Any, new: Any, patch: Any) -> None:
    before, after, customer = source("shop", old), source("shop", new), mine(patch)
    found = conflicts_between(before, after, customer)
    settled = taking_theirs(customer, found)
    assert conflicts_between(before, after, settled) == ()


@given(documents, documents, patches)
def test_where_there_is_no_conflict_both_come_through(old: Any, new: Any, patch: Any) -> None:
    """After taking theirs, every property the package changed has the package's value."""
    before, after, customer = source("shop", old), source("shop", new), mine(patch)
    found = conflicts_between(before, after, customer)
    settled = taking_theirs(customer, found)
    kept = settled.documents[0].content if settled.documents else {}
    result = fold(new, kept, OBJECT)
    for conflict in found:
        if conflict.path == ("label",):
            assert result["label"] == new["label"]
    if new["label"] != old["label"]:
        assert result["label"] == new["label"] or patch.get("label") == result["label"]
