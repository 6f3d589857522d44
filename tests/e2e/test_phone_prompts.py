"""What the phone shows while it verifies: every prompt, the light, the own enrolment."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from media.faces.light_sequences import PALETTE
from media.faces.outcomes import PromptKind
from tests.e2e import cast
from tests.e2e.accessibility import barriers
from tests.e2e.background import Background
from tests.e2e.browser import phone, shoot
from tests.e2e.language import untranslated
from tests.e2e.phone_user import PhoneUser
from tests.e2e.scripted import ENTRY, ScriptedServer, pages
from tests.e2e.town import CENTER, OFFICE

LOCALES = ["zh-CN", "en"]
NAME = "吕秀英"
STEP = {"index": 1, "total": 3}
OVERFLOW = """() => {
  const page = document.documentElement
  return [page.scrollWidth - page.clientWidth, page.scrollHeight - page.clientHeight]
}"""
SEEN = {"used": True, "problem": None, "message": "", "needed": 4}
WANTED = {"state": "wanted", "next": "straight", "needed": 4, "message": ""}
RECEIPT = {
    "number": "QH-20261121-0001",
    "entry_id": "entry",
    "state": "review",
    "reason": "inconclusive",
    "arrived_at": "2026-11-21T01:01:00Z",
    "finished_at": "2026-11-21T01:02:00Z",
    "next": "officer_will_call",
    "can_retry": False,
    "message": "",
    "body": "{}",
    "signature": "",
    "key_id": "",
}
REASONS = {
    "zh-CN": ["画面多数时候太暗，看不清脸。", "这不算您没来。"],
    "en": ["It was too dark most of the time to see the face.", "This is not an absence."],
}


@pytest.fixture(scope="module")
def address(background: Background) -> Iterator[str]:
    """Where the phone page is, with nothing behind it."""
    served = pages()
    yield background.run(served.__aenter__())
    background.run(served.__aexit__(None, None, None))


def look(page: Page, name: str, locale: str, fits: bool = True) -> None:
    """Photograph the screen; it is whole (where it ``fits``), readable and in its language."""
    shoot(page, f"{name}-{locale}")
    sideways, down = page.evaluate(OVERFLOW)
    assert sideways <= 0, f"{name} scrolls sideways"
    assert not fits or down <= 0, f"{name} scrolls"
    if locale == "en":
        assert untranslated(page, ENTRY["title"], NAME, CENTER, OFFICE) == [], name
    assert barriers(page) == [], name


def live(context: BrowserContext, address: str) -> tuple[PhoneUser, ScriptedServer]:
    """A person before the camera whom the server has asked to hold still."""
    server = ScriptedServer(context, NAME)
    cast.portrait(sorted(cast.faces())[0]).appear(context)
    owner = PhoneUser(context, address)
    owner.begin()
    owner.wait_for("camera-check")
    owner.page.wait_for_function("() => document.querySelector('video')?.currentTime > 0.3")
    server.say(owner.page, "hold_still", index=0, total=3)
    return owner, server


@pytest.mark.parametrize("locale", LOCALES)
def test_every_prompt_is_a_picture_and_a_short_sentence(
    browser: Browser, address: str, locale: str
) -> None:
    with phone(browser, locale) as mobile:
        owner, server = live(mobile, address)
        for kind in PromptKind:
            digits = "739" if kind is PromptKind.READ_DIGITS else None
            server.say(owner.page, "prompt", id=kind, kind=kind, digits=digits, **STEP)
            shown = owner.page.locator(f"[data-prompt-kind={kind}]")
            expect(shown).to_be_in_viewport(ratio=0.8)
            if digits:
                assert shown.get_attribute("data-prompt-digits") == digits
                assert shown.inner_text().split() == list(digits)
            look(owner.page, f"phone-prompt-{kind.replace('_', '-')}", locale)
            server.say(owner.page, "step_passed", **STEP)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_light_fills_the_screen_and_its_words_are_readable_on_every_colour(
    browser: Browser, address: str, locale: str
) -> None:
    with phone(browser, locale) as mobile:
        owner, server = live(mobile, address)
        for colour in PALETTE:
            server.say(owner.page, "screen_light", id=colour, colours=[colour], each_ms=60_000)
            lamp = owner.page.locator(f"[data-light-colour='{colour}']")
            expect(lamp).to_have_css("background-color", css_rgb(colour))
            assert lamp.bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 640}
            assert barriers(owner.page) == [], colour
        shoot(owner.page, f"phone-light-{locale}")


def test_the_light_goes_through_its_colours_and_ends_by_itself(
    browser: Browser, address: str
) -> None:
    with phone(browser) as mobile:
        owner, server = live(mobile, address)
        owner.page.evaluate(
            """() => { window.shown = []
              new MutationObserver(() => {
                const colour = document.querySelector('[data-light-colour]')?.dataset.lightColour
                if (colour && colour !== window.shown.at(-1)) window.shown.push(colour)
              }).observe(document.body, { subtree: true, childList: true, attributes: true }) }"""
        )
        colours = list(PALETTE[:4])
        server.say(owner.page, "screen_light", id="l", colours=colours, each_ms=300)
        owner.wait_for("finishing")
        assert owner.page.evaluate("() => window.shown") == colours


def test_the_offer_names_the_camera_as_the_browser_does(browser: Browser, address: str) -> None:
    with phone(browser) as mobile:
        owner, server = live(mobile, address)
        label = owner.page.evaluate(
            "() => document.querySelector('video').srcObject.getVideoTracks()[0].label"
        )
    [offer] = [message for message in server.heard if message["type"] == "offer"]
    assert label
    assert offer["camera"] == label


@pytest.mark.parametrize("locale", LOCALES)
def test_the_receipt_gives_reasons_in_plain_words(
    browser: Browser, address: str, locale: str
) -> None:
    with phone(browser, locale) as mobile:
        owner, server = live(mobile, address)
        server.say(owner.page, "receipt", reasons=REASONS[locale], **RECEIPT)
        for reason in REASONS[locale]:
            expect(owner.page.get_by_text(reason, exact=True)).to_be_visible()
        look(owner.page, "phone-receipt-reasons", locale, fits=False)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_own_enrolment_from_the_card_to_the_officers_word(
    browser: Browser, address: str, locale: str
) -> None:
    with phone(browser, locale) as mobile:
        server = ScriptedServer(mobile, NAME, due=False)
        cast.portrait(sorted(cast.faces())[0]).appear(mobile)
        owner = PhoneUser(mobile, address)
        owner.wait_for("nothing-due")
        server.say(owner.page, "enrolment_state", **WANTED)
        owner.page.locator("[data-enrolment=wanted]").wait_for()
        look(owner.page, "phone-enrol-card", locale)
        owner.tap("enrol")
        owner.page.locator("[data-action=enrol-agree]").wait_for()
        look(owner.page, "phone-enrol-intro", locale, fits=False)
        owner.tap("enrol-agree")
        owner.page.wait_for_function("() => document.querySelector('video')?.currentTime > 0.3")
        owner.tap("shoot")
        owner.page.locator("[data-action=shoot]:disabled").wait_for()
        refusal = {**SEEN, "used": False, "problem": "mask"}
        server.say(owner.page, "picture_seen", taken=0, next="straight", **refusal)
        look(owner.page, "phone-enrol-refused", locale)
        for taken, pose in enumerate(["left", "right", "other_light", None], 1):
            owner.tap("shoot")
            server.say(owner.page, "picture_seen", taken=taken, next=pose, **SEEN)
            if pose:
                owner.page.locator(f"[data-pose={pose}]").wait_for()
                look(owner.page, f"phone-enrol-{pose.replace('_', '-')}", locale)
        expect(owner.page.locator("img")).to_have_count(4)
        look(owner.page, "phone-enrol-review", locale, fits=False)
        owner.tap("enrol-submit")
        server.say(owner.page, "enrolment_state", **{**WANTED, "state": "submitted", "next": None})
        look(owner.page, "phone-enrol-submitted", locale)
        reason = {"zh-CN": "照片里还有别人。", "en": "Somebody else is in the picture."}[locale]
        server.say(
            owner.page, "enrolment_state", **{**WANTED, "state": "rejected", "message": reason}
        )
        look(owner.page, "phone-enrol-rejected", locale)
        server.say(owner.page, "enrolment_state", **{**WANTED, "state": "confirmed"})
        look(owner.page, "phone-enrol-confirmed", locale)
        owner.tap("enrol-back")
        owner.wait_for("nothing-due")
    sent = [message for message in server.heard if message["type"].startswith("enrolment")]
    assert [message["type"] for message in sent] == ["enrolment_picture"] * 5 + ["enrolment_submit"]
    assert all(message["data"].startswith("/9j/") for message in sent[:5])


def css_rgb(colour: str) -> str:
    """``#rrggbb`` as the browser computes it."""
    return f"rgb({', '.join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))})"
