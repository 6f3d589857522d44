"""Daily figures of the units: typed in, handed in, locked at the deadline."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from roll_call import daily_figures
from roll_call.daily_figures import DayFigures, FigureForm, FiguresStatus, form_on
from roll_call.errors import NotFound, RollCallError
from roll_call.ports.records import Change
from roll_call.ports.store import Records, Store, Transaction
from server.bus import EventBus, FiguresChanged
from server.clock import Clock
from server.config import Settings
from server.logs import logger

POLL_S = 1.0

log = logger("figures")


@dataclass(frozen=True, slots=True)
class Due:
    """What a unit has to hand in today."""

    day: date
    status: FiguresStatus
    deadline: datetime


class FiguresDesk:
    """Runs the domain's rules on the store; each change is told on once it is durable."""

    def __init__(self, store: Store, clock: Clock, bus: EventBus, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._bus = bus
        self._zone = settings.zone
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Lock what fell due while the server was down, then watch the clock."""
        await self.lock_due()
        self._task = asyncio.create_task(self._watch(), name="figures deadline")

    async def stop(self) -> None:
        """End watching."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def today(self) -> date:
        """The local day of the center."""
        return self._clock.now().astimezone(self._zone).date()

    def deadline(self, form: FigureForm, day: date) -> datetime:
        """When that day's figures are locked."""
        return form.deadline_on(day, self._zone)

    async def due(self, unit_id: str) -> Due | None:
        """None where the unit hands nothing in."""
        day = self.today()

        def find(r: Records) -> tuple[FigureForm | None, FiguresStatus | None]:
            return form_on(r.figures.forms(), day), r.figures.status(day).get(unit_id)

        form, status = await self._store.read(find)
        if form is None or status is None:
            return None
        return Due(day, status, self.deadline(form, day))

    async def type_in(
        self, unit_id: str, day: date, typed: Mapping[str, str], officer_id: str, done: bool
    ) -> DayFigures:
        """Save as typed; with ``done``, hand in as well. What cannot be handed in stays a draft.

        Raises NotFound(no_figure_form), Conflict(figures_locked), InvalidInput.
        """
        now, actor = self._clock.now(), f"officer/{officer_id}"

        def save(t: Transaction) -> tuple[DayFigures, RollCallError | None]:
            form = _form(t, day)
            old, deadline = t.figures.figures(unit_id, day), self.deadline(form, day)
            new = daily_figures.type_in(old, form, unit_id, day, typed, officer_id, deadline, now)
            refused: RollCallError | None = None
            if done:
                try:
                    new = daily_figures.hand_in(new, form, officer_id, deadline, now)
                except RollCallError as error:
                    refused = error
            if new != old:
                event = "handed_in" if new.status.handed_in else "typed_in"
                t.figures.save_figures(new, Change(event, actor, now))
            return new, refused

        saved, refused = await self._store.write(save)
        self._tell(saved)
        if refused is not None:
            raise refused
        return saved

    async def unlock(self, unit_id: str, day: date, officer_id: str, reason: str) -> DayFigures:
        """A duty officer lets the unit in again. Raises what ``daily_figures.unlock`` raises."""
        now = self._clock.now()

        def save(t: Transaction) -> DayFigures:
            form = _form(t, day)
            old, deadline = t.figures.figures(unit_id, day), self.deadline(form, day)
            new = daily_figures.unlock(old, form, unit_id, day, officer_id, reason, deadline, now)
            t.figures.save_figures(new, Change("unlocked", f"officer/{officer_id}", now))
            return new

        saved = await self._store.write(save)
        self._tell(saved)
        return saved

    async def lock_due(self) -> None:
        """Lock everything handed in whose deadline is over. Idempotent."""
        now = self._clock.now()
        waiting = await self._store.read(lambda r: (r.figures.submitted(), r.figures.forms()))
        by_version = {form.version: form for form in waiting[1]}
        due = [
            one for one in waiting[0] if self.deadline(by_version[one.form_version], one.day) <= now
        ]
        for one in due:
            self._tell(await self._store.write(partial(_lock, seen=one, now=now)))

    def _tell(self, figures: DayFigures) -> None:
        self._bus.publish(FiguresChanged(figures.unit_id, figures.day, figures.status))

    async def _watch(self) -> None:
        while True:
            await self._clock.sleep(POLL_S)
            try:
                await self.lock_due()
            except RollCallError as error:
                log.error("figures_not_locked", why=error.code)
            except Exception:
                log.exception("figures_not_locked")


def _form(records: Records, day: date) -> FigureForm:
    form = form_on(records.figures.forms(), day)
    if form is None:
        raise NotFound("no_figure_form")
    return form


def _lock(t: Transaction, seen: DayFigures, now: datetime) -> DayFigures:
    """What the unit took back meanwhile is left alone: it is a draft again."""
    current = t.figures.figures(seen.unit_id, seen.day)
    assert current is not None
    if current.status is not FiguresStatus.SUBMITTED:
        return current
    locked = daily_figures.lock(current)
    t.figures.save_figures(locked, Change("locked", "system", now))
    return locked
