"""T1: the closed language of templates: refused with file and line, and nothing leads out of it."""

from __future__ import annotations

from typing import Any

import jinja2.nodes
import pytest

from tests.builders import a_field, a_lookup, an_object, package_files
from typecase.errors import DefinitionsInvalid
from typecase.metadata.catalog import Catalog
from typecase.metadata.composing import compose
from typecase.metadata.packages import package_from_files
from typecase.metadata.templates.definitions import template_of
from typecase.metadata.templates.language import pieces, read

OUTSIDE = [
    "{{ ''.__class__.__mro__ }}",
    "{{ record.name.__class__ }}{{ record.name.upper() }}",
    "{{ record['name'] }}",
    "{{ record.name|attr('__class__') }}",
    "{{ record.name|format(1) }}",
    "{{ record.name|map('upper')|list }}",
    "{{ '{0.x}'.format(record) }}",
    "{{ 'a' * 100000 }}",
    "{{ 9 ** 9 }}",
    "{{ 'a' ~ 'b' }}",
    "{{ [1, 2] }}",
    "{{ {'a': 1} }}",
    "{{ range(9) }}",
    "{{ lipsum() }}",
    "{{ cycler }}",
    "{{ self }}",
    "{{ request.args }}",
    "{{ config }}",
    "{{ loop.index }}",
    "{{ record }}",
    "{{ record.name is defined }}",
    "{{ record.name|default(record.name) }}",
    "{% set a = 1 %}",
    "{% include 'x' %}",
    "{% import 'x' as y %}",
    "{% extends 'x' %}",
    "{% block a %}{% endblock %}",
    "{% macro a() %}{% endmacro %}",
    "{% filter upper %}a{% endfilter %}",
    "{% autoescape false %}{{ record.name }}{% endautoescape %}",
    "{% for a in [1, 2] %}{% endfor %}",
    "{% for a in record.lines recursive %}{% endfor %}",
    "{% for a in record.lines if a.name %}{% endfor %}",
    "{% for a, b in record.lines %}{% endfor %}",
    "{% for record in record.lines %}{% endfor %}",
    "{% for a in record.lines %}{% for b in a.parts %}{% endfor %}{% endfor %}",
    "{% if 1 < record.total < 3 %}{% endif %}",
    "{% if record.total + 1 == 2 %}{% endif %}",
    "{% do record.clear() %}",
    "{{ record.name",
    "{% if record.name %}",
]
ALLOWED = {
    "Template", "Output", "TemplateData", "If", "For", "Const", "CondExpr", "Filter", "And", "Or",
    "Not", "Compare", "Getattr", "Name", "Operand",
}  # fmt: skip


@pytest.mark.parametrize("source", OUTSIDE)
def test_outside_the_language_is_refused_with_its_line(source: str) -> None:
    found = read(f"first line\n{source}")
    assert found.mistakes, source
    assert found.mistakes[0].line == 2


def test_the_language_has_no_more_kinds_of_node_than_these() -> None:
    """A release of Jinja2 that brings another kind of statement brings it to nobody's mails."""

    def below(kind: type) -> set[type]:
        return {kind}.union(*(below(each) for each in kind.__subclasses__()))

    for kind in below(jinja2.nodes.Stmt):
        if kind.__name__ in ALLOWED or kind is jinja2.nodes.Stmt:
            continue
        node = object.__new__(kind)
        node.lineno = 1
        for name in kind.fields:
            setattr(node, name, [] if name in ("body", "nodes") else None)
        tree = jinja2.nodes.Template([node])
        assert kind.__name__ not in str(_kept(tree)), kind


def _kept(tree: jinja2.nodes.Template) -> list[str]:
    from typecase.metadata.templates.language import _Reading

    return [type(each).__name__ for each in _Reading().statements(tree.body, {}, 0)]


def test_what_it_reads_is_known_beforehand() -> None:
    uses = read(
        "{{ record.customer.name }}{% for l in record.lines %}{{ l.name }}"
        "{% if l.total > 3 %}{{ loop.index }}{% endif %}{% endfor %}{{ unsubscribe }}"
    ).uses
    assert list(uses.fields) == [("customer", "name")]
    assert {name: list(paths) for name, paths in uses.rows.items()} == {
        "lines": [("name",), ("total",)]
    }
    assert uses.unsubscribes


def test_comparing_is_safe_from_what_is_not_there() -> None:
    values: dict[str, Any] = {"record": {"a": "", "_raw": {"a": None, "b": 5}}, "places": {}}
    source = "{% if record.a < 3 %}no{% else %}yes{% endif %}{% if record.b >= 5 %}!{% endif %}"
    assert "".join(pieces(source, True, values)) == "yes!"
    with pytest.raises(ValueError, match="TypeError"):
        "".join(pieces("{% if record.b < 'x' %}{% endif %}", True, values))


# In packages --------------------------------------------------------------------------------


def composed(files: dict[str, Any], html: dict[str, str]) -> Catalog:
    objects = (
        an_object("customer", a_field("name")),
        an_object("order", a_field("name"), a_lookup("customer", "customer", "orders")),
    )
    documents = {f"templates/{name}.json": each for name, each in files.items()}
    packed = package_files(*objects, documents)
    bodies = {f"templates/{name}": text.encode() for name, text in html.items()}
    return compose([package_from_files({**packed, **bodies})], 1)


def mail(**more: Any) -> dict[str, Any]:
    return {"label": "Mail", "kind": "email", "object": "order", "subject": "Hello", **more}


def test_bodies_lie_beside_it_one_for_each_language() -> None:
    html = {"hello.html": "<p>{{ record.name }}</p>", "hello.zh.html": "<p>您好</p>"}
    template = template_of(composed({"hello": mail()}, html), "hello")
    assert template.words("zh").body == "<p>您好</p>"
    assert template.words("en").body == template.words("fr").body == "<p>{{ record.name }}</p>"


@pytest.mark.parametrize(
    ("html", "file", "line", "says"),
    [
        ({"a.html": "<p>\n{{ record.nmae }}"}, "templates/a.html", 2, "Did you mean name?"),
        ({"a.html": "x", "a.zh.html": "\n\n{{ 1 + 1 }}"}, "templates/a.zh.html", 3, "language"),
        ({"a.html": "{{ record.customer.x }}"}, "templates/a.html", 1, "no such field on customer"),
        ({"a.html": "{% for l in record.lins %}{% endfor %}"}, "templates/a.html", 1, "relation"),
        ({"a.html": "{{ recipient.age }}"}, "templates/a.html", 1, "means nothing here"),
    ],
)
def test_a_mistake_names_its_file_and_line(
    html: dict[str, str], file: str, line: int, says: str
) -> None:
    with pytest.raises(DefinitionsInvalid) as refused:
        composed({"a": mail()}, html)
    (problem,) = refused.value.problems
    assert (problem.file, problem.line) == (file, line)
    assert says in problem.text()


def test_marketing_needs_a_way_out_and_mails_a_subject() -> None:
    with pytest.raises(DefinitionsInvalid) as refused:
        composed({"a": mail(marketing=True, body="Buy!"), "b": mail(subject="", body="x")}, {})
    told = {problem.file: problem.text() for problem in refused.value.problems}
    assert "unsubscribe" in told["templates/a.json"]
    assert told["templates/b.json"] == "A mail needs a subject."
