"""The calendar of holidays and make-up workdays, read into the domain's values.

Three sources, the first that knows a day decides: the dates that the center entered itself, the
published statutory holidays of ``chinese-calendar``, and the weekday, where ``known`` is False.
"""

from collections.abc import Iterable
from datetime import date

import chinese_calendar
from chinese_calendar import constants

from roll_call.own_calendar import OwnDay, OwnYear
from roll_call.ports.store import Store
from roll_call.schedule import DayKind

LAST_KNOWN_YEAR: int = max(day.year for day in constants.holidays)
"""The last year that was published when the library was."""

_CHINESE_NAMES = {holiday.value: holiday.chinese for holiday in constants.Holiday}


def published(day: date) -> bool:
    """Whether the published calendar covers this day."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


def published_kind(day: date) -> DayKind:
    """Workday, weekend, holiday or make-up workday; by weekday alone where the year is unknown."""
    weekend = day.isoweekday() >= 6
    if not published(day):
        return DayKind.WEEKEND if weekend else DayKind.WORKDAY
    if chinese_calendar.is_workday(day):
        return DayKind.MAKEUP_WORKDAY if weekend else DayKind.WORKDAY
    _, name = chinese_calendar.get_holiday_detail(day)
    return DayKind.HOLIDAY if name or not weekend else DayKind.WEEKEND


def published_name(day: date, locale: str) -> str:
    """What the holiday (or the one that is made up for) is called; empty for an ordinary day."""
    if not published(day):
        return ""
    name = chinese_calendar.get_holiday_detail(day)[1] or ""
    return _CHINESE_NAMES.get(name, name) if locale == "zh-CN" else name


class CenterCalendar:
    """The three sources as one; the center's own dates are kept in memory."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.years: dict[int, OwnYear] = {}
        self._days: dict[date, OwnDay] = {}

    async def load(self) -> None:
        """Read the center's dates anew."""
        self.use(await self._store.read(lambda r: r.calendar.years()))

    def use(self, years: Iterable[OwnYear]) -> None:
        """Take these for the center's dates."""
        self.years = {own.year: own for own in years}
        self._days = {own.day: own for year in self.years.values() for own in year.days}

    def day_kind(self, day: date) -> DayKind:
        """What kind of day it is."""
        own = self._days.get(day)
        return own.kind if own else published_kind(day)

    def known(self, day: date) -> bool:
        """Whether that is more than the weekday: published, or entered by the center."""
        year = self.years.get(day.year)
        return day in self._days or published(day) or (year is not None and year.complete)

    def name(self, day: date, locale: str) -> str:
        """What the holiday is called, in the center's words first."""
        own = self._days.get(day)
        return own.name if own else published_name(day, locale)

    @property
    def known_until(self) -> int:
        """The last year that is known without a gap."""
        year = LAST_KNOWN_YEAR
        while (own := self.years.get(year + 1)) is not None and own.complete:
            year += 1
        return year
