"""Peers go where there is most room, and stay beside what they belong to."""

from hypothesis import given
from hypothesis import strategies as st

from media.processes.placement import Placement

BOTH = [0, 1]


def test_peers_spread_over_the_processes() -> None:
    placement = Placement()
    assert [placement.place(f"p{n}", "", BOTH) for n in range(4)] == [0, 1, 0, 1]


def test_a_busy_process_gets_nobody() -> None:
    placement = Placement()
    placement.note_load(0, cpu=0.5)
    assert [placement.place(f"p{n}", "", BOTH) for n in range(5)] == [1] * 5


def test_what_a_process_does_for_itself_is_no_load() -> None:
    placement = Placement()
    placement.note_load(0, cpu=0.02)
    placement.note_load(1, cpu=0.06)
    assert {placement.place(f"p{n}", "", BOTH) for n in range(2)} == {0, 1}


def test_what_belongs_together_lives_together() -> None:
    placement = Placement()
    placement.place("alone", "", BOTH)
    first = placement.place("session-1", "session", BOTH)
    placement.note_load(1, cpu=1.0)
    assert placement.place("session-2", "session", BOTH) == first == 1


def test_a_recording_keeps_the_place_of_its_publisher() -> None:
    placement = Placement()
    placement.place("alone", "", BOTH)
    placement.place("session-1", "session", BOTH)
    placement.hold("recording/r", "session-1")
    placement.remove("session-1")
    placement.note_load(1, cpu=1.0)
    assert placement.place("session-2", "session", BOTH) == 1
    placement.remove("session-2")
    placement.remove("recording/r")
    assert placement.place("session-3", "session", BOTH) == 0


def test_nobody_is_placed_where_nothing_runs() -> None:
    placement = Placement()
    assert placement.place("p", "", []) is None and placement.of("p") is None


def test_a_lost_process_holds_nobody_any_more() -> None:
    placement = Placement()
    placement.place("session-1", "session", BOTH)
    placement.place("other", "", BOTH)
    placement.hold("recording/r", "session-1")
    assert placement.lose(0) == ["session-1"]
    assert placement.of("session-1") is None and placement.of("other") == 1
    assert placement.place("session-2", "session", [1]) == 1


Steps = st.lists(
    st.tuples(
        st.sampled_from(["place", "remove", "lose", "hold"]),
        st.integers(0, 5),
        st.sampled_from(["", "a", "b"]),
        st.sets(st.integers(0, 2)),
    ),
    max_size=40,
)


@given(Steps)
def test_members_of_a_group_are_never_apart(
    steps: list[tuple[str, int, str, set[int]]],
) -> None:
    """As long as their process lives and is ready."""
    placement = Placement()
    beside_of: dict[str, str] = {}
    for what, number, beside, ready in steps:
        name = f"p{number}"
        match what:
            case "place" if placement.of(name) is None:
                process = placement.place(name, beside, ready | {0})
                assert process in ready | {0}
                beside_of[name] = beside
            case "remove":
                placement.remove(name)
            case "lose":
                placement.lose(number % 3)
                assert not placement.peers(number % 3)
            case "hold":
                placement.hold(f"recording/{name}", name)
    placed = {name: placement.of(name) for name in beside_of if placement.of(name) is not None}
    assert all(name in placement.peers(process) for name, process in placed.items() if process)
