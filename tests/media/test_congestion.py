"""The answer grants exactly the feedback that the offer asked for."""

import pytest

from media.congestion import TRANSPORT_SEQUENCE_URI, grant, offered_feedback

OFFERED = [
    "a=mid:1",
    "a=sendrecv",
    f"a=extmap:5/sendonly {TRANSPORT_SEQUENCE_URI}",
    "a=rtcp-rsize",
    "a=rtpmap:96 VP8/90000",
    "a=rtcp-fb:96 transport-cc",
    "a=rtcp-fb:96 nack",
    "a=rtpmap:97 rtx/90000",
]
ANSWER = (
    "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=sendrecv\r\n"
    "a=rtpmap:111 opus/48000/2\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:1\r\na=recvonly\r\n"
    "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtpmap:97 rtx/90000\r\n"
)


def added(answer: str, offered: list[str]) -> list[str]:
    granted = grant(answer, {"1": offered_feedback(offered)}).splitlines()
    before = answer.splitlines()
    assert [line for line in granted if line in before] == before
    return [line for line in granted if line not in before]


def test_what_was_offered_is_granted_under_its_own_numbers() -> None:
    assert added(ANSWER, OFFERED) == [
        f"a=extmap:5 {TRANSPORT_SEQUENCE_URI}",
        "a=rtcp-rsize",
        "a=rtcp-fb:96 transport-cc",
    ]


@pytest.mark.parametrize(
    "offered",
    [
        [line for line in OFFERED if "transport-cc" not in line],
        [line for line in OFFERED if "extmap" not in line],
        [line.replace("extmap:5", "extmap:15") for line in OFFERED],
        [line.replace("extmap:5", "extmap:\u0665") for line in OFFERED],
        [line.replace("sendrecv", "recvonly") for line in OFFERED],
    ],
)
def test_half_a_wish_or_one_of_somebody_who_never_sends_is_not_granted(offered: list[str]) -> None:
    assert added(ANSWER, offered) == ["a=rtcp-rsize"]


def test_a_section_that_we_only_send_in_gets_none() -> None:
    answer = ANSWER.replace("a=recvonly", "a=sendonly")
    assert added(answer, OFFERED) == ["a=rtcp-rsize"]
