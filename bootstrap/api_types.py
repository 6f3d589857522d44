"""The TypeScript types of the HTTP API, made from the server's own OpenAPI document."""

import os
import subprocess

from bootstrap.console import ROOT, SetupError
from bootstrap.front_end import CLIENT, find_node
from bootstrap.python_env import REQUIREMENTS, ROLLCALL
from bootstrap.steps import Step

TYPES = CLIENT / "src" / "core" / "api.d.ts"
GENERATOR = CLIENT / "node_modules" / "openapi-typescript" / "bin" / "cli.js"


def write_types(interrupted: bool) -> None:
    """Write the types; raises SetupError when the document or the types cannot be made."""
    del interrupted
    command = [str(ROLLCALL), "openapi"]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if made.returncode:
        raise SetupError(made.stderr)
    node = find_node()
    done = subprocess.run(
        [str(node.node), str(GENERATOR), "-o", str(TYPES)],
        cwd=CLIENT,
        env={**os.environ, **node.environment()},
        input=made.stdout,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SetupError(done.stdout + done.stderr)


STEPS = [
    Step(
        "api-types",
        "TypeScript types of the API, from its schemas",
        "由接口模式生成 TypeScript 类型",
        # The document is made of the schemas and of the enumerations and limits of the domain.
        lambda: [
            *sorted((ROOT / "server").rglob("*.py")),
            *sorted((ROOT / "roll_call").rglob("*.py")),
            REQUIREMENTS,
            CLIENT / "package-lock.json",
        ],
        TYPES.exists,
        write_types,
    )
]
