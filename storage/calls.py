"""Roll-calls and their entries; implements ``roll_call.ports.store.Calls``."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from roll_call.call import RollCall, RollCallState
from roll_call.entry import Entry, EntryState
from roll_call.errors import NotFound
from roll_call.instants import from_text, utc_text
from roll_call.people import Subject
from roll_call.ports.records import Change, EntryListing
from storage.journal import Journal, Rows, record_of
from storage.plain import Row, from_row, json_text, to_row

_LISTINGS = """SELECT e.*, r.title, r.state AS roll_call_state, r.opens_at, r.closes_at,
    coalesce(p.name, u.name, o.name, '') AS subject_name,
    coalesce(p.dossier_number, '') AS dossier_number,
    coalesce(p.phone, u.phone, o.phone, '') AS phone,
    coalesce(p.demonstration, 0) AS demonstration,
    CASE e.subject_kind
        WHEN 'unit' THEN json_array(e.subject_id)
        WHEN 'officer' THEN json_array(o.unit_id)
        ELSE (SELECT json_group_array(unit_id) FROM (
            SELECT unit_id FROM person_offices
            WHERE person_id = e.subject_id ORDER BY position))
    END AS unit_ids
    FROM entries e JOIN roll_calls r ON r.id = e.roll_call_id
    LEFT JOIN persons p ON e.subject_kind = 'person' AND p.id = e.subject_id
    LEFT JOIN units u ON e.subject_kind = 'unit' AND u.id = e.subject_id
    LEFT JOIN officers o ON e.subject_kind = 'officer' AND o.id = e.subject_id"""

WITHIN = """(:units IS NULL OR CASE e.subject_kind
    WHEN 'unit' THEN e.subject_id IN (SELECT value FROM json_each(:units))
    WHEN 'officer' THEN EXISTS (SELECT 1 FROM officers w WHERE w.id = e.subject_id
        AND w.unit_id IN (SELECT value FROM json_each(:units)))
    ELSE EXISTS (SELECT 1 FROM person_offices w WHERE w.person_id = e.subject_id
        AND w.unit_id IN (SELECT value FROM json_each(:units)))
    END)"""
"""The condition on an entry ``e`` that one of the units ``:units`` (``unit_list``) sees it."""

_FINAL = json_text([state for state in EntryState if state.final])
_NOT_YET_OVER = json_text(
    [s for s in RollCallState if not s.final and s is not RollCallState.DRAFT]
)


class CallRows(Rows):
    """Reading."""

    def roll_call(self, roll_call_id: str) -> RollCall:
        """Raises ``NotFound``."""
        return self._get(RollCall, "roll_calls", roll_call_id)

    def roll_calls_between(self, start: datetime, end: datetime) -> tuple[RollCall, ...]:
        """Those that open in [start, end), earliest first."""
        sql = "SELECT * FROM roll_calls WHERE opens_at >= ? AND opens_at < ? ORDER BY opens_at, id"
        return self._all(RollCall, sql, (utc_text(start), utc_text(end)))

    def roll_calls_in(self, states: Collection[RollCallState]) -> tuple[RollCall, ...]:
        """Those in one of the states, earliest first."""
        sql = """SELECT * FROM roll_calls WHERE state IN (SELECT value FROM json_each(?))
            ORDER BY opens_at, id"""
        return self._all(RollCall, sql, (json_text(list(states)),))

    def counts(
        self, roll_call_ids: Collection[str], unit_ids: Collection[str] | None = None
    ) -> dict[str, dict[EntryState, int]]:
        """Entries per state, by roll-call; states without entries are left out."""
        sql = f"""SELECT e.roll_call_id, e.state, count(*) AS entries FROM entries e
            WHERE e.roll_call_id IN (SELECT value FROM json_each(:calls)) AND {WITHIN}
            GROUP BY e.roll_call_id, e.state"""
        params = {"calls": json_text(list(roll_call_ids)), "units": unit_list(unit_ids)}
        counts: dict[str, dict[EntryState, int]] = {call: {} for call in roll_call_ids}
        for row in self._query(sql, params):
            counts[row["roll_call_id"]][EntryState(row["state"])] = row["entries"]
        return counts

    def calling_units(self, roll_call_ids: Collection[str]) -> frozenset[str]:
        """Those of the roll-calls that call units, alone or beside persons."""
        sql = """SELECT DISTINCT roll_call_id FROM entries WHERE subject_kind = 'unit'
            AND roll_call_id IN (SELECT value FROM json_each(:calls))"""
        rows = self._query(sql, {"calls": json_text(list(roll_call_ids))})
        return frozenset(row["roll_call_id"] for row in rows)

    def entry(self, entry_id: str) -> Entry:
        """Raises ``NotFound``."""
        return self._get(Entry, "entries", entry_id)

    def entries(self, roll_call_id: str) -> tuple[Entry, ...]:
        """All entries of a roll-call, in the order of their making."""
        sql = "SELECT * FROM entries WHERE roll_call_id = ? ORDER BY rowid"
        return self._all(Entry, sql, (roll_call_id,))

    def listing(self, entry_id: str) -> EntryListing:
        """Raises ``NotFound``."""
        found = self._listings("e.id = :entry", {"entry": entry_id})
        if not found:
            raise NotFound()
        return found[0]

    def listings(
        self, roll_call_id: str, unit_ids: Collection[str] | None = None
    ) -> tuple[EntryListing, ...]:
        """The entries of a roll-call by subject name."""
        where = f"e.roll_call_id = :call AND {WITHIN} ORDER BY subject_name, e.id"
        return self._listings(where, {"call": roll_call_id, "units": unit_list(unit_ids)})

    def review_cases(self, unit_ids: Collection[str] | None = None) -> tuple[EntryListing, ...]:
        """Entries in REVIEW, the longest waiting first."""
        where = f"e.state = 'review' AND {WITHIN} ORDER BY e.updated_at, e.id"
        return self._listings(where, {"units": unit_list(unit_ids)})

    def open_entries(self, subject: Subject) -> tuple[EntryListing, ...]:
        """A subject's entries that are not final, in roll-calls scheduled or running."""
        where = """e.subject_kind = :kind AND e.subject_id = :id
            AND e.state NOT IN (SELECT value FROM json_each(:final))
            AND r.state IN (SELECT value FROM json_each(:running)) ORDER BY r.opens_at, e.id"""
        params = {"kind": subject.kind.value, "id": subject.id}
        return self._listings(where, {**params, "final": _FINAL, "running": _NOT_YET_OVER})

    def _listings(self, where: str, params: dict[str, Any]) -> tuple[EntryListing, ...]:
        return tuple(_listing(row) for row in self._query(f"{_LISTINGS} WHERE {where}", params))


class CallTables(CallRows):
    """Reading and writing."""

    def __init__(self, db: Database, journal: Journal) -> None:
        super().__init__(db)
        self._journal = journal

    def add_roll_call(self, roll_call: RollCall, change: Change) -> None:
        """Add a roll-call."""
        self._journal.insert("roll_calls", to_row(roll_call))
        self._journal.note("roll_call", roll_call.id, record_of(roll_call), change)

    def save_roll_call(self, roll_call: RollCall, old: RollCall, change: Change) -> None:
        """Raises ``Conflict`` unless it still is as ``old`` says (its deadline apart)."""
        self._journal.replace("roll_calls", old.id, to_row(roll_call), to_row(old))
        self._journal.note("roll_call", roll_call.id, record_of(roll_call), change)

    def add_entry(self, entry: Entry, change: Change) -> None:
        """Raises ``Conflict`` (``already_listed``)."""
        row = {**to_row(entry), "updated_at": utc_text(change.at)}
        self._journal.insert("entries", row, taken="already_listed")
        self._journal.note("entry", entry.id, record_of(entry), change, entry.subject)

    def save_entry(self, entry: Entry, old: Entry, change: Change) -> None:
        """Raises ``Conflict`` unless it still is as ``old`` says (its deadline apart)."""
        row = {**to_row(entry), "updated_at": utc_text(change.at)}
        self._journal.replace("entries", old.id, row, to_row(old))
        self._journal.note("entry", entry.id, record_of(entry), change, entry.subject)


def _listing(row: Row) -> EntryListing:
    return EntryListing(
        entry=from_row(Entry, row),
        roll_call_title=row["title"],
        roll_call_state=RollCallState(row["roll_call_state"]),
        opens_at=from_text(row["opens_at"]),
        closes_at=from_text(row["closes_at"]),
        subject_name=row["subject_name"],
        dossier_number=row["dossier_number"],
        unit_ids=tuple(json.loads(row["unit_ids"])),
        phone=row["phone"],
        demonstration=bool(row["demonstration"]),
        updated_at=from_text(row["updated_at"]),
    )


def unit_list(unit_ids: Collection[str] | None) -> str | None:
    """Units as ``WITHIN`` takes them; None for all."""
    return None if unit_ids is None else json_text(sorted(unit_ids))
