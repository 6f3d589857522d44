"""The big screen (大屏), its map, and the alerts (预警)."""

from roll_call.alerts import Alert
from roll_call.errors import InvalidInput, NotFound
from roll_call.people import SubjectKind
from roll_call.ports.store import Records, Transaction
from roll_call.statistics import summary
from server.access import Verb, of_units
from server.api.routing import Call, RouteGroup
from server.api.screen_schemas import AlertView, MapView, NewMap, PlaceView, ScreenView
from server.instants import wire
from server.reports.area_map import (
    UnitPlace,
    drawn,
    read_areas,
    read_places,
    save_areas,
    save_place,
)
from server.reports.figures import summary_view
from server.reports.screen import (
    place_view,
    read_snapshot,
    screen_calls,
    screen_timeline,
    screen_units,
)
from server.reports.situation import current_alerts

routes = RouteGroup("screen")


@routes.get("/api/alerts", "What needs a hand now", list[AlertView])
async def list_alerts(call: Call) -> list[AlertView]:
    """Of the officer's units, the most urgent first."""
    call.require(Verb.VIEW_REPORTS)
    found = await current_alerts(call.services, call.scope)
    return [await _alert_view(call, alert) for alert in found]


@routes.get("/api/screen", "What the big screen shows", ScreenView)
async def big_screen(call: Call) -> ScreenView:
    """Of the officer's units."""
    call.require(Verb.VIEW_REPORTS)
    services, scope = call.services, call.scope
    today = await services.store.read(lambda r: read_snapshot(r, services, scope))
    return ScreenView(
        at=wire(services.clock.now()),
        center=services.directory.center,
        demonstration=services.settings.server.demonstration,
        calls=screen_calls(today),
        units=screen_units(today, services, scope),
        units_today=summary_view(summary(today.facts[SubjectKind.UNIT])),
        persons_today=summary_view(summary(today.facts[SubjectKind.PERSON])),
        timeline=screen_timeline(today, services.clock.now()),
        alerts=await list_alerts(call),
        on_duty=list(today.on_duty),
    )


@routes.get("/api/map", "The map of the big screen", MapView)
async def read_map(call: Call) -> MapView:
    """Areas and the places of units."""
    call.require(Verb.VIEW_REPORTS)
    areas, places = await call.services.store.read(lambda r: (read_areas(r), read_places(r)))
    shown = {unit: place_view(place) for unit, place in places.items()}
    return MapView(areas=areas, places={unit: place for unit, place in shown.items() if place})


@routes.put("/api/map", "Upload the map", body=NewMap, returns=MapView, large=True)
async def replace_map(call: Call, body: NewMap) -> MapView:
    """GeoJSON; only outlines and names are kept."""
    _require_root(call)
    areas = None if body.areas is None else drawn(body.areas)
    now, details = call.services.clock.now(), {"areas": len(areas["features"]) if areas else 0}
    center = call.services.directory.root_id() or ""

    def save(t: Transaction) -> None:
        save_areas(t, areas)
        t.log.append("map.replaced", "unit", center, details, call.actor, now)

    await call.services.store.write(save)
    return await read_map(call)


@routes.put("/api/units/{id}/place", "Put a unit on the map", body=PlaceView, returns=MapView)
async def place_unit(call: Call, body: PlaceView) -> MapView:
    """Coordinates or an area; empty takes it off."""
    services, unit_id = call.services, call.path("id")
    if unit_id not in services.directory.tree:
        raise NotFound("unknown_unit")
    call.require(Verb.MANAGE_UNITS, of_units([unit_id]))
    if (body.longitude is None) != (body.latitude is None):
        raise InvalidInput("bad_position")
    place = UnitPlace(body.longitude, body.latitude, body.area or None)
    kept = None if place == UnitPlace() else place
    now, details = services.clock.now(), body.model_dump()

    def save(t: Transaction) -> None:
        save_place(t, unit_id, kept)
        t.log.append("unit.placed", "unit", unit_id, details, call.actor, now)

    await services.store.write(save)
    return await read_map(call)


def _require_root(call: Call) -> None:
    root = call.services.directory.root_id()
    call.require(Verb.MANAGE_UNITS, of_units([] if root is None else [root]))


async def _alert_view(call: Call, alert: Alert) -> AlertView:
    about = call.services.directory.name(alert.unit_id) if alert.unit_id else ""
    if alert.roll_call_id is not None:
        missed = alert.roll_call_id

        def title(r: Records) -> str:
            return r.calls.roll_call(missed).title

        about = await call.services.store.read(title)
    return AlertView(
        kind=alert.kind.value,
        about=about,
        unit_id=alert.unit_id,
        roll_call_id=alert.roll_call_id,
        number=alert.number,
        code=alert.code,
    )
