"""Receipts: the public key, and checking one that somebody presents."""

from roll_call.errors import InvalidInput, NotFound
from roll_call.receipt import content_from_bytes
from server.api.routing import Call, RouteGroup
from server.api.schemas import ReceiptCheck, ReceiptFate, ReceiptKey
from server.receipts import verify

routes = RouteGroup("receipts")


@routes.get("/api/receipts/key", "The key that receipts verify against", ReceiptKey, public=True)
async def receipt_key(call: Call) -> ReceiptKey:
    """Public, so that anybody can verify offline."""
    signer = call.services.signer
    return ReceiptKey(key_id=signer.key_id, jwk=signer.public_jwk(), pem=signer.public_pem())


@routes.post(
    "/api/receipts/verify", "Check a receipt", body=ReceiptCheck, returns=ReceiptFate, public=True
)
async def verify_receipt(call: Call, body: ReceiptCheck) -> ReceiptFate:
    """Whether this server signed it, and whether it is on record."""
    if not verify(call.services.signer.public_key, body.body, body.signature):
        return ReceiptFate(valid=False, known=False)
    try:
        number = content_from_bytes(body.body.encode()).number
        kept = await call.services.store.read(lambda r: r.sessions.receipt(number))
    except (InvalidInput, NotFound):
        return ReceiptFate(valid=True, known=False)
    return ReceiptFate(valid=True, known=kept.body == body.body, number=number)
