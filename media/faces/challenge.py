"""What a session asks for is bound to the session's own nonce, so that no recording fits by plan.

The nonce is drawn after the session began. Every prompt's id is an HMAC (RFC 2104) of what was
asked under this nonce. The nonce stands in the evidence: with it a reviewer can check that a
recorded prompt belongs to this session, and is the one that was asked.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from media.faces.chance import Chance
from media.faces.outcomes import PromptKind

NONCE_BYTES = 32
ID_BYTES = 16
FIGURES = list("0123456789")
FIGURES_ASKED = 3


def draw_nonce(chance: Chance) -> bytes:
    """A session's nonce."""
    return chance.getrandbits(8 * NONCE_BYTES).to_bytes(NONCE_BYTES)


def prompt_id(nonce: bytes, number: int, kind: PromptKind, digits: str | None) -> str:
    """The id of a session's ``number``-th prompt (from 1): 32 hexadecimal digits."""
    asked = f"prompt/{number}/{kind.value}/{digits or ''}".encode("ascii")
    return hmac.digest(nonce, asked, sha256)[:ID_BYTES].hex()


def verify_prompt(
    nonce: bytes, number: int, kind: PromptKind, digits: str | None, claimed_id: str
) -> bool:
    """Whether a recorded prompt is the one that the session with this nonce asked."""
    return hmac.compare_digest(prompt_id(nonce, number, kind, digits), claimed_id)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing to ask; ``digits`` for READ_DIGITS only."""

    number: int
    id: str
    kind: PromptKind
    digits: str | None


@dataclass(slots=True)
class Challenge:
    """A session's prompts, counted from 1 through all its tries."""

    nonce: bytes
    chance: Chance
    issued: int = 0

    def issue(self, kind: PromptKind) -> Prompt:
        """The next prompt, of this kind."""
        self.issued += 1
        digits = self.digits() if kind is PromptKind.READ_DIGITS else None
        return Prompt(self.issued, self.prompt_id(self.issued, kind, digits), kind, digits)

    def prompt_id(self, number: int, kind: PromptKind, digits: str | None) -> str:
        """See ``prompt_id``."""
        return prompt_id(self.nonce, number, kind, digits)

    def digits(self) -> str:
        """Three figures, none twice in a row: a doubled one is easily read as one."""
        figures = ""
        while len(figures) < FIGURES_ASKED:
            figure = self.chance.choice(FIGURES)
            if not figures.endswith(figure):
                figures += figure
        return figures
