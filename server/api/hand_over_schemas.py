"""The HTTP values of the hand-over log."""

from typing import Annotated, Literal

from pydantic import Field

from server.api.roster_schemas import Ref, RosterOfficer
from server.api.schemas import Moment, Note, Schema

Text = Annotated[str, Field(min_length=1, max_length=500)]


class HandOverItemView(Schema):
    """An item; ``carried``: it comes from an earlier shift."""

    id: str
    text: str
    done: bool
    since: Moment
    by: str
    carried: bool


class HandOverView(Schema):
    """A unit's log of one shift."""

    id: str
    unit_id: str
    unit: str
    begun_at: Moment
    items: list[HandOverItemView]
    note: str
    state: Literal["open", "given", "taken"]
    giver: str | None
    taker_id: str | None
    taker: str | None
    given_at: Moment | None
    taken_at: Moment | None


class HandOverBook(Schema):
    """GET /api/hand-overs: the newest first; ``officers`` may take over."""

    unit_id: str
    unit: str
    logs: list[HandOverView]
    officers: list[RosterOfficer]
    writable: bool


class NewHandOver(Schema):
    """POST /api/hand-overs: begin the unit's first log."""

    unit_id: Ref


class ItemInput(Schema):
    """POST /api/hand-overs/{id}/items, PUT /api/hand-overs/{id}/items/{item}."""

    text: Text
    done: bool = False


class Handing(Schema):
    """POST /api/hand-overs/{id}/give."""

    taker_id: Ref
    note: Note = ""
