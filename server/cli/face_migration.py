"""``rollcall face migrate``: templates for the present model, made while no server runs."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from server.enrolment.migration import Progress

COMPLETE, SOME_FAILED, CANNOT = 0, 1, 2


def migrate(
    data: Annotated[Path, typer.Option(help="Data directory.", envvar="ROLLCALL_DATA")] = Path(
        "var"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object at the end.")] = False,
) -> None:
    """Make the templates that the configured model lacks, from the kept enrolment pictures.

    A server does the same in the background after its start. Exit code 0: none is missing, 1: some
    pictures are of no use to the model (enrol these anew), 2: it could not be done.
    """
    from roll_call.errors import RollCallError
    from server.errors import error_text

    try:
        progress = asyncio.run(_migrated(data))
    except RollCallError as error:
        problem = {"error": {"code": error.code, "params": error.params}}
        typer.echo(json.dumps(problem) if as_json else error_text(error, "en"), err=not as_json)
        raise typer.Exit(CANNOT) from error
    failed = [f"{subject.kind.value}/{subject.id}" for subject in progress.failed]
    if as_json:
        typer.echo(json.dumps({"model": progress.model, "done": progress.done, "failed": failed}))
    else:
        typer.echo(f"{progress.model}: {progress.done} made, {len(failed)} to be enrolled anew")
        for name in failed:
            typer.echo(f"  {name}")
    raise typer.Exit(SOME_FAILED if failed else COMPLETE)


async def _migrated(data: Path) -> "Progress":
    from contextlib import AsyncExitStack

    from roll_call.errors import StorageError
    from server.clock import SystemClock
    from server.config import load_settings
    from server.engines import make_store, make_verifier
    from server.enrolment.migration import Migration
    from server.logs import configure_logs
    from storage.sqlite import DATABASE_NAME

    if not (data / DATABASE_NAME).is_file():
        raise StorageError("database_missing")
    configure_logs()
    settings = load_settings(data)
    async with AsyncExitStack() as stack:
        store, verifier = make_store(data), make_verifier(settings)
        await store.open()
        stack.push_async_callback(store.close)
        await verifier.start(lambda event: None)
        stack.push_async_callback(verifier.close)
        needed = settings.faces.enrolment_frames
        return await Migration(store, SystemClock(), verifier, needed).run()
