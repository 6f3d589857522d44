"""The roll-call screen with persons: replies come in, one is called live and decided by eye."""

from contextlib import ExitStack

from playwright.sync_api import Browser, expect

from tests.e2e import cast, live_media
from tests.e2e.accessibility import barriers
from tests.e2e.browser import desk, phone, shoot
from tests.e2e.console_user import ConsoleUser
from tests.e2e.language import untranslated
from tests.e2e.phone_user import PhoneUser
from tests.e2e.town import DUTY_OFFICER, Town

REPLIES, WAITS = "陈志远", "许文静"
ASKED = "请马上报告您的身体情况"


def test_replies_come_in_and_one_is_decided_by_eye(browser: Browser, town: Town) -> None:
    faces = sorted(cast.faces())
    ids = {
        name: town.register(name, cast.enrolment_pictures(face))
        for name, face in zip((REPLIES, WAITS), faces, strict=False)
    }
    body = {"title": "实时点名", "person_ids": list(ids.values()), "ask_reply": ASKED}
    call = town.ask("POST", "/api/roll-calls", body)["id"]
    with ExitStack() as open_:
        office = open_.enter_context(desk(browser))
        live_media.watch(office)
        page = ConsoleUser(office, town.url, DUTY_OFFICER).page
        page.goto(f"{town.url}/round/{call}")
        expect(page.locator("[data-replied]")).to_contain_text("0 / 2")
        owner = open_.enter_context(phone(browser))
        answering = PhoneUser(owner, town.link_of(ids[REPLIES]))
        answering.tap("reply", value="unwell")
        row = page.locator("[data-reply]", has_text=REPLIES)
        expect(row.locator(".badge.tone-check")).to_be_visible()
        waiting = open_.enter_context(phone(browser))
        live_media.watch(waiting)
        cast.portrait(faces[1]).appear(waiting)
        other = PhoneUser(waiting, town.link_of(ids[WAITS]))
        other.tap("reply", value="good")
        expect(page.locator("[data-replied]")).to_contain_text("2 / 2")
        expect(page.locator("[data-reply]").first).to_contain_text(REPLIES)
        other.begin()
        expect(page.locator("[data-queue]", has_text=WAITS)).to_have_attribute(
            "data-connection", "live"
        )
        page.keyboard.press("Enter")
        expect(page.locator("[data-current]")).to_be_visible()
        page.locator("[data-queue]", has_text=WAITS).click()
        expect(page.locator("[data-current] h2")).to_have_text(WAITS)
        expect(page.locator("[data-action-hint]")).to_be_visible()
        page.keyboard.press("t")
        live_media.wait_for(other.page, "inbound", "audio", 50, "packets")
        live_media.wait_for(page, "inbound", "audio", 50, "packets")
        shoot(page, "console-instant-zh-CN-light")
        found = barriers(page)
        with desk(browser, "en", dark=True) as beside:
            english = ConsoleUser(beside, town.url, DUTY_OFFICER).page
            english.goto(f"{town.url}/round/{call}")
            expect(english.locator("[data-reply]")).to_have_count(2)
            shoot(english, "console-instant-en-dark")
            found += barriers(english) + untranslated(english, *town.names())
        page.keyboard.press("1")
        expect(page.locator("[data-queue]", has_text=WAITS)).to_have_attribute(
            "data-state", "present"
        )
        expect(page.locator("[data-air]")).to_have_count(0)
        assert found == []
