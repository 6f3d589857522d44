"""An empty server becomes a county by three files, and its organisation is looked after."""

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessibility import barriers
from tests.e2e.background import Background
from tests.e2e.browser import desk, shoot
from tests.e2e.console_user import ConsoleUser
from tests.e2e.language import untranslated
from tests.e2e.newcomer import Newcomer
from tests.e2e.running import RunningServer
from tests.e2e.town import ADMINISTRATOR, CENTER, Town

COUNTY = "青河县司法局"
OWN_PASSWORD = "nobody-else-knows-this"
UNITS = [
    ["单位名称", "类别", "上级单位", "电话"],
    *(
        [f"{name}司法所", "司法所", COUNTY, f"0100-55501{n:02}"]
        for n, name in enumerate("东西南北")
    ),
    [COUNTY, "县司法局", "", "0100-5550100"],
    ["青河监狱", "监狱", "", "0100-5550190"],
    ["中心小学", "学校", COUNTY, "=1+1"],
]
OFFICERS = [
    ["姓名", "用户名", "单位", "职务", "电话", "角色"],
    ["吴勇", "wuyong", "东司法所", "所长", "13900000001", ""],
    ["郑丽", "zhengli", "西司法所", "司法助理员", "13900000002", ""],
    ["何强", "heqiang", COUNTY, "值班长", "13900000003", "值班员"],
]
PERSONS = [
    ["姓名", "档案编号", "司法所", "监管类别"],
    ["唐军", "QH-1", "东司法所", "严管"],
    ["许静", "QH-2", "东司法所、西司法所", "普管"],
]


@pytest.fixture(scope="module")
def county(background: Background, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town of these tests' own, with a county below its center."""
    town = Town(background, tmp_path_factory.mktemp("county"))
    grown(town)
    yield town
    town.close()


@pytest.fixture
def empty_server(background: Background, tmp_path: Path) -> Iterator[RunningServer]:
    """A server that nobody has set up."""
    server = RunningServer(background, tmp_path / "data")
    yield server
    server.close()


def book(folder: Path, name: str, table: list[list[str]]) -> Path:
    """An .xlsx file on the officer's disk."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in table:
        sheet.append(row)
    path = folder / name
    workbook.save(path)
    return path


def choose(page: Page, path: Path) -> None:
    """Choose a file and wait for the fate of its rows."""
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_role("table")).to_be_visible()


def bring(page: Page, url: str, kind: str, path: Path) -> None:
    """Look at a file and write it."""
    page.goto(f"{url}/import/{kind}")
    choose(page, path)
    page.get_by_role("button", name="写入").click()
    expect(page.get_by_text("已写入")).to_be_visible()


def step(page: Page, code: str) -> str | None:
    """Whether a first step is marked as done."""
    return page.locator(f"[data-step={code}]").get_attribute("data-done")


def test_an_empty_server_becomes_a_county(
    browser: Browser, empty_server: RunningServer, tmp_path: Path
) -> None:
    with desk(browser) as office:
        admin = Newcomer(office, empty_server.url)
        page = admin.page
        admin.set_up(empty_server.setup_code, CENTER, "周敏", ADMINISTRATOR)
        page.get_by_role("link", name="继续设置").click()
        page.wait_for_url("**/start")
        expect(page.locator("[data-step]")).to_have_count(7)
        assert (step(page, "center"), step(page, "units")) == ("true", "false")
        page.locator("[data-step=units]").get_by_role("link", name="导入").click()
        page.wait_for_url("**/import/units")

        units = book(tmp_path, "单位.xlsx", UNITS)
        choose(page, units)
        refused = page.locator("[data-line='8']")
        expect(refused).to_contain_text("不接受")
        expect(refused).to_contain_text("学校")
        expect(refused).to_contain_text("公式")
        expect(page.get_by_role("button", name="写入 6 行")).to_be_visible()
        book(tmp_path, "单位.xlsx", UNITS[:-1])
        page.get_by_role("button", name="写入 6 行").click()
        expect(page.get_by_role("alert")).to_contain_text("未写入任何内容")
        page.locator("input[type=file]").set_input_files(units)
        expect(page.get_by_role("button", name="写入 6 行")).to_be_visible()
        page.get_by_role("button", name="写入 6 行").click()
        expect(page.get_by_text("新增 6 行")).to_be_visible()

        bring(page, empty_server.url, "officers", book(tmp_path, "人员.xlsx", OFFICERS))
        expect(page.locator(".passwords tbody tr")).to_have_count(3)
        password = page.locator(".passwords tr", has_text="wuyong").locator(".code").inner_text()
        with page.expect_download() as kept:
            page.get_by_role("button", name="下载初始密码").click()
        assert password in Path(kept.value.path()).read_text("utf-8-sig")
        bring(page, empty_server.url, "persons", book(tmp_path, "对象.xlsx", PERSONS))

        page.goto(f"{empty_server.url}/start")
        expect(page.locator("[data-step=units]")).to_have_attribute("data-done", "true")
        assert step(page, "officers") == "true"
        page.get_by_role("button", name="不再提醒").click()
        expect(page.get_by_role("button", name="恢复提醒")).to_be_visible()
        page.goto(f"{empty_server.url}/units")
        tree = page.get_by_role("tree")
        expect(tree.get_by_text("东司法所")).to_be_visible()
        county = tree.locator("[data-unit]").filter(has=page.get_by_text(COUNTY, exact=True))
        expect(county).to_contain_text("工作人员 3 · 对象 2")
    with desk(browser) as elsewhere:
        own = elsewhere.new_page()
        sign_in(own, empty_server.url, "wuyong", password)
        own.wait_for_url("**/password?next=**")
        shoot(own, "console-first-password-zh-CN-light")
        assert barriers(own) == []
        fields = own.locator("input[type=password]")
        for field, text in enumerate((password, OWN_PASSWORD, OWN_PASSWORD)):
            fields.nth(field).fill(text)
        own.locator("button[type=submit]").click()
        own.wait_for_url("**/today")


def sign_in(page: Page, url: str, username: str, password: str) -> None:
    """With a password that was told."""
    page.goto(f"{url}/sign-in")
    page.locator("input[autocomplete=username]").fill(username)
    page.locator("input[type=password]").fill(password)
    page.locator("button[type=submit]").click()


def grown(town: Town) -> None:
    """A county with two offices below the center."""
    root = next(u["id"] for u in town.ask("GET", "/api/units") if u["parent_id"] is None)
    county = town.ask(
        "POST", "/api/units", {"name": COUNTY, "kind": "county_bureau", "parent_id": root}
    )["id"]
    for name in ("北河司法所", "南河司法所"):
        body = {"name": name, "kind": "judicial_office", "parent_id": county, "phone": "0100-1"}
        town.ask("POST", "/api/units", body)


def test_the_tree_is_walked_changed_and_moved(browser: Browser, county: Town) -> None:
    with desk(browser) as office:
        page = ConsoleUser(office, county.url, ADMINISTRATOR).page
        page.goto(f"{county.url}/units")
        tree = page.get_by_role("tree")
        expect(tree.get_by_text("南河司法所")).to_be_visible()
        page.keyboard.press("/")
        expect(page.get_by_label("搜索单位")).to_be_focused()
        page.keyboard.type("南河")
        expect(tree.get_by_text("北河司法所")).to_be_hidden()
        tree.get_by_text("南河司法所").click()
        detail = page.get_by_role("region", name="南河司法所")
        detail.get_by_role("button", name="调整上级").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("combobox").click()
        page.get_by_role("option", name=CENTER, exact=True).click()
        expect(dialog.get_by_role("status")).to_contain_text("将移到")
        dialog.get_by_role("button", name="确认调整").click()
        expect(detail.locator("p").first).to_have_text(CENTER)
        page.get_by_label("搜索单位").fill("")
        tree.get_by_text(COUNTY, exact=True).click()
        chosen = page.get_by_role("region", name=COUNTY, exact=True)
        chosen.get_by_role("button", name="删除").click()
        page.get_by_role("dialog").get_by_role("button", name="删除").click()
        expect(chosen.get_by_role("alert")).to_contain_text("下级单位 1 个")


def test_an_officer_is_taken_out_of_service_and_signed_out(
    browser: Browser, own_town: Town
) -> None:
    with desk(browser) as office, desk(browser) as other:
        duty = ConsoleUser(other, own_town.url, "duty").page
        page = ConsoleUser(office, own_town.url, ADMINISTRATOR).page
        page.goto(f"{own_town.url}/people?tab=officers")
        page.get_by_role("button", name="李卫国的更多操作").click()
        page.get_by_role("menuitem", name="停用").click()
        page.get_by_role("dialog").get_by_role("button", name="停用").click()
        duty.wait_for_url("**/sign-in**", timeout=10_000)
        expect(page.get_by_role("row").filter(has_text="李卫国")).to_have_count(0)
        page.get_by_text("包括已停用").click()
        expect(page.get_by_role("row").filter(has_text="李卫国")).to_contain_text("已停用")


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_its_pages_are_whole_in_every_look(
    browser: Browser, county: Town, tmp_path: Path, locale: str, dark: bool
) -> None:
    look = f"{locale}-{'dark' if dark else 'light'}"
    table = book(tmp_path, "units.xlsx", [*UNITS, ["城关司法所", "", "", "1"]])
    mine = [*county.names(), *(cell for row in UNITS for cell in row)]
    found: dict[str, list[str]] = {}

    def seen(page: Page, name: str) -> None:
        page.wait_for_timeout(350)
        shoot(page, f"console-{name}-{look}")
        chinese = untranslated(page, *mine) if locale == "en" else []
        if faults := [*barriers(page), *chinese]:
            found[name] = faults

    with desk(browser, locale, dark) as office:
        page = ConsoleUser(office, county.url, ADMINISTRATOR).page
        for name, path in (("start", "/start"), ("organisation", "/units")):
            page.goto(county.url + path)
            page.wait_for_load_state("networkidle")
            seen(page, name)
        page.goto(f"{county.url}/people?tab=officers")
        page.wait_for_load_state("networkidle")
        seen(page, "officers")
        page.keyboard.press("g")
        page.keyboard.press("m")
        if page.get_by_role("menu").is_visible():
            seen(page, "more")
            page.keyboard.press("Escape")
        page.goto(f"{county.url}/import/units")
        page.wait_for_load_state("networkidle")
        seen(page, "import")
        choose(page, table)
        seen(page, "import-dry-run")
    assert found == {}
