"""Videos of live persons and attacks with a scripted challenge: a data set for ``evaluate``.

The script is drawn before the scene is played, whatever the scene does: the data do not depend on
the programme that is to be tested with them.
"""

import fractions
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import cv2

from media.faces.challenge import Challenge, draw_nonce
from media.faces.light_sequences import EACH_S, draw_colours
from media.faces.outcomes import PromptKind
from media.faces.picture import Picture
from media.faces.steps import draw_steps
from roll_call.policy import Policy
from server.liveness.casting import portrait, somebody_else
from server.liveness.sidecar import ShownLight, ShownPrompt, Sidecar, sidecar_of
from server.simulate.attacks.recordings import Recording
from server.simulate.attacks.species import SPECIES, Cast
from server.simulate.portrait import HEIGHT, WIDTH, PortraitActor, Posture, portraits, puppet
from server.simulate.scene import Scene

FRAME_RATE = 15
BITS_PER_S = 500_000
LEAD_S = 2.2
WAIT_S = (0.3, 2.0)
ANSWERED_S = 5.5
"""Time for the slowest answer, before the next prompt may come."""
AFTER_S = 1.5


@dataclass(frozen=True)
class Script:
    """A challenge and how long its video is."""

    sidecar: Sidecar
    length_s: float


def draw_script(chance: random.Random, kinds: Sequence[PromptKind] | None = None) -> Script:
    """Prompts at random moments, and the screen's colours after them."""
    challenge = Challenge(draw_nonce(chance), chance)
    steps = kinds or draw_steps(chance, list(PromptKind), Policy().liveness_steps)
    at_s, prompts = LEAD_S, []
    for kind in steps:
        at_s += chance.uniform(*WAIT_S)
        prompt = challenge.issue(kind)
        prompts.append(ShownPrompt(kind=kind, at_s=round(at_s, 2), digits=prompt.digits))
        at_s += ANSWERED_S
    light = ShownLight(colours=draw_colours(chance), each_s=EACH_S, at_s=round(at_s, 2))
    length_s = at_s + len(light.colours) * light.each_s + AFTER_S
    sidecar = Sidecar(nonce=challenge.nonce.hex(), prompts=tuple(prompts), light=light)
    return Script(sidecar, length_s)


def film(path: Path, scene: Scene, script: Script) -> None:
    """Play the script before the scene and write ``path`` (VP8 in WebM) and its sidecar."""
    told = script.sidecar
    for prompt in told.prompts:
        scene.prompt(prompt.kind.value, prompt.at_s)
    if told.light is not None:
        scene.light(told.light.colours, told.light.each_s, told.light.at_s)
    with av.open(str(path), "w", format="webm") as container:
        stream = container.add_stream("libvpx", rate=FRAME_RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.bit_rate = BITS_PER_S
        stream.options = {"deadline": "realtime", "cpu-used": "8"}
        # More threads only wait for one another in pictures of this size.
        stream.codec_context.thread_count = 1
        for index in range(int(script.length_s * FRAME_RATE)):
            frame = av.VideoFrame.from_ndarray(scene.frame(index / FRAME_RATE), format="bgr24")
            frame.pts, frame.time_base = index, fractions.Fraction(1, FRAME_RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    sidecar_of(path).write_text(told.model_dump_json(indent=2), encoding="utf-8")


def make_data_set(
    out: Path,
    per_species: int,
    species: Sequence[str],
    seed: int,
    on_file: Callable[[Path], None] = lambda path: None,
) -> int:
    """``out/live`` and ``out/attack/<species>``, so many videos in each; returns their number.

    Raises ModelError and OSError.
    """
    made = 0
    names = sorted(portraits())
    for family, name in enumerate(["live", *species]):
        folder = out / "live" if name == "live" else out / "attack" / name
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(per_species):
            chance = random.Random(f"{seed}/{family}/{number}")
            who = names[number % len(names)]
            path = folder / f"{number:04d}.webm"
            _film_one(path, name, who, chance)
            on_file(path)
            made += 1
    return made


def _film_one(path: Path, species: str, who: str, chance: random.Random) -> None:
    image, other = portrait(who), portrait(somebody_else(who))
    seed, kinds, recording = chance.getrandbits(32), None, None
    if species == "live":
        scene: Scene = PortraitActor(image, seed)
    else:
        chosen = SPECIES[species]
        if chosen.recorded:
            earlier = draw_script(chance)
            recording = _filmed_earlier(earlier, chance.getrandbits(32))
            steps = [prompt.kind for prompt in earlier.sidecar.prompts]
            kinds = steps if chosen.same_steps else None
        scene = chosen.scene(Cast(image, other, seed, recording))
    script = draw_script(chance, kinds)
    reference = path.with_name(f"{who}.jpg")
    if not reference.exists():
        reference.write_bytes(_jpeg(puppet(image).draw(Posture())))
    told = script.sidecar.model_copy(update={"reference": reference.name})
    film(path, scene, Script(told, script.length_s))


def _filmed_earlier(script: Script, seed: int) -> Recording:
    """A recording of a person who followed another script."""
    told = script.sidecar
    light = told.light
    return Recording(
        seed,
        tuple((prompt.kind.value, prompt.at_s) for prompt in told.prompts),
        () if light is None else ((light.colours, light.each_s, light.at_s),),
        script.length_s,
        (),
    )


def _jpeg(picture: Picture) -> bytes:
    return cv2.imencode(".jpg", picture)[1].tobytes()
