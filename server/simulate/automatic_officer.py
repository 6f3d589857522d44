"""An officer who confirms whatever the round proposes, as fast as it is proposed."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from server.simulate.onlooker import Onlooker
from server.simulate.staff import StaffClient

PATIENCE_S = 3.0
"""How long somebody whose terminal still rings is waited for before the next one is called."""


@dataclass
class Conducted:
    """``decided``: when a decision was sent (monotonic seconds), by entry and state."""

    turns: int = 0
    proposals: Counter[str] = field(default_factory=Counter)
    decided: dict[tuple[str, str], float] = field(default_factory=dict)
    began: float = 0.0
    ended: float = 0.0

    @property
    def seconds_per_unit(self) -> float:
        """From the first turn to the last, over all units."""
        units = len({entry_id for entry_id, _ in self.decided})
        return (self.ended - self.began) / max(1, units)

    def latencies_ms(self, onlooker: Onlooker) -> list[float]:
        """From sending a decision until this console knew of it."""
        told = self.told(onlooker)
        return [(onlooker.seen[key] - self.decided[key]) * 1000 for key in told]

    def told(self, onlooker: Onlooker) -> list[tuple[str, str]]:
        """The decisions that this console learnt of."""
        return [key for key in self.decisions if key in onlooker.seen]

    @property
    def decisions(self) -> list[tuple[str, str]]:
        """Those that settle an entry, by entry and state."""
        return [key for key in self.decided if key[1] in {"present", "excused"}]


class AutomaticOfficer:
    """Conducts one roll-call from the first turn to the end."""

    def __init__(self, staff: StaffClient, onlooker: Onlooker, roll_call_id: str) -> None:
        self._staff = staff
        self._onlooker = onlooker
        self._path = f"/api/roll-calls/{roll_call_id}/round"
        self._done = Conducted()

    async def conduct(self) -> Conducted:
        """Until nobody is left to call; then the window is closed."""
        self._done.began = time.monotonic()
        await self._step("take", {})
        view = await self._step("call", {"entry_id": None})
        while (current := view["current"]) is not None:
            view = await self._turn(current)
        self._done.ended = time.monotonic()
        await self._step("finish", {})
        return self._done

    async def _turn(self, entry_id: str) -> dict[str, Any]:
        proposal = await self._proposal(entry_id)
        outcome = proposal["outcome"]
        self._done.turns += 1
        self._done.proposals[outcome] += 1
        self._done.decided[entry_id, outcome] = time.monotonic()
        body = {"entry_id": entry_id, "outcome": outcome, "reason": proposal["reason"]}
        return await self._step("confirm", body)

    async def _proposal(self, entry_id: str) -> dict[str, Any]:
        """What is proposed, once the terminal does not ring any more or patience ends."""
        until = time.monotonic() + PATIENCE_S
        while True:
            entry = self._onlooker.entries[entry_id]
            proposal: dict[str, Any] = entry["proposal"]
            left_s = until - time.monotonic()
            if "ringing" not in proposal["because"] or left_s <= 0:
                return proposal
            await self._onlooker.changed(left_s)

    async def _step(self, step: str, body: dict[str, Any]) -> dict[str, Any]:
        view: dict[str, Any] = await self._staff.request("POST", f"{self._path}/{step}", body)
        self._onlooker.know(view["entries"])
        return view
