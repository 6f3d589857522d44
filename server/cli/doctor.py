"""``rollcall doctor network``: what can be reached, and what to open in the firewall."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from server.doctor.findings import Report

app = typer.Typer(no_args_is_help=True, help="Checks of the installation.")

MARKS = {"ok": "✓", "warn": "!", "fail": "✗"}


@app.callback()
def doctor() -> None:
    """Keep `network` a sub-command however many there are."""


@app.command("network")
def network(
    data: Annotated[Path, typer.Option(envvar="ROLLCALL_DATA", help="Data folder.")] = Path("var"),
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    lang: Annotated[str, typer.Option(envvar="LANG", help="zh-CN or en.")] = "",
) -> None:
    """What phones can reach. Exit status: 0 fine or with warnings, 1 something must be mended."""
    import asyncio

    from roll_call.errors import RollCallError
    from server.config import load_settings
    from server.doctor.findings import Status
    from server.doctor.network import examine
    from server.errors import error_text, locale_of

    locale = locale_of(lang.replace("_", "-"))
    try:
        report = asyncio.run(examine(load_settings(data), data))
    except RollCallError as error:
        typer.echo(error_text(error, locale), err=True)
        raise typer.Exit(2) from error
    if as_json:
        typer.echo(_json(report, locale))
    else:
        _print(report, locale)
    raise typer.Exit(1 if report.status is Status.FAIL else 0)


def _json(report: "Report", locale: str) -> str:
    import json

    findings = [
        {
            "check": f.check,
            "status": f.status.value,
            "code": f.code,
            "params": dict(f.params),
            "text": f.text(locale),
        }
        for f in report.findings
    ]
    opened = [
        {
            "host": o.host,
            "direction": o.direction,
            "protocol": o.protocol,
            "ports": o.ports,
            "peer": o.peer,
            "why": o.why,
            "text": o.text(locale),
        }
        for o in report.openings
    ]
    whole = {"status": report.status.value, "findings": findings, "open": opened}
    return json.dumps(whole, ensure_ascii=False)


def _print(report: "Report", locale: str) -> None:
    from server.errors import texts

    words = texts(locale)
    for finding in report.findings:
        typer.echo(f" {MARKS[finding.status.value]} {finding.text(locale)}")
    typer.echo(f"\n {words.word('doctor', 'open_heading')}")
    for o in report.openings:
        host, peer = (words.word("doctor", f"host_{name}") for name in (o.host, _party(o.peer)))
        way = words.word("doctor", f"way_{o.direction}", {"host": host, "peer": peer})
        where = f"{o.protocol} {o.ports}"
        typer.echo(f"   {way}  {where:<17} {o.text(locale)}")
    typer.echo(f"\n {words.word('doctor', 'summary_' + report.status.value)}")


def _party(peer: str) -> str:
    return peer if peer in ("server", "turn", "any") else "stun"
