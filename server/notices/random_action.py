"""A random action in a live call (随机动作): the server chooses, the officer judges by eye."""

import asyncio
import random
import secrets
from dataclasses import dataclass

from roll_call.errors import Conflict
from roll_call.people import Officer
from roll_call.ports.records import EntryListing
from roll_call.ports.store import Store
from server.check_in.desk import CheckInDesk
from server.check_in.visit import Visit
from server.clock import Clock
from server.messages import Prompt, PromptKind, StepPassed

KINDS: tuple[PromptKind, ...] = (
    "turn_left",
    "turn_right",
    "nod",
    "open_mouth",
    "come_nearer",
    "read_digits",
)
SHOWN_S = 12.0
"""Closing the eyes is left out: who closes them cannot read when to open them again."""


@dataclass(frozen=True, slots=True)
class Action:
    """What was asked."""

    kind: PromptKind
    digits: str | None


class RandomActions:
    """One at a time and person; it goes away by itself."""

    def __init__(
        self, store: Store, clock: Clock, check_ins: CheckInDesk, chance: random.Random
    ) -> None:
        self._store = store
        self._clock = clock
        self._check_ins = check_ins
        self._chance = chance
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, listing: EntryListing, officer: Officer) -> Action:
        """On record, then shown. Raises Conflict: not_live, busy_examining,
        all_actions_spared."""
        runner = self._check_ins.visit_of(listing.entry.subject)
        visit = runner.visit if runner is not None else None
        if visit is None or visit.place is None or not visit.place.media_up:
            raise Conflict("not_live")
        if not visit.place.verdict_in and visit.place.examiner is not None:
            raise Conflict("busy_examining")
        possible = [kind for kind in KINDS if kind not in visit.exempt]
        if not possible:
            raise Conflict("all_actions_spared")
        kind = self._chance.choice(possible)
        digits = f"{self._chance.randrange(1000):03d}" if kind == "read_digits" else None
        action = Action(kind, digits)
        details = {"kind": kind, "digits": digits or ""}
        entry_id, now = listing.entry.id, self._clock.now()
        await self._store.write(
            lambda t: t.log.append(
                "entry.random_action", "entry", entry_id, details, f"officer/{officer.id}", now
            )
        )
        self._show(visit, action)
        return action

    def _show(self, visit: Visit, action: Action) -> None:
        prompt_id = secrets.token_hex(16)
        visit.tell(Prompt(id=prompt_id, kind=action.kind, index=0, total=1, digits=action.digits))
        task = asyncio.create_task(self._take_away(visit), name="random action")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take_away(self, visit: Visit) -> None:
        await self._clock.sleep(SHOWN_S)
        visit.tell(StepPassed(index=0, total=1))
