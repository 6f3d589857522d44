"""``rollcall bench face``: what the vision of one check-in costs, stage by stage and in all.

Whole check-ins of a cooperative actor are played offline against the real examination: its frames
are encoded as a phone would send them, and go through the worker's own code. Then the same work is
done once more, with the same looks at the same frames, and its CPU time is taken (decoding,
looking, comparing): the first time the actor's drawing and encoding would cool the caches between
any two looks. One process and one thread a model, as in a worker.
"""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import mean, median
from typing import Any

import cv2
import numpy as np

from media.faces.analysis import Analyser
from media.faces.calibration import FRAMES_FOR_MEAN
from media.faces.decoder import Decoder, as_picture
from media.faces.embedders import template_vector
from media.faces.examination import Examination, Subject
from media.faces.landmarks import Mesh
from media.faces.measures.cues import CueMeter
from media.faces.measures.light import light_of
from media.faces.picture import Picture
from media.faces.quality import assess
from media.faces.session import Session
from media.faces.watching import Watcher
from roll_call.policy import Policy
from roll_call.ports.faces import FaceObservation, Template, Watch
from server.benchmarks.face_footage import FRAME_RATE, PhoneEncoder, frames_of
from server.liveness.casting import Company, portrait
from server.liveness.theatre import examine
from server.simulate.portrait import PortraitActor, portraits
from server.simulate.scene import Scene

BASELINE = "dlib"
STAGE_FRAMES = 60
KBIT_PER_S = 500


@dataclass(slots=True)
class Spent:
    """CPU seconds of the vision work of one check-in."""

    decode_s: float = 0.0
    look_s: float = 0.0
    frames: int = 0
    looks: int = 0
    similarities: int = 0


@dataclass(frozen=True, slots=True)
class Encoded:
    """One frame as it came, and whether a similarity was wanted by then."""

    data: bytes
    keyframe: bool
    media_s: float
    embed: bool


class EncodedHead:
    """An actor whose frames are encoded and then go through the worker's session."""

    def __init__(self, scene: Scene, analyser: Analyser, template: Template) -> None:
        self._scene, self._analyser, self._template = scene, analyser, template
        self._session = _session(template)
        self._encoder = PhoneEncoder(KBIT_PER_S)
        self._next = 0
        self._work: list[Encoded | Watch] = []

    def prompt(self, kind: str, at_s: float) -> None:
        """Handed to the scene."""
        self._scene.prompt(kind, at_s)

    def light(self, colours: tuple[str, ...], each_s: float, at_s: float) -> None:
        """Handed to the scene."""
        self._scene.light(colours, each_s, at_s)

    def seen(self, at_s: float, embed: bool, watch: Watch) -> FaceObservation:
        """Every frame since the last look is decoded; the newest one is looked at."""
        while self._next / FRAME_RATE <= at_s + 1e-6:
            media_s = self._next / FRAME_RATE
            data, keyframe = self._encoder.encode(self._scene.frame(media_s))
            self._work.append(Encoded(data, keyframe, media_s, embed))
            self._session.decode(data, keyframe, media_s, embed)
            self._next += 1
        self._work.append(watch)
        self._session.watcher.watch = watch
        return self._session.look(self._analyser)

    def again(self) -> Spent:
        """The same work once more, by itself; what it costs."""
        session, spent = _session(self._template), Spent()
        for piece in self._work:
            began = time.process_time()
            if isinstance(piece, Encoded):
                session.decode(piece.data, piece.keyframe, piece.media_s, piece.embed)
                spent.decode_s += time.process_time() - began
                spent.frames += 1
                continue
            session.watcher.watch = piece
            observation = session.look(self._analyser)
            spent.look_s += time.process_time() - began
            spent.looks += 1
            spent.similarities += observation.similarity is not None
        return spent


def _session(template: Template) -> Session:
    return Session(Decoder("VP8"), Watcher("session", template_vector(template)))


def bench_face(backends: Iterable[str], check_ins: int) -> dict[str, Any]:
    """Each backend on the same stages and the same check-ins; the baseline comes with them."""
    cv2.setNumThreads(1)
    names = list(dict.fromkeys([*backends, BASELINE]))
    stages: dict[str, float] = {}
    found: dict[str, Any] = {}
    for name in names:
        company = Company(name)
        try:
            stages = stages or _stages(company.analyser)
            found[company.analyser.backend.info.name] = _of_backend(company, check_ins)
        finally:
            company.close()
    baseline = found[BASELINE]["cpu_s_per_check_in"]
    for figures in found.values():
        figures["share_of_baseline"] = round(figures["cpu_s_per_check_in"] / baseline, 3)
    return {
        "footage": f"640 x 480, {FRAME_RATE} frames/s, VP8 at {KBIT_PER_S} kbit/s, drawn actor",
        "check_ins_each": check_ins,
        "baseline": BASELINE,
        "ms_per_stage": stages,
        "backends": found,
    }


def _of_backend(company: Company, check_ins: int) -> dict[str, Any]:
    analyser = company.analyser
    analyser.warm_up()
    picture = frames_of(1)[0]
    mesh = _mesh(analyser, picture)
    played = [_check_in(company, seed) for seed in range(check_ins)]
    spent = [head.again() for head, _, _ in played]
    return {
        "model_version": analyser.backend.info.version,
        "ms_align_and_embed": _ms(lambda: analyser.embed(picture, mesh), STAGE_FRAMES // 4),
        "cpu_s_per_check_in": round(mean(one.decode_s + one.look_s for one in spent), 3),
        "cpu_s_decoding": round(mean(one.decode_s for one in spent), 3),
        "cpu_s_looking": round(mean(one.look_s for one in spent), 3),
        "frames_decoded": round(mean(one.frames for one in spent), 1),
        "frames_looked_at": round(mean(one.looks for one in spent), 1),
        "similarities": round(mean(one.similarities for one in spent), 1),
        "session_median_s": round(median(end_s for _, end_s, _ in played), 1),
        "verdicts": [verdict for _, _, verdict in played],
    }


def _check_in(company: Company, seed: int) -> tuple[EncodedHead, float, str]:
    """One check-in from the first frame to the verdict."""
    names = list(portraits())
    name = names[seed % len(names)]
    template, point = company.template(name), company.analyser.point
    actor = PortraitActor(portrait(name), seed=seed)
    head = EncodedHead(actor, company.analyser, template)
    frames = max(template.frames, FRAMES_FOR_MEAN)
    subject = Subject(template.model, frames, frozenset(), [], point=point)
    chance = random.Random(seed)
    show = examine(head, Examination("session", 1, subject, Policy(), chance))
    return head, show.end_s, show.verification.state.value


def _stages(analyser: Analyser) -> dict[str, float]:
    """Median CPU milliseconds of each stage of a look, on the same frames."""
    analyser.warm_up()
    pictures = frames_of(STAGE_FRAMES)
    encoder, decoder = PhoneEncoder(KBIT_PER_S), Decoder("VP8")
    encoded = [encoder.encode(picture) for picture in pictures]
    decoded = [decoder.decode(data, keyframe) for data, keyframe in encoded]
    frame = next(frame for frame in reversed(decoded) if frame is not None)
    again = Decoder("VP8")
    steps = iter(encoded)
    picture, meter = as_picture(frame), CueMeter()
    mesh = _mesh(analyser, picture)
    return {
        "decode": _ms(lambda: again.decode(*next(steps)), STAGE_FRAMES),
        "convert": _ms(lambda: as_picture(frame)),
        "landmarks": _ms(lambda: analyser.landmarks(picture)),
        "quality": _ms(lambda: assess(picture, [mesh], coverings=False)),
        "quality_with_coverings": _ms(lambda: assess(picture, [mesh])),
        "light": _ms(lambda: light_of(picture, mesh)),
        "cues": _ms(lambda: meter.measure(picture, mesh)),
        "detect_in_stills": _ms(lambda: analyser.detect(picture)),
    }


def _mesh(analyser: Analyser, picture: Picture) -> Mesh:
    mesh = analyser.look(picture).mesh
    assert mesh is not None
    return mesh


def _ms(work: Callable[[], object], times: int = STAGE_FRAMES) -> float:
    """Median CPU milliseconds of one call."""
    spent = []
    for _ in range(times):
        began = time.process_time()
        work()
        spent.append(time.process_time() - began)
    return round(float(np.median(spent)) * 1000, 3)
