"""``rollcall serve``: the server itself."""

from pathlib import Path
from typing import Annotated

import typer


def serve(
    data: Annotated[Path, typer.Option(envvar="ROLLCALL_DATA", help="Data folder.")] = Path("var"),
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 lets the system choose.")] = 8080,
    tls: Annotated[bool, typer.Option("--tls", help="HTTPS on this port.")] = False,
    lan_port: Annotated[
        int | None, typer.Option(help="A second listener: HTTPS on all addresses, for phones.")
    ] = None,
    json_ready: Annotated[
        bool, typer.Option("--json-ready", help="One JSON line on stdout when ready.")
    ] = False,
) -> None:
    """Serve pages, API and video; stop with Ctrl-C."""
    from media.private.versions import check_versions
    from roll_call.errors import RollCallError
    from server.errors import error_text

    try:
        check_versions()  # before anything is imported from libraries that may be others
        from server.serving import ServeOptions, run

        run(ServeOptions(data, host, port, tls, lan_port, json_ready))
    except RollCallError as error:
        typer.echo(error_text(error, "zh-CN"), err=True)
        typer.echo(error_text(error, "en"), err=True)
        raise typer.Exit(1) from error
    except OSError as error:
        typer.echo(f"cannot listen on {host}:{port}: {error.strerror}", err=True)
        raise typer.Exit(1) from error
