"""Loaded databases lie on a shelf; what is measured works on copies of them.

Loading a million records takes minutes, copying them seconds, and a copy is as fresh as the first
time however often it was measured before.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg import sql

from bench import sides
from bench.sides import Loaded
from tests import databases

LOADERS = {"typecase": sides.load_typecase, "handwritten": sides.load_handwritten}


@dataclass(frozen=True)
class Shelf:
    """``folder`` holds what was loaded; ``run`` is the cluster for PostgreSQL, where asked for."""

    folder: Path
    run: databases.Run | None

    def load(self, kind: str, records: int, searched: int) -> None:
        """Loads both sides, unless they lie here already."""
        for side in LOADERS:
            if self._told(kind, records, searched, side).exists():
                continue
            began = time.monotonic()
            self._load(kind, records, searched, side)
            print(f"  {side} loaded in {time.monotonic() - began:.0f} s", flush=True)

    @contextmanager
    def copies(
        self, kind: str, records: int, searched: int, folder: Path
    ) -> Iterator[tuple[Loaded, Loaded]]:
        """Both sides over fresh copies: files in ``folder``, or databases that are dropped."""
        with ExitStack() as stack:
            ours, theirs = (
                stack.enter_context(self._copy(kind, records, searched, side, folder))
                for side in LOADERS
            )
            yield sides.signed_in(ours), theirs

    def _load(self, kind: str, records: int, searched: int, side: str) -> None:
        told = self._told(kind, records, searched, side)
        name = told.stem
        if self.run is not None and kind == "postgresql":
            self._say("DROP DATABASE IF EXISTS {0}", name)
            self._say("CREATE DATABASE {0} TEMPLATE template0", name)
            url = self.run.url(name)
        else:
            told.with_suffix(".sqlite").unlink(missing_ok=True)
            url = f"sqlite:///{told.with_suffix('.sqlite')}"
        loaded = LOADERS[side](url, self.folder, records, searched)
        told.write_text(json.dumps(loaded.told()), "utf-8")

    @contextmanager
    def _copy(
        self, kind: str, records: int, searched: int, side: str, folder: Path
    ) -> Iterator[Loaded]:
        told = self._told(kind, records, searched, side)
        kept = Loaded.read(json.loads(told.read_text("utf-8")), folder)
        if self.run is None or kind == "sqlite":
            file = folder / f"{side}.sqlite"
            shutil.copyfile(told.with_suffix(".sqlite"), file)
            os.sync()
            yield replace(kept, url=f"sqlite:///{file}")
            file.unlink()
            return
        name = f"copy_{side}"
        self._say("DROP DATABASE IF EXISTS {0} WITH (FORCE)", name)
        self._say("CREATE DATABASE {0} TEMPLATE {1} STRATEGY file_copy", name, told.stem)
        os.sync()  # or the disk still writes the copy while commits are timed
        try:
            yield replace(kept, url=self.run.url(name))
        finally:
            self._say("DROP DATABASE {0} WITH (FORCE)", name)

    def _told(self, kind: str, records: int, searched: int, side: str) -> Path:
        return self.folder / f"{kind}_{records}_{searched}_{side}.json"

    def _say(self, statement: str, *names: str) -> None:
        assert self.run is not None
        quoted = sql.SQL(statement).format(*map(sql.Identifier, names))  # type: ignore[arg-type]
        with psycopg.connect(self.run.url("postgres"), autocommit=True) as connection:
            connection.execute(quoted)
