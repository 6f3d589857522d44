"""What the console says and hears about enrolment (人脸登记), reminders and spared prompts."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from server.api.schemas import Moment, Schema

Kind = Literal[
    "turn_left",
    "turn_right",
    "nod",
    "close_eyes",
    "open_mouth",
    "come_nearer",
    "read_digits",
    "screen_light",
]
"""What an officer can spare a person: a kind of prompt, or the coloured light of the screen."""

Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=300)]
"""A reason in words; blanks are none."""


class Enrolment(Schema):
    """POST /api/{persons|officers}/{id}/enrolment: base64 JPEG or PNG pictures (1 to 8).

    ``provisional``: fewer pictures than wanted are all there are (an identity photo); accepted with
    lower assurance and a reminder. ``despite_duplicate``: the officer's reason for enrolling a face
    that looks like another person's (twins); without it such an enrolment is refused.
    """

    pictures: Annotated[
        list[Annotated[str, Field(max_length=8_000_000)]], Field(min_length=1, max_length=8)
    ]
    provisional: bool = False
    despite_duplicate: Annotated[str, Field(max_length=300)] = ""


class PictureFate(Schema):
    """One picture: used, or refused with a problem (FaceProblem) and its text."""

    used: bool
    problem: str | None = None
    message: str = ""
    sharpness: float | None = None
    brightness: float | None = None
    yaw_deg: float | None = None


class Lookalike(Schema):
    """A person or officer of the officer's own units whose template the new one resembles."""

    kind: Literal["person", "officer"]
    id: str
    name: str
    dossier_number: str = ""
    office: str = ""


class EnrolmentView(Schema):
    """The fate of an enrolment.

    ``refused``: why nothing was kept: ``no_usable_picture``, ``too_few`` (fewer than ``needed``
    different ones and not provisional) or ``duplicate`` (see ``duplicates``).
    """

    accepted: bool
    refused: Literal["no_usable_picture", "too_few", "duplicate"] | None = None
    frames: int
    needed: int
    assurance: str
    version: int | None = None
    pictures: list[PictureFate]
    duplicates: list[Lookalike] = Field(default=[])


class TemplateVersion(Schema):
    """One version of a subject's template; only the newest of a model is still kept."""

    version: int
    model: str
    model_version: str
    frames: int
    provisional: bool
    source: Literal["officer", "self", "migration"]
    enrolled_at: Moment
    enrolled_by: str


class Reminder(Schema):
    """Why a person should be enrolled anew."""

    code: Literal["scores_drift", "provisional", "few_frames", "old", "not_in_this_model"]
    message: str


class SelfEnrolmentView(Schema):
    """A person's own pictures, waiting for an officer."""

    id: str
    person_id: str
    name: str
    dossier_number: str
    office: str
    state: Literal["wanted", "submitted", "confirmed", "rejected"]
    pictures: int
    asked_at: Moment
    submitted_at: Moment | None = None
    likeness: Literal["like", "unlike", "no_reference"] | None = None
    """Against the template so far; a hint, the officer decides by eye."""
    duplicates: list[Lookalike] = Field(default=[])


class Exemption(Schema):
    """What a person was spared: kinds, why, by whom, when; the newest counts."""

    kinds: list[Kind]
    reason: str
    officer: str
    at: Moment


class SelfEnrolmentWish(Schema):
    """POST /api/persons/{id}/self-enrolment: answered by the enrolment, null once unwanted."""

    wanted: bool


class EnrolmentDetail(Schema):
    """GET /api/persons/{id}/enrolment."""

    current: TemplateVersion | None
    history: list[TemplateVersion]
    reminders: list[Reminder]
    self_enrolment: SelfEnrolmentView | None
    exemptions: list[Exemption]


class NewExemption(Schema):
    """PUT /api/persons/{id}/exemptions: replaces what the person is spared."""

    kinds: list[Kind]
    reason: Why


class Confirmation(Schema):
    """POST /api/self-enrolments/{id}/confirm: an officer has looked and says it is the person."""

    despite_duplicate: Annotated[str, Field(max_length=300)] = ""


class Rejection(Schema):
    """POST /api/self-enrolments/{id}/reject; the person is told the reason and may try again."""

    reason: Why


class MigrationView(Schema):
    """GET /api/enrolments/migration: templates being made anew for the present model."""

    model: str
    done: int
    waiting: int
    failed: int
