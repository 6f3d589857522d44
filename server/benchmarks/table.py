"""The figures of a media benchmark as a table for people."""

from typing import Any

from rich.console import Console
from rich.table import Table

_ROWS = (
    ("streams", "streams"),
    ("cpu_s_per_stream_minute", "CPU s a stream-minute"),
    ("streams_per_core", "streams a core"),
    ("lost_to_viewers", "lost to viewers"),
    ("lost_in_recordings", "lost in recordings"),
    ("loop_lag_p50_ms", "loop lag p50, ms"),
    ("loop_lag_p99_ms", "loop lag p99, ms"),
    ("peak_resident_mb", "peak memory, MB"),
    ("mb_per_stream", "MB a stream"),
    ("grown_mb", "grown meanwhile, MB"),
    ("load_cores", "cores of the load"),
)


def print_figures(console: Console, result: dict[str, Any]) -> None:
    """One column for every system and codec, then the ratios."""
    columns = [
        (f"{system} {codec}", figures)
        for system in ("ours", "aiortc", "janus")
        for codec, figures in (result.get(system) or {}).items()
    ]
    table = Table(title=result["footage"])
    table.add_column("")
    for heading, _ in columns:
        table.add_column(heading, justify="right")
    for field, words in _ROWS:
        table.add_row(words, *(_shown(figures[field]) for _, figures in columns))
    console.print(table)
    for field in ("times_cheaper_than_aiortc", "cost_vs_janus"):
        console.print(f"{field}: {_shown(result[field])}")
    if result["janus_missing"] is not None:
        console.print(f"janus was not measured: {result['janus_missing']}", markup=False)
    if not result["one_core_each"]:
        console.print("one core only: the load shared it, the figures are too high")


def _shown(value: float | int | None) -> str:
    return "-" if value is None else str(value)
