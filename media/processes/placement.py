"""Which media process a peer lives in. Pure: knows numbers and names, no sockets."""

from collections.abc import Iterable
from dataclasses import dataclass, field

# A core's worth of measured work weighs as much as so many peers that have not done any yet.
_PEERS_A_CORE = 100.0
# What a process does for itself, in cores; differences below it say nothing.
_OWN_CPU = 0.1


@dataclass(slots=True)
class _Group:
    """What was put beside each other: peers, and recordings that wait for the next one."""

    process: int
    members: set[str] = field(default_factory=set)


class Placement:
    """Places peers in the least loaded process, except those that belong beside others."""

    def __init__(self) -> None:
        self._process_of: dict[str, int] = {}
        self._cpu: dict[int, float] = {}
        self._groups: dict[str, _Group] = {}
        self._group_of: dict[str, str] = {}

    def of(self, peer: str) -> int | None:
        """The process that a peer lives in."""
        return self._process_of.get(peer)

    def peers(self, process: int) -> list[str]:
        """Everybody who lives in a process."""
        return [peer for peer, at in self._process_of.items() if at == process]

    def note_load(self, process: int, cpu: float) -> None:
        """``cpu`` in cores, as last measured."""
        self._cpu[process] = cpu

    def place(self, peer: str, beside: str, ready: Iterable[int]) -> int | None:
        """Choose among the processes that are ready; None where none is."""
        group = self._groups.get(beside) if beside else None
        choice = list(ready)
        if group is not None and group.process in choice:
            process = group.process
        elif choice:
            process = min(choice, key=lambda number: (self._burden(number), number))
        else:
            return None
        self._process_of[peer] = process
        if beside:
            self._join(beside, peer, process)
        return process

    def hold(self, name: str, peer: str) -> None:
        """Something of a peer (a recording) outlives it, and keeps its place."""
        beside = self._group_of.get(peer)
        if beside is not None:
            self._join(beside, name, self._groups[beside].process)

    def remove(self, name: str) -> None:
        """A peer, or what was held, is over."""
        self._process_of.pop(name, None)
        beside = self._group_of.pop(name, None)
        group = self._groups.get(beside or "")
        if beside is not None and group is not None:
            group.members.discard(name)
            if not group.members:
                del self._groups[beside]

    def lose(self, process: int) -> list[str]:
        """A process is gone with everybody in it; returns those."""
        lost = self.peers(process)
        held = [
            member
            for group in self._groups.values()
            if group.process == process
            for member in group.members
        ]
        for name in {*lost, *held}:
            self.remove(name)
        self._cpu.pop(process, None)
        return lost

    def _burden(self, process: int) -> float:
        worked = max(0.0, self._cpu.get(process, 0.0) - _OWN_CPU)
        return len(self.peers(process)) + worked * _PEERS_A_CORE

    def _join(self, beside: str, name: str, process: int) -> None:
        group = self._groups.get(beside)
        if group is None or group.process != process:
            group = self._groups[beside] = _Group(process)
        group.members.add(name)
        self._group_of[name] = beside
