"""The duty roster at the console: a rotation over a holiday week, a substitution, a hand-over."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.accessibility import barriers
from tests.e2e.background import Background
from tests.e2e.browser import desk, shoot
from tests.e2e.console_user import ConsoleUser
from tests.e2e.language import untranslated
from tests.e2e.town import ADMINISTRATOR, DUTY_OFFICER, PASSWORD, Town

LEADER, COLLEAGUE = "leader", "colleague"
OPENING_MS = 350
WRITTEN = (
    "下午出庭",
    "西街司法所设备待修",
    "回访城关司法所",
    "春节",
    "日间值班",
    "副局长",
    "科员",
)
"""What people wrote themselves, in their own language."""
TABS = ("board", "now", "substitutions", "handOver", "calendar")


@pytest.fixture(scope="module")
def roster_town(background: Background, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A center with a leader on duty now, and a colleague for the night."""
    town = Town(background, tmp_path_factory.mktemp("roster"))
    root = next(u["id"] for u in town.ask("GET", "/api/units") if u["parent_id"] is None)
    for username, name, post in (
        (LEADER, "陈国栋", "副局长"),
        (COLLEAGUE, "赵明", "科员"),
    ):
        officer = {
            "name": name,
            "username": username,
            "password": PASSWORD,
            "role": "duty_officer",
            "unit_id": root,
            "post": post,
            "phone": "0000-5550199",
        }
        town.ask("POST", "/api/officers", officer)
    yield town
    town.close()


def ids(town: Town) -> dict[str, str]:
    """Officers' ids by sign-in name, and the center's as ``center``."""
    found = {o["username"]: o["id"] for o in town.ask("GET", "/api/officers")}
    root = next(u["id"] for u in town.ask("GET", "/api/units") if u["parent_id"] is None)
    return {**found, "center": root}


def today() -> date:
    """In the center's zone."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def festive_week() -> date:
    """The Monday of a coming week that lies in one year."""
    monday = today() + timedelta(days=8 - today().isoweekday())
    one_year = monday.year == (monday + timedelta(days=6)).year
    return monday if one_year else monday + timedelta(days=7)


def shift(town: Town, officer: str, day: date, **changes: object) -> dict[str, str]:
    """A shift at the center, written over the API."""
    known = ids(town)
    body = {
        "unit_id": known["center"],
        "officer_id": known[officer],
        "day": day.isoformat(),
        "starts": "08:30",
        "ends": "17:30",
        **changes,
    }
    made: dict[str, str] = town.ask("POST", "/api/roster/shifts", body)
    return made


def choose(page: Page, box: Locator, *names: str) -> None:
    """Choose options of a select by what they begin with."""
    box.click()
    listed = box.get_by_role("combobox").get_attribute("aria-controls")
    for name in names:
        page.locator(f"#{listed}").get_by_role("option", name=re.compile(f"^{name}")).click()


def fill_day(box: Locator, day: date) -> None:
    """A native date field."""
    box.fill(day.isoformat())


def enter_holidays(page: Page, url: str, monday: date) -> None:
    """Wednesday to Friday free, Saturday made up for; nobody published it."""
    page.goto(f"{url}/roster?tab=calendar")
    for _ in range(monday.year - today().year):
        page.get_by_role("button", name="下一年").click()
    own = page.get_by_role("region", name="中心录入的日期")
    for n, (offset, kind) in enumerate(((2, 0), (3, 0), (4, 0), (5, 1))):
        own.get_by_role("button", name="添加日期").click()
        row = own.locator("li").nth(n)
        fill_day(row.get_by_label("日期"), monday + timedelta(days=offset))
        row.get_by_label("名称").fill("春节")
        if kind:
            choose(page, row.locator(".el-select"), "调休上班")
    own.get_by_role("button", name="保存").click()
    expect(own.get_by_role("status")).to_be_visible()


def test_a_rotation_over_a_holiday_week(browser: Browser, roster_town: Town) -> None:
    town, monday = roster_town, festive_week()
    with desk(browser) as office:
        page = ConsoleUser(office, town.url, ADMINISTRATOR).page
        enter_holidays(page, town.url, monday)
        page.keyboard.press("1")
        expect(page.get_by_role("region", name=re.compile("值班表$"))).to_be_visible()
        page.keyboard.press("r")
        dialog = page.get_by_role("dialog")
        dialog.get_by_placeholder("例如：日间值班").fill("日间值班")
        choose(page, dialog.locator("li .el-select").nth(0), "李卫国", "王静")
        dialog.get_by_text("轮值顺序").click()
        dialog.get_by_role("button", name="添加一轮").click()
        choose(page, dialog.locator("li .el-select").nth(1), "赵明")
        dialog.get_by_text("轮值顺序").click()
        shoot(page, "console-roster-rotation-zh-CN-light")
        dialog.get_by_role("button", name="下一步").click()
        fill_day(dialog.get_by_label("从这一天的第一轮算起").last, monday)
        fill_day(dialog.get_by_label("第一天"), monday)
        fill_day(dialog.get_by_label("最后一天"), monday + timedelta(days=6))
        dialog.get_by_role("button", name="预览变化").click()
        expect(dialog.get_by_role("button", name="新增 5")).to_be_visible()
        page.wait_for_timeout(OPENING_MS)
        shoot(page, "console-roster-preview-zh-CN-light")
        assert barriers(page) == []
        dialog.get_by_role("button", name="应用 5 处变化").click()
        expect(dialog).to_be_hidden()
        this_monday = today() - timedelta(days=today().isoweekday() - 1)
        for _ in range((monday - this_monday).days // 7):
            page.keyboard.press("]")
        shown = f"{monday.month}月{monday.day}日"
        expect(page.get_by_role("columnheader", name=re.compile(f" {shown}"))).to_be_visible()
        line = page.get_by_role("row", name=re.compile("^A 角")).get_by_role("cell")
        expect(line.nth(0)).to_contain_text("李卫国")
        expect(line.nth(1)).to_contain_text("赵明")
        for holiday in (2, 3, 4):
            expect(line.nth(holiday)).to_contain_text("未排班")
        expect(line.nth(5)).to_contain_text("李卫国")
        head = page.get_by_role("columnheader")
        expect(head.nth(2)).to_contain_text("春节")
        expect(head.nth(5)).to_contain_text("调休上班")
        shoot(page, "console-roster-week-zh-CN-light")


def test_a_substitution_is_asked_and_approved_by_the_leader(
    browser: Browser, roster_town: Town
) -> None:
    town, now = roster_town, datetime.now(ZoneInfo("Asia/Shanghai"))
    hour = f"{now:%H}:00"
    shift(town, LEADER, today(), leader=True, starts=hour, ends=hour)
    mine = shift(town, DUTY_OFFICER, today(), starts=hour, ends=hour)
    with desk(browser) as office, desk(browser) as other:
        officer = ConsoleUser(office, town.url, DUTY_OFFICER).page
        officer.goto(f"{town.url}/roster")
        officer.locator(f'[data-shift="{mine["id"]}"]').click()
        officer.get_by_role("dialog").get_by_role("button", name="申请替班").click()
        asking = officer.get_by_role("dialog", name="申请替班")
        choose(officer, asking.locator(".el-select").first, "赵明")
        asking.locator("textarea").fill("下午出庭")
        leader = ConsoleUser(other, town.url, LEADER).page
        leader.goto(f"{town.url}/roster?tab=substitutions")
        asking.get_by_role("button", name="提交申请").click()
        expect(leader.get_by_role("link", name=re.compile(r"值班\s*1"))).to_be_visible()
        expect(leader.get_by_text("下午出庭")).to_be_visible()
        shoot(leader, "console-roster-substitution-zh-CN-light")
        officer.goto(f"{town.url}/roster?tab=substitutions")
        expect(officer.get_by_text("下午出庭")).to_be_visible()
        expect(officer.get_by_role("button", name="批准")).to_have_count(0)
        leader.keyboard.press("y")
        expect(leader.locator('[data-state="approved"]')).to_be_visible()
        leader.keyboard.press("2")
        row = leader.get_by_role("row", name=re.compile("指挥中心"))
        expect(row).to_contain_text("赵明")
        expect(row).to_contain_text("替 李卫国")
        expect(leader.get_by_role("row", name=re.compile("城关司法所"))).to_contain_text("无人值班")


def test_a_hand_over_is_confirmed_by_both(browser: Browser, roster_town: Town) -> None:
    town = roster_town
    with desk(browser) as office, desk(browser) as other:
        giver = ConsoleUser(office, town.url, DUTY_OFFICER).page
        giver.goto(f"{town.url}/roster?tab=handOver")
        giver.get_by_role("button", name="开始记录").click()
        for text in ("西街司法所设备待修", "回访城关司法所"):
            giver.get_by_placeholder("例如：西街司法所设备待修").fill(text)
            giver.keyboard.press("Enter")
            expect(giver.locator("li").get_by_text(text)).to_be_visible()
        giver.locator("li").get_by_text("回访城关司法所").click()
        expect(giver.get_by_role("checkbox", name="回访城关司法所")).to_be_checked()
        giver.get_by_role("button", name="交班").click()
        dialog = giver.get_by_role("dialog")
        expect(dialog).to_contain_text("1 项未办结")
        choose(giver, dialog.locator(".el-select"), "赵明")
        dialog.get_by_role("button", name="交班", exact=True).click()
        expect(giver.get_by_text("等待 赵明 确认接班")).to_be_visible()
        taker = ConsoleUser(other, town.url, COLLEAGUE).page
        taker.goto(f"{town.url}/roster?tab=handOver")
        taker.get_by_role("button", name="确认接班").click()
        expect(taker.get_by_text("上一班移交")).to_be_visible()
        expect(taker.get_by_role("checkbox", name="回访城关司法所")).to_have_count(0)
        expect(giver.get_by_text("李卫国 → 赵明")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_tab_is_readable(
    browser: Browser, roster_town: Town, locale: str, dark: bool
) -> None:
    town, found = roster_town, []
    written = [
        "下午出庭",
        "西街司法所设备待修",
        "回访城关司法所",
        "春节",
        "日间值班",
        "副局长",
        "科员",
    ]
    names = [*town.names(), *written]
    theme = "dark" if dark else "light"
    with desk(browser, locale, dark) as office:
        page = ConsoleUser(office, town.url, ADMINISTRATOR).page
        for tab in TABS:
            page.goto(f"{town.url}/roster?tab={tab}")
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(OPENING_MS)
            shoot(page, f"console-roster-{tab.lower()}-{locale}-{theme}")
            chinese = untranslated(page, *names) if locale == "en" else []
            found += [f"{tab}: {fault}" for fault in (*barriers(page), *chinese)]
        page.goto(f"{town.url}/roster")
        expect(page.locator("table.week")).to_be_visible()
        page.keyboard.press("w")
        expect(page.locator("table.month")).to_be_visible()
        shoot(page, f"console-roster-month-{locale}-{theme}")
        found += barriers(page)
    assert found == []
