"""A round as consoles see it, put together of what was gathered and what is true at this moment."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from roll_call.entry import Entry, EntryState
from roll_call.people import SubjectKind
from roll_call.ports.records import EntryListing
from roll_call.ports.rounds import Course
from roll_call.proposal import Evidence, Face, propose
from roll_call.reasons import Reason
from roll_call.round import Turn
from roll_call.round_steps import RoundStep
from server import round_messages as m
from server.directory import Directory, entry_units
from server.duty.expected import ExpectedOfficer
from server.instants import wire
from server.rounds.evidence import Line, Present, evidence_of, line_of
from server.rounds.gathering import Gathered
from server.rounds.neighbours import TerminalWord

FAULTY = frozenset({Reason.DEVICE_FAULT, Reason.TECHNICAL_FAILURE})


@dataclass(frozen=True, slots=True)
class Frame:
    """What every entry's view needs besides its own."""

    gathered: Gathered
    present: Present
    directory: Directory
    now: datetime
    ring_s: float


def round_view(frame: Frame) -> m.RoundView:
    """All of it, entries in calling order."""
    kept, directory = frame.gathered.round, frame.directory
    listings = frame.gathered.listings
    return m.RoundView(
        roll_call_id=kept.id,
        state=frame.gathered.roll_call.state.value,
        version=kept.version,
        conductor=_officer(kept.conductor, directory),
        conductor_since=wire(kept.conductor_since),
        current=kept.current,
        current_since=wire(kept.current_since),
        paused_at=wire(kept.paused_at),
        order=[listing.entry.id for listing in listings],
        started_at=wire(kept.started_at),
        finished_at=wire(kept.finished_at),
        counts=counts_of([listing.entry for listing in listings]),
        seconds_per_unit=_mean_s(frame.gathered),
        entries=[_entry(frame, listing) for listing in listings],
    )


def units_of(gathered: Gathered) -> Mapping[str, frozenset[str]]:
    """Whose each entry is."""
    return {listing.entry.id: entry_units(listing) for listing in gathered.listings}


def part_of(view: m.RoundView, seen: Callable[[str], bool]) -> m.RoundView:
    """Only the entries that an officer may see, and counts of these alone."""
    entries = [entry for entry in view.entries if seen(entry.entry_id)]
    if len(entries) == len(view.entries):
        return view
    shown = {entry.entry_id for entry in entries}
    return view.model_copy(
        update={
            "entries": entries,
            "order": [entry_id for entry_id in view.order if entry_id in shown],
            "current": view.current if view.current in shown else None,
            "counts": _counted((EntryState(e.state), _reason(e.reason)) for e in entries),
        }
    )


def counts_of(entries: list[Entry]) -> m.RoundCounts:
    """应到 and what became of them; a device's fault is counted apart."""
    return _counted((entry.state, entry.reason) for entry in entries)


def _counted(found: Iterable[tuple[EntryState, Reason | None]]) -> m.RoundCounts:
    states = [one for one in found if one[0] is not EntryState.VOID]
    by = {state: sum(1 for s, _ in states if s is state) for state in EntryState}
    faults = sum(1 for s, why in states if s is EntryState.EXCUSED and why in FAULTY)
    settled = sum(1 for s, _ in states if s.final)
    review = by[EntryState.REVIEW]
    return m.RoundCounts(
        total=len(states),
        settled=settled,
        present=by[EntryState.PRESENT],
        excused=by[EntryState.EXCUSED] - faults,
        device_fault=faults,
        absent=by[EntryState.ABSENT],
        review=review,
        open=len(states) - settled - review,
    )


def _reason(text: str | None) -> Reason | None:
    return Reason(text) if text else None


def _mean_s(gathered: Gathered) -> float | None:
    """Mean seconds of those that were called and are settled."""
    turns = [gathered.round.turn(x.entry.id) for x in gathered.listings if x.entry.state.final]
    taken = [turn.seconds for turn in turns if turn.called]
    return round(sum(taken) / len(taken), 1) if taken else None


def _entry(frame: Frame, listing: EntryListing) -> m.RoundEntry:
    gathered, entry, present = frame.gathered, listing.entry, frame.present
    course = gathered.courses.get(entry.id, Course())
    turn, steps = gathered.round.turn(entry.id), gathered.steps.get(entry.id, ())
    line = line_of(listing, course, present)
    is_unit = entry.subject.kind is SubjectKind.UNIT
    word = present.terminal(entry.subject.id) if is_unit else TerminalWord()
    expected = gathered.expected_by_unit.get(entry.subject.id, ())
    recognised = _recognised(frame, entry.id, expected)
    face = Face.RECOGNISED if recognised else present.face(line.session_id)
    known = recognised.expected if recognised and expected else None
    ring = (frame.now, frame.ring_s)
    evidence = evidence_of(listing, line, course, turn, steps, word, face, known, ring)
    quality = present.quality(line.session_id) if line.session_id else None
    return m.RoundEntry(
        entry_id=entry.id,
        subject_kind=entry.subject.kind.value,
        subject_id=entry.subject.id,
        name=listing.subject_name,
        office=", ".join(frame.directory.name(unit) for unit in sorted(entry_units(listing))),
        phone=listing.phone,
        state=entry.state.value,
        reason=entry.reason.value if entry.reason else None,
        **_course(entry, course, line),
        grade=quality.grade if quality else None,
        expected=[_expected(one) for one in expected],
        face=face.value,
        recognised=recognised,
        self_test=_self_test(word),
        exception=_exception(word),
        figures=_figures(gathered, entry),
        tried=[_tried(step, frame.directory) for step in steps],
        retry=turn.retries,
        seconds=_seconds(turn),
        proposal=_proposal(evidence),
    )


def _course(entry: Entry, course: Course, line: Line) -> dict[str, object]:
    answered, rang = entry.arrived_at, course.rang_at
    answer_s = (answered - rang).total_seconds() if answered and rang else None
    return {
        "connection": line.connection.value,
        "rang_at": wire(rang),
        "answered_at": wire(answered),
        "answer_s": None if answer_s is None else round(max(0.0, answer_s), 2),
        "live_since": wire(line.live_since),
        "session_id": line.session_id,
    }


def _recognised(
    frame: Frame, entry_id: str, expected: tuple[ExpectedOfficer, ...]
) -> m.RoundRecognised | None:
    sighting = frame.gathered.sightings.get(entry_id)
    if sighting is None:
        return None
    officer = frame.gathered.officers[sighting.officer_id]
    return m.RoundRecognised(
        officer_id=officer.id,
        name=officer.name,
        post=officer.post,
        expected=any(one.officer_id == officer.id for one in expected),
        at=wire(sighting.at),
    )


def _expected(one: ExpectedOfficer) -> m.RoundExpected:
    return m.RoundExpected(
        officer_id=one.officer_id,
        name=one.name,
        post=one.post,
        phone=one.phone,
        leader=one.leader,
    )


def _figures(gathered: Gathered, entry: Entry) -> m.Figures:
    """``none`` where the center asks for none, or the subject hands none in."""
    found = gathered.figures_by_unit.get(entry.subject.id)
    return found.value if found is not None else "none"


def _self_test(word: TerminalWord) -> m.RoundSelfTest | None:
    tested = word.self_test
    if tested is None:
        return None
    return m.RoundSelfTest(ok=not tested.faults, faults=list(tested.faults), at=wire(tested.at))


def _exception(word: TerminalWord) -> m.RoundException | None:
    told = word.exception
    if told is None:
        return None
    return m.RoundException(reason=told.code, note=told.note, at=wire(told.at))


def _tried(step: RoundStep, directory: Directory) -> m.RoundTried:
    return m.RoundTried(
        at=wire(step.at),
        step=step.step.value,
        officer=directory.officer_name(step.officer_id) or "",
        number=step.number,
        outcome=step.outcome.value if step.outcome else None,
        note=step.note,
    )


def _seconds(turn: Turn) -> float | None:
    """Of the turns that are over; the present one's timer is ``current_since``."""
    return round(turn.seconds, 1) if turn.called else None


def _proposal(evidence: Evidence) -> m.RoundProposal | None:
    found = propose(evidence)
    if found is None:
        return None
    return m.RoundProposal(
        outcome=found.outcome.value,
        reason=found.reason.value if found.reason else None,
        because=[why.value for why in found.because],
    )


def _officer(officer_id: str | None, directory: Directory) -> m.RoundOfficer | None:
    if officer_id is None:
        return None
    return m.RoundOfficer(id=officer_id, name=directory.officer_name(officer_id) or "")
