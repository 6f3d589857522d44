"""One-time links: a token in the URL's fragment (it reaches no log), its hash at rest, a QR."""

import io
from dataclasses import replace
from datetime import timedelta

import segno
from aiohttp import web

from roll_call.errors import NotFound
from roll_call.people import SupervisedPerson
from roll_call.ports.records import Change, Device, OneTimeLink
from server.api.schemas import LinkView, Redeem
from server.auth.devices import kept_jwk
from server.auth.tokens import new_id, new_token, token_hash
from server.instants import wire
from server.services import Services


async def issue_link(
    services: Services,
    request: web.Request,
    person_id: str,
    officer_id: str,
    entry_id: str | None = None,
) -> LinkView:
    """Make a link; older ones of the person stay valid until they expire or are used."""
    now = services.clock.now()
    token = new_token()
    expires = now + timedelta(minutes=services.settings.server.link_minutes)
    link = OneTimeLink(token_hash(token), person_id, officer_id, now, expires, entry_id)
    change = Change("link_issued", f"officer/{officer_id}", now)
    await services.store.write(lambda t: t.access.add_link(link, change))
    base = services.public_url or f"{request.scheme}://{request.host}"
    url = f"{base.rstrip('/')}/p#{token}"
    return LinkView(url=url, qr_svg=qr_svg(url), expires_at=wire(expires))


def qr_svg(text: str) -> str:
    """An SVG document without inline style, as the strict CSP wants it."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=2, omitsize=True, xmldecl=False, dark="#000", light="#fff"
    )
    return out.getvalue().decode()


async def redeem(services: Services, body: Redeem) -> tuple[Device, SupervisedPerson]:
    """Bind the device to the link's person.

    Raises NotFound(link_unknown), Conflict(link_used, link_expired), InvalidInput(bad_public_key).
    The same key again is the same phone whose answer was lost on the way: same device, no error.
    """
    jwk = kept_jwk(body.public_key)
    hashed = token_hash(body.token)
    link = await services.store.read(lambda r: r.access.link(hashed))
    if link is None:
        raise NotFound("link_unknown")
    person = await services.store.read(lambda r: r.people.person(link.person_id))
    now = services.clock.now()
    device = Device(new_id(), person.id, jwk, now)
    change = Change("link_redeemed", f"person/{person.id}", now)
    used = await services.store.write(lambda t: t.access.redeem_link(hashed, device, change))
    return replace(device, id=used.device_id or device.id), person
