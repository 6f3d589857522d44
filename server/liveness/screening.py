"""Liveness judged on a video whose challenge is known: the rules of an examination, without it.

The same neutral view, movements, screen light, cues and assurance as in a session; the prompts are
those of the sidecar, at its times. Whose face it is, is asked only within the video (a face that
becomes another one) and against the reference where the sidecar names one.
"""

import random
from dataclasses import dataclass
from operator import and_
from statistics import median

from media.faces.analysis import Analyser
from media.faces.camera_check import NeutralView
from media.faces.challenge import Challenge
from media.faces.cues import CueWatch
from media.faces.light import LightProbe
from media.faces.liveness import LivenessTry, Phase
from media.faces.movements import view_of
from media.faces.outcomes import LightShown, PromptKind
from media.faces.picture import Picture, Vector
from media.faces.watching import Watcher
from roll_call.assurance import Findings, ScreenLightOutcome, assess
from roll_call.ports.faces import FaceObservation, Watch
from server.liveness.sidecar import Sidecar

REST_BEFORE_S = 2.0
EMBED_EVERY_S = 0.7
TEMPLATE_FRAMES = 3


@dataclass(frozen=True, slots=True)
class Screening:
    """What was made of one video. ``why``: what spoke against a live person, if anything did."""

    live: bool
    why: str | None
    assurance: str | None
    looks: int


class Screener:
    """One video's course; ``see`` its pictures in order, then ``conclude``."""

    def __init__(self, sidecar: Sidecar, analyser: Analyser, reference: Vector | None) -> None:
        self._told, self._analyser = sidecar, analyser
        self._watcher = Watcher("video", reference)
        self._neutral = NeutralView()
        self._try: LivenessTry | None = None
        self._cues = CueWatch("")
        self._probe: LightProbe | None = None
        self._looked_s = -1.0
        self._embedded_s = -1.0
        self._similarities: list[float] = []
        self._continuities: list[float] = []
        self._looks = 0

    def see(self, picture: Picture, at_s: float) -> None:
        """The picture at this time of the video; most need no look."""
        light = self._told.light
        lit = light is not None and at_s >= light.at_s
        watch = Watch(light=lit)
        if at_s - self._looked_s < watch.interval_s:
            return
        self._looked_s = at_s
        self._watcher.watch = watch
        embed = at_s - self._embedded_s >= EMBED_EVERY_S and (self._try is None or self._rests)
        seen = self._watcher.observe(self._analyser, picture, at_s, embed)
        self._looks += 1
        if seen.similarity is not None or seen.continuity is not None:
            self._embedded_s = at_s
        self._note(seen)
        if lit and light is not None:
            self._see_light(seen, at_s)
        elif self._try is None:
            self._check_camera(seen, at_s)
        else:
            self._watch(self._try, seen, at_s)

    def conclude(self) -> Screening:
        """Whether a live person was seen, by the rules of a session."""
        why = self._against()
        if why is not None:
            return Screening(False, why, None, self._looks)
        assurance, _ = assess(self._findings())
        return Screening(
            assurance.clears,
            None if assurance.clears else "low_assurance",
            assurance.value,
            self._looks,
        )

    @property
    def _rests(self) -> bool:
        tried = self._try
        return tried is None or tried.at_rest or tried.phase is Phase.PASSED

    def _note(self, seen: FaceObservation) -> None:
        self._cues.see(seen)
        if seen.similarity is not None:
            self._similarities.append(seen.similarity)
        if seen.continuity is not None:
            self._continuities.append(seen.continuity)

    def _check_camera(self, seen: FaceObservation, at_s: float) -> None:
        neutral = self._neutral.see(seen, at_s)
        due = tuple(prompt.at_s for prompt in self._told.prompts)
        if neutral is None or at_s < due[0] - REST_BEFORE_S:
            return
        kinds = tuple(prompt.kind for prompt in self._told.prompts)
        chance = random.Random(self._told.nonce)
        challenge = Challenge(bytes.fromhex(self._told.nonce), chance)
        self._try = LivenessTry(neutral, kinds, list(PromptKind), challenge, at_s, due=due)

    def _watch(self, tried: LivenessTry, seen: FaceObservation, at_s: float) -> None:
        tried.tick(at_s)
        view = view_of(seen)
        if view is None:
            tried.miss(at_s)
        else:
            tried.see(view, at_s)

    def _see_light(self, seen: FaceObservation, at_s: float) -> None:
        light = self._told.light
        assert light is not None
        if self._probe is None:
            shown = LightShown("", light.colours, light.each_s)
            self._probe = LightProbe(random.Random(0), "", light.at_s, shown)
        self._probe.see(seen, at_s)

    def _against(self) -> str | None:
        tried, threshold = self._try, self._analyser.point.threshold(1)
        if tried is None:
            return "no_neutral_view"
        if tried.phase is not Phase.PASSED:
            return tried.failure.value if tried.failure is not None else "too_late"
        another = [likeness < threshold for likeness in self._continuities]
        if any(map(and_, another, another[1:])):
            return "another_face"
        if self._similarities and median(self._similarities) < threshold:
            return "another_person"
        return None

    def _findings(self) -> Findings:
        light = ScreenLightOutcome.NOT_SHOWN
        if self._probe is not None:
            light = self._probe.result().outcome
        return Findings(
            template_frames=TEMPLATE_FRAMES,
            provisional=False,
            liveness_shown=True,
            kinds=len(PromptKind),
            replay_suspected=False,
            screen_light=light,
            cues=self._cues.found(),
        )
