"""``rollcall liveness ...``: how well live persons are told from attacks, measured offline."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from server.liveness.evaluation import Evaluation
    from server.liveness.suite import Result

app = typer.Typer(no_args_is_help=True, help="Liveness against attacks.")

UNUSABLE = 2
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object at the end.")]
Backend = Annotated[str, typer.Option(help="sface, dlib, or the path of an ONNX file")]


@app.command("evaluate")
def evaluate(
    folder: Annotated[Path, typer.Argument(help="live/*.webm, attack/<species>/*.webm, sidecars.")],
    backend: Backend = "sface",
    as_json: AsJson = False,
) -> None:
    """APCER and BPCER (ISO/IEC 30107-3) of the liveness rules on a folder of videos.

    Exit code 2: no video there, none of them usable, or the models cannot be used.
    """
    from media.faces.analysis import Analyser
    from roll_call.errors import RollCallError
    from server.liveness.evaluation import NothingToEvaluate
    from server.liveness.evaluation import evaluate as evaluate_folder

    try:
        analyser = Analyser(backend)
    except RollCallError as error:
        _refuse(as_json, error.code, _text(error))
    try:
        result = evaluate_folder(folder, analyser, _progress)
    except NothingToEvaluate as error:
        _refuse(as_json, "nothing_to_evaluate", str(error))
    finally:
        analyser.close()
    print(json.dumps(result.as_json(), ensure_ascii=False) if as_json else _table(result))
    if not result.screenings:
        raise typer.Exit(UNUSABLE)


@app.command("perform")
def perform(
    out: Annotated[Path, typer.Argument(help="Folder for the videos; made where it is missing.")],
    per_species: Annotated[int, typer.Option(min=1, help="Videos of each species.")] = 10,
    species: Annotated[str, typer.Option(help="Only these, with commas between.")] = "",
    seed: Annotated[int, typer.Option(help="The same seed makes the same videos.")] = 1,
) -> None:
    """Make videos of live actors and of attacks, with sidecars, for `evaluate`."""
    from roll_call.errors import RollCallError
    from server.liveness.footage import make_data_set

    try:
        made = make_data_set(out, per_species, _chosen(species), seed, _name_file)
    except RollCallError as error:
        _refuse(False, error.code, _text(error))
    except OSError as error:
        _refuse(False, "unwritable", str(error))
    print(f"{made} videos in {out}")


@app.command("suite")
def suite(
    per_species: Annotated[int, typer.Option(min=1, help="Sessions of each species.")] = 150,
    species: Annotated[str, typer.Option(help="Only these, with commas between.")] = "",
    workers: Annotated[int, typer.Option(min=1, help="Processes side by side.")] = 1,
    partial: Annotated[
        Path | None, typer.Option(help="Keep results in this file; go on where it ends.")
    ] = None,
    backend: Backend = "sface",
    as_json: AsJson = False,
) -> None:
    """Play whole sessions of every species against the real examination, with a fake clock.

    Exit code 1: an attack that a browser can tell was verified.
    """
    from roll_call.errors import RollCallError
    from server.liveness.suite import run
    from server.liveness.suite_report import as_table, broken, report
    from server.liveness.suite_store import Partial

    store = Partial(partial)
    chosen = _chosen(species)
    total = per_species * (len(chosen) + 1)

    def told(result: "Result") -> None:
        store.add(result)
        _progress(len(store.results), total)

    try:
        results = run(
            per_species,
            chosen,
            workers=workers,
            backend=backend,
            known=store.results,
            on_result=told,
        )
    except RollCallError as error:
        _refuse(as_json, error.code, _text(error))
    said = report(results)
    print(json.dumps(said, ensure_ascii=False) if as_json else as_table(said))
    if broken(results):
        raise typer.Exit(1)


def _chosen(species: str) -> tuple[str, ...]:
    from server.simulate.attacks.species import SPECIES

    if not species:
        return tuple(SPECIES)
    chosen = tuple(name.strip() for name in species.split(","))
    unknown = [name for name in chosen if name not in SPECIES]
    if unknown:
        raise typer.BadParameter(f"unknown: {', '.join(unknown)}; there are {', '.join(SPECIES)}")
    return chosen


def _table(result: "Evaluation") -> str:
    from server.liveness.figures import percent

    rows = [
        (f"APCER {name}", percent(rate), f"{rate.errors} of {rate.trials} passed")
        for name, rate in result.apcer.items()
    ]
    live = result.bpcer
    rows.append(("BPCER", percent(live), f"{live.errors} of {live.trials} rejected"))
    lines = [f"{name:28} {rate:24} {count}" for name, rate, count in rows]
    lines += [f"unusable: {bad.file}: {bad.why}" for bad in result.unusable]
    return "\n".join(lines)


def _progress(done: int, total: int) -> None:
    end = "\n" if done == total else "\r"
    print(f"{done} of {total}", end=end, file=sys.stderr, flush=True)


def _name_file(path: Path) -> None:
    print(path, file=sys.stderr)


def _text(error: Any) -> str:
    from server.errors import error_text

    return error_text(error, "en")


def _refuse(as_json: bool, code: str, message: str) -> NoReturn:
    print(message, file=sys.stderr)
    if as_json:
        error = {"code": code, "message": message}
        print(json.dumps({"error": error}, ensure_ascii=False))
    raise typer.Exit(UNUSABLE)
