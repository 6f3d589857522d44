"""A person checks in by video, the command center sees it, the result is on record."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import cast, figures
from tests.e2e.browser import desk, phone, shoot
from tests.e2e.console_user import ConsoleUser
from tests.e2e.phone_user import PhoneUser
from tests.e2e.town import DUTY_OFFICER, Town


@pytest.fixture(scope="module")
def two_faces() -> tuple[str, str]:
    """Two different people of the cast."""
    first, second, *_ = sorted(cast.faces())
    return first, second


def test_a_check_in_succeeds_and_the_console_sees_it(
    browser: Browser, town: Town, two_faces: tuple[str, str]
) -> None:
    person = town.person("陈志远", cast.enrolment_pictures(two_faces[0]))
    with desk(browser) as office, phone(browser) as mobile:
        figures.watch(office)
        figures.watch(mobile)
        console = ConsoleUser(office, town.url, DUTY_OFFICER)
        console.open_roll_call(person.roll_call_id)
        cast.portrait(two_faces[0]).appear(mobile)
        owner = PhoneUser(mobile, town.link(person))
        owner.begin()
        console.wait_for_live_tile()
        shoot(console.page, "console-live-zh-CN-light")
        console.enlarge()
        shoot(console.page, "console-live-enlarged-zh-CN-light")
        assert owner.receipt()[0] == "present"
        expect(console.entry_state(person.entry_id)).to_have_attribute("data-state", "present")
        on_phone, on_desk = figures.times_ms(owner.page), figures.times_ms(console.page)
    entry = town.entry(person)
    assert entry["entry"]["state"] == "present"
    assert [verdict["state"] for verdict in entry["verdicts"]] == ["match"]
    live_ms = on_desk["live_picture"] - on_phone["media_up"]
    figures.keep("first_live_tile_after_media_up", live_ms / 1000, "s")
    receipt_ms = on_phone["got receipt"] - on_phone["sent take_ticket"]
    figures.keep("ticket_to_receipt_in_chromium", receipt_ms / 1000, "s")


def test_a_different_face_goes_to_review(
    browser: Browser, town: Town, two_faces: tuple[str, str]
) -> None:
    person = town.person("李文博", cast.enrolment_pictures(two_faces[0]))
    with phone(browser) as mobile:
        cast.portrait(two_faces[1]).appear(mobile)
        owner = PhoneUser(mobile, town.link(person))
        assert owner.check_in() == ("review", "mismatch")
        shoot(owner.page, "phone-receipt-review-zh-CN")
    assert town.entry(person)["entry"]["state"] == "review"
