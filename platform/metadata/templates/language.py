"""The closed language of templates: places, conditions and loops over plain values, nothing else.

Jinja2 parses. What is not on the list below is refused with its line; what passes is rewritten, so
that no attribute, no method and no call is left: ``record.account.name`` becomes one look-up in a
plain dict. This is the only module outside the web floor that knows Jinja2
(docs/decisions/0016-templates-in-a-process.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from jinja2 import Template as JinjaTemplate
from jinja2 import TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ..spelling import nearest
from . import comparing
from .filters import FILTERS, RAW

RECORD = "record"
PLACES: Mapping[str, tuple[str, ...]] = {
    "recipient": ("name", "email"),
    "sender": ("name", "email"),
    "company": ("name",),
    "today": (),
    "link": (),
    "unsubscribe": (),
}
"""What every template knows beside the record: a name, and what stands behind its dot."""
LOOP = ("index", "first", "last", "length")
MOST_DEPTH = 20
MOST_LOOPS = 3
LONGEST = 200_000
Path = tuple[str, ...]


@dataclass
class Uses:
    """What a template reads. ``fields``: paths of the record; ``rows``: relation → paths of its
    rows, each with the line it stands on first."""

    fields: dict[Path, int] = field(default_factory=dict)
    rows: dict[str, dict[Path, int]] = field(default_factory=dict)
    loops: dict[str, int] = field(default_factory=dict)
    unsubscribes: bool = False


@dataclass(frozen=True, slots=True)
class Mistake:
    """``message`` is a template of ``typecase.texts``."""

    line: int
    message: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Read:
    """One text, read. Where there are mistakes there is nothing to render."""

    uses: Uses
    mistakes: tuple[Mistake, ...]
    tree: nodes.Template | None = None


def read(source: str) -> Read:
    """Reads a text and finds everything in it that the language does not have."""
    if len(source) > LONGEST:
        return Read(
            Uses(), (Mistake(1, "It is longer than {most} characters.", {"most": LONGEST}),)
        )
    try:
        tree = _environment(False).parse(source)
    except TemplateSyntaxError as error:
        message = "This is not understood: {why}"
        return Read(Uses(), (Mistake(error.lineno, message, {"why": error.message}),))
    except RecursionError:
        return Read(Uses(), (Mistake(1, "It is nested too deep."),))
    reading = _Reading()
    tree.body = list(reading.statements(tree.body, {}, 0))
    return Read(reading.uses, tuple(reading.mistakes), tree)


def pieces(source: str, html: bool, values: Mapping[str, Any]) -> Iterator[str]:
    """The text with ``values`` in its places, piece by piece, so that whoever reads it can stop.

    ``html``: what is filled in is escaped. Raises ValueError when it makes no sense with these.
    """
    try:
        yield from _compiled(source, html).generate(values)
    except (TemplateError, TypeError, ArithmeticError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


@lru_cache(maxsize=100)
def _compiled(source: str, html: bool) -> JinjaTemplate:
    found = read(source)
    if found.mistakes or found.tree is None:
        raise ValueError("The template has mistakes.")
    environment = _environment(html)
    found.tree.set_environment(environment)
    try:
        code = environment.compile(found.tree)
    except TemplateError as error:
        raise ValueError("The template has mistakes.") from error
    return JinjaTemplate.from_code(environment, code, {})


def _environment(html: bool) -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        autoescape=html, optimized=False, trim_blocks=True, lstrip_blocks=True
    )
    made.globals.clear()
    made.tests.clear()
    made.filters.clear()
    made.filters.update(FILTERS)
    return made


class _Reading:
    """One pass over the tree: refuses, notes what is read, and rewrites."""

    def __init__(self) -> None:
        self.uses = Uses()
        self.mistakes: list[Mistake] = []

    def _wrong(self, node: nodes.Node, message: str, **data: Any) -> None:
        self.mistakes.append(Mistake(_line(node), message, data))

    # Statements -----------------------------------------------------------------------------

    def statements(
        self, body: list[nodes.Node], loops: Mapping[str, str], depth: int
    ) -> Iterator[nodes.Node]:
        """``loops``: name of a row → the relation it is of."""
        for node in body:
            kept = self._statement(node, loops, depth + 1)
            if kept is not None:
                yield kept

    def _statement(
        self, node: nodes.Node, loops: Mapping[str, str], depth: int
    ) -> nodes.Node | None:
        if depth > MOST_DEPTH:
            self._wrong(node, "It is nested too deep.")
            return None
        match node:
            case nodes.Output():
                texts = (each for each in node.nodes)
                node.nodes = [
                    each if isinstance(each, nodes.TemplateData) else self._shown(each, loops, 0)
                    for each in texts
                ]
                return node
            case nodes.If():
                node.test = self._raw(node.test, loops, 0)
                node.body = list(self.statements(node.body, loops, depth))
                node.elif_ = [
                    found
                    for each in node.elif_
                    if isinstance(found := self._statement(each, loops, depth), nodes.If)
                ]
                node.else_ = list(self.statements(node.else_, loops, depth))
                return node
            case nodes.For():
                return self._for(node, loops, depth)
        self._wrong(node, "“{kind}” is not part of the language.", kind=_words(node))
        return None

    def _for(self, node: nodes.For, loops: Mapping[str, str], depth: int) -> nodes.Node | None:
        path = _path(node.iter)
        if node.test is not None or node.recursive:
            self._wrong(node, "A loop has no condition of its own: put an if inside.")
            return None
        if not isinstance(node.target, nodes.Name) or node.target.name in (RECORD, "loop", *PLACES):
            self._wrong(node, "A loop gives its rows one name that means nothing else.")
            return None
        if path is None or len(path) != 2 or path[0] != RECORD:
            self._wrong(node, "A loop goes through rows of the record: for line in record.lines.")
            return None
        if len(loops) >= MOST_LOOPS:
            self._wrong(
                node, "There are more than {most} loops inside each other.", most=MOST_LOOPS
            )
            return None
        relation = path[1]
        self.uses.loops.setdefault(relation, node.lineno)
        self.uses.rows.setdefault(relation, {})
        node.iter = _item(_item(_name(RECORD, node), RAW, node), f"{relation}[]", node)
        inner = {**loops, node.target.name: relation}
        node.body = list(self.statements(node.body, inner, depth))
        node.else_ = list(self.statements(node.else_, loops, depth))
        return node

    # Values ---------------------------------------------------------------------------------

    def _shown(self, node: nodes.Node, loops: Mapping[str, str], depth: int) -> nodes.Expr:
        """A value as people read it."""
        match node:
            case nodes.Const():
                return node
            case nodes.CondExpr():
                node.test = self._raw(node.test, loops, depth + 1)
                node.expr1 = self._shown(node.expr1, loops, depth + 1)
                node.expr2 = self._shown(node.expr2 or nodes.Const(""), loops, depth + 1)
                return node
            case nodes.Filter() if node.node is not None and self._is_filter(node):
                node.node = self._shown(node.node, loops, depth + 1)
                return node
        return self._place(node, loops, shown=True)

    def _raw(self, node: nodes.Node, loops: Mapping[str, str], depth: int) -> nodes.Expr:
        """A value as conditions compare it."""
        if depth > MOST_DEPTH:
            self._wrong(node, "It is nested too deep.")
            return nodes.Const(None)
        match node:
            case nodes.Const():
                return node
            case nodes.And() | nodes.Or():
                node.left = self._raw(node.left, loops, depth + 1)
                node.right = self._raw(node.right, loops, depth + 1)
                return node
            case nodes.Not():
                node.node = self._raw(node.node, loops, depth + 1)
                return node
            case nodes.Compare() if len(node.ops) == 1 and node.ops[0].op in comparing.NAMES:
                left = self._raw(node.expr, loops, depth + 1)
                right = self._raw(node.ops[0].expr, loops, depth + 1)
                name = comparing.NAMES[node.ops[0].op]
                return nodes.Filter(left, name, [right], [], None, None, lineno=node.lineno)
        return self._place(node, loops, shown=False)

    def _is_filter(self, node: nodes.Filter) -> bool:
        known = [name for name in FILTERS if name not in comparing.NAMES.values()]
        if node.name not in known:
            hint = nearest(node.name, known)
            self._wrong(node, "There is no filter {name}.{hint}", name=node.name, hint=hint)
            return False
        plain = all(isinstance(each, nodes.Const) for each in node.args)
        if not plain or node.kwargs or node.dyn_args or node.dyn_kwargs:
            self._wrong(node, "A filter takes plain values: default('-').")
            return False
        return True

    def _place(self, node: nodes.Node, loops: Mapping[str, str], shown: bool) -> nodes.Expr:
        path = _path(node)
        nothing = nodes.Const("")
        if path is None:
            if not isinstance(node, nodes.Filter):
                self._wrong(node, "“{kind}” is not part of the language.", kind=_words(node))
            return nothing
        root, rest = path[0], path[1:]
        if root == "loop" and loops and len(rest) == 1 and rest[0] in LOOP:
            return nodes.Getattr(_name(root, node), rest[0], "load", lineno=node.lineno)
        if root in loops and rest:
            self.uses.rows[loops[root]].setdefault(rest, node.lineno)
            return _held(root, rest, shown, node)
        if root == RECORD and rest:
            self.uses.fields.setdefault(rest, node.lineno)
            return _held(root, rest, shown, node)
        if root in PLACES and self._is_known(root, rest, node):
            self.uses.unsubscribes |= root == "unsubscribe"
            return _item(_name("places", node), ".".join(path), node)
        if root not in PLACES:
            hint = nearest(root, [RECORD, *PLACES, *loops])
            self._wrong(node, "{name} means nothing here.{hint}", name=root, hint=hint)
        return nothing

    def _is_known(self, root: str, rest: Path, node: nodes.Node) -> bool:
        behind = PLACES[root]
        if (len(rest) == 1 and rest[0] in behind) or (not rest and not behind):
            return True
        known = [f"{root}.{each}" for each in behind] or [root]
        name = ".".join((root, *rest))
        hint = nearest(name, known)
        self._wrong(node, "{name} means nothing here.{hint}", name=name, hint=hint)
        return False


def _line(node: nodes.Node) -> int:
    """Some nodes stand nowhere, but what is in them does."""
    inside = (each.lineno for each in node.find_all(nodes.Node))
    return node.lineno or next((line for line in inside if line), 1)


def _path(node: nodes.Node | None) -> Path | None:
    """``record.account.name`` as its parts; None for anything else."""
    parts: list[str] = []
    while isinstance(node, nodes.Getattr):
        parts.append(node.attr)
        node = node.node
    return (node.name, *reversed(parts)) if isinstance(node, nodes.Name) else None


def _held(root: str, path: Path, shown: bool, at: nodes.Node) -> nodes.Expr:
    row = _name(root, at)
    return _item(row if shown else _item(row, RAW, at), ".".join(path), at)


def _name(name: str, at: nodes.Node) -> nodes.Expr:
    return nodes.Name(name, "load", lineno=at.lineno)


def _item(of: nodes.Expr, key: str, at: nodes.Node) -> nodes.Expr:
    return nodes.Getitem(of, nodes.Const(key, lineno=at.lineno), "load", lineno=at.lineno)


_WORDS: Mapping[type[nodes.Node], str] = {
    nodes.Call: "a call",
    nodes.Getitem: "[…]",
    nodes.Test: "is",
    nodes.Concat: "~",
    nodes.Include: "include",
    nodes.Extends: "extends",
    nodes.Block: "block",
    nodes.Macro: "macro",
    nodes.Assign: "set",
    nodes.AssignBlock: "set",
    nodes.FilterBlock: "filter … endfilter",
}


def _words(node: nodes.Node) -> str:
    return _WORDS.get(type(node), type(node).__name__.lower())
