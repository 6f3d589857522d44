"""What persons replied in a roll-call (回复), as a list."""

from typing import Literal

from pydantic import Field

from server.api.schemas import Moment, Schema


class ReplyPlace(Schema):
    """Where the phone was, WGS-84; ``accuracy_m`` is the radius that the phone itself told."""

    latitude: float
    longitude: float
    accuracy_m: float


class PersonReplyView(Schema):
    """The newest reply to an entry: a short one to an instant roll-call, or a check-in's answers.

    ``where`` (home, elsewhere_local, away) and ``health`` (good, unwell, need_help) are the codes
    of the questions; ``location`` is null where it was not given.
    """

    entry_id: str
    at: Moment
    by: Literal["instant", "check_in"]
    where: str | None = None
    health: str | None = None
    report: str = Field(default="", description="In the person's own words")
    location: ReplyPlace | None = None
