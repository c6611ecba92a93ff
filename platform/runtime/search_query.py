"""What is asked of the search index: typed words within what a reader may see. Pure.

A tree of tokens that each database spells in its own language. Every token stands together with
its field, so a word is only looked for in fields this reader may read: hits, counts and the cap
know nothing of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .search_tokens import EDGE, Atom, Phrase, Word

FIELD = "~"
OBJECT = "@"


@dataclass(frozen=True, slots=True)
class Scope:
    """Records of ``objects`` (None: of all but ``without``) by the text of certain fields.

    Objects and fields are named by their first names. ``numbers`` are fields that hold nothing
    but telephone numbers, so that letters need not be looked for in them.
    """

    objects: tuple[str, ...] | None
    without: tuple[str, ...]
    texts: tuple[str, ...]
    numbers: tuple[str, ...] = ()


def in_field(field: str, token: str) -> str:
    return f"{field}{FIELD}{token}"


def of_object(name: str) -> str:
    return f"{OBJECT}{name}"


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    part: Node
    excluded: Node


Node = Atom | AnyOf | AllOf | Without


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for and where: records in which every word is found; without words, all.

    ``scopes`` are as few as possible for all objects together, ``of`` has one for each object, by
    its id: some databases do better with many short questions than with a long one.
    """

    words: tuple[Word, ...]
    scopes: tuple[Scope, ...]
    of: tuple[tuple[str, Scope], ...]

    def everywhere(self) -> Node:
        return query(self.words, self.scopes)

    def of_objects(self) -> dict[str, Node]:
        return {id_: query(self.words, (scope,)) for id_, scope in self.of}


def query(words: tuple[Word, ...], scopes: tuple[Scope, ...]) -> Node:
    """Records in which every word is found, within what each scope opens. There are scopes."""
    return _any(_in_scope(words, scope) for scope in scopes)


def beginnings(node: Node) -> frozenset[str]:
    """What tokens are asked for by their beginning."""
    match node:
        case Atom():
            return frozenset((node.text,)) if node.prefix else frozenset()
        case AnyOf(parts) | AllOf(parts):
            return frozenset[str]().union(*map(beginnings, parts))
        case Without(part, excluded):
            return beginnings(part) | beginnings(excluded)


def spelled_out(node: Node, tokens: Mapping[str, Sequence[str]]) -> Node:
    """The same, with all ``tokens`` that begin so in the place of a beginning that is known."""
    match node:
        case Atom():
            if not node.prefix or node.text not in tokens:
                return node
            return _any(map(Atom, tokens[node.text] or (node.text,)))
        case AnyOf(parts):
            return AnyOf(tuple(spelled_out(part, tokens) for part in parts))
        case AllOf(parts):
            return AllOf(tuple(spelled_out(part, tokens) for part in parts))
        case Without(part, excluded):
            return Without(spelled_out(part, tokens), spelled_out(excluded, tokens))


def _in_scope(words: tuple[Word, ...], scope: Scope) -> Node:
    if not words:
        return _any(Atom(of_object(name)) for name in scope.objects or ())
    found = _all(_any(_phrase(p, scope) for p in word.phrases) for word in words)
    if scope.objects is not None:
        return _all((_any(Atom(of_object(name)) for name in scope.objects), found))
    if scope.without:
        return Without(found, _any(Atom(of_object(name)) for name in scope.without))
    return found


def _phrase(phrase: Phrase, scope: Scope) -> Node:
    return _all(_atom(atom, scope) for atom in phrase)


def _atom(atom: Atom, scope: Scope) -> Node:
    is_number = atom.text.removeprefix(EDGE).isdigit()
    fields = scope.texts + (scope.numbers if is_number else ())
    if not fields:
        return Atom(EDGE)
    return _any(Atom(in_field(field, atom.text), atom.prefix) for field in fields)


def _any(parts: Iterable[Node]) -> Node:
    several = tuple(parts)
    return several[0] if len(several) == 1 else AnyOf(several)


def _all(parts: Iterable[Node]) -> Node:
    several = tuple(parts)
    return several[0] if len(several) == 1 else AllOf(several)
