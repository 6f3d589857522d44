"""Figures of the running server."""

from aiohttp import web

from server.access import Verb
from server.api.routing import Call, RouteGroup
from server.api.schemas import HealthView

routes = RouteGroup("health")


@routes.get("/api/health", "Figures of the running server", HealthView)
async def health(call: Call) -> HealthView:
    """For administrators."""
    call.require(Verb.MANAGE_OFFICERS)
    desk = call.services.desk
    return HealthView(
        loop_lag_p99_ms=call.services.lag.quantile_ms(0.99),
        sessions=desk.session_count,
        waiting=desk.waiting_count,
        peers=desk.peer_count,
        sockets=call.services.sockets.count,
    )


@routes.post("/api/health/reset", "Begin a measurement anew")
async def reset_health(call: Call) -> None:
    """Forgets the samples of the loop's lag."""
    call.require(Verb.MANAGE_OFFICERS)
    call.services.lag.reset()


async def healthz(request: web.Request) -> web.Response:
    """For a process supervisor: alive, and nothing else."""
    return web.Response(text="ok\n")
