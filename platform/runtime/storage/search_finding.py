"""Finds records in the search index, the latest saved first.

SQLite walks its full-text index backwards and stops at the limit. Beginnings of words are spelled
out before: FTS5 gathers all that a beginning stands in, however rare the word beside it is.

PostgreSQL's GIN knows no order, so common tokens are met by walking the latest rows and rare ones
by the index; what stands in more than WIDE rows is walked again, over no more than WIDE rows.

Who sees few of many (``narrow``) is asked for among their own records.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from ..search_query import Node, Question, beginnings, spelled_out
from .narrow import Reach
from .row_rights import parameters
from .search_match import fts5, tsquery
from .search_tables import entry, terms, tokens, with_tokens
from .unit_of_work import Unit

CAP = 10_000
WINDOW = 300
WIDE = 50_000
COMMON = 5
"""What at least one in so many of the latest rows matches is common."""
MOST_SPELLINGS = 24


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record whose tokens match. Nobody has asked yet who may see it."""

    seq: int
    object: str
    """Id of the object."""
    record: str


@dataclass(frozen=True, slots=True)
class Found:
    """``complete``: there are no others."""

    candidates: list[Candidate]
    complete: bool


def candidates(unit: Unit, question: Question, most: int, reach: Reach | None = None) -> Found:
    """Up to ``most`` matching records, the latest saved first; within ``reach``, if given."""
    if not unit.is_postgres:
        return _backwards(unit, question, most, reach)
    if reach is not None:
        return _reached(unit, question, most, reach)
    if most * 4 <= WINDOW:
        rows = _walk_back(unit, question, most, WINDOW)
        if len(rows) >= most:
            return _found(rows, False)
    asked = {"match": tsquery(question.everywhere()), "most": most, "enough": WIDE + 1}
    with by_index(unit):
        rows = unit.execute(_RARE, asked).all()
    if not rows or rows[0].total <= WIDE:
        return _found(rows, len(rows) < most)
    return _found(_walk_back(unit, question, most, WIDE), False)


def goes_on(unit: Unit) -> bool:
    """SQLite looks further back for little more; PostgreSQL's index gathers all there is first."""
    return not unit.is_postgres


def _found(rows: Sequence[Any], complete: bool) -> Found:
    return Found([Candidate(row.seq, row.object, row.record) for row in rows], complete)


# SQLite -------------------------------------------------------------------------------------


def _backwards(unit: Unit, question: Question, most: int, reach: Reach | None) -> Found:
    asked = {"match": fts5(_spelled(unit, question.everywhere())), "most": most}
    if reach is None:
        rows = unit.execute(_BACKWARDS, asked).all()
        return _found(rows, len(rows) < most)
    kind = "one by one" if reach.is_handful else "backwards"
    statement = reach.statements.get(kind)
    if statement is None:
        make = _one_by_one if reach.is_handful else _backwards_within
        statement = reach.statements[kind] = make(reach)
    within = {} if reach.is_handful else {"cap": CAP}
    rows = unit.execute(statement, asked | parameters(unit) | within).all()
    complete = len(rows) < most
    if complete and not reach.is_handful:
        complete = unit.execute(_BEYOND_CAP, asked | {"cap": CAP}).first() is None
    return _found(rows, complete)


def _matching() -> sa.Select[Any]:
    return (
        sa.select(tokens.c.rowid.label("seq"), entry.c.object, entry.c.record)
        .select_from(tokens.join(entry, entry.c.seq == tokens.c.rowid))
        .where(tokens.c.tc_search_tokens.match(sa.bindparam("match")))
        .order_by(tokens.c.rowid.desc())
    )


def _backwards_within(reach: Reach) -> sa.Select[Any]:
    """No further back than CAP matches, whosever they are."""
    latest = _matching().limit(sa.bindparam("cap")).subquery()
    within = sa.select(latest).where(latest.c.record.in_(reach.ids))
    return within.order_by(latest.c.seq.desc()).limit(sa.bindparam("most"))


def _one_by_one(reach: Reach) -> sa.Select[Any]:
    """Their own records first, and of each whether it matches."""
    mine = sa.select(entry).where(entry.c.record.in_(reach.ids)).subquery()
    matches = sa.select(tokens.c.rowid).where(
        tokens.c.rowid == mine.c.seq, tokens.c.tc_search_tokens.match(sa.bindparam("match"))
    )
    return (
        sa.select(mine)
        .where(matches.exists())
        .order_by(mine.c.seq.desc())
        .limit(sa.bindparam("most"))
    )


_BACKWARDS = _matching().limit(sa.bindparam("most"))
_BEYOND_CAP = _matching().limit(1).offset(sa.bindparam("cap"))


def _spelled(unit: Unit, node: Node) -> Node:
    """Beginnings of which there are but a few tokens, spelled out."""
    asked = sorted(beginnings(node))
    if not asked:
        return node
    found: dict[str, list[str]] = {each: [] for each in asked}
    for row in unit.execute(_SPELLINGS, {"beginnings": json.dumps(asked)}):
        found[row.beginning].append(row.term)
    few = {each: spelled for each, spelled in found.items() if len(spelled) <= MOST_SPELLINGS}
    return spelled_out(node, few)


def _spellings() -> sa.Select[Any]:
    """Each token that begins so, found from the one before it: no token is read twice, in however
    many records it stands. One more than MOST_SPELLINGS tells that there are more."""
    given = sa.func.json_each(sa.bindparam("beginnings")).table_valued("value")

    def first_from(place: sa.ColumnElement[str]) -> sa.ScalarSelect[Any]:
        following = sa.select(terms.c.term).where(terms.c.term >= place)
        return following.order_by(terms.c.term).limit(1).scalar_subquery()

    first = sa.select(
        given.c.value.label("beginning"),
        first_from(given.c.value).label("term"),
        sa.literal(1).label("number"),
    )
    spelled = first.cte("spelled", recursive=True)
    begins = sa.func.substr(spelled.c.term, 1, sa.func.length(spelled.c.beginning))
    follows = first_from(spelled.c.term.concat(sa.func.char(1)))
    spelled = spelled.union_all(
        sa.select(spelled.c.beginning, follows, spelled.c.number + 1).where(
            begins == spelled.c.beginning, spelled.c.number <= MOST_SPELLINGS
        )
    )
    begins = sa.func.substr(spelled.c.term, 1, sa.func.length(spelled.c.beginning))
    return sa.select(spelled.c.beginning, spelled.c.term).where(begins == spelled.c.beginning)


_SPELLINGS = _spellings()


# PostgreSQL ---------------------------------------------------------------------------------


def _walk_back(
    unit: Unit, question: Question, most: int, window: int, reach: Reach | None = None
) -> Sequence[Any]:
    of = question.of_objects()
    asked: dict[str, Any] = {
        "objects": list(of), "matches": [tsquery(node) for node in of.values()],
        "most": most, "window": window,
    }  # fmt: skip
    if reach is None:
        return unit.execute(_LATEST, asked).all()
    statement = reach.statements.get("latest")
    if statement is None:
        statement = reach.statements["latest"] = _latest(reach)
    return unit.execute(statement, asked | parameters(unit)).all()


def _reached(unit: Unit, question: Question, most: int, reach: Reach) -> Found:
    """Among the latest rows, where the words are common and the actor sees more than a handful."""
    if not reach.is_handful:
        enough = WINDOW // COMMON
        if len(_walk_back(unit, question, enough, WINDOW)) == enough:
            return _found(_walk_back(unit, question, most, WIDE, reach), False)
    statement = reach.statements.get("matching")
    if statement is None:
        statement = reach.statements["matching"] = _matching_within(reach)
    (node,) = question.of_objects().values()  # whose records they are, the reach knows
    asked = {"match": tsquery(node), "most": most}
    with by_index(unit):
        rows = unit.execute(statement, asked | parameters(unit)).all()
    return _found(rows, len(rows) < most)


@contextmanager
def by_index(unit: Unit) -> Iterator[None]:
    """PostgreSQL takes many alternatives for many rows, and would rather read the whole table."""
    if not unit.is_postgres:
        yield
        return
    unit.execute(_SCANS, {"scans": "off"})
    yield
    unit.execute(_SCANS, {"scans": "on"})


_SCANS = sa.select(sa.func.set_config("enable_seqscan", sa.bindparam("scans", type_=sa.Text), True))


def _latest(reach: Reach | None = None) -> sa.Select[Any]:
    """Those among the latest rows that match what is asked of their object."""
    window = (
        sa.select(with_tokens)
        .order_by(with_tokens.c.seq.desc())
        .limit(sa.bindparam("window"))
        .subquery()
    )
    asked = (
        sa.func.unnest(
            sa.bindparam("objects", type_=postgresql.ARRAY(sa.Text)),
            sa.bindparam("matches", type_=postgresql.ARRAY(postgresql.TSQUERY)),
        )
        .table_valued("object", sa.column("match", postgresql.TSQUERY), name="asked")
        .render_derived()
    )
    within = () if reach is None else (window.c.record.in_(reach.ids),)
    return (
        sa.select(window.c.seq, window.c.object, window.c.record)
        .join(asked, asked.c.object == window.c.object)
        .where(window.c.tokens.op("@@", is_comparison=True)(asked.c.match), *within)
        .order_by(window.c.seq.desc())
        .limit(sa.bindparam("most"))
    )


def _rare() -> sa.Select[Any]:
    """All that match, as long as they are no more than WIDE; ``total`` tells whether they were."""
    found = (
        sa.select(with_tokens.c.seq, with_tokens.c.object, with_tokens.c.record)
        .where(matches(with_tokens.c.tokens))
        .limit(sa.bindparam("enough"))
        .subquery()
    )
    return (
        sa.select(found, sa.func.count().over().label("total"))
        .order_by(found.c.seq.desc())
        .limit(sa.bindparam("most"))
    )


def _matching_within(reach: Reach) -> sa.Select[Any]:
    return (
        sa.select(with_tokens.c.seq, with_tokens.c.object, with_tokens.c.record)
        .where(matches(with_tokens.c.tokens), with_tokens.c.record.in_(reach.ids))
        .order_by(with_tokens.c.seq.desc())
        .limit(sa.bindparam("most"))
    )


def matches(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    wanted = sa.cast(sa.bindparam("match", type_=sa.Text), postgresql.TSQUERY)
    return column.op("@@", is_comparison=True)(wanted)


_LATEST, _RARE = _latest(), _rare()
