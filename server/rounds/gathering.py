"""What the store knows of a round and its entries, read from one snapshot."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from roll_call.call import RollCall
from roll_call.daily_figures import FiguresStatus
from roll_call.people import Officer, SubjectKind
from roll_call.ports.records import EntryListing
from roll_call.ports.rounds import Course, Sighting
from roll_call.ports.store import Records
from roll_call.round import Round
from roll_call.round_steps import RoundStep
from server.duty.expected import ExpectedOfficer, expected_officers
from server.rounds.commands import round_of


@dataclass(frozen=True, slots=True)
class Gathered:
    """``listings`` stand in calling order; everything else is by entry, or by unit where it says
    so."""

    roll_call: RollCall
    round: Round
    listings: tuple[EntryListing, ...]
    courses: Mapping[str, Course]
    steps: Mapping[str, tuple[RoundStep, ...]]
    sightings: Mapping[str, Sighting]
    expected_by_unit: Mapping[str, tuple[ExpectedOfficer, ...]]
    figures_by_unit: Mapping[str, FiguresStatus]
    officers: Mapping[str, Officer]


def gather(records: Records, roll_call_id: str, now: datetime, zone: ZoneInfo) -> Gathered:
    """Read it all. Raises NotFound."""
    roll_call = records.calls.roll_call(roll_call_id)
    kept = round_of(records, roll_call_id)
    listings = {x.entry.id: x for x in records.calls.listings(roll_call_id)}
    steps = defaultdict(list)
    for one in records.rounds.steps_of(roll_call_id):
        steps[one.entry_id].append(one)
    sightings = {one.entry_id: one for one in records.rounds.sightings_of(roll_call_id)}
    units = [
        x.entry.subject.id for x in listings.values() if x.entry.subject.kind is SubjectKind.UNIT
    ]
    return Gathered(
        roll_call=roll_call,
        round=kept,
        listings=tuple(listings[entry_id] for entry_id in kept.order if entry_id in listings),
        courses=records.rounds.courses(roll_call_id),
        steps={entry_id: tuple(found) for entry_id, found in steps.items()},
        sightings=sightings,
        expected_by_unit=expected_officers(records, units, now) if units else {},
        figures_by_unit=records.figures.status(now.astimezone(zone).date()) if units else {},
        officers=_officers(records, sightings),
    )


def _officers(records: Records, sightings: Mapping[str, Sighting]) -> dict[str, Officer]:
    """Those who were recognised."""
    seen = {one.officer_id for one in sightings.values()}
    return {officer_id: records.people.officer(officer_id) for officer_id in seen}
