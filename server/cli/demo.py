"""``rollcall demo``: everything with demonstration data; what ``make run`` starts."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(invoke_without_command=True, help="The embedded server with a living county.")


@app.callback()
def demo(
    data: Annotated[Path, typer.Option(envvar="ROLLCALL_DATA")] = Path("var"),
    port: Annotated[int, typer.Option(help="HTTP on this machine only.")] = 8080,
    lan_port: Annotated[int, typer.Option(help="HTTPS for phones; 0 leaves it out.")] = 8443,
    phones: Annotated[int, typer.Option(help="Simulated phones at once.", min=0, max=8)] = 3,
) -> None:
    """Serve a county with simulated phones; run it again and it goes on where it stood."""
    from server.simulate.demo import DemoOptions
    from server.simulate.demo import demo as run
    from server.simulate.embedded import ServerDidNotStart

    try:
        run(DemoOptions(data, port, lan_port, phones))
    except ServerDidNotStart as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        typer.echo("\nstopped; the data stays in " + str(data))
