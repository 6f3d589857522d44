"""All that an examination has found: what it is worth, and how it is kept on record."""

from dataclasses import dataclass, field, replace
from typing import Any, Self

from media.faces.calibration import OperatingPoint
from media.faces.challenge import Challenge, draw_nonce
from media.faces.chance import Chance
from media.faces.comparing import SAMPLING, Sampler
from media.faces.cues import CueWatch
from media.faces.evidence import Journal
from media.faces.light_show import LightShow
from media.faces.liveness import LivenessTry
from media.faces.movements import Channel, Offset
from media.faces.outcomes import PromptKind
from media.faces.subject import Subject
from media.faces.trace import REPLAY_FROM, likeness, movements
from media.faces.unasked import LOOKING_ON, Unasked
from roll_call.assurance import AssuranceReason, Findings, assess
from roll_call.explanation import Outcome, codes, for_officer
from roll_call.verification import Assurance, Inconclusive, Verification, VerificationState


@dataclass(slots=True)
class Found:
    """``kinds``: the movements that could be asked for; ``tries`` at them were made.

    ``kept_moving``: a clear movement was seen after the last one that was asked for.
    """

    subject: Subject
    point: OperatingPoint
    challenge: Challenge
    sampler: Sampler
    light: LightShow
    cues: CueWatch
    kinds: list[PromptKind]
    journal: Journal = field(default_factory=Journal)
    tries: int = 0
    liveness_shown: bool = False
    face_changed: bool = False
    replay_likeness: float = 0.0
    kept_moving: bool = False
    _looking_on: Unasked = field(default_factory=lambda: Unasked(LOOKING_ON))
    _spent: frozenset[Channel] = frozenset()

    @classmethod
    def nothing(cls, subject: Subject, chance: Chance) -> Self:
        """Before the first frame; draws the session's nonce.

        Raises ModelError(model_not_calibrated).
        """
        point, nonce = subject.operating_point, draw_nonce(chance)
        return cls(
            subject=subject,
            point=point,
            challenge=Challenge(nonce, chance),
            sampler=Sampler(point.rule(subject.template_frames), chance),
            light=LightShow(subject.lit, nonce, chance),
            cues=CueWatch(subject.camera),
            kinds=subject.allowed,
        )

    def note_passed(self, tried: LivenessTry) -> None:
        """A try that was passed, and how much its course is like an earlier one."""
        journal = self.journal
        journal.note_try(self.tries, tried)
        self.liveness_shown, self._spent = True, tried.spent
        self._looking_on.forget()
        first_onset_s = tried.steps[0].onset_at_s or tried.began_s
        began_s, ended_s = journal.clock.media_s(first_onset_s), journal.trace[-1][0]
        course = movements(journal.trace, began_s, ended_s)
        earlier = [*self.subject.earlier_traces, journal.before(tried.began_s)]
        self.replay_likeness = max(self.replay_likeness, likeness(course, earlier))

    def look_on(self, seen: Offset) -> None:
        """A view from the time in which the person, having moved as asked, only looks on."""
        self.kept_moving = self._looking_on.see(seen, self._spent) or self.kept_moving

    def assess(self) -> tuple[Assurance, tuple[AssuranceReason, ...]]:
        """What a match would be worth now, and why not more."""
        return assess(
            Findings(
                template_frames=self.subject.template_frames,
                provisional=self.subject.provisional,
                liveness_shown=self.liveness_shown,
                kinds=len(self.kinds),
                replay_suspected=self.replay_likeness >= REPLAY_FROM,
                screen_light=self.light.outcome,
                cues=self.cues.found(),
                face_changed=self.face_changed,
                unasked_movement=self.journal.unasked_movements > 0,
                kept_moving=self.kept_moving,
            )
        )

    def explained(self, verification: Verification) -> Verification:
        """With what stood in the way, where nothing could be said."""
        missing = verification.inconclusive is Inconclusive.NO_REFERENCE
        if verification.state is not VerificationState.INCONCLUSIVE or missing:
            return verification
        return replace(verification, hindrance=self.journal.hindrance)

    def as_json(self, verification: Verification, now_s: float) -> dict[str, Any]:
        """The evidence of a verdict; it stays with the record, and never goes to a phone."""
        evidence = self._evidence(verification, now_s)
        outcome = Outcome(verification.state, verification.assurance, verification.inconclusive)
        return {**evidence, "reasons": codes(for_officer(outcome, evidence))}

    def _evidence(self, verification: Verification, now_s: float) -> dict[str, Any]:
        journal, subject, rule = self.journal, self.subject, self.sampler.rule
        _, reasons = self.assess()
        hindrance = verification.hindrance
        return {
            "nonce": self.challenge.nonce.hex(),
            "model": subject.model,
            "model_version": subject.model_version,
            "calibration": {"name": self.point.name, "data": self.point.data},
            "threshold": rule.threshold,
            "template_frames": subject.template_frames,
            "template_version": subject.template_version,
            "provisional": subject.provisional,
            "quorum": {
                "min_frames": rule.min_frames,
                "share": rule.share,
                "margin": rule.margin,
                "mismatch_spread_s": SAMPLING.spread_s,
            },
            "similarity": self.sampler.summary(),
            "frames": self.sampler.frames,
            "prompts": journal.prompts,
            "liveness": self._liveness(),
            "screen_light": self.light.as_json(journal.clock.media_s(self.light.began_s)),
            "cues": self.cues.summary(),
            "changes": journal.changes,
            "replay_likeness": round(self.replay_likeness, 3),
            "assurance_reasons": [reason.value for reason in reasons],
            "hindrance": hindrance.value if hindrance is not None else None,
            "problems": dict(journal.problems),
            "media_s": round(journal.clock.media_s(now_s), 2),
        }

    def _liveness(self) -> dict[str, Any]:
        neutral = self.journal.neutral
        return {
            "shown": self.liveness_shown,
            "tries": self.tries,
            "timing_only": self.journal.timing_only,
            "exempt": sorted(self.subject.exempt),
            "kinds": [kind.value for kind in self.kinds],
            "neutral": neutral
            and {
                "yaw": round(neutral.pose.yaw, 1),
                "pitch": round(neutral.pose.pitch, 1),
                "eyes_closed": round(neutral.eyes_closed, 2),
                "mouth_open": round(neutral.mouth_open, 2),
                "eye_distance": round(neutral.eye_distance, 3),
            },
        }
