"""How a command says that it cannot: a sentence for people, an object for programs."""

import json
from typing import Any, NoReturn

import typer

from roll_call.errors import RollCallError

UNUSABLE = 2


def refuse(as_json: bool, error: dict[str, Any]) -> NoReturn:
    """Say it on stderr (with ``as_json`` also as the last line of stdout) and end with code 2."""
    typer.echo(error["message"], err=True)
    if as_json:
        typer.echo(json.dumps({"error": error}, ensure_ascii=False))
    raise typer.Exit(UNUSABLE)


def refuse_error(as_json: bool, error: RollCallError) -> NoReturn:
    """Say a typed error in English."""
    from server.errors import error_text

    message = error_text(error, "en")
    refuse(as_json, {"code": error.code, "message": message, "params": error.params})
