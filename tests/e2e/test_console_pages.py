"""Every page of the console in both languages and both themes: whole, readable, photographed."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import cast
from tests.e2e.accessibility import barriers
from tests.e2e.browser import desk, phone, shoot
from tests.e2e.console_user import ConsoleUser
from tests.e2e.language import untranslated
from tests.e2e.phone_user import PhoneUser
from tests.e2e.town import ADMINISTRATOR, DUTY_OFFICER, Person, Town

LOOKS = [("zh-CN", False), ("zh-CN", True), ("en", False), ("en", True)]
SETTLED = "[aria-busy=true], .el-loading-mask, .el-skeleton"


@pytest.fixture(scope="module")
def case(town: Town, browser: Browser) -> Person:
    """Somebody who declined face verification and waits for an officer."""
    face = sorted(cast.faces())[0]
    person = town.person("许文静", cast.enrolment_pictures(face))
    with phone(browser) as mobile:
        owner = PhoneUser(mobile, town.link(person))
        owner.begin(agree=False)
        owner.receipt()
    return person


@pytest.mark.parametrize(("locale", "dark"), LOOKS)
def test_every_page(browser: Browser, town: Town, case: Person, locale: str, dark: bool) -> None:
    pages = {
        "today": "/today",
        "roll-call": f"/roll-calls/{case.roll_call_id}",
        "review": f"/review/{case.entry_id}",
        "entry": f"/entries/{case.entry_id}",
        "people": "/people",
        "plans": "/plans",
        "units": "/units",
    }
    found, names = {}, town.names()
    with desk(browser, locale, dark) as office:
        console = ConsoleUser(office, town.url, ADMINISTRATOR)
        for name, path in pages.items():
            console.page.goto(town.url + path)
            expect(console.page.locator("h1, h2").first).to_be_visible()
            expect(console.page.locator(SETTLED)).to_have_count(0)
            console.page.wait_for_load_state("networkidle")
            theme = "dark" if dark else "light"
            shoot(console.page, f"console-{name}-{locale}-{theme}")
            chinese = untranslated(console.page, *names) if locale == "en" else []
            if seen := [*barriers(console.page), *chinese]:
                found[name] = seen
            wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert console.page.evaluate(wide) <= 0, f"{name} scrolls sideways"
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
