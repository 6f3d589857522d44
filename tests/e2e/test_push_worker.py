"""The phone's service worker: what was pushed is shown, in the words that came."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.e2e.background import Background
from tests.e2e.browser import phone
from tests.e2e.phone_user import PhoneUser
from tests.e2e.town import Town

TOLD = {"id": "d1", "title": "青河县司法局", "body": "现在点名", "link": "/p", "urgent": True}
REGISTER = """async () => {
  await navigator.serviceWorker.register('/push_worker.js')
  await navigator.serviceWorker.ready
}"""
SHOWN = """async () => {
  const worker = await navigator.serviceWorker.ready
  return (await worker.getNotifications()).map(({ title, body, tag }) => ({ title, body, tag }))
}"""


@pytest.fixture(scope="module")
def town(background: Background, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town of this test's own."""
    place = Town(background, tmp_path_factory.mktemp("push"))
    yield place
    place.close()


def registered(page: Page, session: CDPSession) -> str:
    """The worker's id for the push service that the developer tools stand in for."""
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.evaluate(REGISTER)
    for _ in range(100):
        if found:
            return found[-1]
        page.wait_for_timeout(50)
    raise AssertionError("no worker")


def test_a_push_is_shown_with_its_own_words(browser: Browser, town: Town) -> None:
    with phone(browser) as hand:
        hand.grant_permissions(["notifications"], origin=town.url)
        user = PhoneUser(hand, town.link_of(town.register("陈大海", [])))
        user.wait_for("nothing-due")
        session = hand.new_cdp_session(user.page)
        worker = registered(user.page, session)
        session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": town.url, "registrationId": worker, "data": json.dumps(TOLD)},
        )
        for _ in range(100):
            shown = user.page.evaluate(SHOWN)
            if shown:
                break
            user.page.wait_for_timeout(50)
        assert shown == [{"title": TOLD["title"], "body": TOLD["body"], "tag": TOLD["id"]}]
