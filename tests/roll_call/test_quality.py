"""Grades of a connection, what a session's record says of it, and when it is to blame."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roll_call import entry_events as on
from roll_call.entry import EntryState, reason_for, timer_event
from roll_call.ports.media import PeerQuality, TrackQuality
from roll_call.quality import (
    MOST_SAMPLES,
    ConnectionTally,
    Grade,
    NetworkFault,
    grade,
)
from roll_call.reasons import Reason
from roll_call.verification import Assurance, Inconclusive, VerificationState
from tests.roll_call.cast import entry_in

VIDEO = TrackQuality(
    bitrate_bps=500_000,
    packets=100,
    loss=0.0,
    unrecovered=0,
    jitter_ms=5.0,
    frames_per_s=15.0,
    width=640,
    height=480,
)
AUDIO = TrackQuality(bitrate_bps=32_000, packets=100, loss=0.0, unrecovered=0, jitter_ms=5.0)
FINE = PeerQuality("s-1", 2.0, 40.0, VIDEO, AUDIO)


@pytest.mark.parametrize(
    ("quality", "expected"),
    [
        (FINE, Grade.GOOD),
        (replace(FINE, round_trip_ms=300.0), Grade.GOOD),
        (replace(FINE, round_trip_ms=301.0), Grade.FAIR),
        (replace(FINE, round_trip_ms=801.0), Grade.POOR),
        (replace(FINE, round_trip_ms=None), Grade.GOOD),
        (replace(FINE, video=replace(VIDEO, loss=0.02)), Grade.GOOD),
        (replace(FINE, video=replace(VIDEO, loss=0.05)), Grade.FAIR),
        (replace(FINE, video=replace(VIDEO, loss=0.11)), Grade.POOR),
        (replace(FINE, audio=replace(AUDIO, loss=0.11)), Grade.POOR),
        (replace(FINE, video=replace(VIDEO, jitter_ms=500.0)), Grade.FAIR),
        (replace(FINE, video=replace(VIDEO, frames_per_s=7.0)), Grade.FAIR),
        (replace(FINE, video=replace(VIDEO, frames_per_s=3.0)), Grade.POOR),
        (replace(FINE, video=replace(VIDEO, freeze_s=0.2)), Grade.FAIR),
        (replace(FINE, video=replace(VIDEO, freeze_s=1.0)), Grade.POOR),
        (replace(FINE, video=None), Grade.GOOD),
        (replace(FINE, video=replace(VIDEO, packets=0, frames_per_s=0.0)), Grade.GOOD),
        (PeerQuality("s-1", 0.0, None, None, None), Grade.GOOD),
        (replace(FINE, video=replace(VIDEO, packets=0), audio=None), Grade.POOR),
        (
            replace(FINE, video=replace(VIDEO, packets=0), audio=replace(AUDIO, packets=0)),
            Grade.POOR,
        ),
    ],
)
def test_a_moment_is_as_good_as_its_worst_figure(quality: PeerQuality, expected: Grade) -> None:
    assert grade(quality) is expected


def test_a_summary_adds_up() -> None:
    tally = ConnectionTally()
    for round_trip in (40.0, 50.0, 400.0):
        tally.report(replace(FINE, round_trip_ms=round_trip))
    found = tally.summary(now_s=6.0)
    assert (found.good_s, found.fair_s, found.poor_s) == (4.0, 2.0, 0.0)
    assert (found.round_trip_median_ms, found.round_trip_p95_ms) == (50.0, 400.0)
    assert (found.bitrate_bps, found.frames_per_s) == (532_000, 15.0)
    assert (found.width, found.height, found.measured_s) == (640, 480, 6.0)
    assert found.grade is Grade.FAIR


def test_silence_is_no_good_connection_and_is_counted_once() -> None:
    tally = ConnectionTally()
    tally.report(FINE)
    tally.interrupted(now_s=4.0, already_s=2.0)
    for _ in range(4):
        tally.report(PeerQuality("s-1", 2.0, 40.0, replace(VIDEO, packets=0), None))
    tally.flowing(now_s=12.0)
    found = tally.summary(now_s=12.0)
    assert (found.good_s, found.poor_s, found.interrupted_s) == (2.0, 0.0, 10.0)
    assert found.grade is Grade.POOR


def test_loss_is_counted_over_what_was_sent() -> None:
    tally = ConnectionTally()
    tally.report(replace(FINE, audio=None, video=replace(VIDEO, packets=90, loss=0.10)))
    tally.report(replace(FINE, audio=None, video=replace(VIDEO, packets=100, loss=0.0)))
    assert tally.summary(0.0).loss == pytest.approx(0.05)


def test_an_interruption_is_counted_once_and_to_its_end() -> None:
    tally = ConnectionTally()
    tally.interrupted(10.0, already_s=2.0)
    tally.interrupted(12.0)
    assert tally.summary(13.0).interrupted_s == 5.0
    tally.flowing(14.0)
    tally.flowing(15.0)
    assert (tally.summary(99.0).interruptions, tally.summary(99.0).interrupted_s) == (1, 6.0)


def test_the_samples_of_a_long_session_stay_few_and_fair() -> None:
    tally = ConnectionTally()
    for number in range(20_000):
        tally.report(replace(FINE, round_trip_ms=float(number % 100)))
    assert len(tally.round_trips_ms) <= MOST_SAMPLES
    assert tally.summary(0.0).round_trip_median_ms == pytest.approx(50, abs=6)


POOR = replace(FINE, round_trip_ms=2_000.0)
FROZEN = replace(FINE, video=replace(VIDEO, freezes=1, freeze_s=0.9))


def tally_of(*reports: PeerQuality) -> ConnectionTally:
    tally = ConnectionTally()
    for report in reports:
        tally.report(report)
    return tally


@pytest.mark.parametrize(
    ("tally", "expected"),
    [
        (tally_of(*[FINE] * 20), ()),
        (tally_of(*[FINE] * 20, POOR), ()),
        (tally_of(POOR), ()),  # two seconds say nothing
        (tally_of(*[FINE] * 6, *[POOR] * 4), (NetworkFault.POOR_CONNECTION,)),
        (
            tally_of(*[FINE] * 4, *[FROZEN] * 4),
            (NetworkFault.POOR_CONNECTION, NetworkFault.FROZEN),
        ),
    ],
)
def test_a_poor_connection_is_to_blame_for_a_large_part_only(
    tally: ConnectionTally, expected: tuple[NetworkFault, ...]
) -> None:
    assert tally.faults(0.0) == expected


def test_a_long_or_a_third_interruption_is_to_blame() -> None:
    long = ConnectionTally()
    long.interrupted(0.0)
    assert long.faults(9.0) == ()
    assert long.faults(10.0) == (NetworkFault.INTERRUPTED,)
    often = ConnectionTally()
    for at_s in range(3):
        often.interrupted(float(at_s))
        often.flowing(at_s + 0.1)
    assert often.faults(9.0) == (NetworkFault.INTERRUPTED,)


IN_SESSION = EntryState.IN_SESSION


def verdict(state: VerificationState, **more: object) -> on.VerdictGiven:
    return on.VerdictGiven("s", 1, state, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (on.VerdictDeadline(network_fault=True), Reason.TECHNICAL_FAILURE),
        (on.VerdictDeadline(), Reason.INCONCLUSIVE),
        (verdict(VerificationState.INCONCLUSIVE, network_fault=True), Reason.TECHNICAL_FAILURE),
        (verdict(VerificationState.INCONCLUSIVE), Reason.INCONCLUSIVE),
        (
            verdict(
                VerificationState.INCONCLUSIVE,
                inconclusive=Inconclusive.NO_REFERENCE,
                network_fault=True,
            ),
            Reason.NO_REFERENCE,
        ),
        (
            verdict(VerificationState.MATCH, assurance=Assurance.HIGH, network_fault=True),
            Reason.VERIFIED,
        ),
        (verdict(VerificationState.MISMATCH, network_fault=True), Reason.MISMATCH),
    ],
)
def test_a_fault_of_the_network_spares_and_changes_nothing_else(
    event: on.EntryEvent, reason: Reason
) -> None:
    assert reason_for(IN_SESSION, event) is reason


def test_the_timer_carries_the_fault() -> None:
    event = timer_event(entry_in(IN_SESSION), network_fault=True)
    assert event == on.VerdictDeadline(outage=False, network_fault=True)


@given(
    st.builds(
        TrackQuality,
        bitrate_bps=st.integers(0, 10**8),
        packets=st.integers(0, 10**6),
        loss=st.floats(0, 1),
        unrecovered=st.integers(0, 10**6),
        jitter_ms=st.floats(0, 10**5),
        frames_per_s=st.floats(0, 240),
        freezes=st.integers(0, 100),
        freeze_s=st.floats(0, 100),
    ),
    st.floats(0.1, 60),
)
def test_no_report_breaks_the_tally(track: TrackQuality, over_s: float) -> None:
    tally = ConnectionTally()
    tally.report(PeerQuality("s-1", over_s, None, track, None))
    summary = tally.summary(0.0)
    assert 0 <= summary.loss <= 1
    graded_s = summary.good_s + summary.fair_s + summary.poor_s
    assert graded_s == pytest.approx(over_s if track.packets else 0.0, abs=0.2)
    assert set(tally.faults(0.0)) <= set(NetworkFault)
