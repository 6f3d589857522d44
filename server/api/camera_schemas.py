"""The HTTP values of cameras; a password goes in and never comes out."""

from typing import Annotated

from pydantic import Field

from server.api.schemas import Moment, Name, Schema

Url = Annotated[
    str,
    Field(
        min_length=8,
        max_length=500,
        description="rtsp:// or rtsps://, with user:password@ where the camera asks for it",
    ),
]


class CameraView(Schema):
    """A camera as the administrator sees it.

    ``state``: connecting, live, stalled, unreachable, refused or codec_unsupported; the size is 0
    before the first picture.
    """

    id: str
    unit_id: str
    unit_name: str
    name: str
    address: Annotated[str, Field(description="Without user name and password")]
    has_password: bool
    state: str
    width: int
    height: int
    since: Moment


class NewCamera(Schema):
    """POST /api/cameras."""

    unit_id: str
    name: Name
    url: Url


class CameraChange(Schema):
    """PUT /api/cameras/{camera_id}; what is null stays."""

    unit_id: str | None = None
    name: Name | None = None
    url: Url | None = None


class CameraTrial(Schema):
    """POST /api/cameras/try."""

    url: Url


class TriedCamera(Schema):
    """``reason`` is null where a picture came: unreachable, refused or codec_unsupported."""

    reason: str | None = None
    width: int = 0
    height: int = 0
