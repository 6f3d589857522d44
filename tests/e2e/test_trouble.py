"""What goes wrong leads somewhere, and nobody is marked absent by it."""

from playwright.sync_api import Browser, expect

from tests.e2e import cast
from tests.e2e.browser import phone, shoot
from tests.e2e.phone_user import PhoneUser
from tests.e2e.town import Town


def face() -> str:
    """The first of the cast."""
    return sorted(cast.faces())[0]


def test_camera_denied_is_a_technical_failure_with_a_way_on(browser: Browser, town: Town) -> None:
    person = town.person("张建国", cast.enrolment_pictures(face()))
    with phone(browser, camera=False) as mobile:
        owner = PhoneUser(mobile, town.link(person))
        owner.begin()
        owner.wait_for("camera-problem")
        expect(owner.page.locator("h1")).to_have_text("手机没有允许用摄像头")
        shoot(owner.page, "phone-camera-problem-zh-CN")
        owner.tap("show-receipt")
        assert owner.receipt() == ("review", "technical_failure")
    assert town.entry(person)["entry"]["state"] == "review"


def test_declining_face_verification_leads_to_an_officer(browser: Browser, town: Town) -> None:
    person = town.person("赵国庆", cast.enrolment_pictures(face()))
    with phone(browser) as mobile:
        owner = PhoneUser(mobile, town.link(person))
        owner.begin(agree=False)
        assert owner.receipt() == ("review", "declined_face")
        shoot(owner.page, "phone-declined-zh-CN")


def test_a_link_works_once(browser: Browser, town: Town) -> None:
    person = town.person("孙立新", [])
    link = town.link(person)
    with phone(browser) as mobile:
        PhoneUser(mobile, link).wait_for("due")
    with phone(browser) as another:
        stranger = PhoneUser(another, link)
        stranger.wait_for("link-problem")
        shoot(stranger.page, "phone-link-used-zh-CN")


def test_a_restarted_server_carries_on(browser: Browser, own_town: Town) -> None:
    person = own_town.person("周玉珍", cast.enrolment_pictures(face()))
    with phone(browser) as mobile:
        cast.portrait(face()).appear(mobile)
        owner = PhoneUser(mobile, own_town.link(person))
        owner.begin()
        owner.wait_for("prompts", "question", within_ms=40_000)
        own_town.lose_power()
        own_town.restore_power()
        assert owner.receipt()[0] == "present"
    assert own_town.entry(person)["entry"]["state"] == "present"
