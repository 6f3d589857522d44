"""The HTTP values of the big screen (大屏), its map and the alerts."""

from typing import Annotated, Any

from pydantic import Field

from server.api.report_schemas import TallyView
from server.api.schemas import Moment, Schema


class AlertView(Schema):
    """预警: ``about`` names the unit or roll-call in question."""

    kind: str
    about: str
    unit_id: str | None
    roll_call_id: str | None
    number: float | None
    code: str | None


class PlaceView(Schema):
    """Where a unit stands on the map: degrees (WGS 84) or the name of an area."""

    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    area: Annotated[str, Field(max_length=80)] | None = None


class MapView(Schema):
    """GET /api/map: ``areas`` is a GeoJSON FeatureCollection of names and outlines, if any."""

    areas: dict[str, Any] | None
    places: dict[str, PlaceView]


class NewMap(Schema):
    """PUT /api/map: a GeoJSON FeatureCollection whose features have a name; None takes it away."""

    areas: dict[str, Any] | None


class ScreenCall(Schema):
    """One of today's roll-calls."""

    id: str
    title: str
    state: str
    opens_at: Moment
    closes_at: Moment
    kind: str
    tally: TallyView


class ScreenUnit(Schema):
    """A unit on the map: its state in the roll-call that runs, or in today's last one."""

    id: str
    name: str
    parent_id: str | None
    kind: str
    state: str | None
    reason: str | None
    connected: bool
    place: PlaceView | None


class ScreenEvent(Schema):
    """Today's timeline, newest first. ``what``: opened, closed or a state of a unit."""

    at: Moment
    what: str
    about: str
    reason: str | None


class OnDuty(Schema):
    """Who is on duty at the center now."""

    name: str
    post: str
    phone: str
    leader: bool


class ScreenView(Schema):
    """GET /api/screen. No name of a supervised person is in it."""

    at: Moment
    center: str
    demonstration: bool
    calls: list[ScreenCall]
    units: list[ScreenUnit]
    units_today: TallyView
    persons_today: TallyView
    timeline: list[ScreenEvent]
    alerts: list[AlertView]
    on_duty: list[OnDuty]
