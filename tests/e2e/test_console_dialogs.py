"""Every dialog and entrance of the console in both languages: readable, photographed."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import cast
from tests.e2e.accessibility import barriers
from tests.e2e.browser import desk, shoot
from tests.e2e.console_user import ConsoleUser
from tests.e2e.language import untranslated
from tests.e2e.town import ADMINISTRATOR, Town

NAME = "唐建华"
# While a camera opens, what needs it is switched off.
CAMERA_TO_COME = ".trouble"
OPENING_MS = 350
DIALOGS = {
    "help": ("/today", ("快捷键帮助", "Keyboard help")),
    "start": ("/today", ("发起点名", "Start a roll-call")),
    "person": ("/people", ("添加人员", "Add a person")),
    "enrol": ("/people", ("重新登记", "Enrol again")),
    "enrolment": ("/people", ("登记情况", "Enrolment")),
    "link": ("/people", ("签到链接", "Link")),
    "officer": ("/people?tab=officers", ("添加工作人员", "Add an officer")),
    "camera": ("/units?tab=cameras", ("添加摄像机", "Add a camera")),
    "unit": ("/units", ("添加单位", "Add a unit")),
    "plan": ("/plans", ("添加计划", "Add a plan")),
}


def look(page: Page, name: str, locale: str, names: list[str]) -> list[str]:
    """Photograph it; what is wrong with it."""
    page.wait_for_timeout(OPENING_MS)
    shoot(page, f"console-{name}-{locale}-light")
    chinese = untranslated(page, *names) if locale == "en" else []
    return [f"{name}: {fault}" for fault in (*barriers(page), *chinese)]


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_dialog(browser: Browser, town: Town, locale: str) -> None:
    person = town.person(NAME, cast.enrolment_pictures(sorted(cast.faces())[0]))
    found, names = [], town.names()
    with desk(browser, locale) as office:
        cast.portrait(sorted(cast.faces())[0]).appear(office)
        entrance = office.new_page()
        entrance.goto(f"{town.url}/sign-in")
        expect(entrance.locator("button[type=submit]")).to_be_visible()
        found += look(entrance, "sign-in", locale, names)
        page = ConsoleUser(office, town.url, ADMINISTRATOR).page
        for name, (path, words) in DIALOGS.items():
            page.goto(town.url + path)
            page.get_by_role("button", name=words[locale == "en"]).last.click()
            dialog = page.get_by_role("dialog").first
            expect(dialog).to_be_visible()
            page.wait_for_load_state("networkidle")
            expect(page.locator(CAMERA_TO_COME)).to_have_count(0)
            found += look(page, f"dialog-{name}", locale, names)
            page.keyboard.press("Escape")
        page.goto(f"{town.url}/entries/{person.entry_id}")
        page.locator(".outcomes button").last.click()
        page.locator("aside.decision textarea").fill("电话无人接听，已到户走访")
        page.locator("aside.decision button[type=submit]").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        found += look(page, "dialog-absence", locale, names)
    assert found == []
