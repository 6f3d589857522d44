"""The HTTP API's values about call lists."""

from typing import Annotated, Literal

from pydantic import Field

from server.api.schemas import Name, Schema

Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="A local day")]
Called = Literal["unit", "person"]
MOST_SUBJECTS = 5000


class ExclusionValue(Schema):
    """Who is left out, why, and up to and including which day; null: until it is lifted."""

    subject_kind: Called
    subject_id: str
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    until: Day | None = None


class ExclusionView(ExclusionValue):
    """The same as it stands; ``by``: the officer who said so."""

    by: str


class CallListView(Schema):
    """GET /api/call-lists. ``subject_ids`` in calling order, those of the officer's units only;
    ``total`` counts all of the list, ``today`` those that are called today. ``plans``: titles of
    the plans that call from it. ``editable``: whether every one of it is the officer's."""

    id: str
    name: str
    subject_kind: Called
    subject_ids: list[str]
    exclusions: list[ExclusionView]
    total: int
    today: int
    plans: list[str]
    editable: bool


class NewCallList(Schema):
    """POST /api/call-lists and PUT /api/call-lists/{id}."""

    name: Name
    subject_kind: Called
    subject_ids: Annotated[list[str], Field(min_length=1, max_length=MOST_SUBJECTS)]
    exclusions: Annotated[list[ExclusionValue], Field(max_length=MOST_SUBJECTS)] = Field(
        default_factory=list
    )
