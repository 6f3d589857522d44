"""Text notices with receipt, the bell, and the emergency group call."""

from collections.abc import Collection, Sequence

from roll_call.errors import InvalidInput, NotFound
from roll_call.people import Subject, SubjectKind
from roll_call.ports.store import Records
from roll_call.text_notice import Asks, NoticeReceipt, Tally, TextNotice
from server.access import Verb, allowed, of_units
from server.api.entries import find_entry
from server.api.notice_schemas import (
    BellBoardView,
    EmergencyView,
    NewEmergency,
    NewNotice,
    NoticeDetail,
    NoticeReceiverView,
    NoticeView,
    RandomPromptView,
)
from server.api.routing import Call, RouteGroup
from server.api.views import roll_call_view
from server.errors import texts
from server.instants import wire
from server.notices.bells import bell_items
from server.notices.desk import Draft, open_receivers
from server.notices.receivers import Choice, receivers

routes = RouteGroup("notices")
LISTED = 100


@routes.get("/api/notices", "The latest text notices", list[NoticeView])
async def list_notices(call: Call) -> list[NoticeView]:
    """Those that went to somebody of the officer's."""
    call.require(Verb.VIEW_NOTICES)
    scope = call.scope

    def work(r: Records) -> list[NoticeView]:
        found = r.notices.notices(LISTED)
        tallies = r.notices.tallies([n.id for n in found], scope)
        return [_view(call, n, tallies[n.id]) for n in found if n.id in tallies]

    return await call.services.store.read(work)


@routes.post("/api/notices", "Send a text notice", body=NewNotice, returns=NoticeView, status=201)
async def send_notice(call: Call, body: NewNotice) -> NoticeView:
    """To open pages at once; the others get it when they come. Raises nobody_chosen."""
    services, officer = call.services, call.officer
    call.require(Verb.SEND_NOTICE)
    choice = Choice(body.to, body.unit_ids, body.person_ids, body.roll_call_id)
    chosen = await services.store.read(
        lambda r: receivers(r, choice, officer, services.directory, Verb.SEND_NOTICE)
    )
    draft = Draft(
        text=body.text,
        audience=body.to,
        asks=Asks(body.asks),
        urgent=body.urgent,
        read_aloud=body.read_aloud,
        roll_call_id=body.roll_call_id,
    )
    made = await services.notices.desk.send(officer, draft, chosen)
    return await _shown(call, made.id)


@routes.get("/api/notices/{id}", "One notice and who has seen it", NoticeDetail)
async def read_notice(call: Call) -> NoticeDetail:
    """Only receivers that the officer sees; the look is logged."""
    call.require(Verb.VIEW_NOTICES)
    notice_id = call.path("id")
    shown = await _shown(call, notice_id)

    def work(r: Records) -> list[NoticeReceiverView]:
        return [_receiver(call, x, units, n) for x, units, n in _mine(r, call, notice_id)]

    listed = await call.services.store.read(work)
    await call.services.views.saw(call.officer, "notice.listed", f"notice/{notice_id}")
    return NoticeDetail(notice=shown, receivers=listed)


@routes.post(
    "/api/notices/{id}/remind", "Tell those again who have not seen it", returns=NoticeView
)
async def remind(call: Call) -> NoticeView:
    """Of the officer's own; nobody left: nothing happens."""
    call.require(Verb.SEND_NOTICE)
    notice_id = call.path("id")
    await _shown(call, notice_id)
    mine = await call.services.store.read(lambda r: _mine(r, call, notice_id))
    left = open_receivers([receipt for receipt, _, _ in mine])
    if left:
        await call.services.notices.desk.remind(notice_id, call.officer, left)
    return await _shown(call, notice_id)


@routes.post(
    "/api/emergency-calls",
    "Ring a whole group at once",
    body=NewEmergency,
    returns=EmergencyView,
    status=201,
)
async def emergency_call(call: Call, body: NewEmergency) -> EmergencyView:
    """An urgent roll-call and an urgent notice; every unit and person must be the officer's."""
    services, officer = call.services, call.officer
    call.require(Verb.EMERGENCY_CALL)
    units = _with_below(call, body.unit_ids)
    kinds = [k for k, ids in (("units", units), ("persons", body.person_ids)) if ids]
    to = {1: kinds[0], 2: "everyone"}[len(kinds)] if kinds else "units"
    choice = Choice(to, units, body.person_ids)
    chosen = await services.store.read(
        lambda r: receivers(r, choice, officer, services.directory, Verb.EMERGENCY_CALL)
    )
    local = services.clock.now().astimezone(services.settings.zone)
    named = texts(call.locale).word("words", "emergency", {"time": f"{local:%H:%M}"})
    title = body.title.strip() or named
    made = await services.notices.emergency.call(officer, title, body.text, chosen, body.minutes)
    counts = await services.store.read(lambda r: r.calls.counts([made.roll_call.id], None))
    shown = roll_call_view(
        made.roll_call,
        counts[made.roll_call.id],
        services.directory,
        calls_units=any(one.kind is SubjectKind.UNIT for one in chosen),
    )
    return EmergencyView(roll_call=shown, notice=await _shown(call, made.notice.id))


@routes.get("/api/bells", "The officer's notice center", BellBoardView)
async def read_bells(call: Call) -> BellBoardView:
    """Of the last seven days."""
    call.require(Verb.VIEW_NOTICES)
    board = await call.services.notices.bells.board(call.officer)
    return BellBoardView(unread=board.unread, items=bell_items(board.bells, call.locale))


@routes.post("/api/bells/seen", "All of it is read")
async def see_bells(call: Call) -> None:
    """For this officer alone."""
    call.require(Verb.VIEW_NOTICES)
    await call.services.notices.bells.see(call.officer)


@routes.post(
    "/api/entries/{id}/random-action",
    "Ask a person who is live for a movement that the server draws",
    returns=RandomPromptView,
)
async def random_action(call: Call) -> RandomPromptView:
    """The officer judges by eye. Raises not_live, busy_examining, all_actions_spared."""
    listing = await find_entry(call, Verb.TALK)
    if listing.entry.subject.kind is not SubjectKind.PERSON:
        raise InvalidInput("invalid_input", fields="entry")
    action = await call.services.notices.actions.ask(listing, call.officer)
    words = texts(call.locale).word("prompt_kinds", action.kind)
    return RandomPromptView(kind=action.kind, digits=action.digits, text=words)


def _with_below(call: Call, unit_ids: Sequence[str]) -> list[str]:
    """The units and all below them, but for a command center itself: it calls."""
    tree = call.services.directory.tree
    below = [
        unit.id
        for unit in call.services.directory.units
        if unit.parent_id is not None
        and any(tree.within(unit.id, u) for u in unit_ids if u in tree)
    ]
    unknown = [unit_id for unit_id in unit_ids if unit_id not in tree]
    if unknown:
        raise NotFound("unknown_unit")
    return below or list(unit_ids)


async def _shown(call: Call, notice_id: str) -> NoticeView:
    """404 where it went to nobody of the officer's."""

    def work(r: Records) -> tuple[TextNotice, Tally | None]:
        return r.notices.notice(notice_id), r.notices.tallies([notice_id], call.scope).get(
            notice_id
        )

    notice, tally = await call.services.store.read(work)
    if tally is None and notice.officer_id != call.officer.id:
        raise NotFound()
    return _view(call, notice, tally or Tally(0, 0, 0, 0))


def _view(call: Call, notice: TextNotice, tally: Tally) -> NoticeView:
    return NoticeView(
        id=notice.id,
        at=wire(notice.at),
        officer=call.services.directory.officer_name(notice.officer_id) or "",
        text=notice.text,
        audience=notice.audience,
        asks=notice.asks.value,
        urgent=notice.urgent,
        read_aloud=notice.read_aloud,
        roll_call_id=notice.roll_call_id,
        total=tally.total,
        delivered=tally.delivered,
        seen=tally.seen,
        exceptions=tally.exceptions,
    )


def _mine(
    r: Records, call: Call, notice_id: str
) -> list[tuple[NoticeReceipt, frozenset[str], str]]:
    """Receipts of receivers that the officer sees, with their units and names."""
    tree, found = call.services.directory.tree, []
    for receipt in r.notices.notice_receipts(notice_id):
        units, name = _who(r, call, receipt.subject)
        if allowed(call.officer, Verb.VIEW_NOTICES, of_units(units), tree):
            found.append((receipt, units, name))
    return found


def _who(r: Records, call: Call, subject: Subject) -> tuple[frozenset[str], str]:
    if subject.kind is SubjectKind.UNIT:
        return frozenset({subject.id}), call.services.directory.name(subject.id)
    person = r.people.person(subject.id)
    return frozenset(person.office_ids), person.name


def _receiver(
    call: Call, receipt: NoticeReceipt, units: Collection[str], name: str
) -> NoticeReceiverView:
    subject = receipt.subject
    return NoticeReceiverView(
        id=subject.id,
        subject_kind=subject.kind.value,
        name=name,
        office=", ".join(call.services.directory.name(unit) for unit in sorted(units)),
        connected=any(call.services.sockets.of(subject)),
        delivered_at=wire(receipt.delivered_at),
        seen_at=wire(receipt.seen_at),
        answer=receipt.answer.value if receipt.answer else None,
        note=receipt.note,
        reminded=receipt.reminded,
    )
