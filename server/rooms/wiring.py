"""From the room's plan to the engine: the same routes between connections instead of people."""

from collections.abc import Mapping
from dataclasses import replace

from roll_call.ports.media import MediaEngine, RequestKeyframe, SetRoute
from roll_call.room_plan import BESIDE, Changes, Medium, Plan, Route, changes
from server.rooms.guests import Guest
from server.rooms.pages import Page

Connections = Mapping[str, Guest | Page]


def wired(plan: Plan, who: Connections) -> Plan:
    """The plan by peers and mids; what is not connected is left out."""
    routes = {}
    for route in plan.routes.values():
        bound = _bound(route, who)
        if bound is not None:
            routes[bound.viewer, bound.medium, bound.slot] = bound
    levels = {}
    for name, level in plan.levels.items():
        peer = _sending(who.get(name))
        if peer is not None:
            levels[peer] = level
    return Plan(routes, levels)


def _bound(route: Route, who: Connections) -> Route | None:
    viewer = who.get(route.viewer)
    if viewer is None:
        return None
    receiving, source = _receiving(viewer), _sending(who.get(route.source))
    mid = _mid(viewer, route)
    if receiving is None or source is None or mid is None:
        return None
    return replace(route, viewer=receiving, slot=mid, source=source)


def _mid(viewer: Guest | Page, route: Route) -> str | None:
    """A console names its slots of video itself; every other slot is the first of its kind."""
    if isinstance(viewer, Page) and route.medium is Medium.VIDEO:
        return None if route.slot in viewer.slots.audio else route.slot
    place = 1 if route.slot == BESIDE else 0
    mids = viewer.slots.video if route.medium is Medium.VIDEO else viewer.slots.audio
    return mids[place] if place < len(mids) else None


def _sending(who: Guest | Page | None) -> str | None:
    return who.publishing if isinstance(who, Page) else who.peer if who is not None else None


def _receiving(who: Guest | Page) -> str | None:
    return who.viewing if isinstance(who, Page) else who.peer


class Wiring:
    """Keeps the engine in line with the plan; sends only what differs."""

    def __init__(self, engine: MediaEngine) -> None:
        self._engine = engine
        self._shown = Plan()

    def follow(self, plan: Plan) -> Changes:
        """Set the routes of a wired plan; returns what was new, levels by sending peer."""
        step = changes(self._shown, plan)
        self._shown = plan
        for route in step.silenced:
            self._engine.send(SetRoute(route.viewer, route.slot, None))
        for route in step.routed:
            self._engine.send(SetRoute(route.viewer, route.slot, route.source))
        fresh = {route.source for route in step.routed if route.medium is Medium.VIDEO}
        for source in sorted(fresh):
            self._engine.send(RequestKeyframe(source))
        return step
