"""The demo's database: made once, found again later, with new passwords each time."""

from __future__ import annotations

from typing import Any

from ..bootstrap import initialise
from ..config import Settings
from ..runtime import installing
from ..runtime.workspaces import Workspace
from .console import Console
from .installation import opened
from .packages import read
from .people import let_in

PACKAGES = ("standard_crm", "print_shop")

PEOPLE: tuple[dict[str, Any], ...] = (
    {"login": "admin", "name": "Administrator", "role": "administrator"},
    {"login": "manager", "name": "Sales Manager", "role": "regional_manager"},
    {"login": "rep", "name": "Sales Representative", "role": "sales_representative"},
    {"login": "head.finance", "name": "Head-office Finance", "role": "ps_head_finance"},
    {"login": "gm", "name": "General Manager", "role": "ps_general_manager"},
    {"login": "store.manager", "name": "Store Manager", "role": "ps_store_manager"},
    {"login": "cashier", "name": "Cashier", "role": "ps_cashier"},
    {"login": "front.desk", "name": "Front Desk", "role": "ps_front_desk"},
)
"""Who can sign in to the demo; made here where the demo data does not bring them."""

TOKEN_DAYS = 30
DONE_MARK = "demo-is-complete"
"""Without this file the demo data was never finished: installing again completes it."""


def prepare(settings: Settings, console: Console) -> list[dict[str, Any]]:
    """Makes what is missing and returns the log-ins, each with a password made just now."""
    with opened(settings) as platform:
        workspace = platform.main
        initialise(workspace)
        mark = settings.folder / DONE_MARK
        if not mark.exists():
            installing.install(workspace, read(PACKAGES), demo=True, progress=console.progress)
            mark.touch()
        return [let_in(workspace, each, TOKEN_DAYS).document() for each in _people(workspace)]


def _people(workspace: Workspace) -> list[dict[str, Any]]:
    """With roles as far as the packages still have them."""
    known = workspace.catalog.roles
    return [{**each, "role": each["role"] if each["role"] in known else None} for each in PEOPLE]
