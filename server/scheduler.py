"""The scheduler: makes roll-calls by plan and acts on deadlines, straight from the store.

Nothing is kept in memory, so a restart changes nothing: overdue deadlines are handled at the start,
days on which the server was down get their roll-calls afterwards (which then open late or are
recorded as missed, as the policy says), and several workers may poll side by side because claiming
a deadline changes exactly one row.
"""

import asyncio
import random
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from roll_call import check_in, entry
from roll_call.errors import IllegalTransition, RollCallError
from roll_call.people import UnitTree
from roll_call.ports.records import Deadline, DeadlineKind
from roll_call.ports.store import Store
from roll_call.schedule import PlanDays, RollCallPlan
from server.calendar import CenterCalendar
from server.cascade import Cascade
from server.clock import Clock
from server.conductor import Conductor
from server.config import Settings
from server.directory import Directory
from server.logs import logger
from server.outages import MARK_EVERY_S, Outages
from server.planned_calls import PlanDay, carry_out, fire_roll_call
from server.planning import windows_of_day

POLL_S = 1.0
CLOCK_SET = timedelta(seconds=2)
CLOCK_HELD_S = 900.0
PLANNED_UNTIL = "planned_until"
CATCH_UP_DAYS = 31
_BY_CALENDAR = frozenset({PlanDays.WORKDAYS, PlanDays.HOLIDAYS})

log = logger("scheduler")


@dataclass(frozen=True, slots=True)
class Place:
    """The center's units and its zone."""

    tree: UnitTree
    zone: ZoneInfo


class Scheduler:
    """Polls; ``run_once`` is one round, which tests drive with a clock of their own."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: Settings,
        conductor: Conductor,
        directory: Directory,
        outages: Outages,
        calendar: CenterCalendar,
        chance: random.Random | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._conductor = conductor
        self._directory = directory
        self._outages = outages
        self._calendar = calendar
        self._chance = chance or random.SystemRandom()
        self._marked_s = clock.monotonic()
        self._made: set[tuple[str, date]] = set()
        self._clock_held_since_s: float | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Handle what is overdue, then poll."""
        await self.run_once()
        self._task = asyncio.create_task(self._run(), name="scheduler")

    async def stop(self) -> None:
        """End polling and leave a last sign of life."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await self._outages.mark(self._clock.now())

    async def run_once(self) -> None:
        """Plans first, so that a roll-call made late is also opened in this round."""
        await _alone("clock", self._follow_clock())
        await _alone("plans", self._make_planned())
        await _alone("deadlines", self._act_on_deadlines())

    async def _run(self) -> None:
        while True:
            await self._clock.sleep(POLL_S)
            await self.run_once()
            if self._clock.monotonic() - self._marked_s >= MARK_EVERY_S:
                self._marked_s = self._clock.monotonic()
                await _alone("sign_of_life", self._outages.mark(self._clock.now()))

    async def _follow_clock(self) -> None:
        """Keep to the machine's clock; where it was set, only once no check-in is under way.

        Else a clock put right by hours would end every session by its deadline, and one put back
        would leave it without any. Held for at most ``CLOCK_HELD_S``.
        """
        moved, now_s = self._clock.moved_by(), self._clock.monotonic()
        if abs(moved) > CLOCK_SET:
            since_s = self._clock_held_since_s = self._clock_held_since_s or now_s
            busy = await self._store.read(lambda r: bool(r.sessions.open_sessions()))
            if busy and now_s - since_s < CLOCK_HELD_S:
                return
            before, details = self._clock.now(), {"by_s": round(moved.total_seconds())}
            await self._store.write(
                lambda t: t.log.append(
                    "server.clock_set", "server", "self", details, "system", before
                )
            )
            log.warning("clock_set", **details)
        self._clock_held_since_s = None
        self._clock.follow()

    async def _act_on_deadlines(self) -> None:
        due = await self._store.read(lambda r: r.deadlines.due(self._clock.now()))
        place = Place(self._directory.tree, self._settings.zone)
        for deadline in due:
            work = partial(fire, deadline=deadline, outages=self._outages, place=place)
            await _alone(f"{deadline.kind.value}/{deadline.id}", self._conductor.run(work))

    async def _make_planned(self) -> None:
        zone = self._settings.zone
        today = self._clock.now().astimezone(zone).date()
        plans, until = await self._store.read(
            lambda r: (r.plans.plans(active_only=True), r.settings.get(PLANNED_UNTIL))
        )
        day, complete = _first_day(until, today), True
        await self._give_up(until, day)
        while day <= today:
            for plan in plans:
                complete &= await _alone(f"plan/{plan.id}", self._make(plan, day))
            day += timedelta(days=1)
        if complete and until != today.isoformat():
            await self._store.write(lambda t: t.settings.set(PLANNED_UNTIL, today.isoformat()))

    async def _give_up(self, until: str | None, first: date) -> None:
        """Say in the log which days lie too far back to be made up for."""
        if until is None or first - date.fromisoformat(until) <= timedelta(days=1):
            return
        details = {"from": until, "to": first.isoformat()}
        now = self._clock.now()
        await self._store.write(
            lambda t: t.log.append("plan.days_given_up", "server", "self", details, "system", now)
        )

    async def _make(self, plan: RollCallPlan, day: date) -> None:
        zone, policy = self._settings.zone, self._conductor.policy
        if (plan.id, day) in self._made:
            return
        if plan.days in _BY_CALENDAR and not self._calendar.known(day):
            log.warning("holidays_unknown", year=day.year, plan=plan.id)
        windows = windows_of_day(plan, day, self._calendar, zone, policy, self._chance)
        on = PlanDay(plan, day, windows, self._directory.tree, zone)
        await self._conductor.run(lambda c: carry_out(c, on, self._chance))
        self._made.add((plan.id, day))


async def _alone(step: str, work: Awaitable[object]) -> bool:
    """Whether ``work`` succeeded; one that fails is logged and holds nobody else up."""
    try:
        await work
    except RollCallError as error:
        log.error("step_failed", step=step, why=error.code)
        return False
    except Exception:
        log.exception("step_failed", step=step)
        return False
    return True


def fire(cascade: Cascade, deadline: Deadline, outages: Outages, place: Place) -> None:
    """Claim a deadline and apply the event that it stands for: both, or neither."""
    if not cascade.tx.deadlines.claim(deadline):
        return
    try:
        match deadline.kind:
            case DeadlineKind.ROLL_CALL:
                fire_roll_call(cascade, deadline.id, place.tree, place.zone)
            case DeadlineKind.ENTRY:
                fire_entry(cascade, deadline.id, outages)
            case DeadlineKind.SESSION:
                due = check_in.timer_event(cascade.tx.sessions.session(deadline.id))
                if due is not None:
                    cascade.session_event(deadline.id, due)
    except IllegalTransition as error:
        details = {k: str(v) for k, v in error.params.items()}
        cascade.note("server.deadline_void", f"{deadline.kind.value}/{deadline.id}", details)


def fire_entry(cascade: Cascade, entry_id: str, outages: Outages) -> None:
    """An entry's timer; our own outage or a bad connection makes it a technical failure."""
    current = cascade.tx.calls.entry(entry_id)
    roll_call = cascade.tx.calls.roll_call(current.roll_call_id)
    faults = cascade.network_faults(current.session_id)
    event = entry.timer_event(current, outages.inside(roll_call), bool(faults))
    if event is not None:
        details = {"network_faults": [fault.value for fault in faults]} if faults else None
        cascade.entry_event(entry_id, event, details)


def _first_day(until: str | None, today: date) -> date:
    if until is None:
        return today
    last = date.fromisoformat(until)
    return max(min(last + timedelta(days=1), today), today - timedelta(days=CATCH_UP_DAYS))
