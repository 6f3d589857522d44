"""What all messages of the WebSocket protocol have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Moment = Annotated[str, Field(max_length=40, description="ISO 8601, UTC")]


class Message(BaseModel):
    """Base of all messages; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
