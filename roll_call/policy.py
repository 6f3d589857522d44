"""Policy: every number that a center may choose, with its unit in its name."""

from dataclasses import dataclass, fields, replace
from datetime import time

from roll_call.errors import InvalidInput
from roll_call.people import SubjectKind


@dataclass(frozen=True, slots=True)
class Policy:
    """Durations in whole or broken seconds, local wall-clock times without a zone.

    Raises InvalidInput(policy_out_of_bounds, field=...) where a value makes no sense.
    """

    call_ring_s: float = 30.0
    """How long a call rings before the console says "no answer"; ringing never decides anything."""
    arrival_patience_s: float = 900.0
    """How long someone with a ticket waits at most before an officer looks after them (REVIEW)."""
    join_deadline_s: float = 180.0
    """From ticket to SDP offer; covers the notice and the browser's question for a camera."""
    negotiation_deadline_s: float = 15.0
    """From offer to flowing media."""
    reconnect_deadline_s: float = 60.0
    """How long a session whose media stopped may take to come back."""
    session_deadline_s: float = 300.0
    """Longest session, counted from the first flowing media."""
    answers_deadline_s: float = 900.0
    """Longest session of somebody whose verdict is in and who still answers, counted like it."""
    talk_deadline_s: float = 3600.0
    """Longest talk of an officer with somebody whose session would otherwise be over."""
    verdict_deadline_s: float = 150.0
    """From flowing media to the machine's verdict."""
    unit_session_s: float = 14_400.0
    """Longest stay of a duty terminal in one entry: units are decided by eye, one after another."""
    liveness_steps: int = 3
    """Random movements asked for in one try, never below three; one more after each try that a
    movement nobody had asked for spoilt."""
    liveness_tries: int = 2
    """Tries before the machine gives up and a person takes over."""
    late_open_grace_s: float = 900.0
    """A roll-call that was not opened in time still opens within this; later it is MISSED."""
    suspend_limit_s: float = 1800.0
    """Longest suspension; then the roll-call goes on to CLOSING."""
    report_cut_off_s: float = 1200.0
    """From the end of the window to the table that goes out, with open entries marked as open."""
    undo_window_s: float = 10.0
    """How long the console offers "undo"; an undo is a Correction all the same."""
    night_closed: bool = True
    """No plan may reach into the night unless the center opens it on purpose."""
    night_starts: time = time(22, 0)
    """Local time at which the night begins."""
    night_ends: time = time(6, 0)
    """Local time at which the night ends; before ``night_starts`` when it spans midnight."""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name.endswith("_s") and not 0 < value <= 86_400:
                raise InvalidInput("policy_out_of_bounds", field=field.name)
        self._check_liveness()
        self._check_night()
        if self.verdict_deadline_s > self.session_deadline_s:
            raise InvalidInput("policy_out_of_bounds", field="verdict_deadline_s")

    def _check_liveness(self) -> None:
        if not 3 <= self.liveness_steps <= 10:
            raise InvalidInput("policy_out_of_bounds", field="liveness_steps")
        if not 1 <= self.liveness_tries <= 10:
            raise InvalidInput("policy_out_of_bounds", field="liveness_tries")

    def _check_night(self) -> None:
        for name in ("night_starts", "night_ends"):
            if getattr(self, name).tzinfo is not None:
                raise InvalidInput("policy_out_of_bounds", field=name)
        if self.night_starts == self.night_ends:
            raise InvalidInput("policy_out_of_bounds", field="night_ends")

    def of(self, kind: SubjectKind) -> "Policy":
        """The policy for a subject: for units there is no verdict of the machine to wait for."""
        if kind is not SubjectKind.UNIT:
            return self
        stay_s = self.unit_session_s
        return replace(self, session_deadline_s=stay_s, verdict_deadline_s=stay_s)

    def is_night(self, local: time) -> bool:
        """Whether a local wall-clock time lies in the closed night (start inclusive, end not)."""
        if not self.night_closed:
            return False
        if self.night_starts < self.night_ends:
            return self.night_starts <= local < self.night_ends
        return local >= self.night_starts or local < self.night_ends
