"""Fixtures of the end-to-end tests: one browser, one server; every test its own person."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.background import Background
from tests.e2e.browser import launch
from tests.e2e.town import Town

HERE = Path(__file__).parent
TIMEOUT_S = 180
# Nothing of theirs has to come within a moment, so two of these files may run side by side.
QUIET = frozenset(
    {
        "test_console_dialogs.py",
        "test_console_pages.py",
        "test_enrolment.py",
        "test_first_run.py",
        "test_https.py",
        "test_notices.py",
        "test_organisation.py",
        "test_phone_prompts.py",
        "test_plans.py",
        "test_push_worker.py",
        "test_results.py",
        "test_roster.py",
        "test_time_zone.py",
    }
)
# As patient as `Page` and `Locator` are (browser.py): the machine may be busy with other tests.
EXPECTED_WITHIN_MS = 20_000

expect.set_options(timeout=EXPECTED_WITHIN_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder has more patience, and runs one after the other unless quiet."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if item.path.name in QUIET:
                item.add_marker(pytest.mark.quiet)
            if item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(TIMEOUT_S))


@pytest.fixture(scope="session")
def background() -> Iterator[Background]:
    """Where asynchronous helpers run."""
    background = Background()
    yield background
    background.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests."""
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def town(background: Background, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A server that all tests share."""
    town = Town(background, tmp_path_factory.mktemp("town"))
    yield town
    town.close()


@pytest.fixture
def own_town(background: Background, tmp_path: Path) -> Iterator[Town]:
    """A server for one test alone, which may end it."""
    town = Town(background, tmp_path)
    yield town
    town.close()
