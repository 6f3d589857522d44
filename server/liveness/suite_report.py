"""What the attack suite has shown: verified sessions by species, and the false rejections."""

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any

from server.liveness.figures import Rate
from server.liveness.suite import COOPERATIVE, Result
from server.simulate.attacks.species import ALL, EXCLUDED, REPORTED_APART

APART = (
    "Reported apart: a browser cannot tell an injected camera that reads the prompts, nor a live "
    "person shown on a screen."
)


def report(results: Iterable[Result]) -> dict[str, Any]:
    """The command's JSON."""
    results = list(results)
    return {
        "cooperative": _cooperative(_of(results, COOPERATIVE)),
        "attacks": {name: _attacks(_of(results, name)) for name in _present(results, EXCLUDED)},
        "reported_apart": {
            name: _attacks(_of(results, name)) for name in _present(results, REPORTED_APART)
        },
        "interval": "Clopper-Pearson, 95 %",
    }


def broken(results: Iterable[Result]) -> list[Result]:
    """Attacks that should have been told and were verified."""
    return [result for result in results if result.species in EXCLUDED and result.verified]


def as_table(said: dict[str, Any]) -> str:
    """The report for people."""
    live = said["cooperative"]
    lines = [
        f"{'species':22}{'sessions':>9}{'verified':>9}   states",
        _row("(right person)", live),
    ]
    for group in ("attacks", "reported_apart"):
        if group == "reported_apart" and said[group]:
            lines += ["", APART]
        lines += [_row(name, row) for name, row in said[group].items()]
    rate = live["false_rejection"]
    if rate["rate"] is not None:
        low, high = rate["interval"]
        lines += ["", f"false rejection {rate['rate']:.1%} (95 %: {low:.1%} to {high:.1%})"]
    return "\n".join(lines)


def _row(name: str, row: dict[str, Any]) -> str:
    states = ", ".join(f"{state} {count}" for state, count in sorted(row["states"].items()))
    return f"{name:22}{row['sessions']:>9}{row['verified']:>9}   {states}"


def _cooperative(results: Sequence[Result]) -> dict[str, Any]:
    rejected = Rate(sum(not result.verified for result in results), len(results))
    return _common(results) | {"false_rejection": rejected.as_json("rejected", "presentations")}


def _attacks(results: Sequence[Result]) -> dict[str, Any]:
    """APCER over the sessions in which the attack was to be seen."""
    presented = [result for result in results if result.presented]
    rate = Rate(sum(result.verified for result in presented), len(presented))
    return _common(results) | {"apcer": rate.as_json("passed", "attacks")}


def _common(results: Sequence[Result]) -> dict[str, Any]:
    return {
        "sessions": len(results),
        "verified": sum(result.verified for result in results),
        "not_presented": sum(not result.presented for result in results),
        "states": dict(Counter(result.state for result in results)),
        "assurance": dict(Counter(result.assurance for result in results if result.assurance)),
        "tries_failed": dict(Counter(why for result in results for why in result.tries_failed)),
        "median_session_s": median([r.session_s for r in results]) if results else None,
    }


def _of(results: Iterable[Result], species: str) -> list[Result]:
    return [result for result in results if result.species == species]


def _present(results: Iterable[Result], names: Iterable[str]) -> list[str]:
    played = {result.species for result in results}
    return [species.name for species in ALL if species.name in played and species.name in names]
