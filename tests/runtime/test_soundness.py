"""``typecase check`` finds damage, and calls nothing damaged that is not."""

from __future__ import annotations

from pathlib import Path

from tests.runtime.shop import Shop
from typecase.bootstrap import build_platform
from typecase.runtime import checking, saving, search
from typecase.runtime.actors import SYSTEM


def test_what_another_process_wrote_is_no_damage(sqlite_database: str, tmp_path: Path) -> None:
    """Two platforms over one file: one searches and remembers, the other goes on saving."""
    shop = Shop(sqlite_database, tmp_path)
    other = build_platform(shop.platform.settings, shop.clock)
    try:
        for round_ in range(4):
            with shop.workspace.read(SYSTEM) as unit:
                search.search(unit, "Acme", 5)
            rows = [{"name": f"Acme {round_} {n}"} for n in range(30)]
            for row in rows:
                other.main.run(SYSTEM, lambda u, row=row: saving.create(u, "account", row))
            assert list(checking.check(shop.workspace, ["database"])) == []
    finally:
        other.close()
        shop.close()


def test_damage_is_found(sqlite_database: str, tmp_path: Path) -> None:
    shop = Shop(sqlite_database, tmp_path)
    rows = [{"name": f"Acme {n}"} for n in range(500)]
    shop.workspace.run(SYSTEM, lambda unit: saving.create_many(unit, "account", rows))
    shop.close()
    file = tmp_path / "test.sqlite"
    damaged = bytearray(file.read_bytes())
    place = damaged.rindex(b"Acme 499")
    page = place - place % 4096
    damaged[page : page + 64] = b"\xff" * 64
    file.write_bytes(damaged)
    platform = build_platform(shop.platform.settings, shop.clock)
    try:
        assert {f.check for f in checking.check(platform.main, ["database"])} == {"database"}
    finally:
        platform.close()
