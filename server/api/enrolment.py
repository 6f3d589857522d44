"""Enrolment of faces (persons and officers) and the portraits that reviewers compare with."""

from aiohttp import web

from roll_call.errors import NotFound
from roll_call.people import Subject, SubjectKind
from server.access import Verb, of_units
from server.api.enrolment_schemas import Enrolment, EnrolmentView, MigrationView
from server.api.enrolment_views import enrolment_view, lookalikes
from server.api.persons import find_person
from server.api.routing import Call, RouteGroup
from server.enrolment.office import Wish
from server.enrolment.pictures import decoded

routes = RouteGroup("enrolment")


@routes.post(
    "/api/persons/{id}/enrolment",
    "Enrol a person's face from pictures",
    body=Enrolment,
    returns=EnrolmentView,
    large=True,
)
async def enrol_person(call: Call, body: Enrolment) -> EnrolmentView:
    """Replaces the person's template where there are enough different usable pictures."""
    person = await find_person(call, call.path("id"), Verb.ENROL)
    return await _enrol(call, Subject(SubjectKind.PERSON, person.id), body)


@routes.post(
    "/api/officers/{id}/enrolment",
    "Enrol an officer's face from pictures",
    body=Enrolment,
    returns=EnrolmentView,
    large=True,
)
async def enrol_officer(call: Call, body: Enrolment) -> EnrolmentView:
    """The officer of the day is recognised at the duty roll-call."""
    await _officer_in_scope(call, Verb.ENROL)
    return await _enrol(call, Subject(SubjectKind.OFFICER, call.path("id")), body)


@routes.get("/api/persons/{id}/portrait", "The enrolment picture", None, content_type="image/jpeg")
async def person_portrait(call: Call) -> web.Response:
    """The look is logged."""
    person = await find_person(call, call.path("id"), Verb.VIEW_PORTRAIT)
    return await portrait_response(call, Subject(SubjectKind.PERSON, person.id))


@routes.get("/api/officers/{id}/portrait", "The enrolment picture", None, content_type="image/jpeg")
async def officer_portrait(call: Call) -> web.Response:
    """The look is logged."""
    await _officer_in_scope(call, Verb.VIEW_PORTRAIT)
    return await portrait_response(call, Subject(SubjectKind.OFFICER, call.path("id")))


@routes.get("/api/enrolments/migration", "Templates being made for a new model", MigrationView)
async def migration(call: Call) -> MigrationView:
    """``failed``: their pictures are of no use to the new model; they must be enrolled anew."""
    call.require(Verb.ENROL)
    progress = call.services.enrolments.migration.progress
    return MigrationView(
        model=progress.model,
        done=progress.done,
        waiting=progress.waiting,
        failed=len(progress.failed),
    )


async def portrait_response(call: Call, subject: Subject) -> web.Response:
    """The portrait's bytes; raises NotFound(no_portrait)."""
    picture = await call.services.store.read(lambda r: r.faces.portrait(subject))
    if picture is None:
        raise NotFound("no_portrait")
    kind = f"{subject.kind.value}.portrait_viewed"
    about = subject if subject.kind is SubjectKind.PERSON else None
    await call.services.views.saw(call.officer, kind, f"{subject.kind.value}/{subject.id}", about)
    return picture_response(picture.data, picture.content_type)


def picture_response(data: bytes, content_type: str) -> web.Response:
    """A picture that no cache may keep."""
    headers = {"Cache-Control": "private, no-store"}
    return web.Response(body=data, content_type=content_type, headers=headers)


async def _officer_in_scope(call: Call, verb: Verb) -> None:
    officer_id = call.path("id")
    officer = await call.services.store.read(lambda r: r.people.officer(officer_id))
    call.require(verb, of_units([officer.unit_id]))


async def _enrol(call: Call, subject: Subject, body: Enrolment) -> EnrolmentView:
    office = call.services.enrolments.office
    answer = await office.enrol(
        Wish(
            subject=subject,
            pictures=[decoded(text) for text in body.pictures],
            officer_id=call.officer.id,
            provisional=body.provisional,
            despite_duplicate=body.despite_duplicate,
        )
    )
    return enrolment_view(answer, office.needed, await lookalikes(call, answer.lookalikes), call)
