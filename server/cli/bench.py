"""``rollcall bench ...``: figures with their conditions; never a pass or a fail."""

import asyncio
import json
import signal
from collections.abc import Coroutine
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

app = typer.Typer(no_args_is_help=True, help="Benchmarks.")


class SystemName(StrEnum):
    """What ``bench media`` can measure."""

    OURS = "ours"
    AIORTC = "aiortc"
    JANUS = "janus"


class CodecName(StrEnum):
    """What its publishers can send."""

    VP8 = "VP8"
    H264 = "H264"


AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on the last line.")]


@app.callback()
def bench() -> None:
    """Figures measured on this machine, with their conditions."""


@app.command("check-in")
def check_in(
    phones: Annotated[int, typer.Option(help="Phones at once.", min=1, max=16)] = 6,
    as_json: AsJson = False,
) -> None:
    """Phones at once with cooperative actors, one console watching; phones share the machine."""
    from server.benchmarks.check_in import bench_check_in

    _print(_run(bench_check_in(phones)), as_json)


@app.command("notify")
def notify(
    persons: Annotated[
        int, typer.Option(help="Persons called; one in ten without a page.", min=2, max=2000)
    ] = 300,
    as_json: AsJson = False,
) -> None:
    """An instant roll-call: when pages and a webhook are told, and whether a reply is lost."""
    from server.benchmarks.notify import bench_notify

    _print(_run(bench_notify(persons)), as_json)


@app.command("face")
def face(
    check_ins: Annotated[
        int, typer.Option(help="Check-ins played with each backend.", min=1, max=100)
    ] = 4,
    backend: Annotated[
        list[str] | None,
        typer.Option(help="sface, or the path of an ONNX model; dlib is measured beside it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Vision work of a check-in: ms a stage and CPU-s in all, each backend beside the baseline."""
    from roll_call.errors import RollCallError
    from server.benchmarks.face import bench_face
    from server.cli.refusal import refuse_error

    try:
        result = bench_face(backend or ["sface"], check_ins)
    except RollCallError as error:
        refuse_error(as_json, error)
    _print(result, as_json)


@app.command("media")
def media(
    streams: Annotated[int, typer.Option(help="Publishers, each watched once.", min=1)] = 48,
    seconds: Annotated[float, typer.Option(help="How long each is measured.", min=1)] = 12.0,
    with_janus: Annotated[
        bool, typer.Option("--with-janus", help="Janus' videoroom too, where it is installed.")
    ] = False,
    only: Annotated[
        list[SystemName] | None, typer.Option(help="May be given several times.")
    ] = None,
    codec: Annotated[
        list[CodecName] | None,
        typer.Option(help="Both unless one is named.", case_sensitive=False),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            help="Where recordings are written meanwhile.",
            exists=True,
            file_okay=False,
            writable=True,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """CPU a stream recorded and forwarded: our engine, aiortc's own tools, Janus' videoroom."""
    from server.benchmarks.media import CODECS, Load, bench_media, known_systems
    from server.benchmarks.systems import SystemFailed
    from server.benchmarks.table import print_figures

    console = Console(stderr=True)
    load = Load(
        systems=known_systems(only or (), with_janus=with_janus),
        codecs=tuple(codec) if codec else CODECS,
        streams=streams,
        seconds=seconds,
        folder=folder,
    )
    try:
        with console.status("starting") as status:
            result = _run(bench_media(load, status.update))
    except SystemFailed as error:
        console.print(str(error), markup=False)
        raise typer.Exit(1) from None
    print_figures(console, result)
    _print(result, as_json)


@app.command("wall")
def wall(
    tiles: Annotated[int, typer.Option(help="Live pictures on one page.", min=1, max=50)] = 50,
    seconds: Annotated[float, typer.Option(help="How long frames are counted.", min=1)] = 20.0,
    as_json: AsJson = False,
) -> None:
    """A real Chromium shows the console's wall: frames a second of each tile, CPU of each side."""
    from server.benchmarks.wall import NoBrowser, bench_wall

    console = Console(stderr=True)
    try:
        with console.status("starting") as status:
            result = _run(bench_wall(tiles, seconds, status.update))
    except NoBrowser:
        console.print("no Chromium found; $CHROMIUM may name one")
        raise typer.Exit(1) from None
    _print(result, as_json)


@app.command("joins")
def joins(
    phones: Annotated[int, typer.Option(help="Phones that offer at once.", min=1)] = 200,
    processes: Annotated[int, typer.Option(help="Media processes; 0: one a core.", min=0)] = 0,
    as_json: AsJson = False,
) -> None:
    """Many phones join in the same moment: who waits how long, and whether a loop stands still."""
    from server.benchmarks.joins import bench_joins

    _print(_run(bench_joins(phones, processes)), as_json)


def _run(work: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """Run a benchmark; SIGTERM ends it as Ctrl-C does: no process and no folder is left behind."""

    async def until_told() -> dict[str, Any]:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await work

    try:
        return asyncio.run(until_told())
    except asyncio.CancelledError:
        raise typer.Exit(128 + signal.SIGTERM) from None


def _print(result: dict[str, Any], as_json: bool) -> None:
    print(json.dumps(result, ensure_ascii=False, indent=None if as_json else 2))
