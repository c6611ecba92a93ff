"""The kinds of step: what each is written like, what it needs, what it becomes. One visible tuple.

How each is done stands in ``workflow/steps``, in a file of the same name.
"""

from __future__ import annotations

from . import (
    branching,
    calling,
    calling_out,
    checking,
    copying,
    creating,
    deleting,
    finding,
    looping,
    notifying,
    noting,
    sending,
    setting,
    submitting,
    updating,
)
from .compiling import StepKind

KINDS = (
    StepKind(checking.KEYS, checking.read),
    StepKind(setting.KEYS, setting.read),
    StepKind(finding.KEYS, finding.read),
    StepKind(creating.KEYS, creating.read),
    StepKind(copying.KEYS, copying.read),
    StepKind(updating.KEYS, updating.read),
    StepKind(deleting.KEYS, deleting.read),
    StepKind(looping.KEYS, looping.read),
    StepKind(branching.KEYS, branching.read),
    StepKind(calling.KEYS, calling.read),
    StepKind(submitting.KEYS, submitting.read),
    StepKind(notifying.KEYS, notifying.read),
    StepKind(sending.KEYS, sending.read),
    StepKind(calling_out.KEYS, calling_out.read),
    StepKind(noting.KEYS, noting.read),
)

BEFORE_KINDS = tuple(kind for kind in KINDS if kind.name in ("set", "if"))
"""What an automation before a save may do: set fields of the record being saved."""
