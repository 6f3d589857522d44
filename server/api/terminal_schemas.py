"""The HTTP values of duty terminals."""

from typing import Annotated

from pydantic import Field

from server.api.schemas import Moment, Schema
from server.terminal_messages import TerminalView


class TerminalSignInView(Schema):
    """A device that stays signed in as its unit's terminal."""

    id: str
    unit_id: str
    officer: str
    device: Annotated[str, Field(description="What its browser calls itself")]
    created_at: Moment
    seen_at: Moment
    expires_at: Moment


class TerminalRow(Schema):
    """GET /api/terminals: a unit's terminal and the devices signed in as it."""

    unit_id: str
    unit: str
    state: Annotated[TerminalView | None, Field(description="None where no terminal was ever seen")]
    sign_ins: list[TerminalSignInView]


class TerminalSession(Schema):
    """GET /api/terminal/session: whose terminal this device is."""

    unit_id: str
    unit: str
    officer: str
    center: str
    phone: Annotated[str, Field(description="The center's telephone")]
    time_zone: str
    demonstration: bool
