"""Enrolment of faces (persons and officers) and the portraits that reviewers compare with."""

import base64
import binascii

from aiohttp import web

from roll_call.errors import InvalidInput, NotFound
from roll_call.people import Subject, SubjectKind
from roll_call.ports.faces import EnrolmentResult, PictureReport
from roll_call.ports.records import Change, EnrolmentPicture
from roll_call.ports.records import Enrolment as EnrolmentRecord
from roll_call.verification import Assurance
from server.access import Verb, of_units
from server.api.persons import find_person
from server.api.routing import Call, RouteGroup
from server.api.schemas import Enrolment, EnrolmentView, PictureFate
from server.auth.tokens import new_id
from server.errors import texts

routes = RouteGroup("enrolment")

_SIGNATURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


@routes.post(
    "/api/persons/{id}/enrolment",
    "Enrol a person's face from pictures",
    body=Enrolment,
    returns=EnrolmentView,
    large=True,
)
async def enrol_person(call: Call, body: Enrolment) -> EnrolmentView:
    """Replaces the person's template where at least one picture is usable."""
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


async def portrait_response(call: Call, subject: Subject) -> web.Response:
    """The portrait's bytes; raises NotFound(no_portrait)."""
    picture = await call.services.store.read(lambda r: r.faces.portrait(subject))
    if picture is None:
        raise NotFound("no_portrait")
    kind = f"{subject.kind.value}.portrait_viewed"
    about = subject if subject.kind is SubjectKind.PERSON else None
    await call.services.views.saw(call.officer, kind, f"{subject.kind.value}/{subject.id}", about)
    return web.Response(
        body=picture.data,
        content_type=picture.content_type,
        headers={"Cache-Control": "private, no-store"},
    )


async def _officer_in_scope(call: Call, verb: Verb) -> None:
    officer_id = call.path("id")
    officer = await call.services.store.read(lambda r: r.people.officer(officer_id))
    call.require(verb, of_units([officer.unit_id]))


async def _enrol(call: Call, subject: Subject, body: Enrolment) -> EnrolmentView:
    services = call.services
    pictures = [_decoded(text) for text in body.pictures]
    result = await services.verifier.enrol(pictures)
    if result.template is not None:
        now = services.clock.now()
        record = EnrolmentRecord(subject, result.template, now, call.officer.id)
        kept = _kept_pictures(call, subject, pictures, result)
        change = Change("enrolled", call.actor, now, {"frames": result.template.frames})
        await services.store.write(lambda t: t.faces.enrol(record, kept, change))
    return _view(call, result)


def _decoded(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("picture_unreadable") from error
    if content_type(data) is None:
        raise InvalidInput("picture_unreadable")
    return data


def content_type(data: bytes) -> str | None:
    """The type that the first bytes show, None for anything but JPEG and PNG."""
    return next((kind for start, kind in _SIGNATURES.items() if data.startswith(start)), None)


def _kept_pictures(
    call: Call, subject: Subject, pictures: list[bytes], result: EnrolmentResult
) -> list[EnrolmentPicture]:
    now = call.services.clock.now()
    return [
        EnrolmentPicture(
            id=new_id(),
            subject=subject,
            content_type=content_type(data) or "image/jpeg",
            data=data,
            portrait=index == result.portrait_index,
            taken_at=now,
        )
        for index, (data, report) in enumerate(zip(pictures, result.reports, strict=True))
        if report.problem is None
    ]


def _view(call: Call, result: EnrolmentResult) -> EnrolmentView:
    frames = result.template.frames if result.template else 0
    full = frames >= call.services.settings.faces.enrolment_frames
    assurance = Assurance.HIGH if full else Assurance.ORDINARY
    return EnrolmentView(
        accepted=result.template is not None,
        frames=frames,
        assurance=assurance.value if result.template else Assurance.LOW.value,
        pictures=[_fate(report, call.locale) for report in result.reports],
    )


def _fate(report: PictureReport, locale: str) -> PictureFate:
    problem = report.problem.value if report.problem else None
    return PictureFate(
        used=problem is None,
        problem=problem,
        message=texts(locale).word("face_problems", problem) if problem else "",
        sharpness=report.quality.sharpness if report.quality else None,
        brightness=report.quality.brightness if report.quality else None,
        yaw_deg=report.pose.yaw if report.pose else None,
    )
