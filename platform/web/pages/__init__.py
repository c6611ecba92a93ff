"""The pages: one file per family, one visible tuple. A view is a few lines; models do the work."""

from __future__ import annotations

from flask import Blueprint

from . import (
    account,
    administration,
    bulk,
    collaboration,
    exports,
    forms,
    home,
    lists,
    records,
    search,
    sign_in,
)
from . import bin as recycle_bin

PAGES: tuple[Blueprint, ...] = (
    sign_in.pages,
    home.pages,
    search.pages,
    forms.pages,
    lists.pages,
    bulk.pages,
    exports.pages,
    records.pages,
    collaboration.pages,
    recycle_bin.pages,
    account.pages,
    administration.pages,
)
