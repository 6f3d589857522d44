"""A phone that can only send what we cannot receive is told so, and may try again at once."""

import re

import pytest

from server.errors import texts
from server.messages import Failure, Offer
from tests.faults.station import Station, actor, handset

pytestmark = [pytest.mark.serial, pytest.mark.asyncio(loop_scope="session")]


def only_vp9(sdp: str) -> str:
    """The offer of a browser that has nothing but VP9."""
    return re.sub(r"(VP8|H264)/90000", "VP9/90000", sdp)


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
async def test_vp9_alone_is_named_and_a_good_offer_goes_on(station: Station, locale: str) -> None:
    person = await station.due("刘洋", liveness=False)
    async with handset(station.url, person.device, locale) as phone:
        session = await phone.enter(person.entry_id)
        good = await phone.offer_of(actor())
        await phone.say(Offer(sdp=only_vp9(good)))
        refused: Failure = await phone.expect("error")
        assert (refused.code, refused.fatal) == ("codec_unsupported", False)
        assert refused.message == texts(locale).word("errors", "codec_unsupported")
        await phone.say(Offer(sdp=good))
        receipt = await phone.finish()
    # Nobody asked for movements, so an officer looks; the machine's own verdict is a match.
    assert receipt.reason == "low_assurance"
    detail = await station.entry(person.entry_id)
    assert [verdict["state"] for verdict in detail["verdicts"]] == ["match"]
    assert detail["entry"]["session_id"] == session.session_id and detail["entry"]["attempt"] == 1
