"""The WebSocket protocol's message about the duty roster; see PROTOCOL.md."""

from typing import Literal

from server.message_base import Message


class RosterChanged(Message):
    """Console: shifts, substitutions or hand-over logs of these units changed; fetch them anew."""

    type: Literal["roster_changed"] = "roster_changed"
    unit_ids: list[str]
