"""Lists, plans and their calendar, as an officer who has never seen them uses them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessibility import barriers
from tests.e2e.background import Background
from tests.e2e.browser import desk, shoot
from tests.e2e.console_user import ConsoleUser
from tests.e2e.language import untranslated
from tests.e2e.missed import MISSED_BEFORE, black_out
from tests.e2e.town import ADMINISTRATOR, DUTY_OFFICER, Town

OFFICES = ("柳林司法所", "东河司法所", "石桥司法所", "南关司法所")
LIST, PLAN, SPOT = "早点名", "节假日点名", "下午抽查"
REASON = "设备检修"
SHANGHAI = ZoneInfo("Asia/Shanghai")
LOOKS = [("zh-CN", False), ("zh-CN", True), ("en", False), ("en", True)]
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def members(page: Page) -> list[str]:
    """The names on the list that is being edited, in calling order."""
    names: list[str] = page.locator("[data-member] .name").all_inner_texts()
    return names


def make_list(page: Page, url: str) -> list[str]:
    """By hand and by keyboard: everybody, the last moved up, the first taken off, the second left
    out; returns who is on it."""
    page.goto(f"{url}/plans/lists")
    expect(page.get_by_text("还没有名单")).to_be_visible()
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("名称", exact=True).fill(LIST)
    dialog.get_by_role("button", name="连同下级").first.click()
    before = members(page)
    assert len(before) == 6
    last = page.locator("[data-member]").last
    last.focus()
    for _ in range(4):
        page.keyboard.press("Alt+ArrowUp")
    assert members(page) == [before[0], before[-1], *before[1:-1]]
    page.locator("[data-member]").first.focus()
    page.keyboard.press("Delete")
    listed = members(page)
    assert listed == [before[-1], *before[1:-1]]
    page.locator("[data-member]").nth(1).locator("[data-action=leave-out]").click()
    expect(dialog.get_by_role("button", name="保存")).to_be_disabled()
    dialog.get_by_placeholder("原因（必填）").fill(REASON)
    dialog.get_by_role("button", name="保存").click()
    expect(page.locator("[data-list]")).to_contain_text("4 / 5")
    return listed


def make_plan(page: Page, url: str, left_out: str) -> None:
    """On days off, from the list, one office left out, missed ones recorded as missed."""
    page.goto(f"{url}/plans")
    expect(page.get_by_role("button", name="添加计划")).to_be_enabled()
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("名称", exact=True).fill(PLAN)
    dialog.get_by_text("按名单", exact=True).click()
    dialog.get_by_text("休息日", exact=True).click()
    dialog.get_by_label("选择暂不点名的单位或人员").click()
    page.get_by_role("option", name=left_out).click()
    dialog.get_by_placeholder("原因（必填）").fill(REASON)
    dialog.get_by_text("记为错过", exact=True).click()
    dialog.get_by_role("button", name="保存").click()
    row = page.get_by_role("row", name=PLAN)
    expect(row).to_contain_text(f"名单：{LIST}")
    expect(row).to_contain_text("1 个暂不点名")


@pytest.fixture(scope="module")
def county(background: Background, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town of these tests' own: a center, five offices, a prison's worth of plans."""
    town = Town(background, tmp_path_factory.mktemp("plans"))
    root = next(u["id"] for u in town.ask("GET", "/api/units") if u["parent_id"] is None)
    for name in OFFICES:
        unit = {"name": name, "kind": "judicial_office", "parent_id": root}
        town.ask("POST", "/api/units", unit)
    yield town
    town.close()


def next_saturday() -> str:
    """A day off of next month: its first Saturday, which no make-up workday may take away."""
    first = (datetime.now(SHANGHAI).replace(day=1) + timedelta(days=32)).replace(day=1)
    return f"{first + timedelta(days=(5 - first.weekday()) % 7):%Y-%m-%d}"


def day_of(town: Town, day: str) -> dict[str, Any]:
    """A day of the calendar as the API tells it."""
    month = town.ask("GET", f"/api/plans/calendar?month={day[:7]}")
    return next(each for each in month["days"] if each["day"] == day)


def test_a_list_a_plan_and_what_the_calendar_says(browser: Browser, county: Town) -> None:
    with desk(browser) as office:
        page = ConsoleUser(office, county.url, DUTY_OFFICER).page
        listed = make_list(page, county.url)
        make_plan(page, county.url, listed[3])
        day = next_saturday()
        (planned,) = day_of(county, day)["planned"]
        assert (planned["title"], planned["listed"], planned["excluded"]) == (PLAN, 3, 2)
        page.keyboard.press("2")
        page.wait_for_url("**/plans/calendar")
        page.keyboard.press("]")
        page.locator(f'[data-day="{day}"]').click()
        panel = page.get_by_label("所选日期")
        expect(panel.locator("[data-plan]")).to_contain_text(PLAN)
        expect(panel.locator("[data-plan]")).to_contain_text("2 个暂不点名")
        page.goto(f"{county.url}/today")
        expect(page.get_by_role("button", name="发起点名")).to_be_visible()
        page.keyboard.press("n")
        page.get_by_text("按名单", exact=True).click()
        page.get_by_role("radio", name=LIST).check()
        page.get_by_role("button", name="下一步（4 个单位）").click()
        page.get_by_role("button", name="立即开始").click()
        page.wait_for_url("**/roll-calls/*")
        expect(page.locator("details")).to_contain_text(LIST)


def test_what_was_missed_is_shown_and_made_up(browser: Browser, county: Town) -> None:
    units = county.ask("GET", "/api/units")
    offices = [unit["id"] for unit in units if unit["name"] in OFFICES]
    plan = {"title": PLAN, "subject_kind": "unit", "unit_ids": offices, "starts": "10:00"}
    plan_id = county.ask("POST", "/api/plans", {**plan, "active": False})["id"]
    ids = black_out(county, plan_id, offices)
    yesterday = f"{(datetime.now(UTC) - MISSED_BEFORE).astimezone(SHANGHAI):%Y-%m-%d}"
    with desk(browser) as office:
        page = ConsoleUser(office, county.url, DUTY_OFFICER).page
        page.goto(f"{county.url}/plans/calendar?day={yesterday}")
        missed = page.locator(f'[data-call="{ids["missed"]}"]')
        expect(missed.locator("[data-fate=missed]")).to_be_visible()
        expect(missed).to_contain_text("服务器停机")
        missed.locator("[data-action=make-up]").click()
        page.get_by_role("dialog").get_by_role("button", name="现在补点").click()
        page.wait_for_url("**/roll-calls/*")
        page.locator("details summary").click()
        page.get_by_role("link", name="补点，查看错过的点名").click()
        page.wait_for_url(f"**/roll-calls/{ids['missed']}")
        page.goto(f"{county.url}/plans/calendar?day={yesterday}")
        expect(missed.get_by_role("link", name="已补点")).to_be_visible()
        expect(missed.locator("[data-action=make-up]")).to_have_count(0)
    late = county.ask("GET", f"/api/roll-calls/{ids['late']}/origin")
    assert (late["fate"], late["why"]) == ("late", "server_down")
    assert late["late_s"] >= 360


def open_dialog(page: Page) -> None:
    """The dialog of a page, by its key."""
    page.keyboard.press("n")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.wait_for_timeout(350)


@pytest.mark.parametrize(("locale", "dark"), LOOKS)
def test_the_new_pages(browser: Browser, county: Town, locale: str, dark: bool) -> None:
    if not any(plan["title"] == SPOT for plan in county.ask("GET", "/api/plans")):
        (listed, *_) = county.ask("GET", "/api/call-lists")
        every = {"call_list_id": listed["id"], "days": "every_day"}
        spot = {"title": SPOT, "starts": "14:00", "sample_count": 2, "random_window_minutes": 120}
        clash = {"title": "重复点名", "starts": "09:30", "days": "holidays"}
        for plan in (spot, clash):
            county.ask("POST", "/api/plans", {**every, **plan})
    theme, found = "dark" if dark else "light", {}
    names = [*county.names(), LIST, REASON, *(p["title"] for p in county.ask("GET", "/api/plans"))]
    pages = {
        "plan-calendar": ("/plans/calendar", False),
        "call-lists": ("/plans/lists", False),
        "dialog-plan": ("/plans", True),
        "dialog-call-list": ("/plans/lists", True),
    }
    with desk(browser, locale, dark) as office:
        page = ConsoleUser(office, county.url, ADMINISTRATOR).page
        for name, (path, dialog) in pages.items():
            page.goto(county.url + path)
            expect(page.locator("h1").first).to_be_visible()
            page.wait_for_load_state("networkidle")
            if dialog:
                open_dialog(page)
            shoot(page, f"console-{name}-{locale}-{theme}")
            chinese = untranslated(page, *names) if locale == "en" else []
            if seen := [*barriers(page), *chinese]:
                found[name] = seen
            assert page.evaluate(SIDEWAYS) <= 0, f"{name} scrolls sideways"
    assert found == {}
