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


def until_heard(page: Page, heard: list[str]) -> str:
    """Wait for an event of the developer tools; returns what it said last."""
    for _ in range(100):
        if heard:
            return heard[-1]
        page.wait_for_timeout(50)
    raise AssertionError("nothing was heard")


def registered(page: Page, session: CDPSession) -> str:
    """The worker's id for the push service that the developer tools stand in for."""
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.evaluate(REGISTER)
    return until_heard(page, found)


def displayed(session: CDPSession) -> list[str]:
    """A list that fills with the tags of what is displayed from now on.

    Asking the worker for its notifications instead, while one is on its way to the screen, makes
    Chromium forget that one: 4 of 60 on a busy machine.
    """
    tags: list[str] = []
    session.on(
        "BackgroundService.backgroundServiceEventReceived",
        lambda event: tags.append(event["backgroundServiceEvent"]["instanceId"]),
    )
    session.send(
        "BackgroundService.setRecording", {"shouldRecord": True, "service": "notifications"}
    )
    session.send("BackgroundService.startObserving", {"service": "notifications"})
    return tags


def test_a_push_is_shown_with_its_own_words(browser: Browser, town: Town) -> None:
    with phone(browser) as hand:
        hand.grant_permissions(["notifications"], origin=town.url)
        user = PhoneUser(hand, town.link_of(town.register("陈大海", [])))
        user.wait_for("nothing-due")
        session = hand.new_cdp_session(user.page)
        worker, tags = registered(user.page, session), displayed(session)
        session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": town.url, "registrationId": worker, "data": json.dumps(TOLD)},
        )
        assert until_heard(user.page, tags) == TOLD["id"]
        assert user.page.evaluate(SHOWN) == [
            {"title": TOLD["title"], "body": TOLD["body"], "tag": TOLD["id"]}
        ]
