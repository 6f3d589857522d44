"""Domain figures as the wire shows them."""

from collections.abc import Mapping

from roll_call.reasons import Reason
from roll_call.report import Completion, Standing, Tally
from roll_call.statistics import Summary
from server.api.report_schemas import CompletionView, TallyView
from server.instants import wire


def tally_view(
    tally: Tally,
    median_answer_s: float | None = None,
    reasons: Mapping[tuple[Standing, Reason], int] | None = None,
) -> TallyView:
    """Counts with their rate."""
    return TallyView(
        expected=tally.expected,
        **{column.value: tally[column] for column in Standing},
        response_rate=tally.response_rate,
        median_answer_s=median_answer_s,
        reasons={f"{c.value}.{r.value}": n for (c, r), n in sorted((reasons or {}).items())},
    )


def summary_view(summary: Summary) -> TallyView:
    """A group's figures."""
    return tally_view(summary.tally, summary.median_answer_s, summary.reasons)


def completion_view(
    done: Completion, reasons: Mapping[tuple[Standing, Reason], int] | None = None
) -> CompletionView:
    """A roll-call's figures."""
    return CompletionView(
        tally=tally_view(done.tally, done.median_answer_s, reasons),
        started_at=wire(done.started_at),
        ended_at=wire(done.ended_at),
        took_s=done.took_s,
        seconds_per_unit=done.seconds_per_unit,
    )
