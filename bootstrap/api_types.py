"""The TypeScript types of the HTTP API, made from the server's own OpenAPI document."""

import os
import subprocess
from pathlib import Path

from bootstrap.console import ROOT, SetupError
from bootstrap.front_end import CLIENT, find_node
from bootstrap.python_env import ROLLCALL

TYPES = CLIENT / "src" / "core" / "api.d.ts"
GENERATOR = CLIENT / "node_modules" / "openapi-typescript" / "bin" / "cli.js"


def write_types(target: Path = TYPES) -> None:
    """Write the types; raises SetupError when the document or the types cannot be made."""
    command = [str(ROLLCALL), "openapi"]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if made.returncode:
        raise SetupError(made.stderr)
    node = find_node()
    done = subprocess.run(
        [str(node.node), str(GENERATOR), "-o", str(target)],
        cwd=CLIENT,
        env={**os.environ, **node.environment()},
        input=made.stdout,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SetupError(done.stdout + done.stderr)
