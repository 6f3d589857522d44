"""The room under any sequence of events: what must hold, holds always."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from roll_call import room_events as on
from roll_call.errors import RollCallError
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
from roll_call.room_plan import PICTURE, Level, Medium, Plan, changes, plan
from roll_call.room_rules import apply

NINE = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
UNITS = ("east", "west")

units = st.frozensets(st.sampled_from(UNITS), min_size=1)
scopes = st.one_of(st.none(), st.frozensets(st.sampled_from(UNITS)))
rights = st.sampled_from(
    [frozenset(Right), frozenset({Right.WATCH}), frozenset({Right.WATCH, Right.TALK})]
)
people = st.sampled_from(("ann", "bob", "cam"))
pages = st.sampled_from(("a", "b"))
maybe = st.one_of(st.none(), people)
slots = st.sampled_from(("0", "1"))
flags = st.booleans()
wishes = st.builds(
    BroadcastWish,
    since=st.integers(0, 3).map(lambda n: NINE + timedelta(minutes=n)),
    to=st.sampled_from(Audience),
    unit_ids=st.one_of(st.none(), units),
    urgent=flags,
)
participants = people.flatmap(
    lambda name: st.builds(
        Participant,
        id=st.just(name),
        kind=st.just(ParticipantKind.CAMERA)
        if name == "cam"
        else st.sampled_from((ParticipantKind.PERSON, ParticipantKind.UNIT)),
        unit_ids=units,
        live=flags,
        needed=flags,
    )
)
consoles = pages.flatmap(
    lambda name: st.builds(
        Console,
        id=st.just(name),
        officer_id=st.just(f"officer-{name}"),
        scope=scopes,
        rights=rights,
        publishing=flags,
    )
)
events: st.SearchStrategy[on.RoomEvent] = st.one_of(
    st.builds(on.ParticipantCame, participants),
    st.builds(on.ParticipantLeft, people),
    st.builds(on.ConsoleCame, consoles),
    st.builds(on.ConsoleLeft, pages),
    st.builds(on.ScopeChanged, pages, scopes, rights),
    st.builds(on.Published, pages, st.sampled_from((True, True, False))),
    st.builds(on.Show, pages, slots, maybe, st.sampled_from(Side)),
    st.builds(on.Spotlight, pages, maybe, st.one_of(st.none(), slots)),
    st.builds(on.Listen, pages, maybe),
    st.builds(on.Talk, pages, maybe),
    st.builds(on.Broadcast, pages, st.one_of(st.none(), wishes)),
    st.builds(on.Mute, pages, people, flags),
    st.builds(on.CameraSwitched, st.one_of(people, pages), flags),
    st.builds(on.MicrophoneSwitched, st.one_of(people, pages), flags),
    st.builds(on.LineChanged, people, st.sampled_from(Line)),
)
FULL_HOUSE: tuple[on.RoomEvent, ...] = (
    *(
        on.ParticipantCame(Participant(n, ParticipantKind.PERSON, frozenset({u}), live=True))
        for n, u in (("ann", "east"), ("bob", "west"))
    ),
    *(on.ConsoleCame(Console(n, n, None, frozenset(Right), publishing=True)) for n in ("a", "b")),
)


def permitted(room: Room, viewer: Console, source: str) -> bool:
    """Whether an officer may be sent this participant, or this officer beside one of theirs."""
    who = room.participants.get(source)
    if who is not None:
        return viewer.reaches(who, Right.WATCH)
    talking = room.consoles[source].talking
    return talking is not None and viewer.reaches(room.participants[talking], Right.WATCH)


def check(room: Room, now: Plan) -> None:
    """The rules of the house."""
    for route in now.routes.values():
        assert route.viewer != route.source
        viewer, source = room.consoles.get(route.viewer), route.source
        if viewer is not None:
            assert permitted(room, viewer, source), route
        else:
            speaker = room.consoles[source]
            talks = speaker.talking == route.viewer
            told = room.participants[route.viewer] in list(room.audience(speaker))
            assert talks or told, f"{source} is heard by {route.viewer} without speaking"
            heard = room.participants[route.viewer]
            assert speaker.reaches(heard, Right.TALK if talks else Right.BROADCAST)
            assert heard.kind is not ParticipantKind.CAMERA
            assert route.medium is Medium.AUDIO or heard.line is not Line.SOUND_ONLY
        sender = room.participants.get(source) or room.consoles[source]
        switch = sender.camera_on if route.medium is Medium.VIDEO else sender.microphone_on
        assert switch, f"{route} though it is switched off"
        if isinstance(sender, Participant):
            assert sender.live and not (route.medium is Medium.AUDIO and sender.muted)
        else:
            assert sender.publishing
    talked_with = [c.talking for c in room.consoles.values() if c.talking]
    assert len(talked_with) == len(set(talked_with)), "two officers talk with one"
    for console in room.consoles.values():
        assert not (console.talking and (console.listening or console.broadcast))


def check_levels(room: Room, now: Plan) -> None:
    """The level is the maximum of what the routes and the recorder need, and nothing more.

    Only a talk over a narrow line is of a tile's size, whoever looks on.
    """
    for who, level in now.levels.items():
        needs = [r.level for r in now.routes.values() if r.source == who]
        participant = room.participants.get(who)
        if participant is not None:
            base = participant.needed and participant.camera_on
            needs.append(Level.FULL if base or not participant.live else Level.NONE)
        console = room.consoles.get(who)
        talks_with = room.participants.get((console and console.talking) or "")
        if console and talks_with and talks_with.line < Line.WIDE:
            sends = console.publishing and console.camera_on
            needs = [Level.TILE if sends else Level.NONE]
        assert level is max(needs, default=Level.NONE)


@settings(max_examples=300)
@given(st.lists(events, max_size=40), flags)
def test_the_rules_hold_whatever_happens(steps: list[on.RoomEvent], busy: bool) -> None:
    room, shown = Room(), plan(Room())
    engine = dict(shown.routes)
    for event in (*(FULL_HOUSE if busy else ()), *steps):
        before = room
        try:
            room = apply(room, event)
        except RollCallError:
            assert room == before
            continue
        now = plan(room)
        check(room, now)
        check_levels(room, now)
        step = changes(shown, now)
        for route in step.silenced:
            del engine[route.viewer, route.medium, route.slot]
        for route in step.routed:
            engine[route.viewer, route.medium, route.slot] = route
        assert {k: r.source for k, r in engine.items()} == {
            k: r.source for k, r in now.routes.items()
        }, "the differences add up to the whole"
        shown = now


@settings(max_examples=200)
@given(st.lists(events, max_size=40))
def test_every_beginning_on_record_has_its_end(steps: list[on.RoomEvent]) -> None:
    room = Room()
    running: set[tuple[str, str, str | None]] = set()
    for event in (*FULL_HOUSE, *steps, on.ConsoleLeft("a"), on.ConsoleLeft("b")):
        before = room
        try:
            room = apply(room, event)
        except RollCallError:
            continue
        for fact in facts(before, room):
            what, _, edge = fact.kind.partition(".")
            key = (what, fact.console, fact.participant)
            if edge == "started":
                assert key not in running
                running.add(key)
            elif edge == "ended":
                running.remove(key)
    assert running == set()


@given(st.lists(events, max_size=30))
def test_applying_twice_is_applying_once(steps: list[on.RoomEvent]) -> None:
    """A client that repeats itself after a reconnection does no harm."""
    room = Room()
    for event in (*FULL_HOUSE, *steps):
        try:
            room = apply(room, event)
        except RollCallError:
            continue
        assert apply(room, event) == room
    assert all(r.slot != PICTURE or r.medium is Medium.VIDEO for r in plan(room).routes.values())
