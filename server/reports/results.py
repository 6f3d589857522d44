"""The table of one roll-call, read from one snapshot; and keeping it as it goes out."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from roll_call.effects import ReportKind, SendReport
from roll_call.people import SubjectKind
from roll_call.ports.records import Change, CorrectionRecord
from roll_call.ports.reports import KeptReport
from roll_call.ports.store import Records, Transaction
from roll_call.report import EntryLine, completion
from roll_call.statistics import EXPLAINED
from server.api.report_schemas import CorrectedView, ResultLine, ResultTable
from server.auth.tokens import new_id
from server.duty.expected import ExpectedOfficer, expected_officers
from server.instants import wire
from server.reports.figures import completion_view


def read_table(
    records: Records, roll_call_id: str, unit_ids: Collection[str] | None = None
) -> ResultTable:
    """Raises ``NotFound`` for an unknown roll-call; ``unit_ids`` limits what is shown."""
    call = records.calls.roll_call(roll_call_id)
    lines = records.reports.lines(roll_call_id, unit_ids)
    names = _Names(records)
    corrected: defaultdict[str, list[CorrectionRecord]] = defaultdict(list)
    for record in records.reports.corrections(roll_call_id):
        corrected[record.entry_id].append(record)
    units = [line.subject_id for line in lines if line.subject_kind is SubjectKind.UNIT]
    on_duty = expected_officers(records, units, call.opens_at) if units else {}
    done = completion(lines, records.reports.closed_at(roll_call_id))
    reasons = Counter(
        (line.standing, line.reason)
        for line in lines
        if line.standing in EXPLAINED and line.reason is not None
    )
    return ResultTable(
        roll_call_id=call.id,
        title=call.title,
        state=call.state.value,
        opens_at=wire(call.opens_at),
        closes_at=wire(call.closes_at),
        created_by=names.officer(call.created_by),
        completion=completion_view(done, reasons),
        lines=[
            _line(line, corrected[line.entry_id], names, on_duty.get(line.subject_id, ()))
            for line in lines
        ],
    )


def keep_report(tx: Transaction, effect: SendReport, now: datetime, change: Change) -> bool:
    """Keep the table that goes out; False where a revision has nothing to revise."""
    if effect.kind is ReportKind.REVISED and not tx.reports.kept(effect.roll_call_id):
        return False
    table = read_table(tx, effect.roll_call_id)
    for line in table.lines:
        if line.subject_kind == SubjectKind.PERSON:
            line.name = ""
            line.note = ""
            for each in line.corrections:
                each.why = ""
    body = table.model_dump(mode="json")
    tx.reports.keep(KeptReport(new_id(), effect.roll_call_id, effect.kind, now, body), change)
    return True


class _Names:
    """Names of officers and units of a snapshot."""

    def __init__(self, records: Records) -> None:
        self._officers = {officer.id: officer.name for officer in records.people.officers()}
        self._units = {unit.id: unit.name for unit in records.people.units()}

    def officer(self, officer_id: str | None) -> str | None:
        return None if officer_id is None else self._officers.get(officer_id, "")

    def unit(self, unit_id: str) -> str:
        return self._units.get(unit_id, "")


def _line(
    line: EntryLine,
    corrections: Sequence[CorrectionRecord],
    names: _Names,
    on_duty: Sequence[ExpectedOfficer],
) -> ResultLine:
    return ResultLine(
        entry_id=line.entry_id,
        subject_kind=line.subject_kind.value,
        subject_id=line.subject_id,
        name=line.name,
        unit=names.unit(line.unit_id),
        officers=[officer.name for officer in on_duty if not officer.leader],
        state=line.state.value,
        reason=line.reason.value if line.reason else None,
        standing=line.standing.value,
        rang_at=wire(line.rang_at),
        answered_at=wire(line.answered_at),
        answer_s=line.answer_s,
        settled_at=wire(line.settled_at),
        settled_by=names.officer(line.settled_by),
        note=line.note,
        corrections=[
            CorrectedView(
                at=wire(c.at),
                officer=names.officer(c.officer_id) or "",
                why=c.why,
                old_state=c.old_state.value,
                old_reason=c.old_reason.value if c.old_reason else None,
                new_state=c.new_state.value,
                new_reason=c.new_reason.value,
            )
            for c in corrections
        ],
    )
