"""Keeps what media processes carry to one another in line with the routes."""

from collections.abc import Callable, Mapping, Sequence

from media.processes.child import Child
from media.processes.crossings import Crossing, WantedRoutes, crossings
from media.processes.link import link_ends
from media.processes.messages import Carry, Expect


class Carriers:
    """Joins processes by links where a first crossing needs one."""

    def __init__(
        self,
        children: Sequence[Child],
        routes: WantedRoutes,
        process_of: Callable[[str], int | None],
    ) -> None:
        self._children = children
        self._routes = routes
        self._process_of = process_of
        self._now: Mapping[Crossing, None] = {}
        self._linked: set[frozenset[int]] = set()

    def update(self) -> None:
        """Tell the processes what has changed since the last time."""
        needed = crossings(self._routes, self._process_of)
        for crossing in self._now:
            if crossing not in needed:
                self._tell(crossing, on=False)
        for crossing in needed:
            if crossing not in self._now:
                self._link(crossing.at, crossing.to)
                self._tell(crossing, on=True)
        self._now = needed

    def lose(self, process: int) -> None:
        """A process is gone, and its links with it."""
        self._linked = {pair for pair in self._linked if process not in pair}
        self.update()

    def _tell(self, crossing: Crossing, on: bool) -> None:
        source, at, to = crossing.source, crossing.at, crossing.to
        self._children[to].send(Expect(source, at, on))
        self._children[at].send(Carry(source, to, on))

    def _link(self, one: int, other: int) -> None:
        pair = frozenset((one, other))
        if pair in self._linked:
            return
        self._linked.add(pair)
        ours, theirs = link_ends()
        self._children[one].send_link(other, ours)
        self._children[other].send_link(one, theirs)
