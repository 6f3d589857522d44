"""Random tokens: 256 bits, shown once; only their SHA-256 is kept."""

import hashlib
import secrets
import uuid

SETUP_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_token() -> str:
    """A fresh URL-safe token."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_id() -> str:
    """An opaque id."""
    return uuid.uuid4().hex


def new_setup_code() -> str:
    """Ten characters without those that look alike, in two groups."""
    letters = [secrets.choice(SETUP_ALPHABET) for _ in range(10)]
    return "".join(letters[:5]) + "-" + "".join(letters[5:])
