"""The map of the big screen: areas as GeoJSON (RFC 7946) that the center uploads; no tiles.

Of a file only what is drawn is kept: outlines and names. Places of units are coordinates, or the
name of an area.
"""

import json
import math
from dataclasses import dataclass
from typing import Any

from roll_call.errors import InvalidInput
from roll_call.ports.store import Records, Transaction

AREAS = "map.areas"
PLACES = "map.places"
MAX_AREAS = 500
MAX_POINTS = 60_000
MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class UnitPlace:
    """Degrees (WGS 84), or ``area``, the name of an area whose middle is meant."""

    longitude: float | None = None
    latitude: float | None = None
    area: str | None = None


def drawn(document: Any) -> dict[str, Any]:
    """The outlines and names of a FeatureCollection.

    Raises InvalidInput(bad_map) where it is none, (map_too_large) beyond 500 areas or 60,000
    points.
    """
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection":
        raise InvalidInput("bad_map")
    if len(features) > MAX_AREAS:
        raise InvalidInput("map_too_large", areas=MAX_AREAS, points=MAX_POINTS)
    kept = [_area(feature) for feature in features]
    if not kept:
        raise InvalidInput("bad_map")
    if sum(_points(area["geometry"]["coordinates"]) for area in kept) > MAX_POINTS:
        raise InvalidInput("map_too_large", areas=MAX_AREAS, points=MAX_POINTS)
    return {"type": "FeatureCollection", "features": kept}


def _area(feature: Any) -> dict[str, Any]:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict) or not isinstance(properties, dict):
        raise InvalidInput("bad_map")
    depth = {"Polygon": 2, "MultiPolygon": 3}.get(str(geometry.get("type")))
    name = properties.get("name")
    if depth is None or not isinstance(name, str) or not name.strip():
        raise InvalidInput("bad_map")
    return {
        "type": "Feature",
        "properties": {"name": name.strip()[:MAX_NAME]},
        "geometry": {
            "type": geometry["type"],
            "coordinates": _rings(geometry.get("coordinates"), depth),
        },
    }


def _rings(value: Any, depth: int) -> list[Any]:
    """Positions at the given depth, rounded to some ten centimetres."""
    if not isinstance(value, list) or not value:
        raise InvalidInput("bad_map")
    if depth:
        return [_rings(each, depth - 1) for each in value]
    if len(value) < 2 or not all(isinstance(n, int | float) for n in value[:2]):
        raise InvalidInput("bad_map")
    longitude, latitude = float(value[0]), float(value[1])
    check_position(longitude, latitude)
    return [round(longitude, 6), round(latitude, 6)]


def check_position(longitude: float, latitude: float) -> None:
    """Raise InvalidInput(bad_position) outside the globe."""
    inside = abs(longitude) <= 180 and abs(latitude) <= 90
    if not inside or not math.isfinite(longitude + latitude):
        raise InvalidInput("bad_position")


def _points(value: list[Any]) -> int:
    if value and isinstance(value[0], list):
        return sum(_points(each) for each in value)
    return 1


def read_areas(records: Records) -> dict[str, Any] | None:
    """The areas, None where there is no map."""
    text = records.settings.get(AREAS)
    return json.loads(text) if text else None


def read_places(records: Records) -> dict[str, UnitPlace]:
    """Places by unit."""
    text = records.settings.get(PLACES)
    return {unit: UnitPlace(**place) for unit, place in json.loads(text or "{}").items()}


def save_areas(tx: Transaction, areas: dict[str, Any] | None) -> None:
    """Keep the areas; None takes the map away."""
    tx.settings.set(AREAS, None if areas is None else json.dumps(areas, ensure_ascii=False))


def save_place(tx: Transaction, unit_id: str, place: UnitPlace | None) -> None:
    """Keep where a unit is; None forgets it."""
    places = json.loads(tx.settings.get(PLACES) or "{}")
    places.pop(unit_id, None)
    if place is not None:
        places[unit_id] = {
            "longitude": place.longitude,
            "latitude": place.latitude,
            "area": place.area,
        }
    tx.settings.set(PLACES, json.dumps(places, ensure_ascii=False))
