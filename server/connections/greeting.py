"""What a phone or terminal is told when it arrives."""

from dataclasses import dataclass
from datetime import datetime

from roll_call.call import RollCallState
from roll_call.people import Officer, Subject, SubjectKind, SupervisedPerson
from roll_call.ports.records import EntryListing
from roll_call.ports.store import Records
from server.instants import wire
from server.messages import OpenEntry, Welcome
from server.receipting import ReceiptDesk
from server.resume import Bearer
from server.services import Services
from server.turn import client_servers, transport_policy
from server.unannounced import unannounced

SERVED = frozenset({RollCallState.OPEN, RollCallState.SUSPENDED, RollCallState.CLOSING})


@dataclass(frozen=True, slots=True)
class Due:
    """What a subject has to do."""

    entries: list[OpenEntry]
    next_opens_at: datetime | None


def due_of(records: Records, subject: Subject, receipts: ReceiptDesk) -> Due:
    """The subject's open entries, the newest first, and when the next one opens."""
    listings = records.calls.open_entries(subject)
    coming = [
        x.opens_at
        for x in listings
        if x.roll_call_state is RollCallState.SCHEDULED and not _at_random(records, x)
    ]
    return Due(
        [
            _open_entry(x)
            for x in sorted(listings, key=lambda listing: listing.opens_at, reverse=True)
            if x.roll_call_state in SERVED and receipts.may_check_in(records, x.entry)
        ],
        min(coming, default=None),
    )


async def welcome_person(
    services: Services, person: SupervisedPerson, bearer: Bearer, role: str, resumed: bool
) -> Welcome:
    """For a phone or simulator."""
    subject = Subject(SubjectKind.PERSON, person.id)
    due, enrolled = await services.store.read(
        lambda r: (due_of(r, subject, services.receipts), r.faces.summaries(SubjectKind.PERSON))
    )
    office = person.office_ids[0]
    return Welcome(
        role="simulator" if role == "simulator" else "phone",
        name=person.name,
        center=services.directory.center,
        office=services.directory.name(office),
        office_phone=services.directory.phone(office),
        server_time=wire(services.clock.now()),
        resume_token=services.resume_tokens.issue(bearer),
        resumed=resumed,
        demonstration=person.demonstration or services.settings.server.demonstration,
        face_enrolled=person.id in enrolled,
        entries=due.entries,
        time_zone=services.settings.server.time_zone,
        next_opens_at=wire(due.next_opens_at),
        ice_servers=client_servers(services.settings.media, services.clock.now(), bearer.id),
        ice_transport_policy=transport_policy(services.settings.media),
    )


async def welcome_officer(services: Services, officer: Officer, role: str) -> Welcome:
    """For a console or an office terminal."""
    subject = Subject(SubjectKind.UNIT, officer.unit_id)
    due = Due([], None)
    if role == "terminal":
        due = await services.store.read(lambda r: due_of(r, subject, services.receipts))
    return Welcome(
        role="terminal" if role == "terminal" else "console",
        name=officer.name,
        center=services.directory.center,
        office=services.directory.name(officer.unit_id),
        office_phone=services.directory.phone(officer.unit_id),
        server_time=wire(services.clock.now()),
        resume_token=services.resume_tokens.issue(Bearer("officer", officer.id)),
        demonstration=services.settings.server.demonstration,
        entries=due.entries,
        time_zone=services.settings.server.time_zone,
        next_opens_at=wire(due.next_opens_at),
        ice_servers=client_servers(services.settings.media, services.clock.now(), officer.id),
        ice_transport_policy=transport_policy(services.settings.media),
    )


def _open_entry(listing: EntryListing) -> OpenEntry:
    return OpenEntry(
        entry_id=listing.entry.id,
        title=listing.roll_call_title,
        state=listing.entry.state.value,
        opens_at=wire(listing.opens_at),
        closes_at=wire(listing.closes_at),
    )


def _at_random(records: Records, listing: EntryListing) -> bool:
    """Whether moment or subjects were drawn: then it is told to nobody before it comes."""
    return bool(unannounced(records, [records.calls.roll_call(listing.entry.roll_call_id)]))
