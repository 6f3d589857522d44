"""Terminals as the wire shows them."""

from roll_call.terminal import SelfTest, TerminalException
from server import terminal_messages as t
from server.directory import Directory
from server.duty.terminals import TerminalState
from server.instants import wire


def terminal_view(state: TerminalState, directory: Directory) -> t.TerminalView:
    """For consoles."""
    return t.TerminalView(
        unit_id=state.unit_id,
        unit=directory.name(state.unit_id),
        connected=state.connected,
        since=wire(state.since),
        officer_id=state.officer_id,
        officer=directory.officer_name(state.officer_id),
        paused=state.pause.note if state.pause else None,
        self_test=self_test_view(state.self_test),
        exception=exception_view(state.exception),
    )


def self_test_view(found: SelfTest | None) -> t.SelfTestView | None:
    """The last self-test, if there was one."""
    if found is None:
        return None
    return t.SelfTestView(
        at=wire(found.at),
        camera=found.camera.value,
        microphone=found.microphone.value,
        speaker=found.speaker.value,
        network=found.network.value,
        detail=dict(found.detail),
    )


def exception_view(said: TerminalException | None) -> t.ExceptionView | None:
    """What the office said by itself, if it did."""
    if said is None:
        return None
    return t.ExceptionView(reason=said.reason.value, note=said.note, at=wire(said.at))
