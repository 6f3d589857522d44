"""Which publishers have to be carried from one media process to another. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Crossing:
    """A publisher's tracks go once from the process it lives in to one where viewers live."""

    source: str
    at: int
    to: int


class WantedRoutes:
    """What each viewer's section is to show, whether or not anybody is there."""

    def __init__(self) -> None:
        self._wanted: dict[tuple[str, str], str] = {}

    def set(self, viewer: str, mid: str, source: str | None) -> None:
        """Want ``source`` there, or nobody."""
        if source is None:
            self._wanted.pop((viewer, mid), None)
        else:
            self._wanted[viewer, mid] = source

    def of_viewer(self, viewer: str) -> list[tuple[str, str]]:
        """``(mid, source)`` of a viewer."""
        return [(mid, source) for (name, mid), source in self._wanted.items() if name == viewer]

    def of_source(self, source: str) -> list[tuple[str, str]]:
        """``(viewer, mid)`` where a publisher is wanted."""
        return [key for key, wanted in self._wanted.items() if wanted == source]

    def forget(self, name: str) -> None:
        """End all routes from and to a peer that is gone."""
        self._wanted = {
            key: source for key, source in self._wanted.items() if name not in (key[0], source)
        }

    def pairs(self) -> Iterable[tuple[str, str]]:
        """``(viewer, source)`` of every route."""
        return ((viewer, source) for (viewer, _), source in self._wanted.items())


def crossings(
    routes: WantedRoutes, process_of: Callable[[str], int | None]
) -> Mapping[Crossing, None]:
    """All that is needed now, in the order of the routes."""
    needed: dict[Crossing, None] = {}
    for viewer, source in routes.pairs():
        at, to = process_of(source), process_of(viewer)
        if at is not None and to is not None and at != to:
            needed[Crossing(source, at, to)] = None
    return needed
