"""The demonstration county's map: an invented outline of nine towns, as GeoJSON (RFC 7946)."""

import random
from typing import Any

from server.simulate.county import OFFICES

COLUMNS = 3
WEST, SOUTH = 113.9, 29.9
WIDTH, HEIGHT = 0.12, 0.09
WOBBLE = 0.28
STEPS = 4
"""Bends of each border between two corners."""

Position = tuple[float, float]


def county_map() -> dict[str, Any]:
    """A FeatureCollection: each office's town, neighbours sharing their borders."""
    borders = _Borders(random.Random(9))
    features = []
    for index, office in enumerate(OFFICES):
        row, column = divmod(index, COLUMNS)
        corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
        ring: list[list[float]] = []
        for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
            ring += [list(point) for point in borders.between(start, end)[:-1]]
        ring.append(ring[0])
        features.append(
            {
                "type": "Feature",
                "properties": {"name": town(office)},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return {"type": "FeatureCollection", "features": features}


def town(office: str) -> str:
    """The town that an office is named after."""
    return office.removesuffix("司法所") + "镇"


def office_position(index: int) -> Position:
    """Longitude and latitude of an office, near the middle of its town."""
    row, column = divmod(index, COLUMNS)
    return round(WEST + WIDTH * (column + 0.5), 4), round(SOUTH + HEIGHT * (row + 0.45), 4)


class _Borders:
    """Bent lines between corners of a grid; the same line from both sides."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._corners: dict[tuple[int, int], Position] = {}
        self._lines: dict[tuple[tuple[int, int], tuple[int, int]], list[Position]] = {}

    def between(self, start: tuple[int, int], end: tuple[int, int]) -> list[Position]:
        if start > end:
            return self.between(end, start)[::-1]
        if (start, end) not in self._lines:
            (x, y), (to_x, to_y) = self._corner(start), self._corner(end)
            inner = [
                self._off(x + (to_x - x) * n / STEPS, y + (to_y - y) * n / STEPS, WOBBLE / 3)
                for n in range(1, STEPS)
            ]
            self._lines[start, end] = [(x, y), *inner, (to_x, to_y)]
        return self._lines[start, end]

    def _corner(self, corner: tuple[int, int]) -> Position:
        if corner not in self._corners:
            x, y = WEST + WIDTH * corner[0], SOUTH + HEIGHT * corner[1]
            self._corners[corner] = self._off(x, y, WOBBLE)
        return self._corners[corner]

    def _off(self, x: float, y: float, by: float) -> Position:
        shift = self._chance.uniform
        return round(x + shift(-by, by) * WIDTH, 5), round(y + shift(-by, by) * HEIGHT, 5)
