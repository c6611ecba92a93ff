"""A process killed while it makes an index beside the work: who comes next makes it whole."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.faults.killing import run_and_kill
from tests.runtime.shop import Shop
from typecase.bootstrap import runner_of
from typecase.runtime import checking, indexing
from typecase.runtime.actors import SYSTEM
from typecase.runtime.storage import plan, publishing

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]

BROKEN = "SELECT relname FROM pg_class JOIN pg_index ON indexrelid = oid WHERE NOT indisvalid"
MAKING = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONCURRENTLY%'"


def test_killed_while_making_an_index(
    postgres_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(postgres_database, tmp_path)
    monkeypatch.setattr(plan, "MANY", 0)
    with psycopg.connect(postgres_database, autocommit=True) as admin:
        with psycopg.connect(postgres_database) as report:
            report.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            report.execute("SELECT count(*) FROM o_deal")  # making an index waits for it to end
            said = run_and_kill("index", postgres_database, tmp_path, lines=5, wait=1.0)
            assert said[-1] == "Making indexes beside the work 0 1"
            shop.workspace.forget()
            assert shop.workspace.catalog.packages[0].version == "2.0.0", "it counts already"
            assert indexing.go_on(shop.workspace) == 0, "the server is still at it"
            admin.execute(f"SELECT pg_terminate_backend(pid) FROM ({MAKING}) AS making")
        left = admin.execute(BROKEN).fetchall()
        assert len(left) == 1, "half an index is left"
        assert [f.data for f in checking.check(shop.workspace, ["tables"])] != []
        runner = runner_of(shop.workspace)
        runner.tick()
        runner.work_off()
        assert admin.execute(BROKEN).fetchall() == []
        made = admin.execute("SELECT 1 FROM pg_class WHERE relname = %s", left[0]).fetchall()
        assert made == [(1,)]
    with shop.workspace.read(SYSTEM) as unit:
        assert not publishing.is_indexing(unit)
    assert list(checking.check(shop.workspace, ["tables"])) == []
    shop.close()
