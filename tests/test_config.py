"""Settings: arguments win over the environment; the secret is made once and kept closed."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from typecase.config import load_settings, stored_secret
from typecase.errors import BadRequest


def test_without_anything_said_all_lies_in_one_folder(tmp_path: Path) -> None:
    settings = load_settings({}, folder=tmp_path)
    assert settings.database == f"sqlite:///{tmp_path / 'typecase.sqlite'}"
    assert settings.files == tmp_path / "files"
    assert (settings.host, settings.port, settings.debug) == ("127.0.0.1", 8000, False)


def test_an_argument_wins_over_the_environment(tmp_path: Path) -> None:
    environment = {"TYPECASE_DATABASE": "postgresql://a/b", "TYPECASE_PORT": "81", "PORT": "9"}
    settings = load_settings(environment, folder=tmp_path, port=0)
    assert (settings.database, settings.port) == ("postgresql://a/b", 0)
    assert load_settings(environment, folder=tmp_path).port == 81


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "eighty"), ("DEBUG", "perhaps"), ("ZONE", "Mars/Olympus")]
)
def test_a_value_that_makes_no_sense_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadRequest, match=value):
        load_settings({f"TYPECASE_{name}": value}, folder=tmp_path)


def test_the_secret_stays_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    first = stored_secret(folder)
    assert stored_secret(folder) == first
    assert len(first) >= 64
    assert stat.S_IMODE((folder / "secret").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_processes_that_start_at_once_agree_on_the_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        found = set(pool.map(lambda _: stored_secret(tmp_path), range(64)))
    assert len(found) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
