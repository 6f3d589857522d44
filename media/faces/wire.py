"""Messages between the server and its vision workers: a JSON header and raw chunks behind it.

No pickle: a worker that a hostile frame has taken over can lie about faces, and nothing more.
"""

import base64
import json
import struct
from dataclasses import asdict
from typing import Any

from roll_call.ports.faces import (
    Comparison,
    EnrolmentResult,
    FaceObservation,
    FaceProblem,
    PictureReport,
    Pose,
    Quality,
    Template,
)

Header = dict[str, Any]

_LENGTH = struct.Struct("<I")


def pack(header: Header, *chunks: bytes) -> bytes:
    """One message."""
    text = json.dumps({**header, "sizes": [len(chunk) for chunk in chunks]}).encode()
    return b"".join((_LENGTH.pack(len(text)), text, *chunks))


def unpack(message: bytes) -> tuple[Header, list[bytes]]:
    """The header and the chunks; raises ValueError for anything malformed."""
    try:
        (length,) = _LENGTH.unpack_from(message)
        place = _LENGTH.size + length
        header: Header = json.loads(message[_LENGTH.size : place])
        chunks = []
        for size in header.pop("sizes"):
            chunks.append(message[place : place + size])
            place += size
    except (struct.error, KeyError, TypeError, AttributeError) as error:
        raise ValueError("malformed message") from error
    return header, chunks


def observation_from(value: Header) -> FaceObservation:
    """An observation out of ``dataclasses.asdict`` form."""
    return FaceObservation(
        session=str(value["session"]),
        media_s=float(value["media_s"]),
        faces=int(value["faces"]),
        problem=_problem(value["problem"]),
        pose=_pose(value["pose"]),
        eyes_closed=float(value["eyes_closed"]),
        mouth_open=float(value["mouth_open"]),
        quality=_quality(value["quality"]),
        similarity=None if value["similarity"] is None else float(value["similarity"]),
    )


def enrolment_to(result: EnrolmentResult) -> Header:
    """An enrolment as plain values; the vector in base64."""
    template = result.template
    return {
        "template": template
        and {
            "model": template.model,
            "frames": template.frames,
            "vector": base64.b64encode(template.vector).decode(),
        },
        "reports": [asdict(report) for report in result.reports],
        "portrait_index": result.portrait_index,
    }


def enrolment_from(value: Header) -> EnrolmentResult:
    """The reverse of ``enrolment_to``."""
    row, index = value["template"], value["portrait_index"]
    template = None
    if row is not None:
        vector = base64.b64decode(row["vector"])
        template = Template(str(row["model"]), int(row["frames"]), vector)
    reports = tuple(_report(report) for report in value["reports"])
    return EnrolmentResult(template, reports, None if index is None else int(index))


def comparison_from(value: Header) -> Comparison:
    """A comparison out of ``dataclasses.asdict`` form."""
    similarity = value["similarity"]
    first, second = value["faces"]
    one, other = value["reports"]
    return Comparison(
        model=str(value["model"]),
        similarity=None if similarity is None else float(similarity),
        threshold=float(value["threshold"]),
        faces=(int(first), int(second)),
        reports=(_report(one), _report(other)),
    )


def _report(value: Header) -> PictureReport:
    return PictureReport(
        _problem(value["problem"]), _quality(value["quality"]), _pose(value["pose"])
    )


def _problem(value: str | None) -> FaceProblem | None:
    return None if value is None else FaceProblem(value)


def _pose(value: Header | None) -> Pose | None:
    return None if value is None else Pose(**{key: float(part) for key, part in value.items()})


def _quality(value: Header | None) -> Quality | None:
    return None if value is None else Quality(**{key: float(part) for key, part in value.items()})
