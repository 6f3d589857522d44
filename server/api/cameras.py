"""Cameras of units (RTSP): the administrator's business."""

from roll_call.errors import InvalidInput
from roll_call.ports.media import MediaFlowing
from roll_call.ports.records import CameraRecord
from server.access import Verb, of_units
from server.api.camera_schemas import CameraChange, CameraTrial, CameraView, NewCamera, TriedCamera
from server.api.routing import Call, RouteGroup
from server.cameras.desk import CameraStatus
from server.instants import wire

routes = RouteGroup("cameras")


@routes.get("/api/cameras", "The cameras of the officer's units", list[CameraView])
async def list_cameras(call: Call) -> list[CameraView]:
    """Of the officer's own unit and below; passwords are never told."""
    call.require(Verb.MANAGE_UNITS)
    scope = call.scope
    found = call.services.cameras.cameras()
    return [_view(call, c, s) for c, s in found if scope is None or c.unit_id in scope]


@routes.post("/api/cameras", "Add a camera", body=NewCamera, returns=CameraView, status=201)
async def add_camera(call: Call, body: NewCamera) -> CameraView:
    """Raises unknown_unit, camera_url_invalid."""
    _require(call, body.unit_id)
    desk = call.services.cameras
    camera = await desk.add(body.unit_id, body.name, body.url, call.actor)
    return _view(call, camera, desk.status(camera.id))


@routes.put("/api/cameras/{camera_id}", "Change a camera", body=CameraChange, returns=CameraView)
async def change_camera(call: Call, body: CameraChange) -> CameraView:
    """What is left out stays as it is. Raises not_found, unknown_unit, camera_url_invalid."""
    camera = await _camera(call)
    unit_id = body.unit_id or camera.unit_id
    _require(call, unit_id)
    desk = call.services.cameras
    name = body.name or camera.name
    changed = await desk.change(camera, unit_id, name, body.url, call.actor)
    return _view(call, changed, desk.status(changed.id))


@routes.delete("/api/cameras/{camera_id}", "Remove a camera")
async def remove_camera(call: Call) -> None:
    """Raises not_found."""
    camera = await _camera(call)
    await call.services.cameras.remove(camera.id, call.actor)


@routes.post("/api/cameras/try", "Ask a camera once", body=CameraTrial, returns=TriedCamera)
async def try_camera(call: Call, body: CameraTrial) -> TriedCamera:
    """Takes as long as the camera takes, at most 15 s. Raises camera_url_invalid."""
    call.require(Verb.MANAGE_UNITS)
    outcome = await call.services.cameras.attempt(body.url)
    if isinstance(outcome, MediaFlowing):
        return TriedCamera(width=outcome.width, height=outcome.height)
    return TriedCamera(reason=outcome)


async def _camera(call: Call) -> CameraRecord:
    """The camera of the path. Raises NotFound, NotAllowed."""
    camera = await call.services.store.read(lambda r: r.cameras.camera(call.path("camera_id")))
    call.require(Verb.MANAGE_UNITS, of_units([camera.unit_id]))
    return camera


def _require(call: Call, unit_id: str) -> None:
    if unit_id not in call.services.directory.tree:
        raise InvalidInput("unknown_unit")
    call.require(Verb.MANAGE_UNITS, of_units([unit_id]))


def _view(call: Call, camera: CameraRecord, status: CameraStatus) -> CameraView:
    return CameraView(
        id=camera.id,
        unit_id=camera.unit_id,
        unit_name=call.services.directory.name(camera.unit_id),
        name=camera.name,
        address=camera.address,
        has_password=camera.protected,
        state=status.state,
        width=status.width,
        height=status.height,
        since=wire(status.since),
    )
