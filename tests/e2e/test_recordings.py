"""A recording plays in the browser, whatever the phone encoded, and is as long as it says."""

import io

import av
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.e2e import cast
from tests.e2e.browser import desk, phone, shoot
from tests.e2e.console_user import ConsoleUser
from tests.e2e.phone_user import PhoneUser
from tests.e2e.town import DUTY_OFFICER, Town

DURATION_TOLERANCE_S = 0.5
CONTAINERS = {"VP8": "webm", "H264": "mp4"}
PREFER = """codec => {
  const plain = RTCRtpTransceiver.prototype.setCodecPreferences
  RTCRtpTransceiver.prototype.setCodecPreferences = function (codecs) {
    const wanted = one => one.mimeType.toLowerCase() === `video/${codec}`.toLowerCase()
    plain.call(this, [...codecs.filter(wanted), ...codecs.filter(one => !wanted(one))])
  }
}"""


def prefer(context: BrowserContext, codec: str) -> None:
    """A phone that would rather encode this codec, as some have it in hardware."""
    context.add_init_script(f"({PREFER})('{codec}')")


@pytest.mark.parametrize("codec", sorted(CONTAINERS))
def test_the_recording_plays_in_the_browser_with_its_right_duration(
    browser: Browser, town: Town, codec: str
) -> None:
    face = sorted(cast.faces())[0]
    person = town.person(f"刘晓梅 {codec}", cast.enrolment_pictures(face))
    with desk(browser) as office:
        console = ConsoleUser(office, town.url, DUTY_OFFICER)
        console.open_roll_call(person.roll_call_id)
        with phone(browser) as mobile:
            prefer(mobile, codec)
            cast.portrait(face).appear(mobile)
            owner = PhoneUser(mobile, town.link(person))
            owner.begin()
            console.wait_for_live_tile()
            assert owner.receipt()[0] == "present"
        recording = town.recording(person)
        film = town.film(recording)
        console.open_entry(person.entry_id)
        shown_s = console.play_recording()
        expect(console.page.get_by_text("录像没有保存下来")).to_have_count(0)
        shoot(console.page, f"console-recording-{CONTAINERS[codec]}-zh-CN-light")
    kind, codecs, decoded_s = contents(film)
    assert (CONTAINERS[codec] in kind, codecs[0]) == (True, codec.lower())
    assert "opus" in codecs
    assert abs(shown_s - recording["duration_s"]) <= DURATION_TOLERANCE_S
    assert abs(shown_s - decoded_s) <= DURATION_TOLERANCE_S


def contents(film: bytes) -> tuple[str, list[str], float]:
    """Container, codecs (video first), seconds from the first to the last picture decoded."""
    with av.open(io.BytesIO(film)) as container:
        kind = container.format.name
        codecs = [container.streams.video[0].codec_context.name]
        codecs += [stream.codec_context.name for stream in container.streams.audio]
        times = [float(frame.time or 0.0) for frame in container.decode(video=0)]
    return kind, codecs, times[-1] - times[0]
