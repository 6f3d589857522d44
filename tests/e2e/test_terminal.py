"""An office's duty terminal in a real browser: it answers by itself, and says what is wrong."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import live_media
from tests.e2e.accessibility import barriers
from tests.e2e.background import Background
from tests.e2e.browser import desk, shoot
from tests.e2e.console_user import ConsoleUser
from tests.e2e.language import untranslated
from tests.e2e.town import CENTER, DUTY_OFFICER, OFFICE, PASSWORD, Town

USERNAME = "chengguan"
OFFICER = "赵敏"
ROLL_CALL = "早点名"
LOOKS = [("zh-CN", False), ("zh-CN", True), ("en", False), ("en", True)]
BIG_SCREEN = {"width": 1920, "height": 1080}
SMALL_SCREEN = {"width": 1366, "height": 768}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FIELDS = [
    {"key": "people", "label_zh": "在矫人数", "label_en": "Under supervision"},
    {"key": "leave", "label_zh": "请假外出", "label_en": "On leave", "required": False},
    {
        "key": "note",
        "label_zh": "需要报告的情况",
        "label_en": "What to report",
        "kind": "text",
        "required": False,
        "summed": False,
    },
]
# No reading of a clock by the test decides whether the deadline is over: the page says so.
DEADLINE_WITHIN_MS = 90_000
CONNECTED_ANEW = """before => window.__peers.length > before
  && window.__peers.at(-1).connectionState === 'connected'"""


@dataclass(frozen=True)
class Scene:
    """A duty officer at the console, and an office whose screen nobody touches."""

    town: Town
    console: ConsoleUser
    office: Page
    zone: ZoneInfo

    def called(self) -> str:
        """A roll-call of the office that is open now; returns its id."""
        body = {"title": ROLL_CALL, "unit_ids": [self.unit_id]}
        return str(self.town.ask("POST", "/api/roll-calls", body)["id"])

    def entry(self, roll_call_id: str) -> str:
        """The office's entry in it."""
        return str(self.town.ask("GET", f"/api/roll-calls/{roll_call_id}/entries")[0]["id"])

    @property
    def unit_id(self) -> str:
        """The office."""
        units = self.town.ask("GET", "/api/units")
        return str(next(unit["id"] for unit in units if unit["name"] == OFFICE))

    def shows(self, face: str, timeout_ms: float = 20_000) -> None:
        """Until the terminal shows one of its states."""
        screen = self.office.locator(f'[data-face="{face}"]')
        expect(screen).to_be_visible(timeout=timeout_ms)

    def decided(self, roll_call_id: str) -> None:
        """The officer decides by eye; the terminal is ready again."""
        decision = {"outcome": "present", "reason": "by_eye", "note": ""}
        self.town.ask("POST", f"/api/entries/{self.entry(roll_call_id)}/decision", decision)
        self.shows("ended")


def forenoon() -> ZoneInfo:
    """A zone in which it is forenoon now, so that a deadline of today can be near."""
    ahead = 10 - datetime.now(UTC).hour
    ahead += 24 if ahead < -12 else 0
    return ZoneInfo(f"Etc/GMT{-ahead:+d}")


def sign_in(page: Page, url: str) -> None:
    """Once, at the office."""
    page.goto(f"{url}/terminal")
    page.locator("input[autocomplete=username]").fill(USERNAME)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()


@pytest.fixture(scope="module")
def scene(
    browser: Browser, background: Background, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Scene]:
    """The office has signed its terminal in."""
    zone, data = forenoon(), tmp_path_factory.mktemp("terminal")
    (data / "rollcall.toml").write_text(f'[server]\ntime_zone = "{zone.key}"\n')
    town = Town(background, data)
    with ExitStack() as open_:
        open_.callback(town.close)
        unit = next(u for u in town.ask("GET", "/api/units") if u["name"] == OFFICE)
        officer = {"name": OFFICER, "role": "office_officer", "unit_id": unit["id"]}
        login = {"username": USERNAME, "password": PASSWORD}
        town.ask("POST", "/api/officers", {**officer, **login})
        console = ConsoleUser(open_.enter_context(desk(browser)), town.url, DUTY_OFFICER)
        room = open_.enter_context(desk(browser))
        live_media.watch(room)
        page = room.new_page()
        sign_in(page, town.url)
        yield Scene(town, console, page, zone)


def test_it_tests_its_devices_and_the_center_sees_the_result(scene: Scene) -> None:
    scene.shows("ready")
    expect(scene.office.locator('[data-check="camera:ok"]')).to_be_visible()
    expect(scene.office.locator('[data-check="microphone:ok"]')).to_be_visible()
    expect(scene.office.locator('[data-check="network:ok"]')).to_be_visible()
    page = scene.console.page
    page.goto(f"{scene.town.url}/terminals")
    row = page.locator(f'[data-terminal="{scene.unit_id}"]')
    expect(row.locator('[data-connected="true"]')).to_be_visible()
    expect(row.locator('[data-self-test="ok"]')).to_be_visible()
    row.locator("[data-action=ask-self-test]").click()
    panel = scene.office.get_by_role("region", name="设备自检")
    expect(panel).to_be_visible()
    shoot(scene.office, "console-terminal-self-test-zh-CN-light")
    # No loudspeaker reaches the fake microphone: somebody in the room says that it was heard.
    scene.office.locator("[data-action=heard]").click()
    expect(scene.office.locator('[data-check="speaker:ok"]')).to_be_visible()
    scene.office.locator("[data-action=put-away]").click()
    shoot(page, "console-terminals-zh-CN-light")


def test_figures_are_kept_as_typed_and_handed_in(scene: Scene) -> None:
    office, page = scene.office, scene.console.page
    deadline = datetime.now(scene.zone) + timedelta(seconds=75)
    form = {"deadline": f"{deadline:%H:%M}", "unit_kinds": ["judicial_office"], "fields": FIELDS}
    scene.town.ask("PUT", "/api/figures/form", form)
    scene.shows("ready")
    office.reload()
    office.locator("[data-figure=people]").fill("37")
    office.locator("[data-figure=note]").fill("一名对象请假去市医院复查")
    office.reload()
    expect(office.locator("[data-figure=people]")).to_have_value("37")
    expect(office.locator("[data-saved=saved]")).to_be_visible()
    office.locator("[data-figure=leave]").fill("一人")
    office.locator("[data-action=hand-in]").click()
    expect(office.locator("[role=alert]")).to_contain_text("数字")
    office.locator("[data-figure=leave]").fill("1")
    page.goto(f"{scene.town.url}/figures")
    expect(page.locator("[data-missing]")).to_have_text("1")
    office.locator("[data-action=hand-in]").click()
    expect(office.locator(".own-figures [data-figures=submitted]")).to_be_visible()
    expect(page.locator("[data-sum=people]")).to_have_text("37")
    shoot(office, "console-terminal-figures-zh-CN-light")


def test_it_answers_by_itself_and_stands_on_the_wall(scene: Scene) -> None:
    roll_call_id = scene.called()
    scene.shows("announcing")
    shoot(scene.office, "console-terminal-announcing-zh-CN-light")
    scene.console.open_roll_call(roll_call_id)
    scene.console.wait_for_live_tile()
    expect(scene.office.locator("[data-face=live], [data-face=seen]")).to_be_visible()
    shoot(scene.office, "console-terminal-live-zh-CN-light")
    page = scene.console.page
    scene.console.enlarge()
    scene.shows("turn")
    page.keyboard.press("t")
    scene.shows("speaking")
    live_media.wait_for(scene.office, "inbound", "audio", 50, "packets")
    live_media.wait_for(scene.office, "inbound", "video", 10)
    shoot(scene.office, "console-terminal-center-speaks-zh-CN-light")
    page.keyboard.press("t")
    scene.shows("turn")
    page.keyboard.press("Escape")
    scene.office.locator("[data-action=microphone]").click()
    expect(page.locator(".tile .silent")).to_be_visible()
    scene.office.reload()
    expect(scene.office.locator("[data-face=live], [data-face=seen]")).to_be_visible()
    scene.console.wait_for_live_tile()
    scene.town.lose_power()
    scene.shows("lost")
    shoot(scene.office, "console-terminal-lost-zh-CN-light")
    scene.town.restore_power()
    expect(scene.office.locator("[data-face=live], [data-face=seen]")).to_be_visible(timeout=40_000)
    scene.console.wait_for_live_tile()
    connections = scene.office.evaluate("() => window.__peers.length")
    scene.town.lose_media()
    scene.office.wait_for_function(CONNECTED_ANEW, arg=connections, timeout=40_000)
    scene.console.wait_for_live_tile()
    scene.decided(roll_call_id)
    shoot(scene.office, "console-terminal-ended-zh-CN-light")
    scene.shows("ready")


def test_an_exception_and_a_pause_reach_the_center(scene: Scene) -> None:
    office, page = scene.office, scene.console.page
    page.goto(f"{scene.town.url}/terminals")
    office.locator("[data-action=exception]").click()
    office.locator("[data-reason=room_taken]").click()
    office.locator(".el-dialog textarea").fill("庭审占用")
    shoot(office, "console-terminal-exception-zh-CN-light")
    office.locator("[data-action=report]").click()
    expect(office.locator("[data-exception]")).to_contain_text("庭审占用")
    expect(page.locator("[data-exception=room_taken]")).to_be_visible()
    office.locator("[data-action=pause]").click()
    office.locator(".el-dialog:visible input").fill("正在接待群众")
    office.locator("[data-action=pause-now]").click()
    expect(office.locator("[data-action=resume]")).to_be_visible()
    roll_call_id = scene.called()
    scene.shows("asked")
    shoot(office, "console-terminal-asked-zh-CN-light")
    office.locator("[data-action=answer]").click()
    expect(office.locator("[data-face=live], [data-face=seen]")).to_be_visible()
    scene.decided(roll_call_id)
    office.locator("[data-action=resume]").click()
    office.locator("[data-action=take-exception-back]").click()
    expect(page.locator("[data-exception=room_taken]")).to_have_count(0)


def test_figures_are_locked_at_the_deadline_until_an_officer_unlocks_them(scene: Scene) -> None:
    office, page = scene.office, scene.console.page
    page.goto(f"{scene.town.url}/figures")
    row = page.locator(f'[data-unit="{scene.unit_id}"]')
    expect(row.locator("[data-figures=locked]")).to_be_visible(timeout=DEADLINE_WITHIN_MS)
    expect(office.locator(".own-figures [data-figures=locked]")).to_be_visible()
    expect(office.locator("[data-figure=people]")).to_be_disabled()
    row.click()
    page.locator("[data-field=unlock-reason] input, input[data-field=unlock-reason]").fill(
        "数字有误"
    )
    page.locator("[data-action=unlock]").click()
    expect(office.locator("[data-figure=people]")).to_be_enabled()
    office.locator("[data-figure=people]").fill("38")
    office.locator("[data-action=hand-in]").click()
    expect(page.locator("[data-sum=people]")).to_have_text("38")
    expect(office.locator("[data-figure=people]")).to_be_disabled()


@pytest.mark.parametrize(("locale", "dark"), LOOKS)
def test_every_look(browser: Browser, scene: Scene, locale: str, dark: bool) -> None:
    theme = "dark" if dark else "light"
    written = ["一名对象请假去市医院复查", "数字有误", OFFICER, "李卫国", "周敏", CENTER, OFFICE]
    with desk(browser, locale, dark) as room:
        page = room.new_page()
        page.goto(f"{scene.town.url}/terminal")
        expect(page.locator("button[type=submit]")).to_be_visible()
        assert barriers(page) == []
        sign_in(page, scene.town.url)
        expect(page.locator("[data-face=ready]")).to_be_visible()
        expect(page.locator(".own-figures input").first).to_be_visible()
        expect(page.locator(".test")).to_have_count(0)
        for size in (SMALL_SCREEN, BIG_SCREEN):
            page.set_viewport_size(size)
            assert page.evaluate(SIDEWAYS) == 0
            shoot(page, f"console-terminal-{size['width']}-{locale}-{theme}")
        assert barriers(page) == []
        if locale == "en":
            assert untranslated(page, *written, ROLL_CALL) == []
        console = ConsoleUser(room, scene.town.url, DUTY_OFFICER)
        console.page.goto(f"{scene.town.url}/figures")
        expect(console.page.locator("[data-sum=people]")).to_be_visible()
        shoot(console.page, f"console-figures-{locale}-{theme}")
        assert barriers(console.page) == []
        if locale == "en":
            assert untranslated(console.page, *written) == []
        console.page.locator("[data-action=form]").click()
        expect(console.page.locator("[data-field-row='0']")).to_be_visible()
        shoot(console.page, f"console-figures-form-{locale}-{theme}")
        assert barriers(console.page) == []
