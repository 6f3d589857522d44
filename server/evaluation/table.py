"""The report as a table for people."""

from typing import Any

from rich.table import Table


def table(report: dict[str, Any]) -> Table:
    """One row a figure, with its interval."""
    shown = Table(title=f"{report['model']} {report['model_version']}")
    for heading in ("", "figure", "95 %"):
        shown.add_column(heading, justify="left" if not heading else "right")
    pictures = f"{report['pictures']} of {report['persons']} persons"
    shown.add_row("pictures", pictures, "")
    for words, key in (
        ("no face found", "failure_to_acquire"),
        ("not enrolled", "failure_to_enrol"),
    ):
        failure = report[key]
        shown.add_row(words, f"{failure['failed']} of {failure['of']}", _span(failure["interval"]))
    shown.add_row("genuine pairs", str(report["genuine_pairs"]), "")
    shown.add_row("impostor pairs", str(report["impostor_pairs"]), "")
    shown.add_row("equal error rate", _percent(report["eer"]), _span(report["eer_interval"]))
    for level, value in report["tar_at_far"].items():
        span = _span(report["tar_at_far_interval"][level])
        shown.add_row(f"accepted at FAR {level}", _percent(value), span)
    _add_point(
        shown,
        f"at {report['threshold']:g}",
        report["far_at_threshold"],
        report["far_at_threshold_interval"],
        report["frr_at_threshold"],
        report["frr_at_threshold_interval"],
    )
    for other in report["other_thresholds"]:
        name = f"at {other['threshold']:g} ({other['name']})"
        spans = other["far_interval"], other["frr_interval"]
        _add_point(shown, name, other["far"], spans[0], other["frr"], spans[1])
    for group, figures in report["groups"].items():
        if "eer" in figures:
            span = _span(figures["far_at_threshold_interval"])
            shown.add_row(f"{group}: FAR", _percent(figures["far_at_threshold"]), span)
            span = _span(figures["frr_at_threshold_interval"])
            shown.add_row(f"{group}: FRR", _percent(figures["frr_at_threshold"]), span)
    shown.add_row("ms a face", str(report["ms_per_face"]), "")
    return shown


def _add_point(
    shown: Table, name: str, far: float, far_span: list[float], frr: float, frr_span: list[float]
) -> None:
    shown.add_row(f"FAR {name}", _percent(far), _span(far_span))
    shown.add_row(f"FRR {name}", _percent(frr), _span(frr_span))


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _span(interval: list[float]) -> str:
    return f"{_percent(interval[0])} .. {_percent(interval[1])}"
