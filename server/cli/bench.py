"""``rollcall bench ...``: figures with their conditions; never a pass or a fail."""

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

app = typer.Typer(no_args_is_help=True, help="Benchmarks.")

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

    _print(asyncio.run(bench_check_in(phones)), as_json)


@app.command("media")
def media(
    streams: Annotated[int, typer.Option(help="Publishers, each watched once.", min=1)] = 16,
    seconds: Annotated[float, typer.Option(help="How long each is measured.", min=1)] = 12.0,
    with_janus: Annotated[
        bool, typer.Option("--with-janus", help="Janus' videoroom too, where it is installed.")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option(help="ours, aiortc or janus; may be given several times.")
    ] = None,
    codec: Annotated[
        list[str] | None, typer.Option(help="VP8 or H264; both unless one is named.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option(help="Where recordings are written meanwhile.", exists=True)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """CPU a stream recorded and forwarded: our engine, aiortc's own tools, Janus' videoroom."""
    from server.benchmarks.media import CODECS, Load, bench_media, known_systems
    from server.benchmarks.table import print_figures

    console = Console(stderr=True)
    load = Load(
        systems=known_systems(only or (), with_janus=with_janus),
        codecs=tuple(name.upper() for name in codec or CODECS),
        streams=streams,
        seconds=seconds,
        folder=folder,
    )
    with console.status("starting") as status:
        result = asyncio.run(bench_media(load, status.update))
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
            result = asyncio.run(bench_wall(tiles, seconds, status.update))
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

    _print(asyncio.run(bench_joins(phones, processes)), as_json)


def _print(result: dict[str, Any], as_json: bool) -> None:
    print(json.dumps(result, ensure_ascii=False, indent=None if as_json else 2))
