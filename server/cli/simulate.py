"""``rollcall simulate ...``: real clients of the wire protocol, for measuring and for trust."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    no_args_is_help=True, help="Simulated phones and terminals against a real server."
)


@app.command("check-in")
def check_in(
    reference: Annotated[Path, typer.Option(help="A picture, or a video to take frames from.")],
    video: Annotated[str, typer.Option(help="The camera: a file, or portrait:PICTURE.")],
    liveness: Annotated[str, typer.Option(help="on or off")] = "on",
    data: Annotated[Path | None, typer.Option(help="Folder for the server's data.")] = None,
    server: Annotated[str | None, typer.Option(help="Use this server instead.")] = None,
    username: Annotated[str, typer.Option(envvar="ROLLCALL_USERNAME")] = "administrator",
    password: Annotated[str, typer.Option(envvar="ROLLCALL_PASSWORD")] = "",
    backend: Annotated[str, typer.Option(help="sface or dlib (temporary server)")] = "sface",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object at the end.")] = False,
) -> None:
    """Enrol REFERENCE, then run one whole check-in with VIDEO as the camera."""
    from server.simulate.check_in import CheckInRequest, simulate_check_in

    if liveness not in {"on", "off"}:
        raise typer.BadParameter("--liveness is on or off")
    request = CheckInRequest(
        reference, video, liveness == "on", data, server, username, password, backend
    )
    _say(_failures_as_json(simulate_check_in(request)), as_json)


@app.command("roll-call")
def roll_call(
    units: Annotated[int, typer.Option(help="Judicial offices.", min=1, max=200)] = 50,
    answer_rate: Annotated[
        float, typer.Option(help="Share of them that answer.", min=0.0, max=1.0)
    ] = 0.9,
    seed: Annotated[int, typer.Option(help="The same seed picks the same ones.")] = 1,
    data: Annotated[Path | None, typer.Option(help="Folder for the server's data.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object at the end.")] = False,
) -> None:
    """Terminals answer a roll-call; an automatic officer confirms what is proposed.

    Exit code 1: something was recorded otherwise than it was simulated.
    """
    from server.simulate.roll_call import RollCallRequest, simulate_roll_call

    request = RollCallRequest(units, answer_rate, seed, data)
    result = _failures_as_json(simulate_roll_call(request))
    _say(result, as_json)
    if result["mismatches"]:
        raise typer.Exit(1)


def _failures_as_json(work: Any) -> dict[str, Any]:
    from server.simulate.embedded import ServerDidNotStart
    from server.simulate.phone import PhoneFailure
    from server.simulate.scenario import NotEnrolled
    from server.simulate.staff import StaffFailure
    from server.simulate.terminals import TerminalRefused

    try:
        result: dict[str, Any] = asyncio.run(work)
    except NotEnrolled as error:
        return {"error": {"code": "not_enrolled", "pictures": error.pictures}}
    except (PhoneFailure, StaffFailure) as error:
        return {"error": {"code": error.code, "message": str(error)}}
    except TerminalRefused as error:
        return {"error": {"code": "terminal_refused", "message": str(error)}}
    except TimeoutError:
        return {"error": {"code": "timed_out", "message": "a terminal was not answered in time"}}
    except ServerDidNotStart as error:
        return {"error": {"code": "server_did_not_start", "message": str(error)}}
    except OSError as error:
        return {"error": {"code": "unreadable", "message": str(error)}}
    return result


def _say(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        print(json.dumps(result, ensure_ascii=False, indent=2))
    if "error" in result:
        sys.exit(2)
