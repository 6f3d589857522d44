"""The wall, the large picture, talk both ways, broadcast: with real browsers and real media."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.e2e import cast, figures, live_media
from tests.e2e.accessibility import barriers
from tests.e2e.background import Background
from tests.e2e.browser import desk, phone, shoot
from tests.e2e.console_user import ConsoleUser
from tests.e2e.language import untranslated
from tests.e2e.phone_user import PhoneUser
from tests.e2e.town import DUTY_OFFICER, Person, Town

NAMES = ("陈志远", "许文静", "何志强", "吕秀英")
OFFICER = "李卫国"
A_WHILE_S = 2.0
MOVING = """id => {
  const video = document.querySelector(`[data-session="${id}"] video`)
  return video && video.videoWidth > 0 && video.currentTime > 0
}"""


@dataclass(frozen=True)
class Scene:
    """An officer before the wall, and four persons in the middle of their check-in."""

    town: Town
    console: ConsoleUser
    phones: dict[str, PhoneUser]
    persons: dict[str, Person]

    def session(self, name: str) -> str:
        """The id under which the wall shows somebody."""
        tile = self.console.page.locator(".tile", has_text=name)
        return tile.get_attribute("data-session") or ""

    def enlarge(self, name: str) -> None:
        """Click the tile; until that picture is large and moves."""
        self.console.page.locator(".tile", has_text=name).locator(".open").click()
        large = self.console.page.locator(f'[data-spotlight="{self.session(name)}"]')
        expect(large).to_be_visible()
        self.console.page.wait_for_function(
            "() => { const v = document.querySelector('.enlarged .picture > video');"
            "return v && v.videoWidth > 0 && v.currentTime > 0 }"
        )


@pytest.fixture(scope="module")
def scene(
    browser: Browser, background: Background, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """Everybody is live, on a server of their own, and stays so: nobody is examined here."""
    data = tmp_path_factory.mktemp("room")
    (data / "rollcall.toml").write_text("[liveness]\nenabled = false\n")
    town = Town(background, data)
    faces = sorted(cast.faces())
    with ExitStack() as open_:
        open_.callback(town.close)
        office = open_.enter_context(desk(browser))
        live_media.watch(office)
        console = ConsoleUser(office, town.url, DUTY_OFFICER)
        phones, persons = {}, {}
        for name, face in zip(NAMES, faces * len(NAMES), strict=False):
            person = persons[name] = town.person(name, cast.enrolment_pictures(face))
            mobile = open_.enter_context(phone(browser))
            live_media.watch(mobile)
            cast.portrait(face).appear(mobile)
            phones[name] = PhoneUser(mobile, town.link(person))
            phones[name].begin()
        scene = Scene(town, console, phones, persons)
        expect(console.page.locator(".tile")).to_have_count(len(NAMES))
        for name in NAMES:
            console.page.wait_for_function(MOVING, arg=scene.session(name))
        yield scene


def test_the_wall_shows_all_and_one_large(scene: Scene) -> None:
    page = scene.console.page
    mark = page.locator(".tile [data-quality=good], .tile [data-quality=fair]")
    expect(mark.first).to_be_visible()
    shoot(page, "console-wall-zh-CN-light")
    for name in NAMES:
        scene.enlarge(name)
        expect(page.locator(".tile.large")).to_have_attribute("data-session", scene.session(name))
    shoot(page, "console-spotlight-zh-CN-light")
    watched = scene.phones[NAMES[-1]].page.locator(".watched[data-seen=true][data-heard=true]")
    expect(watched).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".enlarged")).to_have_count(0)


def test_talk_goes_both_ways(scene: Scene) -> None:
    page, name = scene.console.page, NAMES[0]
    mobile = scene.phones[name].page
    scene.enlarge(name)
    page.keyboard.press("t")
    expect(mobile.locator(f'[data-speaker="{OFFICER}"]')).to_be_visible()
    mobile.wait_for_function(
        "() => { const v = document.querySelector('.officer video');"
        "return v && v.videoWidth > 0 && v.currentTime > 0 }"
    )
    live_media.wait_for(mobile, "inbound", "video", 15)
    live_media.wait_for(mobile, "inbound", "audio", 50, "packets")
    live_media.wait_for(page, "inbound", "audio", 50, "packets")
    expect(page.locator(".enlarged .self video")).to_be_visible()
    shoot(page, "console-talk-zh-CN-light")
    shoot(mobile, "phone-center-speaks-zh-CN")
    quiet = scene.phones[NAMES[1]].page
    assert live_media.gain(quiet, "inbound", "audio", A_WHILE_S)["packets"] == 0
    page.keyboard.press("t")
    expect(mobile.locator("[data-speaker]")).to_have_count(0)
    expect(page.locator("[data-air]")).to_have_count(0)


def test_a_broadcast_reaches_everybody(scene: Scene) -> None:
    page = scene.console.page
    page.keyboard.press("b")
    expect(page.get_by_role("dialog")).to_be_visible()
    shoot(page, "console-broadcast-asked-zh-CN-light")
    page.locator("[data-action=start-broadcast]").click()
    for user in scene.phones.values():
        expect(user.page.locator(f'[data-speaker="{OFFICER}"]')).to_be_visible()
        live_media.wait_for(user.page, "inbound", "video", 15)
        live_media.wait_for(user.page, "inbound", "audio", 50, "packets")
    expect(page.locator("[data-air=broadcast]")).to_contain_text(str(len(NAMES)))
    shoot(page, "console-on-air-zh-CN-light")
    page.keyboard.press("x")
    expect(page.locator("[data-action=own-microphone]")).to_have_attribute("aria-pressed", "true")
    mobile = scene.phones[NAMES[2]].page
    live_media.wait_for_end(mobile, "inbound", "audio", "energy")
    page.keyboard.press("h")
    for user in scene.phones.values():
        expect(user.page.locator("[data-speaker]")).to_have_count(0)
    live_media.wait_for_end(mobile, "inbound", "video")


def test_in_full_screen_a_broadcast_to_one_unit_stays_in_sight(scene: Scene) -> None:
    page = scene.console.page
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement !== null")
    page.keyboard.press("b")
    expect(page.locator(".el-dialog__title")).to_be_visible()
    page.locator("[data-field=unit]").click()
    page.locator(".el-select-dropdown__item:visible").first.click()
    page.locator("[data-action=start-broadcast]").click()
    expect(page.locator("[data-air=broadcast]")).to_contain_text(str(len(NAMES)))
    expect(page.locator("[data-air=broadcast]")).to_be_in_viewport()
    page.locator(".tile [data-quality]").first.click()
    expect(page.locator(".el-popover:visible dl")).to_be_visible()
    page.keyboard.press("h")
    expect(page.locator("[data-air]")).to_have_count(0)
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement === null")


def test_who_is_muted_is_heard_by_nobody(scene: Scene) -> None:
    page, name = scene.console.page, NAMES[1]
    mobile = scene.phones[name].page
    scene.enlarge(name)
    live_media.wait_for(page, "inbound", "audio", 50, "packets")
    page.keyboard.press("m")
    expect(page.locator(".tile", has_text=name).locator(".silent")).to_be_visible()
    live_media.wait_for_end(page, "inbound", "audio", "packets")
    page.keyboard.press("m")
    live_media.wait_for(page, "inbound", "audio", 50, "packets")
    page.keyboard.press("l")
    expect(mobile.locator(".watched[data-heard=false]")).to_be_attached()
    page.keyboard.press("l")
    expect(mobile.locator(".watched[data-heard=true]")).to_be_visible()
    page.keyboard.press("Escape")


def test_a_person_switches_the_camera_off_knowing_what_it_means(scene: Scene) -> None:
    page, name = scene.console.page, NAMES[3]
    owner = scene.phones[name]
    scene.enlarge(name)
    page.keyboard.press("t")
    owner.page.locator("[data-speaker]").wait_for()
    owner.tap("camera")
    expect(owner.page.locator(".asking-off")).to_be_visible()
    shoot(owner.page, "phone-camera-off-asked-zh-CN")
    owner.tap("camera-off")
    expect(page.locator(".enlarged .picture > video")).to_have_count(0)
    page.keyboard.press("t")
    owner.page.locator("[data-banner=own-media]").wait_for()
    shoot(owner.page, "phone-camera-off-zh-CN")
    owner.tap("own-on")
    expect(page.locator(".enlarged .picture > video")).to_have_count(1)
    page.keyboard.press("Escape")


# Each language and each theme once more; the tests above have Chinese and light.
LOOKS = [("zh-CN", True), ("en", False)]
WALL_SCREEN: ViewportSize = {"width": 1920, "height": 1080}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize(("locale", "dark"), LOOKS)
def test_every_look_of_a_talk(browser: Browser, scene: Scene, locale: str, dark: bool) -> None:
    look, found = f"{locale}-{'dark' if dark else 'light'}", []
    with desk(browser, locale, dark) as office:
        live_media.watch(office)
        beside = Scene(
            scene.town, ConsoleUser(office, scene.town.url, DUTY_OFFICER), {}, scene.persons
        )
        page = beside.console.page
        beside.enlarge(NAMES[2])
        page.keyboard.press("t")
        expect(page.locator(".enlarged.talking .self video")).to_be_visible()
        shoot(page, f"console-talk-{look}")
        found += barriers(page)
        page.locator(".enlarged [data-quality]").click()
        expect(page.locator(".el-popover:visible dl")).to_be_visible()
        shoot(page, f"console-quality-{look}")
        page.set_viewport_size(WALL_SCREEN)
        shoot(page, f"console-talk-large-{look}")
        assert page.evaluate(SIDEWAYS) <= 0
        if locale == "en":
            found += untranslated(page, *scene.town.names())
        page.keyboard.press("h")
        expect(page.locator("[data-air]")).to_have_count(0)
    assert found == []


def test_pictures_come_back_when_the_media_process_dies(scene: Scene) -> None:
    page, name = scene.console.page, NAMES[0]
    mobile = scene.phones[name].page
    scene.enlarge(name)
    page.keyboard.press("t")
    live_media.wait_for(mobile, "inbound", "video", 15)
    gone = page.evaluate("() => performance.now()")
    scene.town.lose_media()
    page.wait_for_function(
        "() => document.querySelector('[data-view]').dataset.view !== 'up'", polling=20
    )
    page.wait_for_function("() => document.querySelector('[data-view]').dataset.view === 'up'")
    for other in NAMES:
        page.wait_for_function(MOVING, arg=scene.session(other))
    back = page.evaluate("() => performance.now()")
    figures.keep("all_pictures_back_after_media_kill", (back - gone) / 1000, "s")
    live_media.wait_for(mobile, "inbound", "video", 15)
    live_media.wait_for(page, "inbound", "audio", 50, "packets")
    expect(mobile.locator(f'[data-speaker="{OFFICER}"]')).to_be_visible()
    page.keyboard.press("h")


def test_a_desk_without_a_microphone_is_told_why(browser: Browser, scene: Scene) -> None:
    with desk(browser) as office:
        office.clear_permissions()
        page = ConsoleUser(office, scene.town.url, DUTY_OFFICER).page
        page.locator(".tile").first.locator(".open").click()
        page.keyboard.press("t")
        expect(page.locator("[data-device-fault=microphone]")).to_be_visible()
        expect(page.locator("[data-air]")).to_have_count(0)
        shoot(page, "console-no-microphone-zh-CN-light")
