"""Roll-call plans; implements ``roll_call.ports.store.Plans``."""

import json
from datetime import date
from typing import Any

from sqlite_utils import Database

from roll_call.errors import NotFound
from roll_call.ports.records import Change
from roll_call.schedule import RollCallPlan
from storage.journal import Journal, Rows, record_of
from storage.plain import from_plain, json_text


class PlanRows(Rows):
    """Reading."""

    def plans(self, active_only: bool = False) -> tuple[RollCallPlan, ...]:
        """Plans by title."""
        where = "WHERE active = 1" if active_only else ""
        rows = self._query(f"SELECT body FROM plans {where} ORDER BY title, id")
        return tuple(plan_of(row) for row in rows)

    def plan(self, plan_id: str) -> RollCallPlan:
        """Raises ``NotFound``."""
        rows = self._query("SELECT body FROM plans WHERE id = ?", (plan_id,))
        if not rows:
            raise NotFound()
        return plan_of(rows[0])

    def claimed(self, day: date) -> frozenset[str]:
        """The plans that were carried out for a local day, or begin after it."""
        rows = self._query("SELECT plan_id FROM plan_days WHERE day = ?", (day.isoformat(),))
        return frozenset(row["plan_id"] for row in rows)


class PlanTables(PlanRows):
    """Reading and writing."""

    def __init__(self, db: Database, journal: Journal) -> None:
        super().__init__(db)
        self._journal = journal

    def add_plan(self, plan: RollCallPlan, change: Change) -> None:
        """Add a plan."""
        self._journal.insert("plans", _row(plan))
        self._journal.note("plan", plan.id, record_of(plan), change)

    def save_plan(self, plan: RollCallPlan, change: Change) -> None:
        """Raises ``NotFound``."""
        self._journal.update("plans", plan.id, _row(plan))
        self._journal.note("plan", plan.id, record_of(plan), change)

    def claim_day(self, plan_id: str, day: date) -> bool:
        """True for exactly one caller per plan and local day."""
        sql = "INSERT INTO plan_days (plan_id, day) VALUES (?, ?) ON CONFLICT DO NOTHING"
        return self._journal.changed(sql, (plan_id, day.isoformat())) == 1


def plan_of(row: dict[str, Any]) -> RollCallPlan:
    """The plan in a row of the table."""
    plan: RollCallPlan = from_plain(RollCallPlan, json.loads(row["body"]))
    return plan


def plan_record(row: dict[str, Any]) -> dict[str, Any]:
    """A plan as it stands in the log; empty where the row contradicts itself."""
    body: dict[str, Any] = json.loads(row["body"])
    columns = (body.get("id"), body.get("title"), body.get("active"))
    agree = columns == (row["id"], row["title"], bool(row["active"]))
    return body if agree and json_text(body) == row["body"] else {}


def _row(plan: RollCallPlan) -> dict[str, Any]:
    return {
        "id": plan.id,
        "title": plan.title,
        "active": int(plan.active),
        "body": json_text(plan),
    }
