"""The duty roll-call: one officer, a keyboard, five offices of which one keeps silent."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.e2e.accessibility import barriers
from tests.e2e.background import Background
from tests.e2e.browser import desk, shoot
from tests.e2e.console_user import ConsoleUser
from tests.e2e.language import untranslated
from tests.e2e.offices import Offices
from tests.e2e.town import DUTY_OFFICER, PASSWORD, Town

NAMES = ("城关司法所", "河西司法所", "柳林司法所", "青山司法所", "白沙司法所")
ANSWERING = NAMES[:4]
SILENT = NAMES[4]
TITLE = "早间视频点名"
COLLEAGUE = ("colleague", "王芳")
LARGE: ViewportSize = {"width": 1920, "height": 1080}
LOOKS = [("zh-CN", False), ("zh-CN", True), ("en", False), ("en", True)]
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
MOVING = """() => {
  const videos = [...document.querySelectorAll('[data-tile] video, [data-spotlight] > video')]
  return videos.length === 5 && videos.every((one) => one.videoWidth > 0 && one.currentTime > 0)
}"""


@dataclass(frozen=True)
class Scene:
    """A town with its offices called, and an officer at the desk."""

    town: Town
    offices: Offices
    call: str
    page: Page


@pytest.fixture(scope="module")
def scene(
    browser: Browser, background: Background, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """Everybody but one is connected before the first call."""
    town = Town(background, tmp_path_factory.mktemp("round"))
    with ExitStack() as open_:
        open_.callback(town.close)
        offices = Offices(town, NAMES)
        root = next(one["id"] for one in town.ask("GET", "/api/units") if not one["parent_id"])
        username, name = COLLEAGUE
        login = {"username": username, "password": PASSWORD}
        town.ask(
            "POST",
            "/api/officers",
            {"name": name, "role": "duty_officer", "unit_id": root, **login},
        )
        call = offices.call(TITLE)
        open_.callback(offices.hang_up)
        offices.answer(*ANSWERING)
        page = ConsoleUser(open_.enter_context(desk(browser)), town.url, DUTY_OFFICER).page
        yield Scene(town, offices, call, page)


def screen(page: Page, phase: str) -> Locator:
    """The roll-call screen in a phase."""
    return page.locator(f".round[data-phase={phase}]")


def called(page: Page, name: str) -> None:
    """Until it is this one's turn."""
    expect(page.locator("[data-current] h2")).to_have_text(name)


def settled(page: Page, name: str, state: str) -> None:
    """Until the queue says so."""
    expect(page.locator("[data-queue]", has_text=name)).to_have_attribute("data-state", state)


def test_all_are_connected_before_the_first_call(scene: Scene) -> None:
    page = scene.page
    expect(page.locator("[data-round]")).to_be_visible()
    shoot(page, "console-round-today-zh-CN-light")
    page.keyboard.press("c")
    expect(screen(page, "ready")).to_be_visible()
    expect(page.locator("[data-start] strong")).to_have_text(str(len(ANSWERING)))
    expect(page.locator("[data-start] li")).to_contain_text(SILENT)
    shoot(page, "console-round-ready-zh-CN-light")
    page.keyboard.press("Enter")
    called(page, NAMES[0])
    page.wait_for_function(MOVING)


@pytest.mark.parametrize(("locale", "dark"), LOOKS)
def test_every_look_of_the_screen(browser: Browser, scene: Scene, locale: str, dark: bool) -> None:
    look = f"{locale}-{'dark' if dark else 'light'}"
    with desk(browser, locale, dark) as office:
        page = ConsoleUser(office, scene.town.url, DUTY_OFFICER).page
        page.goto(f"{scene.town.url}/round/{scene.call}")
        called(page, NAMES[0])
        page.wait_for_function(MOVING)
        shoot(page, f"console-round-{look}")
        found = barriers(page)
        page.keyboard.press("2")
        expect(page.locator("[data-step=why]")).to_be_visible()
        page.keyboard.press("Escape")
        page.set_viewport_size(LARGE)
        page.wait_for_function(MOVING)
        shoot(page, f"console-round-large-{look}")
        found += barriers(page)
        assert page.evaluate(SIDEWAYS) <= 0
        if locale == "en":
            found += untranslated(page, *scene.town.names())
    assert found == []


def test_a_unit_where_all_is_normal_takes_one_key(scene: Scene) -> None:
    page = scene.page
    expect(page.locator("[data-proposal=present]")).to_be_visible()
    page.keyboard.press("Enter")
    called(page, NAMES[1])
    settled(page, NAMES[0], "present")


def test_a_device_fault_is_no_absence_and_can_be_taken_back(scene: Scene) -> None:
    page = scene.page
    page.keyboard.press("3")
    called(page, NAMES[2])
    settled(page, NAMES[1], "excused")
    expect(page.locator("[data-queue] + [data-action=undo]")).to_be_visible()
    shoot(page, "console-round-undo-zh-CN-light")
    page.keyboard.press("z")
    called(page, NAMES[1])
    page.keyboard.press("3")
    called(page, NAMES[2])


def test_nothing_is_lost_when_the_page_is_loaded_again(scene: Scene) -> None:
    page = scene.page
    page.keyboard.press("n")
    page.keyboard.type("电话打不通")
    page.keyboard.press("Escape")
    page.keyboard.press("-")
    expect(page.locator(".el-radio-button.is-active")).to_have_text("6")
    page.reload()
    called(page, NAMES[2])
    expect(page.locator("[data-field=note]")).to_have_value("电话打不通")
    expect(page.locator(".el-radio-button.is-active")).to_have_text("6")
    page.keyboard.press("=")


def test_one_is_muted_and_all_are_spoken_to(scene: Scene) -> None:
    page = scene.page
    mute = page.locator("[data-tool=mute]")
    for pressed in ("true", "false"):
        page.keyboard.press("m")
        expect(mute).to_have_attribute("aria-pressed", pressed)
    page.keyboard.press("b")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.locator("[data-action=start-broadcast]").click()
    # Whose device is out of order has left; who was called and is present stays.
    expect(page.locator("[data-air=broadcast]")).to_contain_text(f"{len(ANSWERING) - 1} 人")
    shoot(page, "console-round-broadcast-zh-CN-light")
    page.keyboard.press("h")
    expect(page.locator("[data-air]")).to_have_count(0)


def test_it_is_suspended_and_goes_on_with_the_same_unit(scene: Scene) -> None:
    page = scene.page
    page.keyboard.press("u")
    expect(page.locator(".halted")).to_be_visible()
    shoot(page, "console-round-suspended-zh-CN-light")
    page.keyboard.press("Enter")
    page.keyboard.press("u")
    expect(page.locator(".halted")).to_have_count(0)
    called(page, NAMES[2])
    settled(page, NAMES[2], "in_session")


def test_another_officer_takes_it_without_losing_a_second(browser: Browser, scene: Scene) -> None:
    with desk(browser) as office:
        beside = ConsoleUser(office, scene.town.url, COLLEAGUE[0]).page
        beside.goto(f"{scene.town.url}/round/{scene.call}")
        called(beside, NAMES[2])
        expect(beside.locator("[data-watching]")).to_be_visible()
        beside.keyboard.press("Enter")
        shoot(beside, "console-round-watching-zh-CN-light")
        page = scene.page
        page.keyboard.press("y")
        expect(page.get_by_role("dialog")).to_be_visible()
        shoot(page, "console-round-hand-over-zh-CN-light")
        first = page.locator("[data-officer]").first
        expect(first).to_contain_text(COLLEAGUE[1])
        expect(first.locator(".tone-ok")).to_be_visible()
        first.focus()
        page.keyboard.press("1")
        expect(beside.locator(".round")).to_have_attribute("data-conducts", "true")
        expect(page.locator("[data-watching]")).to_be_visible()
        beside.keyboard.press("Enter")
        called(beside, NAMES[3])
        called(page, NAMES[3])
        settled(page, NAMES[2], "present")
        page.keyboard.press("c")
        expect(page.locator(".round")).to_have_attribute("data-conducts", "true")
        expect(beside.locator("[data-watching]")).to_be_visible()


def test_it_goes_on_where_it_stood_when_the_server_was_killed(scene: Scene) -> None:
    page = scene.page
    scene.town.lose_power()
    scene.offices.hang_up()
    scene.town.restore_power()
    scene.offices.answer(NAMES[3])
    called(page, NAMES[3])
    settled(page, NAMES[0], "present")
    settled(page, NAMES[1], "excused")
    expect(page.locator("[data-proposal=present]")).to_be_visible()
    page.keyboard.press("Enter")
    settled(page, NAMES[3], "present")


def test_who_keeps_silent_is_called_again_phoned_and_reported(scene: Scene) -> None:
    page = scene.page
    called(page, SILENT)
    expect(page.locator("[data-proposal=later]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("[data-current] header")).to_contain_text("第 2 次")
    page.keyboard.press("p")
    expect(page.locator("[data-reach=phone] .number")).to_have_text("0000-5550104")
    shoot(page, "console-round-phone-zh-CN-light")
    page.keyboard.press("2")
    expect(page.locator(".tried")).to_contain_text("没人接")
    page.keyboard.press("d")
    page.keyboard.press("2")
    expect(page.locator(".tried li")).to_have_count(5)
    expect(page.locator("[data-proposal=open]")).to_be_visible()
    page.keyboard.press("5")
    expect(page.locator("[data-step=again]")).to_be_visible()
    settled(page, SILENT, "calling")
    shoot(page, "console-round-absence-zh-CN-light")
    page.keyboard.press("5")
    settled(page, SILENT, "absent")


def test_the_round_is_summed_up(browser: Browser, scene: Scene) -> None:
    page = scene.page
    expect(screen(page, "review")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Enter")
    expect(screen(page, "finished")).to_be_visible()
    numbers = page.locator("[data-number] dd")
    expect(numbers).to_have_text(["5", "3", "0", "1", "1", "0"])
    found = []
    for locale, dark in LOOKS:
        with desk(browser, locale, dark) as office:
            other = ConsoleUser(office, scene.town.url, DUTY_OFFICER).page
            other.goto(f"{scene.town.url}/round/{scene.call}")
            expect(screen(other, "finished")).to_be_visible()
            shoot(other, f"console-round-summary-{locale}-{'dark' if dark else 'light'}")
            found += barriers(other)
    assert found == []
