"""The ``rollcall`` command: one file a command group; heavy imports wait inside the commands."""

import typer

from server.cli.audit import app as audit
from server.cli.bench import app as bench
from server.cli.demo import app as demo
from server.cli.doctor import app as doctor
from server.cli.face import app as face
from server.cli.liveness import app as liveness
from server.cli.models import app as models
from server.cli.openapi import openapi
from server.cli.serve import serve
from server.cli.simulate import app as simulate
from server.cli.tls import app as tls

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
    help="Roll Call 点名: duty roll-call and remote check-in by video.",
)

app.command("serve")(serve)
app.command("openapi")(openapi)
app.add_typer(demo, name="demo")
app.add_typer(models, name="models")
app.add_typer(face, name="face")
app.add_typer(liveness, name="liveness")
app.add_typer(simulate, name="simulate")
app.add_typer(tls, name="tls")
app.add_typer(audit, name="audit")
app.add_typer(bench, name="bench")
app.add_typer(doctor, name="doctor")


def main() -> None:
    """The entry point."""
    app()
