"""What goes wrong leads somewhere, in the person's language, and marks nobody absent."""

import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import cast
from tests.e2e.actor import Picture, acting
from tests.e2e.browser import phone, shoot
from tests.e2e.language import untranslated
from tests.e2e.phone_user import PhoneUser
from tests.e2e.town import CENTER, OFFICE, POLL_S, Person, Town

LOCALES = ["zh-CN", "en"]
CAMERA_REFUSED = {"zh-CN": "手机没有允许用摄像头", "en": "The camera is not allowed yet"}
TOO_DARK_LEVEL = 0.12
VERDICT_WITHIN_S = 30.0
ANOTHER_APP_TAKES_THE_CAMERA = """() => {
    const taken = () => Promise.reject(new DOMException('taken', 'NotReadableError'))
    navigator.mediaDevices.getUserMedia = taken
    const [track] = document.querySelector('video').srcObject.getVideoTracks()
    track.stop()
    track.dispatchEvent(new Event('ended'))
}"""


def face() -> str:
    """The first of the cast."""
    return sorted(cast.faces())[0]


def look(page: Page, name: str, person: str = "") -> None:
    """Photograph a screen; one in English has no Chinese words beside the names."""
    shoot(page, name)
    if name.endswith("-en"):
        names = (f"{person} 视频签到", person, CENTER, OFFICE)
        assert untranslated(page, *filter(str.strip, names)) == [], name


@pytest.mark.parametrize("locale", LOCALES)
def test_camera_denied_is_a_technical_failure_with_a_way_on(
    browser: Browser, town: Town, locale: str
) -> None:
    person = town.person("张建国", cast.enrolment_pictures(face()), locale=locale)
    with phone(browser, locale, camera=False) as mobile:
        owner = PhoneUser(mobile, town.link(person))
        owner.begin()
        owner.wait_for("camera-problem")
        expect(owner.page.locator("h1")).to_have_text(CAMERA_REFUSED[locale])
        look(owner.page, f"phone-camera-problem-{locale}", person.name)
        owner.tap("show-receipt")
        assert owner.receipt() == ("review", "technical_failure")
        look(owner.page, f"phone-receipt-technical-{locale}", person.name)
    assert town.entry(person)["entry"]["state"] == "review"


@pytest.mark.parametrize("locale", LOCALES)
def test_declining_face_verification_leads_to_an_officer(
    browser: Browser, town: Town, locale: str
) -> None:
    person = town.person("赵国庆", cast.enrolment_pictures(face()), locale=locale)
    with phone(browser, locale) as mobile:
        owner = PhoneUser(mobile, town.link(person))
        owner.begin(agree=False)
        assert owner.receipt() == ("review", "declined_face")
        look(owner.page, f"phone-declined-{locale}", person.name)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_link_works_once(browser: Browser, town: Town, locale: str) -> None:
    person = town.person("孙立新", [], locale=locale)
    link = town.link(person)
    with phone(browser, locale) as mobile:
        PhoneUser(mobile, link).wait_for("due")
    with phone(browser, locale) as another:
        stranger = PhoneUser(another, link)
        stranger.wait_for("link-problem")
        look(stranger.page, f"phone-link-used-{locale}")


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_due_says_so(browser: Browser, town: Town, locale: str) -> None:
    person_id = town.register("郑小燕", [], locale=locale)
    with phone(browser, locale) as mobile:
        owner = PhoneUser(mobile, town.link_of(person_id))
        owner.wait_for("nothing-due")
        look(owner.page, f"phone-nothing-due-{locale}", "郑小燕")


@pytest.mark.parametrize("locale", LOCALES)
def test_a_dark_room_brings_advice_and_the_newer_phone_goes_on(
    browser: Browser, town: Town, locale: str
) -> None:
    person = town.person("黄晓东", cast.enrolment_pictures(face()), locale=locale)
    with phone(browser, locale) as mobile, phone(browser, locale) as newer:
        acting({"still": dark(cast.clips(face())["still"])}).appear(mobile)
        owner = PhoneUser(mobile, town.link(person))
        owner.begin()
        owner.wait_for("camera-check")
        expect(owner.page.locator(".advice.attention")).to_be_visible()
        look(owner.page, f"phone-advice-dark-{locale}", person.name)
        PhoneUser(newer, town.link(person)).wait_for("due")
        owner.wait_for("superseded", "link-problem")
        look(owner.page, f"phone-superseded-{locale}", person.name)
    assert town.entry(person)["entry"]["state"] not in {"absent", "present"}


def dark(pictures: list[Picture]) -> list[Picture]:
    """The same pictures with the light off."""
    return [(picture * TOO_DARK_LEVEL).astype(picture.dtype) for picture in pictures]


def test_a_camera_taken_away_after_the_verdict_costs_no_answers(
    browser: Browser, town: Town
) -> None:
    person = town.person("何秀英", cast.enrolment_pictures(face()))
    with phone(browser) as mobile:
        cast.portrait(face()).appear(mobile)
        owner = PhoneUser(mobile, town.link(person))
        owner.begin()
        owner.wait_for("question", within_ms=60_000)
        until_present(town, person)
        owner.page.evaluate(ANOTHER_APP_TAKES_THE_CAMERA)
        expect(owner.page.locator(".mini")).to_contain_text("您的摄像头关着")
        assert owner.receipt() == ("present", "verified")
    detail = town.entry(person)
    assert "entry.camera_problem" in [event["kind"] for event in detail["timeline"]]
    assert detail["answers"] and detail["entry"]["state"] == "present"


def until_present(town: Town, person: Person) -> None:
    """Wait for the verdict; the person still has the questions before them."""
    for _ in range(round(VERDICT_WITHIN_S / POLL_S)):
        if town.entry(person)["entry"]["state"] == "present":
            return
        time.sleep(POLL_S)
    raise TimeoutError("no verdict")


def test_a_restarted_server_carries_on(browser: Browser, own_town: Town) -> None:
    person = own_town.person("周玉珍", cast.enrolment_pictures(face()))
    with phone(browser) as mobile:
        cast.portrait(face()).appear(mobile)
        owner = PhoneUser(mobile, own_town.link(person))
        owner.begin()
        owner.wait_for("prompts", "question", within_ms=40_000)
        own_town.lose_power()
        owner.page.locator("[data-banner=link-lost]").wait_for()
        look(owner.page, "phone-link-lost-zh-CN")
        own_town.restore_power()
        assert owner.receipt()[0] == "present"
    assert own_town.entry(person)["entry"]["state"] == "present"
