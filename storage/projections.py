"""Which tables must agree with the log, and how a row of each stands there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from roll_call.call import RollCall
from roll_call.call_origin import CallOrigin
from roll_call.check_in import CheckInSession
from roll_call.daily_figures import DayFigures
from roll_call.enrolment import SelfEnrolment
from roll_call.entry import Entry
from roll_call.hand_over import HandOver
from roll_call.notifications import Channel
from roll_call.own_calendar import OwnYear
from roll_call.people import Officer, SupervisedPerson, Unit
from roll_call.planned_shift import PlannedShift
from roll_call.ports.records import (
    CameraRecord,
    ConnectionRecord,
    CorrectionRecord,
    DecisionRecord,
    Device,
    ReceiptRecord,
    RecordingRecord,
    VerificationRecord,
)
from roll_call.ports.rounds import Sighting
from roll_call.rotation import RotationRule
from roll_call.round_steps import RoundStep
from roll_call.substitution import Substitution
from roll_call.text_notice import TextNotice
from storage.call_lists import call_list_record
from storage.faces import enrolment_key, enrolment_record, picture_record
from storage.figures import form_record
from storage.journal import record_of
from storage.notices import instant_reply_record
from storage.people import PERSONS
from storage.plain import Row, from_row, to_row
from storage.plans import plan_record
from storage.reports import report_record
from storage.rounds import snapshot_record
from storage.sessions import reply_record
from storage.terminals import terminal_record


@dataclass(frozen=True, slots=True)
class Projection:
    """Rows of ``sql`` stand in the log under ``kind`` and ``key(row)`` as ``record(row)``."""

    kind: str
    sql: str
    key: Callable[[Row], str]
    record: Callable[[Row], dict[str, Any]]

    def rows(self, db: Database) -> Iterator[Row]:
        """All rows, one by one."""
        return iter(db.query(self.sql))


def _of(kind: str, cls: type[Any], source: str, key: str = "id") -> Projection:
    sql = source if source.startswith("SELECT") else f"SELECT * FROM {source}"
    return Projection(kind, sql, lambda row: str(row[key]), lambda row: _record(cls, row))


def _record(cls: type[Any], row: Row) -> dict[str, Any]:
    """Empty where a cell is not spelled as we write it: an odd spelling of a moment reads the same
    here, and yet compares differently in SQL."""
    value = from_row(cls, row)
    cells = to_row(value)
    cells.pop("office_ids", None)  # put together by the query
    return record_of(value) if all(row[name] == cells[name] for name in cells) else {}


PROJECTIONS: tuple[Projection, ...] = (
    _of("unit", Unit, "units"),
    _of("officer", Officer, "officers"),
    _of("person", SupervisedPerson, PERSONS),
    Projection("plan", "SELECT * FROM plans", lambda row: row["id"], plan_record),
    Projection("call_list", "SELECT * FROM call_lists", lambda row: row["id"], call_list_record),
    _of("roll_call", RollCall, "roll_calls"),
    _of("call_origin", CallOrigin, "call_origins", key="roll_call_id"),
    _of("entry", Entry, "entries"),
    _of("session", CheckInSession, "sessions"),
    _of("verification", VerificationRecord, "verifications"),
    _of("decision", DecisionRecord, "decisions"),
    _of("correction", CorrectionRecord, "corrections"),
    _of("recording", RecordingRecord, "recordings"),
    _of("connection", ConnectionRecord, "connections"),
    _of("receipt", ReceiptRecord, "receipts", key="number"),
    _of("device", Device, "devices"),
    _of("camera", CameraRecord, "cameras"),
    _of("rotation_rule", RotationRule, "rotation_rules"),
    _of("duty_shift", PlannedShift, "duty_shifts"),
    _of("substitution", Substitution, "substitutions"),
    _of("hand_over", HandOver, "hand_overs"),
    _of("own_year", OwnYear, "own_years", key="year"),
    _of("self_enrolment", SelfEnrolment, "self_enrolments"),
    Projection("report", "SELECT * FROM reports", lambda row: row["id"], report_record),
    Projection("terminal", "SELECT * FROM terminals", lambda row: row["unit_id"], terminal_record),
    Projection(
        "figure_form", "SELECT * FROM figure_forms", lambda row: str(row["version"]), form_record
    ),
    _of("day_figures", DayFigures, "day_figures"),
    _of("round_step", RoundStep, "round_steps"),
    _of("sighting", Sighting, "sightings"),
    Projection("snapshot", "SELECT * FROM snapshots", lambda row: row["id"], snapshot_record),
    _of("channel", Channel, "channels"),
    _of("notice", TextNotice, "notices"),
    Projection(
        "instant_reply",
        "SELECT * FROM instant_replies",
        lambda row: row["entry_id"],
        instant_reply_record,
    ),
    Projection("reply", "SELECT * FROM replies", lambda row: row["session_id"], reply_record),
    Projection("enrolment", "SELECT * FROM enrolments", enrolment_key, enrolment_record),
    Projection(
        "picture", "SELECT * FROM enrolment_pictures", lambda row: row["id"], picture_record
    ),
)
