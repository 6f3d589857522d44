"""Results, statistics and the big screen: seen, exported, opened again."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from server.simulate.county import OFFICES as OF_THE_MAP
from server.simulate.county_map import county_map, office_position, town
from tests.e2e.accessibility import barriers
from tests.e2e.background import Background
from tests.e2e.browser import desk, shoot
from tests.e2e.busy_day import OFFICES
from tests.e2e.console_user import ConsoleUser
from tests.e2e.language import untranslated
from tests.e2e.pdf_text import text_of
from tests.e2e.town import ADMINISTRATOR, CENTER, OFFICE, Town

LOOKS = [("zh-CN", False), ("zh-CN", True), ("en", False), ("en", True)]
WALLS = [(1920, 1080), (3840, 2160)]
MORNING = "早点名"
WHY = "下乡走访，已电话核实"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OUTCOMES: tuple[tuple[str, str, str], ...] = (
    ("present", "by_eye", ""),
    ("excused", "device_fault", "摄像头无画面"),
    ("absent", "unanswered", "两次呼叫、值班电话均未应答"),
    ("present", "by_eye", ""),
)


class Bureau(Town):
    """A town with a past of thirty days, this morning's roll-call, and a map."""

    def live_through(self) -> str:
        """Returns this morning's roll-call."""
        units = self.ask("GET", "/api/units")
        root = next(unit["id"] for unit in units if unit["parent_id"] is None)
        for name in OFFICES:
            office = {"name": name, "kind": "judicial_office", "parent_id": root}
            self.ask("POST", "/api/units", office)
        self.ask("POST", "/api/demonstration/history", {"days": 30})
        offices = [u["id"] for u in self.ask("GET", "/api/units") if u["parent_id"]]
        body = {"title": MORNING, "unit_ids": offices}
        roll_call = str(self.ask("POST", "/api/roll-calls", body)["id"])
        entries = self.ask("GET", f"/api/roll-calls/{roll_call}/entries")
        for entry, (outcome, reason, note) in zip(entries, OUTCOMES, strict=True):
            decision = {"outcome": outcome, "reason": reason, "note": note}
            self.ask("POST", f"/api/entries/{entry['id']}/decision", decision)
        self.ask("POST", f"/api/roll-calls/{roll_call}/close")
        self.ask("PUT", "/api/map", {"areas": county_map()})
        for unit in self.ask("GET", "/api/units"):
            if unit["name"] in OF_THE_MAP[:3]:
                longitude, latitude = office_position(OF_THE_MAP.index(unit["name"]))
                place = {"longitude": longitude, "latitude": latitude}
                self.ask("PUT", f"/api/units/{unit['id']}/place", place)
        return roll_call


@pytest.fixture(scope="module")
def bureau(background: Background, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    """A demonstration of these tests' own."""
    data = tmp_path_factory.mktemp("bureau")
    (data / "rollcall.toml").write_text("[server]\ndemonstration = true\n")
    place = Bureau(background, data)
    yield place
    place.close()


@pytest.fixture(scope="module")
def morning(bureau: Bureau) -> str:
    """This morning's roll-call."""
    return bureau.live_through()


def quiet(page: Page) -> None:
    """Nothing loads any more."""
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator(".loading")).to_have_count(0)
    page.wait_for_load_state("networkidle")


def exported(page: Page, kind: str) -> bytes:
    """The file behind a button of the page."""
    with page.expect_download() as started:
        page.locator(f"[data-export={kind}]").click()
    return Path(started.value.path()).read_bytes()


@pytest.mark.parametrize(("locale", "dark"), LOOKS)
def test_every_report(
    browser: Browser, bureau: Bureau, morning: str, locale: str, dark: bool
) -> None:
    pages = {
        "results": f"/roll-calls/{morning}/results",
        "statistics": "/statistics",
        "daily": "/statistics/daily",
        "month": "/statistics/month",
        "map": "/screen/map",
    }
    theme, found = "dark" if dark else "light", {}
    past = [title["title"] for title in bureau.ask("GET", "/api/statistics")["templates"]]
    names = [*bureau.names(), *past, *(note for *_, note in OUTCOMES), CENTER]
    names += [town(office) for office in OF_THE_MAP]
    with desk(browser, locale, dark) as office:
        page = ConsoleUser(office, bureau.url, ADMINISTRATOR).page
        for name, path in pages.items():
            page.goto(bureau.url + path)
            quiet(page)
            if name == "statistics":
                expect(page.locator(".place > div > svg")).to_have_count(4)
            shoot(page, f"console-{name}-{locale}-{theme}")
            chinese = untranslated(page, *names) if locale == "en" else []
            if seen := [*barriers(page), *chinese]:
                found[name] = seen
            assert page.evaluate(SIDEWAYS) <= 0, f"{name} scrolls sideways"
    assert found == {}


def test_the_files_hold_what_the_page_shows(browser: Browser, bureau: Bureau, morning: str) -> None:
    with desk(browser) as office:
        page = ConsoleUser(office, bureau.url, ADMINISTRATOR).page
        page.goto(f"{bureau.url}/roll-calls/{morning}/results")
        quiet(page)
        sheet = load_workbook(BytesIO(exported(page, "xlsx"))).worksheets[0]
        cells = {str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value}
        assert sheet["A1"].value == CENTER
        assert {OFFICE, *OFFICES, "摄像头无画面", "设备故障"} <= cells
        printed = text_of(exported(page, "pdf"))
    for said in (CENTER, MORNING, OFFICE, *OFFICES, "设备故障", "应到 4", "未到 1", "1 / \n1"):
        assert said in printed, said


def test_a_correction_keeps_the_original(browser: Browser, bureau: Bureau, morning: str) -> None:
    with desk(browser) as office:
        page = ConsoleUser(office, bureau.url, ADMINISTRATOR).page
        page.goto(f"{bureau.url}/roll-calls/{morning}/results")
        line = page.locator("tr[data-line]").filter(has=page.locator("[data-standing=absent]"))
        line.get_by_role("button", name="更正").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_text("准假", exact=True).click()
        dialog.locator("textarea").fill(WHY)
        dialog.get_by_role("button", name="更正").click()
        expect(page.get_by_text(WHY)).to_be_visible()
        expect(page.locator("[data-standing=absent]")).to_have_count(0)
        expect(page.locator("[data-kept=revised]")).to_be_visible()
        shoot(page, "console-results-corrected-zh-CN-light")


@pytest.mark.parametrize(("width", "height"), WALLS)
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_the_big_screen(
    browser: Browser, bureau: Bureau, morning: str, locale: str, width: int, height: int
) -> None:
    with desk(browser, locale) as office:
        page = ConsoleUser(office, bureau.url, ADMINISTRATOR).page
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{bureau.url}/screen")
        expect(page.locator(".map svg")).to_be_visible()
        quiet(page)
        assert page.evaluate("document.documentElement.classList.contains('dark')")
        assert page.evaluate(SIDEWAYS) <= 0
        assert page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0
        shoot(page, f"console-screen-{locale}-{width}x{height}")
        assert barriers(page) == []
        past = [one["title"] for one in bureau.ask("GET", "/api/statistics")["templates"]]
        area_names = [town(office) for office in OF_THE_MAP]
        if locale == "en":
            assert untranslated(page, *bureau.names(), *past, *area_names, CENTER) == []


def test_the_big_screen_follows_by_itself(browser: Browser, bureau: Bureau, morning: str) -> None:
    with desk(browser) as office:
        page = ConsoleUser(office, bureau.url, ADMINISTRATOR).page
        page.set_viewport_size({"width": 1920, "height": 1080})
        page.goto(f"{bureau.url}/screen")
        quiet(page)
        person = bureau.register("何志强", [])
        title = "实时抽查"
        bureau.ask("POST", "/api/roll-calls", {"title": title, "person_ids": [person]})
        expect(page.get_by_text(title, exact=True).first).to_be_visible(timeout=3000)
        assert "何志强" not in page.locator("body").inner_text()
