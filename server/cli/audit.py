"""``rollcall audit ...``: whether the records are what they were."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Audit of the records.")

INTACT, FOUND, CANNOT_LOOK = 0, 1, 2


@app.callback()
def audit() -> None:
    """Keep `verify` a sub-command however many there are."""


@app.command("verify")
def verify(
    data: Annotated[Path, typer.Option(help="Data directory.", envvar="ROLLCALL_DATA")] = Path(
        "var"
    ),
    recordings: Annotated[bool, typer.Option(help="Hash the recordings too.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object at the end.")] = False,
) -> None:
    """Check log, tables and recordings. Exit code 0: intact, 1: findings, 2: cannot look."""
    from roll_call.errors import RollCallError
    from storage.audit import verify as verify_data

    try:
        report = verify_data(data, with_recordings=recordings)
    except RollCallError as error:
        problem = {"error": {"code": error.code, "params": error.params}}
        typer.echo(json.dumps(problem) if as_json else f"cannot look: {error}", err=not as_json)
        raise typer.Exit(CANNOT_LOOK) from error
    if as_json:
        typer.echo(json.dumps({"intact": report.intact, **asdict(report)}, ensure_ascii=False))
    else:
        for finding in report.findings:
            row = "" if finding.seq is None else f" row {finding.seq}"
            typer.echo(f"{finding.kind}{row} {finding.subject} {finding.detail}".rstrip())
        typer.echo(
            f"{report.rows} log rows ({report.erased} erased), {report.records} records, "
            f"{report.recordings} recordings: "
            + ("intact" if report.intact else f"{len(report.findings)} findings")
        )
    raise typer.Exit(INTACT if report.intact else FOUND)
