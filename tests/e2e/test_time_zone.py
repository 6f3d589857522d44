"""A phone that lives in another time zone shows the times of the command center."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser import phone
from tests.e2e.phone_user import PhoneUser
from tests.e2e.town import Town

CENTER = ZoneInfo("Asia/Shanghai")


def at_center(moment: str, pattern: str) -> str:
    """A wire time as the center's clock shows it."""
    return datetime.fromisoformat(moment).astimezone(CENTER).strftime(pattern)


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati"])
def test_times_are_the_centers(browser: Browser, town: Town, zone: str) -> None:
    person = town.person("白雪峰", [])
    roll_call = town.ask("GET", f"/api/roll-calls/{person.roll_call_id}")
    with phone(browser, zone=zone) as mobile:
        owner = PhoneUser(mobile, town.link(person))
        owner.wait_for("due")
        assert owner.page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == zone
        window = owner.page.locator(".window")
        for moment in (roll_call["opens_at"], roll_call["closes_at"]):
            expect(window).to_contain_text(at_center(moment, "%H:%M"))
        day = datetime.fromisoformat(roll_call["opens_at"]).astimezone(CENTER)
        expect(owner.screen("due")).to_contain_text(f"{day.month}月{day.day}日")
        owner.begin(agree=False)
        owner.receipt()
        arrived = town.entry(person)["entry"]["arrived_at"]
        expect(owner.screen("receipt")).to_contain_text(at_center(arrived, "%Y-%m-%d %H:%M:%S"))
        expect(owner.screen("receipt")).to_contain_text("中国标准时间")
