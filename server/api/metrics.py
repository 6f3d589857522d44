"""GET /metrics in Prometheus' text format: for the machine itself, or with a token of its own."""

import hmac
import ipaddress

from aiohttp import hdrs, web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from roll_call.errors import NotAllowed
from server.services import SERVICES, Services

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
"""What a proxy adds (RFC 7239): then the other end is not who it seems."""


async def metrics(request: web.Request) -> web.Response:
    """Raises NotAllowed (403) for anybody else."""
    services = request.app[SERVICES]
    if not _may_read(request, services):
        raise NotAllowed("metrics_not_allowed")
    _read_now(services)
    return web.Response(
        body=generate_latest(services.metrics.registry),
        headers={hdrs.CONTENT_TYPE: CONTENT_TYPE_LATEST, hdrs.CACHE_CONTROL: "no-store"},
    )


def _may_read(request: web.Request, services: Services) -> bool:
    token = services.settings.server.metrics_token
    if token is not None:
        shown = request.headers.get(hdrs.AUTHORIZATION, "").removeprefix("Bearer ")
        return hmac.compare_digest(shown.encode(), token.get_secret_value().encode())
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        return False


def _read_now(services: Services) -> None:
    """What is only looked up when somebody asks."""
    found = services.metrics
    for quantile in (0.5, 0.99):
        lag_s = services.lag.quantile_ms(quantile) / 1000
        found.loop_lag.labels(str(quantile)).set(lag_s)
    found.graded(services.quality.grades())
    found.waiting.set(services.desk.waiting_count)
    found.sockets.set(services.sockets.count)
