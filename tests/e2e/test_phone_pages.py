"""Every screen of the phone in both languages: fits, readable, photographed."""

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e import cast
from tests.e2e.accessibility import barriers
from tests.e2e.browser import phone, shoot
from tests.e2e.language import untranslated
from tests.e2e.phone_user import RECEIPT_WITHIN_MS, PhoneUser
from tests.e2e.town import CENTER, OFFICE, Town

NAME = "吕秀英"

LEAST_BUTTON_PX = 48
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL_BUTTONS = """least => [...document.querySelectorAll('.actions button')]
  .filter(button => button.offsetParent && button.getBoundingClientRect().height < least)
  .map(button => button.innerText)"""


def look(page: Page, name: str) -> None:
    """Photograph a screen and hold it against the rules of the phone page."""
    shoot(page, name)
    if name.endswith("-en"):
        assert untranslated(page, f"{NAME} 视频签到", NAME, CENTER, OFFICE) == [], name
    assert page.evaluate(SIDEWAYS) <= 0, f"{name} scrolls sideways"
    assert page.evaluate(SMALL_BUTTONS, LEAST_BUTTON_PX) == [], name
    assert barriers(page) == [], name


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_screen_of_a_check_in(browser: Browser, town: Town, locale: str) -> None:
    face = sorted(cast.faces())[0]
    person = town.person(NAME, cast.enrolment_pictures(face), locale=locale)
    with phone(browser, locale) as mobile:
        cast.portrait(face).appear(mobile)
        owner = PhoneUser(mobile, town.link(person))
        owner.wait_for("due")
        look(owner.page, f"phone-due-{locale}")
        owner.tap("start")
        owner.wait_for("notice")
        look(owner.page, f"phone-notice-{locale}")
        owner.tap("decline")
        owner.wait_for("decline")
        look(owner.page, f"phone-decline-{locale}")
        owner.tap("decline-back")
        owner.wait_for("notice")
        owner.tap("agree")
        # Screens that come and go by themselves are only photographed: a look would miss them.
        owner.wait_for("camera-check")
        owner.page.wait_for_function("() => document.querySelector('video')?.currentTime > 0.3")
        shoot(owner.page, f"phone-camera-check-{locale}")
        owner.page.locator("[data-prompt-id]").first.wait_for(timeout=RECEIPT_WITHIN_MS)
        shoot(owner.page, f"phone-prompt-{locale}")
        owner.wait_for("question", within_ms=RECEIPT_WITHIN_MS)
        look(owner.page, f"phone-question-{locale}")
        while owner.wait_for("question", "location") == "question":
            owner.answer_one()
        look(owner.page, f"phone-location-{locale}")
        assert owner.receipt()[0] == "present"
        look(owner.page, f"phone-receipt-{locale}")
