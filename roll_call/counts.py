"""Live counts of a roll-call: entries by state, 应到 and 实到."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from roll_call.entry import EntryState


@dataclass(frozen=True, slots=True)
class Counts:
    """``by_state`` names every state, also those with none."""

    by_state: Mapping[EntryState, int]

    @property
    def total(self) -> int:
        """All entries, void ones included."""
        return sum(self.by_state.values())

    @property
    def expected(self) -> int:
        """应到: whoever was to come; leave and void entries do not count."""
        excused = self.by_state[EntryState.EXCUSED] + self.by_state[EntryState.VOID]
        return self.total - excused

    @property
    def present(self) -> int:
        """实到: settled as present. Whoever has only arrived is not counted yet."""
        return self.by_state[EntryState.PRESENT]

    @property
    def open(self) -> int:
        """Entries that are not final."""
        return sum(number for state, number in self.by_state.items() if not state.final)

    @property
    def settled(self) -> bool:
        """Whether every entry is final; a roll-call without entries is."""
        return self.open == 0


def count(states: Iterable[EntryState]) -> Counts:
    """Count entries by their states."""
    found = Counter(states)
    return Counts({state: found[state] for state in EntryState})
