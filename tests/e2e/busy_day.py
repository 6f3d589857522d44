"""An ordinary day of the town, so that the console's pages are seen with something on them."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser

from tests.e2e import cast
from tests.e2e.browser import phone
from tests.e2e.phone_user import PhoneUser
from tests.e2e.town import Person, Town

OFFICES = ("柳林司法所", "东河司法所", "石桥司法所")
NAMES = (
    *("许文静", "何志强", "吕秀英", "施建华", "曹红霞", "严立军", "金美玲"),
    *("魏国栋", "陶桂芳", "姜海波", "谢雅琴", "潘文斌", "葛春生", "沈卫东"),
)
REPORT = "每日报告"
DECISIONS: dict[str, tuple[str, str, str]] = {
    "何志强": ("present", "by_phone", "9:20 电话通话，声音与身份一致"),
    "吕秀英": ("present", "by_eye", ""),
    "施建华": ("present", "on_site", "到所当面报告"),
    "曹红霞": ("present", "by_eye", ""),
    "严立军": ("excused", "leave", "住院，已请假"),
    "金美玲": ("absent", "never_reached", "三次电话未接，已到户走访，家人称外出未归"),
}
PLAN = {"title": REPORT, "days": "workdays", "starts": "09:00", "duration_minutes": 60}
RANDOM = {"title": "随机抽查", "days": "every_day", "starts": "13:00", "random_window_minutes": 240}


@dataclass(frozen=True)
class BusyDay:
    """The daily report of the day, and one case of it that waits with a recording."""

    roll_call_id: str
    case_id: str


def fill(town: Town, browser: Browser) -> BusyDay:
    """Offices, persons, plans, a roll-call in the middle of its window, one face that differs."""
    units = town.ask("GET", "/api/units")
    root = next(unit["id"] for unit in units if unit["parent_id"] is None)
    offices = [unit["id"] for unit in units if unit["parent_id"] is not None]
    for name in OFFICES:
        office = {"name": name, "kind": "judicial_office", "parent_id": root}
        offices.append(town.ask("POST", "/api/units", office)["id"])
    for plan in (PLAN, RANDOM):
        town.ask("POST", "/api/plans", {**plan, "unit_ids": [root]})
    first, second, *_ = sorted(cast.faces())
    people = {}
    for index, name in enumerate(NAMES):
        enrolled = cast.enrolment_pictures((first, second)[index % 2]) if index < 4 else []
        office = offices[index % len(offices)]
        people[name] = town.register(name, enrolled, office_ids=[office])
    roll_call = town.ask(
        "POST", "/api/roll-calls", {"title": REPORT, "person_ids": [*people.values()]}
    )
    entries = town.ask("GET", f"/api/roll-calls/{roll_call['id']}/entries")
    by_name: dict[str, dict[str, Any]] = {entry["subject_name"]: entry for entry in entries}
    for name, (outcome, reason, note) in DECISIONS.items():
        decision = {"outcome": outcome, "reason": reason, "note": note}
        town.ask("POST", f"/api/entries/{by_name[name]['id']}/decision", decision)
    case = Person(people["许文静"], "许文静", roll_call["id"], by_name["许文静"]["id"])
    with phone(browser) as mobile:
        cast.portrait(second).appear(mobile)
        PhoneUser(mobile, town.link(case)).check_in()
    town.recording(case)
    declined = Person(people["魏国栋"], "魏国栋", roll_call["id"], by_name["魏国栋"]["id"])
    with phone(browser) as mobile:
        owner = PhoneUser(mobile, town.link(declined))
        owner.begin(agree=False)
        owner.receipt()
    return BusyDay(roll_call["id"], case.entry_id)
