"""The table runner: an explicit map of (state, event name) to the state that follows.

A machine's ``apply`` lets its guards choose the event's name first (``verdict_match`` or
``verdict_low``) and then looks the pair up here, so that the whole of a machine can be read,
printed and tested as one table.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from roll_call.errors import IllegalTransition

S = TypeVar("S", bound=StrEnum)


class Table(Generic[S]):
    """``rows[state][event]`` is the target; a target equal to the state means that it stays."""

    def __init__(self, machine: str, rows: Mapping[S, Mapping[str, S]]) -> None:
        self.machine = machine
        self._rows = {state: dict(row) for state, row in rows.items()}

    @property
    def pairs(self) -> dict[tuple[S, str], S]:
        """Every defined pair with its target."""
        return {(s, event): t for s, row in self._rows.items() for event, t in row.items()}

    @property
    def events(self) -> frozenset[str]:
        """Every event name that some state knows."""
        return frozenset(event for row in self._rows.values() for event in row)

    def defines(self, state: S, event: str) -> bool:
        """Whether ``state`` knows ``event``."""
        return event in self._rows.get(state, {})

    def target(self, state: S, event: str) -> S:
        """The state that follows; raises IllegalTransition for an undefined pair."""
        try:
            return self._rows[state][event]
        except KeyError:
            raise IllegalTransition(machine=self.machine, state=state.value, event=event) from None
