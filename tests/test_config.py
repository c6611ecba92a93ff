"""Settings: arguments win over the environment; the secret is made once and kept closed."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from typecase.bootstrap import build_platform
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


def test_mails_and_providers(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("s3cret\nmore\n")
    environment = {
        "TYPECASE_ADDRESS": "https://crm.example.com/",
        "TYPECASE_MAIL": "smtp://crm:pw@mail.example.com",
        "TYPECASE_MAIL_FROM": "crm@example.com",
        "TYPECASE_MAIL_PASSWORD_FILE": str(tmp_path / "password"),
        "TYPECASE_PROVIDERS": str(tmp_path / "providers.json"),
        "TYPECASE_PROVIDER_SECRET_IDP": "hidden",
    }
    settings = load_settings(environment, folder=tmp_path)
    assert (settings.site, settings.mail_password) == ("https://crm.example.com", "s3cret")
    assert settings.providers == tmp_path / "providers.json"
    assert settings.provider_secrets == {"idp": "hidden"}
    assert [word for word in ("s3cret", "hidden", "pw@") if word in repr(settings)] == []
    assert load_settings({}, folder=tmp_path, port=81).site == "http://127.0.0.1:81"


@pytest.mark.parametrize("address", ["crm.example.com", "ftp://crm", "https://", "https://x?y=z"])
def test_a_public_address_is_an_address(tmp_path: Path, address: str) -> None:
    with pytest.raises(BadRequest, match="TYPECASE_ADDRESS"):
        load_settings({"TYPECASE_ADDRESS": address}, folder=tmp_path)


def test_mails_need_to_know_where_links_lead(tmp_path: Path) -> None:
    told = {"TYPECASE_MAIL": "smtp://x.example", "TYPECASE_MAIL_FROM": "crm@example.com"}
    with pytest.raises(BadRequest, match="TYPECASE_ADDRESS"):
        build_platform(load_settings(told, folder=tmp_path))
