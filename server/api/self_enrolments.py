"""Persons' own enrolments: an officer asks, looks at the pictures, confirms or rejects."""

from aiohttp import web

from roll_call.enrolment import SelfEnrolment
from roll_call.errors import NotFound
from roll_call.people import Subject, SubjectKind, SupervisedPerson
from server.access import Verb, allowed, of_units
from server.api.enrolment import picture_response
from server.api.enrolment_schemas import (
    Confirmation,
    EnrolmentView,
    Rejection,
    SelfEnrolmentView,
    SelfEnrolmentWish,
)
from server.api.enrolment_views import enrolment_view, lookalikes, self_enrolment_view
from server.api.persons import find_person
from server.api.routing import Call, RouteGroup

routes = RouteGroup("enrolment")


@routes.post(
    "/api/persons/{id}/self-enrolment",
    "Ask a person to enrol by phone, or not any more",
    body=SelfEnrolmentWish,
    returns=SelfEnrolmentView | None,
)
async def ask(call: Call, body: SelfEnrolmentWish) -> SelfEnrolmentView | None:
    """Idempotent; pictures that wait are thrown away with ``wanted: false``."""
    person = await find_person(call, call.path("id"), Verb.ENROL)
    confirming = call.services.enrolments.confirming
    if not body.wanted:
        await confirming.withdraw(person.id, call.officer.id)
        return None
    return await _view(call, await confirming.ask(person.id, call.officer.id), person)


@routes.get(
    "/api/self-enrolments", "Persons' own enrolments that are open", list[SelfEnrolmentView]
)
async def open_ones(call: Call) -> list[SelfEnrolmentView]:
    """Of persons whom the officer may enrol: wanted, submitted or rejected."""
    call.require(Verb.ENROL)
    services = call.services
    await services.enrolments.confirming.expire()
    found = await services.store.read(
        lambda r: [
            (asked, r.people.person(asked.person_id))
            for asked in r.self_enrolments.open_self_enrolments()
        ]
    )
    tree = services.directory.tree
    mine = [
        (asked, person)
        for asked, person in found
        if allowed(call.officer, Verb.ENROL, of_units(person.office_ids), tree)
    ]
    await services.views.saw(call.officer, "self_enrolments.listed", f"unit/{call.officer.unit_id}")
    return [await _view(call, asked, person) for asked, person in mine]


@routes.get(
    "/api/self-enrolments/{id}/pictures/{number}",
    "A picture that waits for an officer",
    None,
    content_type="image/jpeg",
)
async def picture(call: Call) -> web.Response:
    """``number`` from 0; the look is logged. Raises NotFound."""
    asked, _ = await _found(call)
    number = call.path("number")
    pictures = await call.services.store.read(
        lambda r: r.self_enrolments.pending_pictures(asked.id)
    )
    if not number.isdecimal() or int(number) >= len(pictures):
        raise NotFound()
    about = Subject(SubjectKind.PERSON, asked.person_id)
    await call.services.views.saw(
        call.officer, "self_enrolment.viewed", f"self_enrolment/{asked.id}", about
    )
    shown = pictures[int(number)]
    return picture_response(shown.data, shown.content_type)


@routes.post(
    "/api/self-enrolments/{id}/confirm",
    "It is the person: make a template",
    body=Confirmation,
    returns=EnrolmentView,
)
async def confirm(call: Call, body: Confirmation) -> EnrolmentView:
    """Refused like any enrolment without a reason for look-alikes. Raises already_settled."""
    asked, _ = await _found(call)
    enrolments = call.services.enrolments
    answer = await enrolments.confirming.confirm(asked.id, call.officer.id, body.despite_duplicate)
    others = await lookalikes(call, answer.lookalikes)
    return enrolment_view(answer, enrolments.office.needed, others, call)


@routes.post(
    "/api/self-enrolments/{id}/reject",
    "The person reads the reason and may try again",
    body=Rejection,
    returns=SelfEnrolmentView,
)
async def reject(call: Call, body: Rejection) -> SelfEnrolmentView:
    """The pictures are thrown away. Raises already_settled."""
    asked, person = await _found(call)
    rejected = await call.services.enrolments.confirming.reject(
        asked.id, call.officer.id, body.reason
    )
    return await _view(call, rejected, person)


async def _found(call: Call) -> tuple[SelfEnrolment, SupervisedPerson]:
    enrolment_id = call.path("id")
    asked = await call.services.store.read(lambda r: r.self_enrolments.self_enrolment(enrolment_id))
    return asked, await find_person(call, asked.person_id, Verb.ENROL)


async def _view(call: Call, asked: SelfEnrolment, person: SupervisedPerson) -> SelfEnrolmentView:
    others = [
        Subject(SubjectKind(kind), subject_id)
        for kind, _, subject_id in (name.partition("/") for name in asked.lookalikes)
    ]
    duplicates = await lookalikes(call, others)
    return self_enrolment_view(asked, person, call.services.directory, duplicates)
