"""``rollcall face evaluate``: error rates of a backend on a folder of pictures."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from server.cli.refusal import refuse, refuse_error

if TYPE_CHECKING:
    from server.evaluation.report import Evaluation

BACKEND_HELP = (
    "sface, dlib (its package loads a 68-point model not licensed for commercial use), or the path "
    "of an ONNX model with its model card beside it"
)


def evaluate(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="One folder a person, pictures in each.")
    ],
    backend: Annotated[str, typer.Option(help=BACKEND_HELP)] = "sface",
    calibration: Annotated[
        Path | None, typer.Option(help="A calibration file instead of the model's own.")
    ] = None,
    enrol_frames: Annotated[
        int, typer.Option(help="Pictures enrolled of each person, the first by name.", min=1, max=8)
    ] = 1,
    groups: Annotated[
        Path | None, typer.Option(help="A CSV file with the columns person and group.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw DET curve and score histograms into this PNG file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object at the end.")] = False,
) -> None:
    """How often a backend takes one person for another, or does not know a person again."""
    from roll_call.errors import RollCallError

    try:
        evaluation = _evaluated(folder, backend, calibration, enrol_frames, groups, plot)
    except RollCallError as error:
        refuse_error(as_json, error)
    except (OSError, ValueError) as error:
        refuse(as_json, {"code": "unreadable", "message": str(error)})
    if as_json:
        typer.echo(json.dumps(evaluation.report, ensure_ascii=False))
    else:
        _show(evaluation.report)


def _evaluated(
    folder: Path,
    backend: str,
    calibration: Path | None,
    enrol_frames: int,
    groups: Path | None,
    plot: Path | None,
) -> "Evaluation":
    from media.faces.analysis import Analyser
    from server.evaluation.folder import find_persons, read_groups
    from server.evaluation.report import evaluate as evaluate_persons

    if plot is not None:
        _check_place(plot)
    persons = find_persons(folder)
    grouped = read_groups(groups, persons) if groups else {}
    analyser = Analyser(backend, calibration)
    try:
        with Progress(console=Console(stderr=True)) as progress:
            task = progress.add_task("pictures", total=sum(len(p.files) for p in persons))
            evaluation = evaluate_persons(
                analyser, persons, enrol_frames, grouped, lambda: progress.advance(task)
            )
        if plot is not None:
            from server.evaluation.plot import plot as draw

            draw(evaluation.trials, analyser.point, enrol_frames, plot)
        return evaluation
    finally:
        analyser.close()


def _check_place(plot: Path) -> None:
    """Before minutes of work whose figures would be lost. Raises OSError."""
    if not plot.parent.is_dir():
        raise FileNotFoundError(f"There is no folder {plot.parent} for the plot.")
    if plot.is_dir() or not os.access(plot if plot.exists() else plot.parent, os.W_OK):
        raise PermissionError(f"The plot cannot be written to {plot}.")


def _show(report: dict[str, Any]) -> None:
    """The figures that matter most, for people."""
    from server.evaluation.table import table

    Console().print(table(report))
    for what in ("unreadable", "faceless"):
        for name in report[what]:
            typer.echo(f"{what}: {name}", err=True)
