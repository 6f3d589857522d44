"""The end of a round: the window closes, and whoever is not decided goes to an officer's review."""

from collections.abc import Mapping

from roll_call import call_events, entry_events, round_events
from roll_call.entry import Entry, EntryState
from roll_call.people import SubjectKind
from roll_call.reasons import Reason
from server.cascade import Cascade
from server.rounds.commands import step

FAULTS = frozenset({Reason.DEVICE_FAULT, Reason.TECHNICAL_FAILURE})


def finish(
    cascade: Cascade, roll_call_id: str, officer_id: str, told: Mapping[str, Reason]
) -> None:
    """End the window and the round. Idempotent.

    ``told``: what offices said of themselves, by entry: who reported a device's fault was not
    "unanswered". Persons who are being verified go on, for they came in time; an office's stay on
    the wall has no other end than this one.
    """
    step(cascade, roll_call_id, round_events.Finished(officer_id))
    if cascade.tx.calls.roll_call(roll_call_id).state.window_open:
        for entry in cascade.tx.calls.entries(roll_call_id):
            if entry.state is EntryState.CALLING and told.get(entry.id) in FAULTS:
                closed = entry_events.WindowClosed(outage=True)
                cascade.entry_event(entry.id, closed, {"told": told[entry.id].value})
        cascade.roll_call_event(roll_call_id, call_events.WindowClosed(officer_id))
        cascade.settle()
    for entry in cascade.tx.calls.entries(roll_call_id):
        if entry.subject.kind is SubjectKind.UNIT:
            _leave_to_review(cascade, entry, told.get(entry.id))


def _leave_to_review(cascade: Cascade, entry: Entry, told: Reason | None) -> None:
    faulty = told in FAULTS or bool(cascade.network_faults(entry.session_id))
    details = {"told": told.value} if told else None
    match entry.state:
        case EntryState.ARRIVED:
            cascade.entry_event(entry.id, entry_events.ArrivalExpired(faulty), details)
        case EntryState.IN_SESSION:
            cascade.entry_event(entry.id, entry_events.VerdictDeadline(faulty), details)
        case _:
            pass
