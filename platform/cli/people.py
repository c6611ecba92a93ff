"""People as commands make them: who becomes administrator, and passwords shown once."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import BadRequest, NotFound
from ..metadata.catalog import Catalog
from ..runtime import passwords, tokens, users
from ..runtime.actors import SYSTEM, add_up
from ..runtime.passwords import Hashed
from ..runtime.storage.unit_of_work import Unit
from ..runtime.workspaces import Workspace


@dataclass(frozen=True, slots=True)
class LogIn:
    """A person who can sign in now. The password is known here and nowhere else."""

    name: str
    role: str | None
    password: str
    token: str

    def document(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "role": self.role,
            "password": self.password,
            "token": self.token,
        }


def administrators_grants(catalog: Catalog) -> dict[str, Any]:
    """The role or permission set that lets somebody manage people and rights.

    Raises NotFound when no installed package has one.
    """
    for role in catalog.roles.values():
        sets = [
            catalog.permission_sets[n] for n in role.permissions if n in catalog.permission_sets
        ]
        if add_up(sets).system >= users.ADMINISTRATOR:
            return {"role": role.name}
    for each in catalog.permission_sets.values():
        if each.system >= users.ADMINISTRATOR:
            return {"permission_sets": [each.name]}
    raise NotFound("No package has a role or permission set that may manage people and rights.")


def password_from(arguments: Any) -> tuple[str, Hashed]:
    """A password: the first line of standard input if asked for, else a random one."""
    if not arguments.password_stdin:
        return passwords.one_time()
    text = sys.stdin.readline().rstrip("\r\n")
    if not text:
        raise BadRequest("There was no password on standard input.")
    return text, passwords.prepare(text)


def let_in(workspace: Workspace, values: Mapping[str, Any], token_days: int) -> LogIn:
    """Makes the person, or gives the one there is a new password and token."""
    password, hashed = passwords.one_time()

    def work(unit: Unit) -> LogIn:
        try:
            user = users.by_login(unit, values["login"]).id
            users.set_password(unit, user, hashed, must_change=False)
        except NotFound:
            user = users.create(unit, values, hashed, must_change=False)
        token = tokens.create(unit, "typecase demo", days=token_days, user=user)
        role = users.get(unit, user).role
        return LogIn(values["login"], role, password, token.secret)

    return workspace.run(SYSTEM, work, via="command")
