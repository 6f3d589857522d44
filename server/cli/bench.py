"""``rollcall bench ...``: figures with their conditions; never a pass or a fail."""

import asyncio
import json
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Benchmarks.")


@app.callback()
def bench() -> None:
    """Keep `check-in` a sub-command however many there are."""


@app.command("check-in")
def check_in(
    phones: Annotated[int, typer.Option(help="Phones at once.", min=1, max=16)] = 6,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object at the end.")] = False,
) -> None:
    """Phones at once with cooperative actors, one console watching; phones share the machine."""
    from server.simulate.bench import bench_check_in

    result = asyncio.run(bench_check_in(phones))
    print(json.dumps(result, ensure_ascii=False, indent=None if as_json else 2))
