"""The center's own holidays and make-up workdays."""

from datetime import date

from roll_call.errors import InvalidInput
from roll_call.own_calendar import FIRST_YEAR, LAST_YEAR, OwnDay, OwnYear
from roll_call.schedule import DayKind
from server.access import Verb, allowed, of_units
from server.api.calendar_schemas import CalendarInput, CalendarYear, OwnDayView
from server.api.roster import changed, unit_of
from server.api.roster_views import day_views
from server.api.routing import Call, RouteGroup
from server.calendar import published
from server.instants import local_day

routes = RouteGroup("calendar")

SPECIAL = {DayKind.HOLIDAY.value, DayKind.MAKEUP_WORKDAY.value}


@routes.get("/api/calendar/{year}", "Holidays and make-up workdays of a year", CalendarYear)
async def show_year(call: Call) -> CalendarYear:
    """Raises bad_year."""
    call.require(Verb.VIEW_ROSTER)
    return _view(call, _year(call))


@routes.put(
    "/api/calendar/{year}", "Enter a year's dates", body=CalendarInput, returns=CalendarYear
)
async def save_year(call: Call, body: CalendarInput) -> CalendarYear:
    """They outweigh the published ones. Raises bad_year, day_outside_year, day_twice,
    wrong_day_kind."""
    services, number = call.services, _year(call)
    unit_of(call, services.directory.root_id() or "", Verb.MANAGE_CALENDAR)
    now, zone = services.clock.now(), services.settings.zone
    days = [
        OwnDay(local_day(one.day, now, zone), DayKind(one.kind), one.name.strip())
        for one in body.own
    ]
    year = OwnYear(number, tuple(sorted(days, key=lambda own: own.day)), body.complete)
    await services.store.write(lambda t: t.calendar.save_year(year, changed(call, "saved")))
    await services.calendar.load()
    return _view(call, number)


def _year(call: Call) -> int:
    text = call.path("year")
    if not text.isdecimal() or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise InvalidInput("bad_year", first=FIRST_YEAR, last=LAST_YEAR)
    return int(text)


def _view(call: Call, number: int) -> CalendarYear:
    services = call.services
    own = services.calendar.years.get(number, OwnYear(number))
    first = date(number, 1, 1)
    days = day_views(call, first, (date(number + 1, 1, 1) - first).days)
    root = of_units([services.directory.root_id() or ""])
    return CalendarYear(
        year=number,
        published=published(first),
        complete=own.complete,
        own=[
            OwnDayView(day=one.day.isoformat(), kind=one.kind.value, name=one.name)
            for one in own.days
        ],
        special=[day for day in days if day.kind in SPECIAL],
        known_until=services.calendar.known_until,
        editable=allowed(call.officer, Verb.MANAGE_CALENDAR, root, services.directory.tree),
    )
