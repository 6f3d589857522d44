"""Call lists and origins; implements ``roll_call.ports.call_lists.CallLists``."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from roll_call.call_list import CallList
from roll_call.call_origin import CallOrigin
from roll_call.errors import NotFound
from roll_call.instants import from_text
from roll_call.ports.records import Change
from storage.journal import Journal, Rows, record_of
from storage.plain import Row, from_plain, json_text, to_row


class CallListRows(Rows):
    """Reading."""

    def call_lists(self) -> tuple[CallList, ...]:
        """By name."""
        return tuple(_list_of(row) for row in self._query("SELECT * FROM call_lists ORDER BY name"))

    def call_list(self, call_list_id: str) -> CallList:
        """Raises ``NotFound``."""
        rows = self._query("SELECT * FROM call_lists WHERE id = ?", (call_list_id,))
        if not rows:
            raise NotFound()
        return _list_of(rows[0])

    def origins(self, roll_call_ids: Collection[str]) -> dict[str, CallOrigin]:
        """By roll-call."""
        sql = """SELECT * FROM call_origins
            WHERE roll_call_id IN (SELECT value FROM json_each(?))"""
        found = self._all(CallOrigin, sql, (json_text(list(roll_call_ids)),))
        return {origin.roll_call_id: origin for origin in found}

    def openings(self, roll_call_ids: Collection[str]) -> dict[str, datetime]:
        """When each was opened, as the log says."""
        sql = """SELECT subject_id, min(at) AS at FROM log WHERE subject_kind = 'roll_call'
            AND subject_id IN (SELECT value FROM json_each(?)) AND kind = 'roll_call.open'
            GROUP BY subject_id"""
        rows = self._query(sql, (json_text(list(roll_call_ids)),))
        return {row["subject_id"]: from_text(row["at"]) for row in rows}

    def made_up_by(self, roll_call_ids: Collection[str]) -> dict[str, str]:
        """By missed roll-call: the one that made it up."""
        sql = """SELECT made_up_for, roll_call_id FROM call_origins
            WHERE made_up_for IN (SELECT value FROM json_each(?))"""
        rows = self._query(sql, (json_text(list(roll_call_ids)),))
        return {row["made_up_for"]: row["roll_call_id"] for row in rows}


class CallListTables(CallListRows):
    """Reading and writing."""

    def __init__(self, db: Database, journal: Journal) -> None:
        super().__init__(db)
        self._journal = journal

    def add_call_list(self, call_list: CallList, change: Change) -> None:
        """Raises ``Conflict`` (``call_list_name_taken``)."""
        self._journal.insert("call_lists", _row(call_list), taken="call_list_name_taken")
        self._journal.note("call_list", call_list.id, record_of(call_list), change)

    def save_call_list(self, call_list: CallList, change: Change) -> None:
        """Raises ``NotFound``, ``Conflict`` (``call_list_name_taken``)."""
        row = _row(call_list)
        self._journal.update("call_lists", call_list.id, row, taken="call_list_name_taken")
        self._journal.note("call_list", call_list.id, record_of(call_list), change)

    def remove_call_list(self, call_list_id: str, change: Change) -> None:
        """Raises ``NotFound``."""
        if not self._journal.changed("DELETE FROM call_lists WHERE id = ?", (call_list_id,)):
            raise NotFound()
        self._journal.note_removed("call_list", call_list_id, change)

    def add_origin(self, origin: CallOrigin, change: Change) -> None:
        """Raises ``Conflict`` (``already_made_up``)."""
        self._journal.insert("call_origins", to_row(origin), taken="already_made_up")
        self._journal.note("call_origin", origin.roll_call_id, record_of(origin), change)


def call_list_record(row: Row) -> dict[str, Any]:
    """A list as it stands in the log; empty where the row contradicts itself."""
    body: dict[str, Any] = json.loads(row["body"])
    agree = (body.get("id"), body.get("name")) == (row["id"], row["name"])
    return body if agree and json_text(body) == row["body"] else {}


def _list_of(row: Row) -> CallList:
    found: CallList = from_plain(CallList, json.loads(row["body"]))
    return found


def _row(call_list: CallList) -> Row:
    return {"id": call_list.id, "name": call_list.name, "body": json_text(call_list)}
