"""Recordings, with ranges (RFC 9110, section 14), so that a browser can seek."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from roll_call.errors import Conflict, InvalidInput, NotFound
from roll_call.people import SubjectKind
from roll_call.ports.records import RecordingState
from roll_call.ports.store import RecordingReader
from server.access import Verb, of_units
from server.api.routing import Call, RouteGroup
from server.directory import entry_units

CHUNK_BYTES = 256 * 1024

routes = RouteGroup("recordings")


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes [start, end) of ``size``; ``partial`` where a range was asked for."""

    start: int
    end: int
    size: int
    partial: bool


@routes.get(
    "/api/recordings/{id}/media", "The recording itself, with ranges", None, content_type="video/*"
)
async def recording_media(call: Call) -> web.StreamResponse:
    """The look is logged."""
    recording_id = call.path("id")
    record = await call.services.store.read(lambda r: r.evidence.recording(recording_id))
    listing = await call.services.store.read(lambda r: r.calls.listing(record.entry_id))
    call.require(Verb.VIEW_RECORDING, of_units(entry_units(listing)))
    if record.state is RecordingState.RECORDING:
        raise Conflict("recording_not_ready")
    if record.state is RecordingState.FAILED:
        raise NotFound("recording_missing")
    subject = listing.entry.subject
    about = subject if subject.kind is SubjectKind.PERSON else None
    await call.services.views.saw(
        call.officer, "recording.viewed", f"recording/{recording_id}", about
    )
    reader = await asyncio.to_thread(call.services.recordings.open, recording_id)
    try:
        return await _send(call.request, reader)
    finally:
        await asyncio.to_thread(reader.close)


def span_of(request: web.Request, size: int) -> Span:
    """What to send; raises InvalidInput(range_invalid) for a range outside the recording."""
    try:
        asked = request.http_range
    except ValueError as error:
        raise InvalidInput("range_invalid") from error
    if asked.start is None and asked.stop is None:
        return Span(0, size, size, partial=False)
    start = asked.start or 0
    if start < 0:
        start = max(0, size + start)
    end = size if asked.stop is None else min(asked.stop, size)
    if start >= end:
        raise InvalidInput("range_invalid")
    return Span(start, end, size, partial=True)


async def _send(request: web.Request, reader: RecordingReader) -> web.StreamResponse:
    span = span_of(request, reader.size_bytes)
    response = web.StreamResponse(status=206 if span.partial else 200)
    response.content_type = reader.content_type
    response.content_length = span.end - span.start
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["ETag"] = f'"{reader.sha256}"'
    if span.partial:
        response.headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{span.size}"
    await response.prepare(request)
    position = span.start
    while position < span.end:
        wanted = min(CHUNK_BYTES, span.end - position)
        data = await asyncio.to_thread(reader.read, position, wanted)
        if not data:
            break
        await response.write(data)
        position += len(data)
    await response.write_eof()
    return response
