"""The room by hand: who hears whom, who may, and what is asked of each sender."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from roll_call import room_events as on
from roll_call.errors import Conflict, NotAllowed, NotFound
from roll_call.line import Line
from roll_call.room import (
    Audience,
    BroadcastWish,
    Console,
    Participant,
    ParticipantKind,
    Right,
    Room,
    Side,
)
from roll_call.room_facts import facts
from roll_call.room_plan import (
    BESIDE,
    ENCODINGS,
    PICTURE,
    VOICE,
    Level,
    Medium,
    Plan,
    changes,
    plan,
)
from roll_call.room_rules import apply

NINE = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
ALL = frozenset(Right)
EAST, WEST = frozenset({"east"}), frozenset({"west"})


def person(name: str, units: frozenset[str] = EAST, **more: bool) -> Participant:
    return Participant(name, ParticipantKind.PERSON, units, live=True, **more)


def console(name: str, scope: frozenset[str] | None = None, *, publishing: bool = True) -> Console:
    return Console(name, f"officer-{name}", scope, ALL, publishing)


def room(*members: Participant | Console) -> Room:
    made = Room()
    for member in members:
        if isinstance(member, Participant):
            made = apply(made, on.ParticipantCame(member))
        else:
            made = apply(made, on.ConsoleCame(member))
    return made


def after(start: Room, *events: on.RoomEvent) -> Room:
    for event in events:
        start = apply(start, event)
    return start


def sent(planned: Plan, viewer: str) -> set[tuple[str, str, str]]:
    """Slot, medium and source of all that a viewer is sent."""
    return {
        (r.slot, r.medium.value, r.source) for r in planned.routes.values() if r.viewer == viewer
    }


def test_nobody_hears_the_center_before_it_speaks() -> None:
    watched = after(room(person("ann"), console("c")), on.Show("c", "0", "ann"))
    assert sent(plan(watched), "ann") == set()
    assert sent(plan(watched), "c") == {("0", "video", "ann")}


def test_a_talk_is_two_way_and_listening_is_one_way() -> None:
    start = room(person("ann"), console("c"))
    talking = after(start, on.Spotlight("c", "ann", "9"), on.Talk("c", "ann"))
    assert sent(plan(talking), "ann") == {(PICTURE, "video", "c"), (VOICE, "audio", "c")}
    assert sent(plan(talking), "c") == {("9", "video", "ann"), (VOICE, "audio", "ann")}
    listening = after(talking, on.Listen("c", "ann"))
    assert sent(plan(listening), "ann") == set()
    assert (VOICE, "audio", "ann") in sent(plan(listening), "c")


def test_a_broadcast_reaches_everybody_meant_and_those_who_come_later() -> None:
    start = room(
        person("ann"),
        replace(person("office"), kind=ParticipantKind.UNIT),
        replace(person("gate"), kind=ParticipantKind.CAMERA),
        console("c"),
    )
    speaking = after(start, on.Broadcast("c", BroadcastWish(NINE)))
    assert plan(speaking).viewers_of("c", Medium.AUDIO) == {"ann", "office"}
    later = after(speaking, on.ParticipantCame(person("late", WEST)))
    assert "late" in plan(later).viewers_of("c", Medium.VIDEO)
    only_units = after(start, on.Broadcast("c", BroadcastWish(NINE, Audience.UNITS)))
    assert plan(only_units).viewers_of("c", Medium.AUDIO) == {"office"}
    only_west = BroadcastWish(NINE, unit_id="west", unit_ids=WEST)
    assert not plan(after(start, on.Broadcast("c", only_west))).viewers_of("c", Medium.AUDIO)


def test_only_an_urgent_broadcast_goes_over_a_talk() -> None:
    start = room(person("ann"), console("a"), console("b"), console("d"))
    talking = after(start, on.Talk("a", "ann"), on.Broadcast("b", BroadcastWish(NINE)))
    assert plan(talking).viewers_of("a", Medium.AUDIO) == {"ann"}
    urgent = BroadcastWish(NINE + timedelta(minutes=1), urgent=True)
    pressed = after(talking, on.Broadcast("d", urgent))
    assert plan(pressed).viewers_of("d", Medium.AUDIO) == {"ann"}
    assert pressed.consoles["a"].talking == "ann"
    over = after(pressed, on.Broadcast("d", None))
    assert plan(over).viewers_of("a", Medium.AUDIO) == {"ann"}


def test_one_officer_at_a_time() -> None:
    start = room(person("ann"), console("a"), console("b"))
    talking = after(start, on.Talk("a", "ann"))
    with pytest.raises(Conflict, match="talk_taken"):
        apply(talking, on.Talk("b", "ann"))
    assert apply(talking, on.Talk("a", "ann")) == talking
    handed = after(talking, on.Talk("a", None), on.Talk("b", "ann"))
    assert plan(handed).viewers_of("b", Medium.VIDEO) == {"ann"}
    speaking = after(start, on.Broadcast("a", BroadcastWish(NINE)))
    with pytest.raises(Conflict, match="broadcast_taken"):
        apply(speaking, on.Broadcast("b", BroadcastWish(NINE)))
    with pytest.raises(Conflict, match="broadcasting"):
        apply(speaking, on.Talk("a", "ann"))


def test_without_a_camera_of_their_own_nobody_talks() -> None:
    start = room(person("ann"), console("c", publishing=False))
    for event in (on.Talk("c", "ann"), on.Broadcast("c", BroadcastWish(NINE))):
        with pytest.raises(Conflict, match="not_publishing"):
            apply(start, event)


def test_a_camera_is_seen_and_never_talked_to() -> None:
    gate = replace(person("gate"), kind=ParticipantKind.CAMERA)
    start = room(gate, console("c"))
    with pytest.raises(Conflict, match="cannot_hear"):
        apply(start, on.Talk("c", "gate"))
    assert sent(plan(after(start, on.Show("c", "0", "gate"))), "c") == {("0", "video", "gate")}


def test_an_office_officer_reaches_only_their_own_office() -> None:
    start = room(person("ann", EAST), person("bob", WEST), console("e", EAST))
    for event in (
        on.Show("e", "0", "bob"),
        on.Spotlight("e", "bob", "0"),
        on.Listen("e", "bob"),
        on.Talk("e", "bob"),
        on.Mute("e", "bob", True),
    ):
        with pytest.raises(NotAllowed):
            apply(start, event)
    with pytest.raises(NotFound):
        apply(start, on.Listen("e", "nobody"))
    speaking = after(start, on.Broadcast("e", BroadcastWish(NINE)))
    assert plan(speaking).viewers_of("e", Medium.AUDIO) == {"ann"}


def test_an_officer_beside_the_center_sees_and_hears_both_sides() -> None:
    start = room(person("ann"), console("center"), console("east", EAST), console("west", WEST))
    joined = after(
        start,
        on.Talk("center", "ann"),
        on.Show("east", "0", "ann"),
        on.Show("east", "1", "ann", Side.OFFICER),
        on.Listen("east", "ann"),
    )
    assert sent(plan(joined), "east") == {
        ("0", "video", "ann"),
        ("1", "video", "center"),
        (VOICE, "audio", "ann"),
        (BESIDE, "audio", "center"),
    }
    with pytest.raises(NotAllowed):
        apply(joined, on.Show("west", "1", "ann", Side.OFFICER))


def test_rights_that_are_taken_away_end_what_they_covered() -> None:
    start = room(person("ann"), person("bob", WEST), console("c"))
    busy = after(start, on.Show("c", "0", "ann"), on.Show("c", "1", "bob"), on.Talk("c", "ann"))
    moved = after(busy, on.ScopeChanged("c", WEST, ALL))
    assert sent(plan(moved), "c") == {("1", "video", "bob")}
    assert moved.consoles["c"].talking is None
    mute_only = after(busy, on.ScopeChanged("c", None, frozenset({Right.WATCH})))
    assert sent(plan(mute_only), "c") == {("0", "video", "ann"), ("1", "video", "bob")}


def test_a_person_who_moves_to_another_office_is_let_go_by_the_former() -> None:
    start = after(room(person("ann"), console("e", EAST)), on.Talk("e", "ann"))
    moved = apply(start, on.ParticipantCame(person("ann", WEST)))
    assert moved.consoles["e"].talking is None
    assert plan(moved).routes == {}


@pytest.mark.parametrize("event", [on.Mute("c", "ann", True), on.MicrophoneSwitched("ann", False)])
def test_what_is_muted_reaches_nobody_and_comes_back(
    event: on.Mute | on.MicrophoneSwitched,
) -> None:
    talking = after(room(person("ann"), console("c")), on.Talk("c", "ann"))
    muted = apply(talking, event)
    assert plan(muted).viewers_of("ann", Medium.AUDIO) == frozenset()
    again = on.ParticipantCame(person("ann"))
    assert apply(muted, again) == muted, "a reconnection unmutes nobody"
    assert plan(apply(muted, replace(event, on=not event.on))) == plan(talking)


def test_a_camera_that_is_off_is_shown_to_nobody_and_asked_for_nothing() -> None:
    watched = after(room(person("ann", needed=True), console("c")), on.Show("c", "0", "ann"))
    off = apply(watched, on.CameraSwitched("ann", False))
    assert plan(off).viewers_of("ann", Medium.VIDEO) == frozenset()
    assert plan(off).levels["ann"] is Level.NONE


def test_each_sender_is_asked_for_what_its_most_demanding_viewer_needs() -> None:
    start = room(person("ann"), console("a"), console("b"))
    assert plan(start).levels == {"ann": Level.NONE, "a": Level.NONE, "b": Level.NONE}
    tile = after(start, on.Show("a", "0", "ann"))
    assert plan(tile).levels["ann"] is Level.TILE
    large = after(tile, on.Spotlight("b", "ann", "5"))
    assert plan(large).levels["ann"] is Level.FULL
    small = after(large, on.Spotlight("b", None))
    assert plan(small).levels["ann"] is Level.TILE
    assert sent(plan(small), "b") == set()
    recorded = after(small, on.ParticipantCame(person("ann", needed=True)))
    assert plan(recorded).levels["ann"] is Level.FULL
    talking = after(start, on.Talk("a", "ann"))
    assert plan(talking).levels["a"] is Level.FULL
    coming = after(start, on.ParticipantCame(replace(person("new"), live=False)))
    assert plan(coming).levels["new"] is Level.FULL, "its first picture must come up"


def test_the_encodings_are_those_of_the_specification() -> None:
    tile, full = ENCODINGS[Level.TILE], ENCODINGS[Level.FULL]
    assert (tile.max_width, tile.max_height, tile.max_framerate) == (320, 240, 10)
    assert (full.max_width, full.max_height) >= (640, 480) and full.max_framerate >= 15
    assert not ENCODINGS[Level.NONE].active


def test_only_what_changed_is_told() -> None:
    start = after(room(person("ann"), person("bob"), console("c")), on.Show("c", "0", "ann"))
    moved = after(start, on.Show("c", "0", "bob"))
    step = changes(plan(start), plan(moved))
    assert step.silenced == ()
    assert [(r.slot, r.source) for r in step.routed] == [("0", "bob")]
    assert step.levels == {"ann": Level.NONE, "bob": Level.TILE}
    assert changes(plan(moved), plan(moved)).routed == ()
    louder = changes(plan(moved), plan(after(moved, on.Spotlight("c", "bob"))))
    assert (louder.routed, louder.levels) == ((), {"bob": Level.FULL})


def test_what_belongs_into_the_record() -> None:
    start = room(person("ann"), console("c"))
    talking = after(start, on.Talk("c", "ann"))
    assert [f.kind for f in facts(start, talking)] == ["talk.started"]
    listening = after(talking, on.Listen("c", "ann"))
    assert [f.kind for f in facts(talking, listening)] == ["talk.ended", "listening.started"]
    speaking = after(listening, on.Broadcast("c", BroadcastWish(NINE)))
    (fact,) = facts(listening, speaking)
    assert fact.kind == "broadcast.started" and fact.details["live"] == 1
    gone = after(speaking, on.ConsoleLeft("c"))
    assert [f.kind for f in facts(speaking, gone)] == ["listening.ended", "broadcast.ended"]
    left = after(talking, on.ParticipantLeft("ann"))
    assert [(f.kind, f.participant) for f in facts(talking, left)] == [("talk.ended", "ann")]
    muted = after(start, on.Mute("c", "ann", True))
    (fact,) = facts(start, muted, "officer-c")
    assert (fact.kind, fact.officer_id, fact.participant) == (
        "microphone.muted",
        "officer-c",
        "ann",
    )


def test_over_a_narrow_line_the_officer_sends_less_and_at_last_only_sound() -> None:
    talking = after(room(person("ann"), console("c")), on.Talk("c", "ann"))
    assert plan(talking).levels["c"] is Level.FULL
    narrow = after(talking, on.LineChanged("ann", Line.NARROW))
    assert plan(narrow).levels["c"] is Level.TILE
    assert sent(plan(narrow), "ann") == {(PICTURE, "video", "c"), (VOICE, "audio", "c")}
    sound = after(narrow, on.LineChanged("ann", Line.SOUND_ONLY))
    assert sent(plan(sound), "ann") == {(VOICE, "audio", "c")}
    assert plan(sound).levels["c"] is Level.TILE, "the officer's side is still recorded"
    back = after(sound, on.ParticipantCame(person("ann")), on.LineChanged("ann", Line.WIDE))
    assert plan(back) == plan(talking)


def test_a_broadcast_to_many_is_not_made_small_by_one_narrow_line() -> None:
    start = room(person("ann"), person("bob"), console("c"))
    wish = BroadcastWish(NINE)
    calling = after(start, on.Broadcast("c", wish), on.LineChanged("ann", Line.NARROW))
    assert plan(calling).levels["c"] is Level.FULL
    sound = after(calling, on.LineChanged("ann", Line.SOUND_ONLY))
    assert plan(sound).levels["c"] is Level.FULL
    assert sent(plan(sound), "ann") == {(VOICE, "audio", "c")}
    assert len(sent(plan(sound), "bob")) == 2
