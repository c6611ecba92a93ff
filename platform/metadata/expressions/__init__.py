"""The one expression language: parse, check types, evaluate; its SQL meaning is in storage.

``check`` understands a source text in a scope, ``evaluate`` computes it for one record. Nothing
here knows a database; ``runtime/storage/sql_expressions`` compiles the same checked tree.
"""

from __future__ import annotations

from .checker import check
from .evaluate import evaluate, evaluator
from .problems import ExpressionProblem
from .tree import Checked
from .types import Surroundings

__all__ = ["Checked", "ExpressionProblem", "Surroundings", "check", "evaluate", "evaluator"]
