"""Keeps what media processes carry to one another in line with the routes."""

import asyncio
import itertools
import logging
from collections.abc import Callable, Mapping, Sequence

from media.processes.child import Child
from media.processes.crossings import Crossing, WantedRoutes, crossings
from media.processes.link import link_ends
from media.processes.messages import Carry, Expect

_AGAIN_AFTER_S = 0.5

_log = logging.getLogger(__name__)


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
        self._linked: dict[frozenset[int], int] = {}
        self._serials = itertools.count(1)

    def update(self) -> None:
        """Tell the processes what has changed since the last time."""
        needed = crossings(self._routes, self._process_of)
        for crossing in self._now:
            if crossing not in needed:
                self._tell(crossing, on=False)
        for crossing in needed:
            self._link(crossing.at, crossing.to)
            if crossing not in self._now:
                self._tell(crossing, on=True)
        self._now = needed

    def lose(self, process: int) -> None:
        """A process is gone, and its links with it."""
        for pair in [pair for pair in self._linked if process in pair]:
            del self._linked[pair]
        self.update()

    def link_lost(self, one: int, other: int, serial: int) -> None:
        """Both processes live and their link has broken: after a moment they get another one.

        Both of them say so, perhaps when it has long been replaced; hence the serial number.
        """
        pair = frozenset((one, other))
        if self._linked.get(pair) == serial:
            del self._linked[pair]
            _log.warning("link between media processes %d and %d broke", one, other)
            asyncio.get_running_loop().call_later(_AGAIN_AFTER_S, self.update)

    def _tell(self, crossing: Crossing, on: bool) -> None:
        source, at, to = crossing.source, crossing.at, crossing.to
        self._children[to].send(Expect(source, at, on))
        self._children[at].send(Carry(source, to, on))

    def _link(self, one: int, other: int) -> None:
        pair = frozenset((one, other))
        if pair in self._linked:
            return
        serial = self._linked[pair] = next(self._serials)
        ours, theirs = link_ends()
        self._children[one].send_link(other, serial, ours)
        self._children[other].send_link(one, serial, theirs)
