"""A person checks in by video, the command center sees it, the result is on record."""

import io

import av
import pytest
from playwright.sync_api import Browser, expect

from tests.e2e import cast
from tests.e2e.browser import desk, phone, shoot
from tests.e2e.console_user import ConsoleUser
from tests.e2e.phone_user import PhoneUser
from tests.e2e.town import DUTY_OFFICER, Town

DURATION_TOLERANCE_S = 0.5


@pytest.fixture(scope="module")
def two_faces() -> tuple[str, str]:
    """Two different people of the cast."""
    first, second, *_ = sorted(cast.faces())
    return first, second


def test_a_check_in_succeeds_and_the_console_sees_it(
    browser: Browser, town: Town, two_faces: tuple[str, str]
) -> None:
    person = town.person("陈志远", cast.enrolment_pictures(two_faces[0]))
    with desk(browser) as office, phone(browser) as mobile:
        console = ConsoleUser(office, town.url, DUTY_OFFICER)
        console.open_roll_call(person.roll_call_id)
        cast.portrait(two_faces[0]).appear(mobile)
        owner = PhoneUser(mobile, town.link(person))
        owner.begin()
        console.wait_for_live_tile()
        shoot(console.page, "console-live-zh-CN")
        assert owner.receipt()[0] == "present"
        shoot(owner.page, "phone-receipt-zh-CN")
        expect(console.entry_state(person.entry_id)).to_have_attribute("data-state", "present")
    entry = town.entry(person)
    assert entry["entry"]["state"] == "present"
    assert [verdict["state"] for verdict in entry["verdicts"]] == ["match"]


def test_a_different_face_goes_to_review(
    browser: Browser, town: Town, two_faces: tuple[str, str]
) -> None:
    person = town.person("李文博", cast.enrolment_pictures(two_faces[0]))
    with phone(browser) as mobile:
        cast.portrait(two_faces[1]).appear(mobile)
        assert PhoneUser(mobile, town.link(person)).check_in() == ("review", "mismatch")
    assert town.entry(person)["entry"]["state"] == "review"


def test_the_recording_plays_in_the_browser_with_its_right_duration(
    browser: Browser, town: Town, two_faces: tuple[str, str]
) -> None:
    person = town.person("刘晓梅", cast.enrolment_pictures(two_faces[0]))
    with phone(browser) as mobile:
        cast.portrait(two_faces[0]).appear(mobile)
        PhoneUser(mobile, town.link(person)).check_in()
    recording = town.recording(person)
    film = town.download(f"/api/recordings/{recording['id']}/media")
    with desk(browser) as office:
        console = ConsoleUser(office, town.url, DUTY_OFFICER)
        console.open_entry(person.entry_id)
        shown_s = console.play_recording()
    assert abs(shown_s - recording["duration_s"]) <= DURATION_TOLERANCE_S
    assert abs(shown_s - decoded_duration_s(film)) <= DURATION_TOLERANCE_S


def decoded_duration_s(film: bytes) -> float:
    """From the first picture to the last one, by decoding all of them."""
    with av.open(io.BytesIO(film)) as container:
        times = [float(frame.time or 0.0) for frame in container.decode(video=0)]
    return times[-1] - times[0]
