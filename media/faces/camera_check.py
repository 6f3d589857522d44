"""The camera check: advice until the picture is good, then the person's neutral pose."""

from collections import deque
from dataclasses import dataclass, field
from statistics import median

from media.faces.outcomes import Advice
from roll_call.ports.faces import FaceObservation, FaceProblem, Pose


@dataclass(frozen=True, slots=True)
class CheckLimits:
    """Seconds, views and degrees."""

    steady_s: float = 0.7
    steady_views: int = 5
    steady_deg: float = 5.0
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
class NeutralPose:
    """Finds the pose of a person who looks steadily into the camera."""

    limits: CheckLimits = LIMITS
    _views: deque[tuple[float, Pose]] = field(default_factory=deque)

    def see(self, seen: FaceObservation, at_s: float) -> Pose | None:
        """The neutral pose once enough good views agree."""
        if seen.problem is not None or seen.pose is None:
            self._views.clear()
            return None
        self._views.append((at_s, seen.pose))
        while not self._steady():
            self._views.popleft()
        lasting = at_s - self._views[0][0] >= self.limits.steady_s
        if len(self._views) < self.limits.steady_views or not lasting:
            return None
        poses = [pose for _, pose in self._views]
        return Pose(
            median(pose.yaw for pose in poses),
            median(pose.pitch for pose in poses),
            median(pose.roll for pose in poses),
        )

    def _steady(self) -> bool:
        poses = [pose for _, pose in self._views]
        return all(
            max(angles) - min(angles) <= self.limits.steady_deg
            for angles in ([p.yaw for p in poses], [p.pitch for p in poses])
        )
