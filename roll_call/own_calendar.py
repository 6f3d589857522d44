"""The center's own dates: holidays and make-up workdays that no published calendar knows (yet).

Sources: 全国年节及纪念日放假办法, the State Council's yearly notice; local holidays by local rules.
"""

from dataclasses import dataclass
from datetime import date

from roll_call.errors import InvalidInput
from roll_call.schedule import DayKind

FIRST_YEAR, LAST_YEAR = 2000, 2199


@dataclass(frozen=True, slots=True)
class OwnDay:
    """What the center says about a day; it outweighs every other calendar.

    Raises InvalidInput(wrong_day_kind) for a make-up workday on a weekday and the like.
    """

    day: date
    kind: DayKind
    name: str = ""

    def __post_init__(self) -> None:
        weekend = self.day.isoweekday() >= 6
        fits = {
            DayKind.WORKDAY: not weekend,
            DayKind.WEEKEND: weekend,
            DayKind.HOLIDAY: True,
            DayKind.MAKEUP_WORKDAY: weekend,
        }
        if not fits[self.kind]:
            raise InvalidInput("wrong_day_kind", day=self.day.isoformat())


@dataclass(frozen=True, slots=True)
class OwnYear:
    """The center's dates of a year; ``complete`` means that with them the whole year is known.

    Raises InvalidInput with bad_year, day_outside_year, day_twice.
    """

    year: int
    days: tuple[OwnDay, ...] = ()
    complete: bool = False

    def __post_init__(self) -> None:
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise InvalidInput("bad_year", first=FIRST_YEAR, last=LAST_YEAR)
        if any(own.day.year != self.year for own in self.days):
            raise InvalidInput("day_outside_year", year=self.year)
        if len({own.day for own in self.days}) != len(self.days):
            raise InvalidInput("day_twice")
