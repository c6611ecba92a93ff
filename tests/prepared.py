"""Workspaces with a package installed: made once by each process of a run, then copied.

Installing takes a hundred statements and more; copying a file, or a database of PostgreSQL by its
own means, takes one. Who tests installing itself calls it, and gets it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import conninfo, sql

from typecase.bootstrap import initialise, is_initialised
from typecase.metadata.catalog import Catalog
from typecase.metadata.sources import PackageSource
from typecase.runtime import installing
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage.tables import Recorded, StorageModel
from typecase.runtime.workspaces import Workspace

SQLITE = "sqlite:///"


@dataclass(frozen=True)
class Template:
    """What an empty workspace is made from: a copy of its database, and the catalog in it.

    Tables are built anew: with them is kept what was prepared for the people of one workspace.
    """

    copy: str
    catalog: Catalog
    recorded: Mapping[str, Recorded]


_TEMPLATES: dict[tuple[str, bytes], Template] = {}
"""The server (or SQLite) and the digest of the package → its template. They end with the run."""


def install_prepared(workspace: Workspace, *packages: PackageSource) -> None:
    """Makes ``workspace``, whose database is empty, and installs ``packages`` in it."""
    database = workspace.database
    fresh = not is_initialised(workspace)
    server = SQLITE if database.is_sqlite else _server_and_name(database.url)[0]
    key = server, hashlib.sha256(repr(packages).encode()).digest()
    template = _TEMPLATES.get(key)
    if template is not None and fresh:
        database.close()
        _copy_back(template.copy, database.url)
        workspace._loaded = template.catalog, StorageModel(template.catalog, template.recorded)
        return
    initialise(workspace)
    installing.install(workspace, list(packages))
    if fresh and "TYPECASE_TEST_RUN" in os.environ:
        with workspace.read(SYSTEM) as unit:
            catalog, recorded = unit.catalog, unit.model.recorded
        database.close()
        copy = _copy_away(database.url, key[1].hex()[:16])
        _TEMPLATES[key] = Template(copy, catalog, recorded)


def _copy_away(url: str, name: str) -> str:
    """Keeps a copy of a database nobody is connected to; returns where."""
    if url.startswith(SQLITE):
        kept = Path(os.environ["TYPECASE_TEST_RUN"]) / f"{name}-{os.getpid()}.sqlite"
        shutil.copyfile(url.removeprefix(SQLITE), kept)
        return str(kept)
    kept_as = f"p_{name}_{os.getpid()}"
    server, database = _server_and_name(url)
    with psycopg.connect(server, autocommit=True) as connection:
        _clone(connection, database, kept_as)
    return kept_as


def _copy_back(kept: str, url: str) -> None:
    if url.startswith(SQLITE):
        shutil.copyfile(kept, url.removeprefix(SQLITE))
        return
    server, database = _server_and_name(url)
    with psycopg.connect(server, autocommit=True) as connection:
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database))
        connection.execute(drop)
        _clone(connection, kept, database)


def _clone(connection: psycopg.Connection[Any], of: str, to: str) -> None:
    names = sql.Identifier(to), sql.Identifier(of)
    connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))


def _server_and_name(url: str) -> tuple[str, str]:
    """The address of the same cluster's own database, and the name of the one in ``url``."""
    told = conninfo.conninfo_to_dict(url)
    name = str(told.pop("dbname"))
    return conninfo.make_conninfo(dbname="postgres", **told), name
