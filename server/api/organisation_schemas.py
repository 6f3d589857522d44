"""The HTTP values of units and officers as they change."""

from typing import Annotated

from pydantic import Field

from server.api.schemas import Name, Schema

Phone = Annotated[str, Field(max_length=40)]
Post = Annotated[str, Field(max_length=80)]
Username = Annotated[str, Field(min_length=2, max_length=40, pattern=r"^[A-Za-z0-9._-]+$")]
Password = Annotated[str, Field(min_length=10, max_length=200)]


class UnitChange(Schema):
    """PUT /api/units/{id}; another ``parent_id`` moves it with everything below it."""

    name: Name
    kind: str
    parent_id: str | None
    phone: Phone = ""


class UnitCountView(Schema):
    """GET /api/units/counts: active officers and persons of a unit and everything below it."""

    unit_id: str
    officers: int
    persons: int


class OfficerChange(Schema):
    """PUT /api/officers/{id}; another role, unit or user name, or ``active`` false, ends the
    officer's sign-ins at once."""

    name: Name
    username: Username
    role: str
    unit_id: str
    post: Post = ""
    phone: Phone = ""
    active: bool = True


class NewPassword(Schema):
    """PUT /api/officers/{id}/password: set by an administrator; ends the officer's sign-ins,
    and is good for setting another one only."""

    password: Password


class OwnPassword(Schema):
    """PUT /api/session/password: one's own; all other sign-ins end."""

    old: Annotated[str, Field(max_length=200)]
    new: Password
