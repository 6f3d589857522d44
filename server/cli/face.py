"""``rollcall face ...``: the face models by hand, without a server."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.cli.face_evaluate import BACKEND_HELP, evaluate
from server.cli.face_migration import migrate
from server.cli.refusal import refuse, refuse_error

if TYPE_CHECKING:
    from roll_call.ports.faces import Comparison

app = typer.Typer(no_args_is_help=True, help="Faces in pictures.")
app.command("evaluate")(evaluate)

UNUSABLE = 2

app.command("migrate")(migrate)


@app.command("compare")
def compare(
    a: Annotated[Path, typer.Argument(help="A JPEG or PNG picture of one face.")],
    b: Annotated[Path, typer.Argument(help="Another one.")],
    backend: Annotated[str, typer.Option(help=BACKEND_HELP)] = "sface",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object at the end.")] = False,
) -> None:
    """Compare two pictures. Exit code 0: compared, 2: not exactly one usable face in each."""
    from roll_call.errors import RollCallError

    try:
        result = _compared(a, b, backend)
    except OSError as error:
        refuse(as_json, {"code": "unreadable", "message": str(error)})
    except RollCallError as error:
        refuse_error(as_json, error)
    if result.similarity is None:
        refuse(as_json, _unusable(result))
    verdict = _verdict(result)
    typer.echo(json.dumps(verdict, ensure_ascii=False, indent=None if as_json else 2))


def _compared(a: Path, b: Path, backend: str) -> "Comparison":
    from media.faces.analysis import Analyser
    from media.faces.stills import compare as compare_stills

    first, second = a.read_bytes(), b.read_bytes()
    analyser = Analyser(backend)
    try:
        steps = compare_stills(analyser, first, second)
        while True:
            try:
                next(steps)
            except StopIteration as done:
                result: Comparison = done.value
                return result
    finally:
        analyser.close()


def _verdict(result: "Comparison") -> dict[str, Any]:
    similarity = result.similarity or 0.0
    return {
        "similarity": round(similarity, 4),
        "threshold": result.threshold,
        "match": similarity >= result.threshold,
        "model": result.model,
        "faces": list(result.faces),
        "quality": [asdict(report) for report in result.reports],
    }


def _unusable(result: "Comparison") -> dict[str, Any]:
    from server.errors import texts

    problems = [report.problem for report in result.reports]
    said = [texts("en").word("face_problems", problem) if problem else "" for problem in problems]
    return {
        "code": "face_unusable",
        "message": " ".join(f"Picture {n}: {text}" for n, text in enumerate(said, 1) if text),
        "problems": [problem and problem.value for problem in problems],
        "faces": list(result.faces),
        "model": result.model,
    }
