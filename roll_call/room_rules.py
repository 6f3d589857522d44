"""What an event makes of a room: ``apply`` is pure and refuses what is not allowed."""

from dataclasses import replace
from typing import Any

from roll_call import room_events as on
from roll_call.errors import Conflict, NotAllowed, NotFound
from roll_call.line import Line
from roll_call.room import Console, Participant, ParticipantKind, Right, Room, Side, Watch, meant


def apply(room: Room, event: on.RoomEvent) -> Room:
    """The room after an event.

    Raises NotFound(unknown_session), NotAllowed(verb=...), Conflict: ``not_publishing`` (talk or
    broadcast without a camera), ``talk_taken``, ``broadcasting`` (end it first),
    ``broadcast_taken``, ``cannot_hear`` (a camera). An event of a console or participant that is
    gone changes nothing.
    """
    match event:
        case on.ParticipantCame(participant=who):
            return _came(room, who)
        case on.ParticipantLeft(id=gone):
            return _left(room, gone)
        case on.ConsoleCame(console=console):
            return replace(room, consoles={**room.consoles, console.id: console})
        case on.ConsoleLeft(id=gone):
            rest = {key: console for key, console in room.consoles.items() if key != gone}
            return replace(room, consoles=rest)
        case on.Mute():
            return _mute(room, event)
        case on.CameraSwitched() | on.MicrophoneSwitched():
            return _switched(room, event)
        case on.LineChanged(participant=name, line=line):
            return _line_changed(room, name, line)
        case _:
            return _console_event(room, event)


def _console_event(room: Room, event: Any) -> Room:
    console = room.consoles.get(event.console)
    if console is None:
        return room
    match event:
        case on.ScopeChanged(scope=scope, rights=rights):
            changed = _within_scope(room, replace(console, scope=scope, rights=rights))
        case on.Published(on=is_on):
            changed = replace(console, publishing=is_on)
        case on.Show(slot=slot, participant=wanted, side=side):
            changed = _show(room, console, slot, wanted, side)
        case on.Spotlight(participant=wanted, slot=slot):
            changed = _spotlight(room, console, wanted, slot)
        case on.Listen(participant=wanted):
            if wanted is not None:
                _reach(room, console, wanted, Right.TALK)
            changed = replace(console, listening=wanted, talking=None)
        case on.Talk(participant=wanted):
            changed = _talk(room, console, wanted)
        case on.Broadcast():
            changed = _broadcast(room, console, event)
        case _:
            raise AssertionError(event)
    return replace(room, consoles={**room.consoles, console.id: changed})


def _came(room: Room, who: Participant) -> Room:
    known = room.participants.get(who.id)
    if known is not None:
        who = replace(
            who,
            camera_on=known.camera_on,
            microphone_on=known.microphone_on,
            muted=known.muted,
            line=known.line,
        )
    changed = replace(room, participants={**room.participants, who.id: who})
    if known is None or known.unit_ids == who.unit_ids:
        return changed
    consoles = {key: _within_scope(changed, c) for key, c in room.consoles.items()}
    return replace(changed, consoles=consoles)


def _line_changed(room: Room, name: str, line: Line) -> Room:
    who = room.participants.get(name)
    if who is None:
        return room
    return replace(room, participants={**room.participants, name: replace(who, line=line)})


def _left(room: Room, gone: str) -> Room:
    rest = {key: who for key, who in room.participants.items() if key != gone}
    consoles = {key: _without(console, {gone}) for key, console in room.consoles.items()}
    return Room(rest, consoles)


def _without(console: Console, gone: set[str]) -> Console:
    """The console without anything that concerns those participants."""
    lit = console.spotlight not in gone
    return replace(
        console,
        slots={slot: w for slot, w in console.slots.items() if w.participant not in gone},
        spotlight=console.spotlight if lit else None,
        spotlight_slot=console.spotlight_slot if lit else None,
        listening=None if console.listening in gone else console.listening,
        talking=None if console.talking in gone else console.talking,
    )


def _within_scope(room: Room, console: Console) -> Console:
    def beyond(right: Right) -> set[str]:
        return {p.id for p in room.participants.values() if not console.reaches(p, right)}

    kept = _without(console, beyond(Right.WATCH))
    silent = beyond(Right.TALK)
    return replace(
        kept,
        listening=None if kept.listening in silent else kept.listening,
        talking=None if kept.talking in silent else kept.talking,
        broadcast=kept.broadcast if Right.BROADCAST in console.rights else None,
    )


def _reach(room: Room, console: Console, participant: str, right: Right) -> Participant:
    who = room.participants.get(participant)
    if who is None:
        raise NotFound("unknown_session")
    if not console.reaches(who, right):
        raise NotAllowed(verb=right.value)
    return who


def _show(room: Room, console: Console, slot: str, wanted: str | None, side: Side) -> Console:
    slots = dict(console.slots)
    if wanted is None:
        slots.pop(slot, None)
    else:
        _reach(room, console, wanted, Right.WATCH)
        slots[slot] = Watch(wanted, side)
    return replace(console, slots=slots)


def _spotlight(room: Room, console: Console, wanted: str | None, slot: str | None) -> Console:
    if wanted is None:
        slots = {key: w for key, w in console.slots.items() if key != console.spotlight_slot}
        return replace(console, slots=slots, spotlight=None, spotlight_slot=None)
    _reach(room, console, wanted, Right.WATCH)
    if slot is None:
        return replace(console, spotlight=wanted)
    slots = {**console.slots, slot: Watch(wanted)}
    return replace(console, slots=slots, spotlight=wanted, spotlight_slot=slot)


def _talk(room: Room, console: Console, wanted: str | None) -> Console:
    if wanted is None:
        return replace(console, talking=None)
    who = _reach(room, console, wanted, Right.TALK)
    if who.kind is ParticipantKind.CAMERA:
        raise Conflict("cannot_hear")
    if console.broadcast is not None:
        raise Conflict("broadcasting")
    if not console.publishing:
        raise Conflict("not_publishing")
    if room.talker(wanted) not in (None, console):
        raise Conflict("talk_taken")
    return replace(console, talking=wanted, listening=None)


def _broadcast(room: Room, console: Console, event: on.Broadcast) -> Console:
    wish = event.wish
    if wish is None:
        return replace(console, broadcast=None)
    if Right.BROADCAST not in console.rights:
        raise NotAllowed(verb=Right.BROADCAST.value)
    if not console.publishing:
        raise Conflict("not_publishing")
    for other in room.consoles.values():
        running = other.broadcast
        if other.id == console.id or running is None or (wish.urgent and not running.urgent):
            continue
        if any(meant(console, wish, who) for who in room.audience(other)):
            raise Conflict("broadcast_taken")
    return replace(console, broadcast=wish, talking=None)


def _mute(room: Room, event: on.Mute) -> Room:
    console = room.consoles.get(event.console)
    if console is None:
        return room
    who = replace(_reach(room, console, event.participant, Right.TALK), muted=event.on)
    return replace(room, participants={**room.participants, who.id: who})


def _switched(room: Room, event: on.CameraSwitched | on.MicrophoneSwitched) -> Room:
    """Its own camera or microphone: a participant's or a console's."""
    camera = isinstance(event, on.CameraSwitched)
    who, console = room.participants.get(event.who), room.consoles.get(event.who)
    if who is not None:
        who = replace(who, camera_on=event.on) if camera else replace(who, microphone_on=event.on)
        return replace(room, participants={**room.participants, who.id: who})
    if console is not None:
        if camera:
            console = replace(console, camera_on=event.on)
        else:
            console = replace(console, microphone_on=event.on)
        return replace(room, consoles={**room.consoles, console.id: console})
    return room
