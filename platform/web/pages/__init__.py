"""The pages: one file per family, one visible tuple. A view is a few lines; models do the work."""

from __future__ import annotations

from flask import Blueprint

from . import (
    account,
    actions,
    administration,
    audit_trail,
    bulk,
    collaboration,
    exports,
    forms,
    home,
    leaving,
    lists,
    own_second_step,
    passwords,
    person_access,
    pools,
    processes,
    providers,
    record_sharing,
    records,
    rights,
    search,
    second_step,
    sign_in,
    sign_in_rules,
    viewing,
)
from . import bin as recycle_bin

PAGES: tuple[Blueprint, ...] = (
    sign_in.pages,
    second_step.pages,
    passwords.pages,
    providers.pages,
    home.pages,
    search.pages,
    forms.pages,
    lists.pages,
    bulk.pages,
    exports.pages,
    records.pages,
    record_sharing.pages,
    actions.pages,
    pools.pages,
    collaboration.pages,
    recycle_bin.pages,
    account.pages,
    own_second_step.pages,
    administration.pages,
    person_access.pages,
    sign_in_rules.pages,
    audit_trail.pages,
    viewing.pages,
    leaving.pages,
    rights.pages,
    processes.pages,
)
