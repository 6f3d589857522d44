"""The attacks as scenes: each looks as it should, and only the right ones listen."""

import random

import numpy as np
import pytest

from media.faces.picture import Picture
from server.liveness.casting import Company, portrait
from server.simulate.attacks.recordings import Recording
from server.simulate.attacks.species import ALL, EXCLUDED, REPORTED_APART, SPECIES, Cast
from server.simulate.attacks.swaps import FaceSwap
from server.simulate.portrait import HEIGHT, WIDTH, PortraitActor
from server.simulate.scene import Scene

RECORDING = Recording(
    seed=8,
    prompts=(("turn_left", 2.0), ("open_mouth", 6.0)),
    lights=((("#ff0000", "#00ff00"), 0.5, 9.0),),
    length_s=12.0,
    trace=(),
)
DEAF = ("still_photo", "moved_photo", "deaf_actor", "looping_actor", "replay", "screen_replay")
UNLIT = ("deaf_actor", "looping_actor", "replay", "screen_replay", "realtime_injection")


def scene(name: str, seed: int = 3) -> Scene:
    cast = Cast(portrait("astronaut"), portrait("hopper"), seed, RECORDING)
    return SPECIES[name].scene(cast)


def same(one: Picture, other: Picture) -> bool:
    return bool(np.array_equal(one, other))


@pytest.mark.parametrize("name", SPECIES)
def test_every_species_gives_camera_pictures_that_the_seed_decides(name: str) -> None:
    one, again, other = scene(name), scene(name), scene(name, seed=4)
    assert one.frame(0.4).shape == (HEIGHT, WIDTH, 3)
    assert one.frame(0.4).dtype == np.uint8
    assert same(scene(name).frame(0.4), again.frame(0.4))
    assert not same(again.frame(1.1), other.frame(1.1))


@pytest.mark.parametrize("name", DEAF)
def test_what_cannot_listen_does_not_answer(name: str) -> None:
    told, left_alone = scene(name), scene(name)
    told.prompt("turn_left", 0.5)
    assert all(same(told.frame(at), left_alone.frame(at)) for at in (0.6, 1.4, 1.8, 2.6))


@pytest.mark.parametrize("name", UNLIT)
def test_what_is_fed_into_the_camera_is_not_lit_by_the_screen(name: str) -> None:
    lit, dark = scene(name), scene(name)
    lit.light(("#ff0000", "#0000ff"), 0.5, 0.0)
    assert all(same(lit.frame(at), dark.frame(at)) for at in (0.2, 0.5, 0.8))


def test_paper_is_lit_by_the_screen() -> None:
    paper = scene("still_photo")
    before = paper.frame(0.0).mean((0, 1))
    paper.light(("#ff0000", "#ff0000"), 0.5, 0.5)
    blue, _, red = paper.frame(0.8).mean((0, 1)) / before
    assert red > 1.1 * blue


def test_a_replay_shows_the_recorded_session_from_near_its_beginning() -> None:
    earlier = PortraitActor(portrait("astronaut"), seed=8)
    for kind, at_s in RECORDING.prompts:
        earlier.prompt(kind, at_s)
    played = scene("replay").frame(2.0).astype(int)
    starts = np.arange(0.0, 1.6, 0.02)
    apart = [np.abs(earlier.frame(2.0 + s).astype(int) - played).mean() for s in starts]
    assert min(apart) < 0.4


def test_a_swapped_face_is_another_persons_for_at_least_a_second_and_a_half(
    company: Company,
) -> None:
    swap = scene("face_swap")
    assert isinstance(swap, FaceSwap)
    swap.prompt("nod", 2.0)
    swap.light(("#ffffff", "#808080"), 0.5, 5.0)
    times = np.arange(2.0, 14.0, 0.1)
    backgrounds = np.array([swap.frame(at)[:40, -40:].mean((0, 1)) for at in times])
    away = np.abs(backgrounds - backgrounds[0]).max(1) > 25
    assert 1.4 <= away.sum() * 0.1 == pytest.approx(swap.shown_s(14.0), abs=0.15)


def test_two_faces_are_seen_as_two(company: Company) -> None:
    crowded = [scene("two_faces", seed) for seed in range(3)]
    assert all(company.analyser.look(each.frame(11.0)).faces == 2 for each in crowded)


def test_a_screen_shows_its_edge_and_a_pattern_finer_than_skin(company: Company) -> None:
    plain, shown = scene("replay").frame(1.0), scene("screen_replay").frame(1.0)
    assert shown[:12].mean() < plain[:12].mean() - 30
    face = (slice(200, 300), slice(280, 360))
    assert fine_detail(shown[face]) > 1.3 * fine_detail(plain[face])
    assert company.analyser.look(shown).faces == 1


def test_the_one_that_reads_the_page_answers() -> None:
    injected, still = scene("realtime_injection"), scene("realtime_injection")
    injected.prompt("come_nearer", 0.5)
    assert not same(injected.frame(2.2), still.frame(2.2))


def test_a_replay_needs_a_recording() -> None:
    with pytest.raises(ValueError, match="recording"):
        SPECIES["replay"].scene(Cast(portrait("hopper"), portrait("astronaut"), 1))


def test_what_a_browser_cannot_tell_is_reported_apart() -> None:
    assert set(REPORTED_APART) == {"screen_relay", "realtime_injection"}
    assert len(EXCLUDED) + len(REPORTED_APART) == len(ALL) == len(SPECIES)


def fine_detail(picture: Picture) -> float:
    """Mean difference of neighbouring pixels."""
    return float(np.abs(np.diff(picture.astype(int), axis=1)).mean())


def test_seeds_of_swaps_differ_in_time_and_length() -> None:
    chance = random.Random(1)
    shown = []
    for _ in range(12):
        swap = scene("face_swap", chance.getrandbits(16))
        assert isinstance(swap, FaceSwap)
        swap.prompt("nod", 2.0)
        swap.light(("#ffffff", "#808080"), 0.5, 9.0)
        shown.append(round(swap.shown_s(60.0), 1))
    assert len(set(shown)) > 6
    assert min(shown) >= 1.5
