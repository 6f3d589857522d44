"""Screen light: does the face take on the colours that its phone shows? A soft signal.

The screen shows a random sequence of colours. What a face reflects beside its surroundings should
follow it after a delay, and should not follow any other sequence that might have been drawn: the
score is the share of other sequences that explain the face's colour less well. As the shown one was
drawn from the very same urn, that share is a false-alarm rate whatever else the colours do
(a randomisation test: R. A. Fisher, The Design of Experiments, 1935).

Where nothing is seen, nothing is known: daylight outshines every screen. So ABSENT is only said
where the light would have been seen: the picture is so dark that a screen would have been a good
part of the light, or the face plainly takes on the colours of another sequence.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from media.faces.chance import Chance
from media.faces.light_sequences import EACH_S, draw_colours, linear, other_sequences
from media.faces.outcomes import LightShown
from roll_call.assurance import ScreenLightOutcome
from roll_call.ports.faces import FaceObservation

Numbers = npt.NDArray[np.float64]
Slots = npt.NDArray[np.int_]

NOISE_FLOOR = 0.003
"""Differences of light, as shares, that no camera and codec can show."""


@dataclass(frozen=True, slots=True)
class LightLimits:
    """Seconds, shares, and linear light 0..1; measured in ``docs/accuracy.md``."""

    lags_s: tuple[float, float] = (0.0, 1.2)
    lag_step_s: float = 0.05
    min_frames: int = 10
    responds_score: float = 0.99
    responds_strength: float = 0.006
    """What a white screen adds to the light on the face, as a share of the light before."""
    near_best: float = 0.85
    """No sequence at all may explain the colours much better than the one that was shown."""
    absent_score: float = 0.9
    dark: float = 0.045
    """Skin and surroundings darker than this in an exposed picture: there is next to no light."""
    other_strength: float = 0.05
    other_likeness: float = 0.75
    """So plain a response to another sequence is no accident of shade and noise."""
    black: float = 0.002
    """Added to every light: below it a camera shows noise."""


LIMITS = LightLimits()


@dataclass(frozen=True, slots=True)
class LightResult:
    """What came of it. ``score``: share of other sequences that fit less well, 0..1.

    ``lag_s``: delay of the best fit. ``strength``: what a white screen adds to the light on the
    face, relative to what there is. Both None where too few frames were usable.
    """

    outcome: ScreenLightOutcome
    score: float | None
    lag_s: float | None
    strength: float | None
    frames: int

    def as_json(self) -> dict[str, Any]:
        """Plain values, rounded."""
        values = asdict(self) | {"outcome": self.outcome.value}
        return {
            key: round(value, 4) if isinstance(value, float) else value
            for key, value in values.items()
        }


@dataclass(frozen=True, slots=True)
class _Fits:
    """How well each of k sequences explains the colours, each at its best lag; arrays (k,)."""

    likeness: Numbers
    lag_s: Numbers
    strength: Numbers


class LightProbe:
    """One show of colours and what the face made of it; sans-IO.

    ``began_s`` and every ``at_s`` are of one clock. ``shown``: a given sequence, else one is drawn.
    """

    def __init__(
        self,
        chance: Chance,
        light_id: str,
        began_s: float,
        shown: LightShown | None = None,
        limits: LightLimits = LIMITS,
    ) -> None:
        self.shown = shown or LightShown(light_id, draw_colours(chance), EACH_S)
        self._began_s, self._limits = began_s, limits
        self._times: list[float] = []
        self._face: list[tuple[float, ...]] = []
        self._around: list[tuple[float, ...]] = []

    @property
    def shown_s(self) -> float:
        """How long the whole sequence takes."""
        return len(self.shown.colours) * self.shown.each_s

    def see(self, seen: FaceObservation, at_s: float) -> None:
        """One look; counts where one face was measured while the light may be on it."""
        if seen.light is None or seen.faces != 1:
            return
        if 0 <= at_s - self._began_s <= self.shown_s + self._limits.lags_s[1]:
            self._times.append(at_s - self._began_s)
            self._face.append(seen.light.face)
            self._around.append(seen.light.around)

    def over(self, at_s: float) -> bool:
        """Whether the last colour has been seen, however late it came."""
        return at_s - self._began_s >= self.shown_s + self._limits.lags_s[1]

    def result(self) -> LightResult:
        """What is known by now."""
        frames = len(self._times)
        if frames < self._limits.min_frames:
            return LightResult(ScreenLightOutcome.NOT_CONCLUSIVE, None, None, None, frames)
        own = np.array([[linear(colour) for colour in self.shown.colours]])
        sequences = np.concatenate([own, other_sequences(len(self.shown.colours))])
        times, colours = np.array(self._times), self._relative_light()
        fits = _fit(times, colours, sequences, self.shown.each_s, self._limits)
        score = float((fits.likeness[1:] < fits.likeness[0]).mean())
        return LightResult(
            self._outcome(fits, score),
            score,
            float(fits.lag_s[0]),
            float(fits.strength[0]),
            frames,
        )

    def _relative_light(self) -> Numbers:
        """Logarithms (n, 3) of the face's light over that of its surroundings."""
        face, around = np.array(self._face), np.array(self._around)
        black = self._limits.black
        return np.asarray(np.log(face + black) - np.log(around + black))

    def _outcome(self, fits: _Fits, score: float) -> ScreenLightOutcome:
        limits, best = self._limits, int(fits.likeness.argmax())
        responds = (
            score >= limits.responds_score
            and fits.strength[0] >= limits.responds_strength
            and fits.likeness[0] >= limits.near_best * fits.likeness[best]
        )
        if responds:
            return ScreenLightOutcome.RESPONDS
        another = (
            fits.likeness[best] >= limits.other_likeness
            and fits.strength[best] >= limits.other_strength
        )
        if score < limits.absent_score and (another or self._dark):
            return ScreenLightOutcome.ABSENT
        return ScreenLightOutcome.NOT_CONCLUSIVE

    @property
    def _dark(self) -> bool:
        face, around = float(np.median(self._face)), float(np.median(self._around))
        return max(face, around) < self._limits.dark


def _fit(
    times: Numbers, colours: Numbers, sequences: Numbers, each_s: float, limits: LightLimits
) -> _Fits:
    """Try sequences (k, slots, 3) at every lag on colours (n, 3) seen at ``times`` (n,)."""
    lags = np.arange(limits.lags_s[0], limits.lags_s[1] + 1e-9, limits.lag_step_s)
    likeness = np.full((len(lags), len(sequences)), -1.0)
    strength = np.zeros_like(likeness)
    for row, lag_s in enumerate(lags):
        slots = np.floor((times - lag_s) / each_s).astype(int)
        lit = (slots >= 0) & (slots < sequences.shape[1])
        if lit.sum() >= limits.min_frames:
            seen = _Seen(times[lit], colours[lit], slots[lit], sequences.shape[1])
            likeness[row], strength[row] = seen.explained_by(sequences)
    best = likeness.argmax(0)
    each = np.arange(len(sequences))
    return _Fits(likeness[best, each], lags[best], strength[best, each])


class _Seen:
    """Colours at one lag, without their steady drift and weighed by how much they vary anyway.

    A moving head varies the light's strength far more than its hue: in units of the covariance
    (Mahalanobis) either says as much as it can.
    """

    def __init__(self, times: Numbers, colours: Numbers, slots: Slots, count: int) -> None:
        drift = np.stack([np.ones_like(times), times], axis=1)
        orthogonal, _ = np.linalg.qr(drift)
        shown = np.eye(count)[slots]
        shown -= orthogonal @ (orthogonal.T @ shown)
        rest = colours - orthogonal @ (orthogonal.T @ colours)
        covariance = rest.T @ rest / len(rest) + np.eye(3) * NOISE_FLOOR**2
        weight = np.linalg.inv(covariance)
        self._norm = float(np.sqrt(((rest @ weight) * rest).sum()))
        self._towards = (shown.T @ rest @ weight).ravel()
        self._own = np.kron(shown.T @ shown, weight)

    def explained_by(self, sequences: Numbers) -> tuple[Numbers, Numbers]:
        """Correlations (k,) with sequences (k, slots, 3), and the strengths that fit best."""
        flat = sequences.reshape(len(sequences), -1)
        along = flat @ self._towards
        power = np.maximum(1e-12, ((flat @ self._own) * flat).sum(1))
        return along / (np.sqrt(power) * max(1e-12, self._norm)), along / power
