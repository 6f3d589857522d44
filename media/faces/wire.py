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
    Glance,
    Light,
    PictureReport,
    Place,
    Pose,
    Quality,
    ReplayCues,
    Template,
    Watch,
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
        similarity=_number(value["similarity"]),
        continuity=_number(value["continuity"]),
        place=_place(value["place"]),
        light=_light(value["light"]),
        cues=_cues(value["cues"]),
    )


def watch_from(value: Header) -> Watch:
    """A watch out of ``dataclasses.asdict`` form."""
    return Watch(
        interval_s=float(value["interval_s"]),
        light=bool(value["light"]),
        cues=bool(value["cues"]),
        coverings=bool(value["coverings"]),
    )


def similarities_from(value: Header, count: int) -> list[float]:
    """The answer to ``alike``; raises ValueError for another number than was asked for."""
    found = [float(one) for one in value["similarities"]]
    if len(found) != count:
        raise ValueError("another number of similarities")
    return found


def glance_from(value: Header, count: int) -> Glance | None:
    """The answer to ``glance``; raises ValueError for another number than was asked for."""
    if not value["readable"]:
        return None
    found, picture = value["similarities"], value["picture"]
    similarities = None if found is None else tuple(float(one) for one in found)
    if similarities is not None and len(similarities) != count:
        raise ValueError("another number of similarities")
    still = None if picture is None else base64.b64decode(picture)
    return Glance(int(value["faces"]), similarities, still)


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
    first, second = value["faces"]
    one, other = value["reports"]
    return Comparison(
        model=str(value["model"]),
        similarity=_number(value["similarity"]),
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
    if value is None:
        return None
    return Quality(
        eye_distance_px=float(value["eye_distance_px"]),
        eye_distance_share=float(value["eye_distance_share"]),
        brightness=float(value["brightness"]),
        sharpness=float(value["sharpness"]),
        mask=_number(value["mask"]),
        dark_glasses=_number(value["dark_glasses"]),
    )


def _place(value: Header | None) -> Place | None:
    return None if value is None else Place(**{key: float(part) for key, part in value.items()})


def _light(value: Header | None) -> Light | None:
    return None if value is None else Light(_colour(value["face"]), _colour(value["around"]))


def _colour(value: list[float]) -> tuple[float, float, float]:
    red, green, blue = (float(part) for part in value)
    return red, green, blue


def _cues(value: Header | None) -> ReplayCues | None:
    if value is None:
        return None
    return ReplayCues(float(value["border"]), float(value["moire"]), _number(value["background"]))


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)
