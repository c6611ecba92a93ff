"""What names mean in a catalog: fields, lookups, relations, former names, names bound beside."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from typecase.errors import UnknownName
from typecase.metadata.catalog import Catalog
from typecase.metadata.definitions import EMPTY, Field, Object, Option, RecordType, Relation
from typecase.metadata.expressions import ExpressionProblem, check
from typecase.metadata.expressions.scopes import RecordScope
from typecase.metadata.expressions.types import INTEGER, MOMENT, NUMBER, TEXT, Kind, Type


def a_field(name: str, type_: str = "text", **more: object) -> Field:
    return Field(f"shop:{name}", name, type_, name.title(), **more)


def an_object(name: str, *fields: Field, **more: object) -> Object:
    return Object(f"shop:{name}", name, name, f"{name}s", "shop", "name", fields, **more)


def a_lookup(name: str, *targets: str, related: str | None = None) -> Field:
    relation = Relation(related, related) if related else None
    return a_field(name, "lookup", targets=targets, related=relation)


CATALOG = Catalog(
    1,
    objects={
        "account": an_object(
            "account",
            a_field("name"),
            a_field("rank", "picklist", options=(Option("shop:account.rank.a", "a", "A"),)),
            a_lookup("parent", "account", related="branches"),
            was=("customer",),
        ),
        "person": an_object("person", a_field("name"), a_field("birthday", "date")),
        "deal": an_object(
            "deal",
            a_field("name"),
            a_field("amount", "decimal", was=("value",)),
            a_lookup("account", "account", related="deals"),
            a_lookup("about", "account", "person"),
            record_types=(RecordType("shop:deal.std", "standard", "Standard"),),
            tracks=frozenset({"tags"}),
        ),
        "line": an_object(
            "line", a_field("total", "decimal"), a_lookup("deal", "deal", related="lines")
        ),
    },
    settings={"credit_days": 30, "office": "Bern"},
)


def scope(object_name: str = "deal", extra: Mapping[str, Type] = EMPTY) -> RecordScope:
    return RecordScope(CATALOG, object_name, extra)


def kind(path: str, extra: Mapping[str, Type] = EMPTY) -> Kind:
    return scope(extra=extra).type_of(tuple(path.split("."))).kind


@pytest.mark.parametrize(("path", "expected"), [
    ("name", Kind.TEXT),
    ("amount", Kind.NUMBER),
    ("account", Kind.REFERENCE),
    ("account.rank", Kind.OPTION),
    ("account.parent.parent.name", Kind.TEXT),
    ("about.name", Kind.TEXT),
    ("about.birthday", Kind.DATE),
    ("id", Kind.REFERENCE),
    ("record_type", Kind.OPTION),
    ("created_at", Kind.MOMENT),
    ("owner.name", Kind.TEXT),
    ("owner.manager.login", Kind.TEXT),
    ("user.role", Kind.TEXT),
    ("account.created_by.name", Kind.TEXT),
    ("lines", Kind.ROWS),
    ("lines.total", Kind.LIST),
    ("lines.deal.name", Kind.LIST),
    ("record.amount", Kind.NUMBER),
    ("record", Kind.REFERENCE),
    ("tags", Kind.LIST),
])  # fmt: skip
def test_names_and_paths(path: str, expected: Kind) -> None:
    assert kind(path) is expected


def test_lists_over_related_records_say_whose_they_are() -> None:
    found = scope().type_of(("lines", "total"))
    assert found.of is not None and found.of.kind is Kind.NUMBER
    assert found.targets == ("line",)


def test_former_names_are_read_as_the_present_ones() -> None:
    assert scope().present(("value",)) == ("amount",)
    assert scope("line").present(("deal", "value")) == ("deal", "amount")
    assert check("value > 5", scope()).paths == {("amount",)}


def test_record_is_the_record_itself() -> None:
    assert scope().present(("record", "value")) == ("amount",)
    assert scope().present(("record",)) == ("id",)


def test_record_may_be_another_one() -> None:
    """In a fill, bare names are those of what is looked up."""
    bound = scope("person", {"record": Type(Kind.REFERENCE, targets=("deal",))})
    assert bound.present(("record", "value")) == ("record", "amount")
    assert bound.type_of(("record", "account", "name")) == TEXT


def test_names_bound_beside_the_record() -> None:
    extra = {"inputs.amount": NUMBER, "line": Type(Kind.REFERENCE, targets=("line",))}
    assert kind("inputs.amount", extra) is Kind.NUMBER
    assert kind("line.deal.account.name", extra) is Kind.TEXT
    assert kind("name", {"name": MOMENT}) is Kind.MOMENT


def test_settings() -> None:
    assert scope().setting_type("credit_days").kind is INTEGER.kind
    assert scope().setting_type("office") == TEXT
    with pytest.raises(UnknownName, match="Did you mean credit_days"):
        scope().setting_type("credit_day")


@pytest.mark.parametrize(("path", "says"), [
    ("amuont", "Did you mean amount?"),
    ("account.naem", "There is no field naem on account. Did you mean name?"),
    ("owner.password_hash", "There is no field password_hash on user."),
    ("user.password_hash", "There is no field password_hash on user."),
    ("amount.x", "amount is a number; it has no fields."),
    ("lines.deal.lines.total", "would be a list of lists"),
    ("account.parent.parent.parent.parent.parent.name", "more than 5 lookups"),
    ("inputs.amount", "There is no field inputs"),
])  # fmt: skip
def test_what_is_not_there(path: str, says: str) -> None:
    with pytest.raises(UnknownName) as caught:
        scope().type_of(tuple(path.split(".")))
    assert says in caught.value.text()


def test_the_checker_points_at_unknown_names() -> None:
    with pytest.raises(ExpressionProblem) as caught:
        check("amount > account.naem", scope())
    assert (caught.value.position, caught.value.length) == (9, 12)
    assert "Did you mean name?" in caught.value.text()


@pytest.mark.parametrize(
    "source",
    ["sum(account.deals.amount)", "count(account.deals)", "sum(account.parent.branches.id)"],
)
def test_what_belongs_to_another_record_is_counted_there(source: str) -> None:
    """Neither SQL nor a save could follow it, so it is refused where it is written."""
    with pytest.raises(ExpressionProblem) as refused:
        check(source, scope())
    assert "keep the sum in a rollup of account" in refused.value.text()
    assert "汇总字段" in refused.value.text("zh")


def test_a_name_bound_beside_the_record_has_children_of_its_own() -> None:
    bound = {"order": Type(Kind.REFERENCE, targets=("deal",))}
    assert check("sum(order.lines.total)", scope("account", bound)).type.kind is Kind.NUMBER
    assert check("sum(lines.total)", scope()).type.kind is Kind.NUMBER
