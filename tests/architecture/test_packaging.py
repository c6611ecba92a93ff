"""The folder ``platform/`` is the package ``typecase``: in a checkout and in a wheel."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from tests.architecture.sources import PLATFORM, ROOT
from typecase.resources import data_folder

NOT_SOURCE = (
    ".git",
    ".venv",
    "node_modules",
    "build",
    "var",
    "*.egg-info",
    ".*_cache",
    ".hypothesis",
)
DATA = ("schemas", "apps", "texts", "web/templates", "web/static")


def test_platform_has_no_init() -> None:
    """It would shadow Python's own ``platform`` for everything started from the root."""
    assert not (PLATFORM / "__init__.py").exists()


def test_pythons_own_platform_module_answers_from_the_root() -> None:
    code = "import platform; print(platform.system())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() in ("Linux", "Darwin", "Windows")


def test_every_folder_with_python_is_a_package_of_the_wheel() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    listed = set(settings["tool"]["setuptools"]["packages"])
    assert listed == {"typecase", "typecase.apps", "typecase.schemas"} | set(_folders())


def test_every_package_says_what_it_is() -> None:
    silent = [
        path.parent.relative_to(ROOT).as_posix()
        for path in PLATFORM.rglob("__init__.py")
        if "node_modules" not in path.parts and not path.read_text("utf-8").startswith('"""')
    ]
    assert silent == []


def test_there_is_no_python_in_apps() -> None:
    assert [path.name for path in (ROOT / "apps").rglob("*.py")] == []


@pytest.mark.parametrize("name", ["schemas", "apps", "texts", "web/templates"])
def test_data_is_found_in_the_checkout(name: str) -> None:
    assert data_folder(name).is_dir()
    assert ROOT in data_folder(name).parents


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a source archive, as a release is; what git ignores is in neither by accident.

    From a copy: building writes beside the sources, and another process may build as well."""
    folder, source = tmp_path_factory.mktemp("dist"), tmp_path_factory.mktemp("wheel") / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(*NOT_SOURCE))
    _run(sys.executable, "-m", "build", "--outdir", folder, source)
    return next(folder.glob("*.whl"))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_wheel_carries_everything(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {f"typecase/{path}" for path in _shipped()}
    assert wanted - names == set()
    stray = {n for n in names if n.split("/")[0] not in ("typecase",) and ".dist-info/" not in n}
    assert stray == set()
    assert not any("node_modules" in name or "__pycache__" in name for name in names)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_wheel_works_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    programs = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    _run(programs / "python", "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    said = _run(programs / "typecase", "--help", cwd=tmp_path)
    assert "validate" in said
    folders = _run(programs / "python", "-c", FOLDERS.format(names=DATA), cwd=tmp_path)
    assert {name: True for name in DATA if name != "web/static"}.items() <= json.loads(
        folders
    ).items()
    package = _installed_app(programs / "python", tmp_path)
    assert '"problems": []' in _run(programs / "typecase", "validate", package, "--json")


FOLDERS = """
import json
from typecase.resources import data_folder
print(json.dumps({{name: any(data_folder(name).iterdir()) if data_folder(name).is_dir() else False
                   for name in {names}}}))
"""


def _installed_app(python: Path, folder: Path) -> str:
    code = "from typecase.resources import data_folder; print(data_folder('apps'))"
    return f"{_run(python, '-c', code, cwd=folder).strip()}/standard_crm"


def _folders() -> list[str]:
    folders = {path.parent for path in PLATFORM.rglob("*.py") if "node_modules" not in path.parts}
    names = (folder.relative_to(PLATFORM).parts for folder in folders)
    return [".".join(("typecase", *parts)) for parts in names]


def _shipped() -> list[str]:
    """Code and data that must be in the wheel, as paths below ``typecase/``."""
    inside = [p for p in PLATFORM.rglob("*.py") if "node_modules" not in p.parts]
    for name in ("texts", "web/templates", "web/static"):
        inside += [path for path in (PLATFORM / name).rglob("*") if path.is_file()]
    beside = [p for name in ("apps", "schemas") for p in (ROOT / name).rglob("*.*") if p.is_file()]
    return [path.relative_to(PLATFORM).as_posix() for path in inside] + [
        path.relative_to(ROOT).as_posix() for path in beside if "__pycache__" not in path.parts
    ]


def _run(*command: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout
