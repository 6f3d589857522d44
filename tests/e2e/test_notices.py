"""Notices in the browser: written, read on a phone, counted; bell, channels, alarm."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessibility import barriers
from tests.e2e.background import Background
from tests.e2e.browser import desk, phone, shoot
from tests.e2e.console_user import ConsoleUser
from tests.e2e.phone_user import PhoneUser
from tests.e2e.town import ADMINISTRATOR, Town

LOOKS = [("zh-CN", False), ("en", True)]


@pytest.fixture(scope="module")
def town(background: Background, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town of these tests' own."""
    place = Town(background, tmp_path_factory.mktemp("notices"))
    yield place
    place.close()


@pytest.mark.parametrize(("locale", "dark"), LOOKS)
def test_a_notice_is_seen_on_a_phone_and_counted(
    browser: Browser, town: Town, locale: str, dark: bool
) -> None:
    person = town.register("陈大海", [])
    look = f"{locale}-{'dark' if dark else 'light'}"
    with phone(browser, locale) as hand, desk(browser, locale, dark) as office:
        user = PhoneUser(hand, town.link_of(person))
        user.wait_for("nothing-due")
        console = ConsoleUser(office, town.url, ADMINISTRATOR)
        page = console.page
        page.goto(f"{town.url}/notices")
        page.locator("[data-action=new-notice]").click()
        form = page.locator("[data-compose]")
        form.locator("textarea").fill("今天下午三点前请报告 / Please report by three")
        form.get_by_role("radio").nth(1).check(force=True)
        assert_open(page, f"console-notice-new-{look}")
        page.locator("[data-action=send-notice]").click()
        card = user.page.locator("[data-notice]")
        expect(card).to_contain_text("Please report by three")
        assert barriers(user.page) == []
        shoot(user.page, f"phone-text-notice-{locale}")
        before = page.locator("[data-seen]").inner_text()
        user.tap("notice-seen")
        expect(card).to_have_count(0)
        expect(page.locator("[data-seen]")).not_to_have_text(before)
        expect(page.locator("[data-receipt=seen]")).to_have_count(1)
        assert_open(page, f"console-notices-{look}")


def assert_open(page: Page, name: str) -> None:
    """Nothing keeps anybody out, and it is photographed."""
    assert barriers(page) == []
    shoot(page, name)


@pytest.mark.parametrize(("locale", "dark"), LOOKS)
def test_the_bell_the_channels_and_the_alarm(
    browser: Browser, town: Town, locale: str, dark: bool
) -> None:
    look = f"{locale}-{'dark' if dark else 'light'}"
    town.person("林小雨", [])
    with desk(browser, locale, dark) as office:
        page = ConsoleUser(office, town.url, ADMINISTRATOR).page
        bell = page.locator("[data-action=bell]")
        expect(bell.locator(".count")).to_be_visible()
        bell.click()
        expect(page.locator("[data-bell=roll_call_opened]").first).to_be_visible()
        assert_open(page, f"console-bell-{look}")
        page.keyboard.press("Escape")
        page.goto(f"{town.url}/channels")
        page.locator("[data-action=add-channel]").click()
        form = page.locator("[data-channel-form]")
        form.locator("input[type=text], input:not([type])").first.fill("值班群")
        form.get_by_role("textbox").nth(1).fill("https://127.0.0.1/hook")
        form.locator("input[type=password]").fill("0123456789abcdef")
        page.locator("[data-action=save-channel]").click()
        expect(page.locator(".note")).to_contain_text("channel_target_private")
        assert_open(page, f"console-channel-{look}")
        page.keyboard.press("Escape")
        expect(form).to_have_count(0)
        assert_open(page, f"console-channels-{look}")
        page.locator("[data-action=emergency]").click()
        dialog = page.locator("[data-emergency]")
        expect(dialog).to_be_visible()
        assert_open(page, f"console-emergency-{look}")
        dialog.locator("textarea").fill("演练：请立即到镜头前")
        dialog.locator(".el-checkbox").last.click()
        page.locator("[data-action=start-emergency]").click()
        page.wait_for_url("**/roll-calls/**")
