"""Cross-checks: what each document alone cannot know. All problems come at once.

Names that lead nowhere and expressions without meaning are found by ``references``; what is left
is here, by theme. A new check is a function over a ``Checking`` and a line in ``CHECKS``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...errors import Problem
from ..catalog import Catalog
from ..layers import Stack
from ..references import References, references_of
from ..sources import PackageSource
from ..translations import Texts
from .approvals import check_approvals
from .calendars import check_calendars
from .checking import Checking
from .cycles import check_cycles
from .fields import check_fields
from .gateways import check_gateways
from .layouts import check_layouts, check_views
from .names import check_names
from .objects import check_objects
from .processes import check_processes
from .rights import check_menus, check_numbering, check_permissions, check_roles
from .rows import check_rows
from .sharing import check_sharing
from .templates import check_templates
from .translations import check_translations

CHECKS: tuple[Callable[[Checking], None], ...] = (
    check_names,
    check_objects,
    check_fields,
    check_cycles,
    check_layouts,
    check_views,
    check_roles,
    check_permissions,
    check_sharing,
    check_menus,
    check_numbering,
    check_calendars,
    check_processes,
    check_approvals,
    check_templates,
    check_gateways,
    check_rows,
    check_translations,
)


def problems_in(
    packages: Sequence[PackageSource], stack: Stack, catalog: Catalog, texts: Texts
) -> tuple[list[Problem], References]:
    """Everything wrong with a composed catalog, and the references found on the way."""
    references = references_of(stack, catalog)
    checking = Checking(packages, stack, catalog, references, texts)
    for document, path, message, data in references.unresolved:
        checking.at(document, path, message, **data)
    for check in CHECKS:
        check(checking)
    return sorted(checking.problems, key=by_place), references


def by_place(problem: Problem) -> tuple[str, int, str]:
    return problem.file, problem.line or 0, problem.pointer
