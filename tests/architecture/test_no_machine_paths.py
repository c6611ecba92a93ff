"""Nothing in the repository knows the machine it was written on."""

from __future__ import annotations

import re

from tests.architecture.sources import ROOT, tracked_files

BINARY = {".png", ".jpg", ".webp", ".ico", ".woff2", ".gz", ".zip", ".xlsx", ".sqlite"}
HOMES = re.compile(r"/(?:home|Users)/(?!runner\b)[a-z][a-z0-9_-]+/|/root/|[A-Z]:\\\\Users\\\\")


def test_no_path_of_a_machine() -> None:
    here = f"{ROOT.parent}/"
    found = []
    for path in tracked_files():
        if path.suffix in BINARY or path.name == "test_no_machine_paths.py":
            continue
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if HOMES.search(line) or here in line:
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    assert found == []


def test_no_lock_file_names_a_registry() -> None:
    """Whoever builds takes packages from the registry of their own settings."""
    locks = [path for path in tracked_files() if path.name == "package-lock.json"]
    assert [p.name for p in locks if '"resolved": "http' in p.read_text("utf-8")] == []
