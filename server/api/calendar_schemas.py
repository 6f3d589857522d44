"""The HTTP values of the calendar."""

from typing import Annotated

from pydantic import Field

from server.api.roster_schemas import Day, DayView, Kind
from server.api.schemas import Schema


class OwnDayView(Schema):
    """A date that the center entered itself."""

    day: Day
    kind: Kind
    name: Annotated[str, Field(max_length=40)] = ""


class CalendarYear(Schema):
    """GET /api/calendar/{year}.

    ``published``: the statutory holidays of the year are known from the State Council's notice.
    ``complete``: the center says that its own dates make the year known. ``special``: holidays and
    make-up workdays from all sources.
    """

    year: int
    published: bool
    complete: bool
    own: list[OwnDayView]
    special: list[DayView]
    known_until: int
    editable: bool


class CalendarInput(Schema):
    """PUT /api/calendar/{year}: replaces the center's dates of the year."""

    own: Annotated[list[OwnDayView], Field(max_length=366)]
    complete: bool = False
