"""Domain values as the API shows them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from roll_call.call import RollCall
from roll_call.call_origin import CallOrigin
from roll_call.drift import ReminderCode
from roll_call.entry import EntryState
from roll_call.people import Officer, SupervisedPerson, Unit
from roll_call.ports.records import (
    ConnectionRecord,
    EnrolmentSummary,
    EntryListing,
    RecordingRecord,
    VerificationRecord,
)
from roll_call.text_notice import InstantReply
from server import verdict_reasons
from server.api.schemas import (
    ConnectionView,
    EntryView,
    GapView,
    OfficerView,
    PersonView,
    RecordingView,
    ReplyView,
    RollCallView,
    UnitView,
    VerdictView,
)
from server.directory import Directory, entry_units
from server.instants import wire


def unit_view(unit: Unit) -> UnitView:
    """A unit."""
    return UnitView(
        id=unit.id,
        name=unit.name,
        kind=unit.kind.value,
        parent_id=unit.parent_id,
        phone=unit.phone,
    )


def officer_view(officer: Officer, directory: Directory, enrolled: bool = False) -> OfficerView:
    """An officer, never with anything of the password."""
    return OfficerView(
        id=officer.id,
        name=officer.name,
        username=officer.username,
        role=officer.role.value,
        post=officer.post,
        phone=officer.phone,
        unit_id=officer.unit_id,
        unit=directory.name(officer.unit_id),
        active=officer.active,
        enrolled=enrolled,
    )


def person_view(
    person: SupervisedPerson,
    directory: Directory,
    summary: EnrolmentSummary | None,
    bound: Collection[str],
    reminders: Sequence[ReminderCode] = (),
) -> PersonView:
    """A supervised person as the register shows them."""
    return PersonView(
        id=person.id,
        name=person.name,
        dossier_number=person.dossier_number,
        office_ids=list(person.office_ids),
        offices=[directory.name(office) for office in person.office_ids],
        supervision_class=person.supervision_class.value,
        phone=person.phone,
        locale=person.locale,
        minor=person.minor,
        exempt_prompts=sorted(person.exempt_prompts),
        enrolled=summary is not None,
        template_frames=summary.frames if summary else 0,
        enrolled_at=wire(summary.enrolled_at) if summary else None,
        reminder=reminders[0].value if reminders else None,
        device_bound=person.id in bound,
        demonstration=person.demonstration,
    )


def roll_call_view(
    roll_call: RollCall,
    counts: Mapping[EntryState, int],
    directory: Directory,
    secret: CallOrigin | None = None,
    *,
    calls_units: bool,
) -> RollCallView:
    """A roll-call with the counts that the reader may see; ``secret``: see server.unannounced."""
    opens_at, closes_at = roll_call.opens_at, roll_call.closes_at
    if secret is not None:
        opens_at, closes_at = secret.band_from or opens_at, secret.band_until or closes_at
    by_state = {state.value: counts.get(state, 0) for state in EntryState}
    return RollCallView(
        id=roll_call.id,
        title=roll_call.title,
        state=roll_call.state.value,
        opens_at=wire(opens_at),
        closes_at=wire(closes_at),
        plan_id=roll_call.plan_id,
        created_by=directory.officer_name(roll_call.created_by),
        counts=by_state,
        total=sum(by_state.values()),
        calls_units=calls_units,
        band=opens_at != roll_call.opens_at or closes_at != roll_call.closes_at,
    )


def entry_view(
    listing: EntryListing, directory: Directory, reply: InstantReply | None = None
) -> EntryView:
    """An entry as lists show it."""
    entry = listing.entry
    return EntryView(
        id=entry.id,
        roll_call_id=entry.roll_call_id,
        roll_call_title=listing.roll_call_title,
        subject_kind=entry.subject.kind.value,
        subject_id=entry.subject.id,
        subject_name=listing.subject_name,
        dossier_number=listing.dossier_number,
        offices=[directory.name(unit) for unit in sorted(entry_units(listing))],
        phone=listing.phone,
        state=entry.state.value,
        reason=entry.reason.value if entry.reason else None,
        attempt=entry.attempt,
        session_id=entry.session_id,
        arrived_at=wire(entry.arrived_at),
        settled_at=wire(entry.settled_at),
        settled_by=directory.officer_name(entry.settled_by),
        updated_at=wire(listing.updated_at),
        demonstration=listing.demonstration,
        reply=_reply_view(reply) if reply is not None else None,
    )


def _reply_view(reply: InstantReply) -> ReplyView:
    return ReplyView(
        at=wire(reply.at),
        health=reply.health.value,
        note=reply.note,
        latitude=reply.latitude,
        longitude=reply.longitude,
        accuracy_m=reply.accuracy_m,
    )


def recording_views(records: Sequence[RecordingRecord]) -> list[RecordingView]:
    """The recordings of one entry, on one timeline."""
    first = min((r.began_at for r in records if r.began_at is not None), default=None)
    return [_recording_view(record, first) for record in records]


def _recording_view(record: RecordingRecord, first: datetime | None) -> RecordingView:
    began = record.began_at
    return RecordingView(
        id=record.id,
        session_id=record.session_id,
        state=record.state.value,
        failure=record.failure,
        duration_s=record.duration_s,
        size_bytes=record.size_bytes,
        content_type=record.content_type,
        sha256=record.sha256,
        started_at=wire(record.started_at),
        role=record.role,
        began_at=wire(began),
        offset_s=(began - first).total_seconds() if began and first else None,
        gaps=[GapView(start_s=g.start_s, end_s=g.end_s, why=g.why) for g in record.gaps],
    )


def connection_view(record: ConnectionRecord) -> ConnectionView:
    """How well a session was connected."""
    return ConnectionView(
        session_id=record.session_id,
        until=wire(record.at),
        faults=list(record.faults),
        **record.evidence,
    )


def verdict_view(record: VerificationRecord, locale: str) -> VerdictView:
    """The machine's conclusion of one attempt."""
    return VerdictView(
        session_id=record.session_id,
        attempt=record.attempt,
        state=record.state.value,
        assurance=record.assurance.value if record.assurance else None,
        reason=record.inconclusive.value if record.inconclusive else None,
        at=wire(record.at),
        reasons=verdict_reasons.for_officer(record, locale),
        reasons_for_person=verdict_reasons.for_person(record, locale),
        evidence={k: v for k, v in record.evidence.items() if k != "trace"},
    )
