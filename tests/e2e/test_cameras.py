"""The administrator puts an RTSP camera on the wall, in the browser."""

from playwright.sync_api import Browser, expect

from tests.e2e.browser import desk, shoot
from tests.e2e.console_user import ConsoleUser
from tests.e2e.town import ADMINISTRATOR, Town
from tests.media.rtsp_camera import RtspCamera

PATIENCE_MS = 20_000


def test_a_camera_is_tried_added_seen_and_removed(browser: Browser, own_town: Town) -> None:
    camera = own_town.background.run(RtspCamera().start())
    with desk(browser) as office:
        console = ConsoleUser(office, own_town.url, ADMINISTRATOR)
        page = console.page
        page.goto(f"{own_town.url}/units?tab=cameras")
        page.locator("[data-action=add-camera]").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("摄像机", exact=True).fill("值班室")
        dialog.get_by_label("RTSP 地址").fill(camera.url)
        dialog.get_by_role("button", name="试一下").click()
        expect(dialog.locator(".tone-ok")).to_contain_text("320×240", timeout=PATIENCE_MS)
        shoot(page, "console-camera-tried-zh-CN-light")
        dialog.get_by_role("button", name="保存").click()
        expect(page.locator("[data-camera-state=live]")).to_be_visible(timeout=PATIENCE_MS)
        shoot(page, "console-cameras-zh-CN-light")
        page.goto(f"{own_town.url}/today")
        console.wait_for_live_tile()
        page.locator(".tile .open").click()
        expect(page.locator(".enlarged [data-action=back]")).to_be_visible()
        expect(page.locator(".enlarged [data-action=talk]")).to_have_count(0)
        shoot(page, "console-camera-on-the-wall-zh-CN-light")
        page.goto(f"{own_town.url}/units?tab=cameras")
        page.get_by_role("button", name="移除").click()
        page.get_by_role("dialog").get_by_role("button", name="移除").click()
        expect(page.locator("[data-camera-state]")).to_have_count(0)
    own_town.background.run(camera.stop())
