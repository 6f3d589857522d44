"""A believable past of the demonstration: roll-calls of units on the workdays of some weeks.

Each is carried through the very machines that a real one goes through, at moments of the past, in
one unit of work; nothing is sent to anybody. Its titles say that it is a demonstration.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from roll_call import call_events, entry_events
from roll_call.people import Subject, SubjectKind
from roll_call.ports.store import Transaction
from roll_call.reasons import Reason
from server import calendar
from server.cascade import Cascade, Rules
from server.decisions import decide
from server.roll_calls import NewCall, schedule

MORNING = ("早点名（演示）", time(9, 0))
SPOT_CHECK = ("下午抽查（演示）", time(15, 30))
SPOT_CHECKS = 0.4
WINDOW = timedelta(minutes=30)
ASSUMED_STEADINESS = (0.99, 0.97, 0.98, 0.94, 0.985, 0.9, 0.97, 0.995, 0.95)
"""How likely each unit answers; repeated where there are more units."""
OTHERWISE: tuple[tuple[str, Reason, str, float], ...] = (
    ("excused", Reason.DEVICE_FAULT, "摄像头无画面，已电话确认在岗", 0.5),
    ("excused", Reason.LEAVE, "下乡走访，已报备", 0.25),
    ("absent", Reason.UNANSWERED, "两次呼叫未应答，值班电话无人接听", 0.2),
    ("absent", Reason.OFF_POST, "画面中无人值守", 0.05),
)
"""Outcome, reason, note and weight of those that do not answer."""


@dataclass(frozen=True, slots=True)
class PastCall:
    """One roll-call of the past."""

    title: str
    opens_at: datetime


def past_calls(
    today: date, days: int, zone: ZoneInfo, chance: random.Random
) -> tuple[PastCall, ...]:
    """Workday mornings before ``today``, and a spot check on some afternoons; earliest first."""
    calls: list[PastCall] = []
    for back in range(days, 0, -1):
        day = today - timedelta(days=back)
        if not calendar.published_kind(day).worked:
            continue
        held = [MORNING, SPOT_CHECK] if chance.random() < SPOT_CHECKS else [MORNING]
        for title, at in held:
            calls.append(PastCall(title, datetime.combine(day, at, zone).astimezone(UTC)))
    return tuple(calls)


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells one past roll-call; ``rules`` are the server's at any other moment."""

    rules: Rules
    officer_id: str
    chance: random.Random

    def hold(self, tx: Transaction, call: PastCall, unit_ids: Sequence[str]) -> str:
        """Open it, let the units answer, decide one by one, close it; returns its id."""
        opening = self._at(tx, call.opens_at)
        subjects = [Subject(SubjectKind.UNIT, unit_id) for unit_id in unit_ids]
        new = NewCall(call.title, call.opens_at, call.opens_at + WINDOW, subjects)
        made = schedule(opening, new)
        opening.roll_call_event(made.id, call_events.Open(self.officer_id))
        opening.settle()
        turn = call.opens_at + timedelta(seconds=self.chance.uniform(8, 20))
        for index, entry in enumerate(tx.calls.entries(made.id)):
            steady = ASSUMED_STEADINESS[index % len(ASSUMED_STEADINESS)]
            outcome, reason, note, seconds = self._answer(tx, entry.id, call.opens_at, steady)
            turn += timedelta(seconds=seconds)
            deciding = self._at(tx, turn)
            decide(deciding, entry.id, self.officer_id, outcome, reason, note)
            deciding.settle()
        closing = self._at(tx, turn + timedelta(seconds=5))
        closing.roll_call_event(made.id, call_events.WindowClosed(self.officer_id))
        closing.settle()
        return made.id

    def _answer(
        self, tx: Transaction, entry_id: str, opened: datetime, steady: float
    ) -> tuple[str, Reason, str, float]:
        if self.chance.random() < steady:
            answered = opened + timedelta(seconds=self.chance.lognormvariate(0.6, 0.5))
            arriving = self._at(tx, answered)
            arriving.entry_event(entry_id, entry_events.TicketTaken())
            arriving.settle()
            return "present", Reason.BY_EYE, "", self.chance.uniform(3, 9)
        weights = [weight for *_, weight in OTHERWISE]
        outcome, reason, note, _ = self.chance.choices(OTHERWISE, weights)[0]
        return outcome, reason, note, self.chance.uniform(40, 90)

    def _at(self, tx: Transaction, at: datetime) -> Cascade:
        rules = Rules(
            self.rules.policy,
            at,
            self.rules.sign,
            self.rules.outage,
            self.rules.network_faults,
        )
        return Cascade(tx, rules, f"officer/{self.officer_id}")
