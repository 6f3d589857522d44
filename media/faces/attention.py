"""How closely the frames are looked at in each part of an examination: no more than it needs.

Looking costs processor time, a mask or dark glasses alone a good part of it. They matter where a
person is advised, and in frames that are compared, which are always looked at for them.
"""

from dataclasses import dataclass

from media.faces.liveness import LivenessTry, Phase
from media.faces.outcomes import WatchWanted
from roll_call.ports.faces import FaceProblem, Watch
from roll_call.verification_state import VerificationState

BAD_PICTURE = Watch(interval_s=0.25)
GOOD_PICTURE = Watch(interval_s=0.19)
AT_REST = Watch(interval_s=0.19, coverings=False)
MOVEMENT = Watch(interval_s=0.095, coverings=False)
LIGHT = Watch(interval_s=0.25, light=True, coverings=False)
COMPARING = Watch(interval_s=0.25, coverings=False)


@dataclass(slots=True)
class Attention:
    """Says how to look from now on whenever that changes."""

    _paid: Watch | None = None

    def pay(
        self,
        state: VerificationState,
        problem: FaceProblem | None,
        tried: LivenessTry | None,
        lit: bool,
    ) -> list[WatchWanted]:
        """What is wanted now, if it is new; see ``wanted``."""
        watch = wanted(state, problem, tried, lit)
        if watch == self._paid:
            return []
        self._paid = watch
        return [WatchWanted(watch)]


def wanted(
    state: VerificationState,
    problem: FaceProblem | None,
    tried: LivenessTry | None,
    lit: bool,
) -> Watch:
    """How to look now. ``problem`` is the last frame's; ``lit``: the screen shows its colours."""
    if state is VerificationState.AWAITING:
        return BAD_PICTURE if problem is not None else GOOD_PICTURE
    if state is VerificationState.LIVENESS and tried is not None:
        return MOVEMENT if tried.phase is Phase.RESPOND else AT_REST
    return LIGHT if lit else COMPARING
