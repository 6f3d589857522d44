"""The light of the screen within an examination: shown once at its end, its result kept."""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from media.faces.challenge import ID_BYTES
from media.faces.chance import Chance
from media.faces.light import LightProbe, LightResult
from media.faces.outcomes import LightShown
from roll_call.assurance import ScreenLightOutcome
from roll_call.ports.faces import FaceObservation


@dataclass(slots=True)
class LightShow:
    """``wanted``: whether it is shown at all. Times are those of the examination."""

    wanted: bool
    nonce: bytes
    chance: Chance
    shows: int = 0
    began_s: float = 0.0
    shown: LightShown | None = None
    result: LightResult | None = None
    _probe: LightProbe | None = None

    @property
    def going_on(self) -> bool:
        """Whether colours are being shown now, or on their way."""
        return self._probe is not None

    def begin(self, now_s: float) -> LightShown:
        """Draw the colours; of several shows the last one counts."""
        self.shows += 1
        light_id = hmac.digest(self.nonce, f"light/{self.shows}".encode("ascii"), sha256)
        self._probe = LightProbe(self.chance, light_id[:ID_BYTES].hex(), now_s)
        self.began_s, self.shown, self.result = now_s, self._probe.shown, None
        return self._probe.shown

    def see(self, seen: FaceObservation, at_s: float) -> None:
        """One look."""
        if self._probe is not None:
            self._probe.see(seen, at_s)

    def ends(self, now_s: float) -> bool:
        """Whether it is over now; its result is there then."""
        if self._probe is None or not self._probe.over(now_s):
            return False
        self.stop()
        return True

    def stop(self) -> None:
        """Take what is known by now."""
        if self._probe is not None:
            self.result, self._probe = self._probe.result(), None

    @property
    def outcome(self) -> ScreenLightOutcome:
        """What is known by now; NOT_SHOWN without a show."""
        if self.result is not None:
            return self.result.outcome
        shown = self.shown is not None
        return ScreenLightOutcome.NOT_CONCLUSIVE if shown else ScreenLightOutcome.NOT_SHOWN

    def as_json(self, media_s: float) -> dict[str, Any] | None:
        """For the record; ``media_s`` is the video's time at which it began."""
        if self.shown is None:
            return None
        measured = self.result.as_json() if self.result is not None else {}
        return {
            "outcome": self.outcome.value,
            **measured,
            "id": self.shown.id,
            "colours": list(self.shown.colours),
            "each_s": self.shown.each_s,
            "media_s": round(media_s, 2),
        }
