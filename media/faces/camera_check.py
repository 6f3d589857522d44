"""The camera check: advice until the picture is good, then the person's neutral view."""

from collections import deque
from dataclasses import dataclass, field
from statistics import median

from media.faces.movements import Neutral, View, view_of
from media.faces.outcomes import Advice
from roll_call.ports.faces import FaceObservation, FaceProblem, Pose


@dataclass(frozen=True, slots=True)
class CheckLimits:
    """Seconds, views, degrees, and growth of the face."""

    steady_s: float = 0.7
    steady_views: int = 5
    steady_deg: float = 5.0
    steady_size: float = 0.12
    advice_after_s: float = 0.35
    advice_every_s: float = 1.0


LIMITS = CheckLimits()


@dataclass(slots=True)
class Adviser:
    """Says what is wrong once it lasts, and not too often."""

    limits: CheckLimits = LIMITS
    said: FaceProblem | None = None
    _said_anything: bool = False
    _said_at_s: float = float("-inf")
    _present: FaceProblem | None = None
    _since_s: float = 0.0

    def see(self, problem: FaceProblem | None, at_s: float) -> Advice | None:
        """Advice to give now, if it is new."""
        if problem is not self._present:
            self._present, self._since_s = problem, at_s
        known = self._said_anything and self.said is problem
        lasting = at_s - self._since_s >= self.limits.advice_after_s
        if known or not lasting or at_s - self._said_at_s < self.limits.advice_every_s:
            return None
        return self.say(problem, at_s)

    def say(self, problem: FaceProblem | None, at_s: float) -> Advice | None:
        """Say it at once, unless it was the last thing said."""
        if self._said_anything and self.said is problem:
            return None
        self.said, self._said_anything, self._said_at_s = problem, True, at_s
        return Advice(problem)


@dataclass(slots=True)
class NeutralView:
    """Finds the neutral view of a person who looks steadily into the camera."""

    limits: CheckLimits = LIMITS
    _views: deque[tuple[float, View]] = field(default_factory=deque)

    def see(self, seen: FaceObservation, at_s: float) -> Neutral | None:
        """The neutral view once enough good views agree."""
        view = view_of(seen)
        if seen.problem is not None or view is None:
            self._views.clear()
            return None
        self._views.append((at_s, view))
        while not self._steady():
            self._views.popleft()
        lasting = at_s - self._views[0][0] >= self.limits.steady_s
        if len(self._views) < self.limits.steady_views or not lasting:
            return None
        return _median([view for _, view in self._views])

    def _steady(self) -> bool:
        """Whether the head was still and no nearer; a word or a blink does no harm."""
        poses = [view.pose for _, view in self._views]
        sizes = [view.size for _, view in self._views]
        angles = ([pose.yaw for pose in poses], [pose.pitch for pose in poses])
        still = all(max(values) - min(values) <= self.limits.steady_deg for values in angles)
        return still and max(sizes) <= min(sizes) * (1 + self.limits.steady_size)


def _median(views: list[View]) -> Neutral:
    return Neutral(
        Pose(
            median(view.pose.yaw for view in views),
            median(view.pose.pitch for view in views),
            median(view.pose.roll for view in views),
        ),
        median(view.eyes_closed for view in views),
        median(view.mouth_open for view in views),
        median(view.eye_distance for view in views),
        median(view.face_height for view in views),
    )
