"""Every page of the console in both languages and both themes: whole, readable, photographed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import busy_day, cast
from tests.e2e.accessibility import barriers
from tests.e2e.background import Background
from tests.e2e.browser import desk, phone, shoot
from tests.e2e.busy_day import BusyDay
from tests.e2e.console_user import ConsoleUser
from tests.e2e.language import untranslated
from tests.e2e.phone_user import PhoneUser
from tests.e2e.town import ADMINISTRATOR, DUTY_OFFICER, Town

LOOKS = [("zh-CN", False), ("zh-CN", True), ("en", False), ("en", True)]
SETTLED = "[aria-busy=true], .el-loading-mask, .el-skeleton"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# A player that still loads shows a spinner over its first picture.
PICTURE_IS_THERE = """() => [...document.querySelectorAll('video')]
  .every(one => one.readyState >= 2 && one.networkState === HTMLMediaElement.NETWORK_IDLE)"""


@pytest.fixture(scope="module")
def county(background: Background, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town of these tests' own, so that nobody else's persons are in the pictures."""
    town = Town(background, tmp_path_factory.mktemp("county"))
    yield town
    town.close()


@pytest.fixture(scope="module")
def day(county: Town, browser: Browser) -> BusyDay:
    """What happened there today."""
    return busy_day.fill(county, browser)


@pytest.mark.parametrize(("locale", "dark"), LOOKS)
def test_every_page(browser: Browser, county: Town, day: BusyDay, locale: str, dark: bool) -> None:
    pages = {
        "today": "/today",
        "roll-call": f"/roll-calls/{day.roll_call_id}",
        "review": f"/review/{day.case_id}",
        "entry": f"/entries/{day.case_id}",
        "people": "/people",
        "plans": "/plans",
        "units": "/units",
    }
    written = [note for *_, note in busy_day.DECISIONS.values() if note]
    found, names = {}, [*county.names(), *written]
    theme = "dark" if dark else "light"
    with desk(browser, locale, dark) as office:
        console = ConsoleUser(office, county.url, ADMINISTRATOR)
        for name, path in pages.items():
            console.page.goto(county.url + path)
            expect(console.page.locator("h1, h2").first).to_be_visible()
            expect(console.page.locator(SETTLED)).to_have_count(0)
            console.page.wait_for_load_state("networkidle")
            console.page.wait_for_function(PICTURE_IS_THERE)
            shoot(console.page, f"console-{name}-{locale}-{theme}")
            if name == "entry":
                console.show_evidence()
                shoot(console.page, f"console-evidence-{locale}-{theme}")
            chinese = untranslated(console.page, *names) if locale == "en" else []
            if seen := [*barriers(console.page), *chinese]:
                found[name] = seen
            assert console.page.evaluate(SIDEWAYS) <= 0, f"{name} scrolls sideways"
    assert found == {}


def test_an_officer_decides_a_case_with_a_reason(browser: Browser, town: Town) -> None:
    face = sorted(cast.faces())[0]
    person = town.person("何志强", cast.enrolment_pictures(face))
    with phone(browser) as mobile:
        owner = PhoneUser(mobile, town.link(person))
        owner.begin(agree=False)
        owner.receipt()
    with desk(browser) as office:
        console = ConsoleUser(office, town.url, DUTY_OFFICER)
        console.decide(person.entry_id, "已到")
    entry = town.entry(person)
    assert entry["entry"]["state"] == "present"
    assert entry["entry"]["settled_by"]
