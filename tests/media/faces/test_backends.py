"""The same golden tests for every backend, and what an ONNX model must bring to be loaded."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from media.faces.analysis import Analyser
from media.faces.backends import backend
from media.faces.embedders import Vectors, similarity
from media.faces.models import SFACE, YUNET, model_path, sha256_of
from media.faces.picture import Picture, Vector
from roll_call.errors import InvalidInput, ModelError, RollCallError
from tests.media.faces.conftest import actor, enrolled, portrait, three_pictures

BY_PATH = "sface-by-path"


def card(weights: Path, **changed: object) -> str:
    """A model card for SFace's own weights, with some lines changed; None leaves one out."""
    lines: dict[str, object] = {
        "name": f'"{BY_PATH}"',
        "licence": '"Apache-2.0, as published"',
        "sha256": f'"{sha256_of(weights)}"',
        "similarity": '"cosine"',
        "input.width": 112,
        "input.height": 112,
        "input.layout": '"NCHW"',
        "input.channels": '"RGB"',
        "input.mean": 0,
        "input.scale": 1,
        "input.alignment": '"five_points"',
        "calibration.name": '"a test"',
        "calibration.data": '"as sface"',
        "calibration.threshold.single": 0.5,
        "calibration.threshold.mean": 0.45,
        "calibration.margin": 0.1,
        "calibration.min_frames": 5,
        "calibration.share": 0.667,
    }
    lines |= {key.replace("__", "."): value for key, value in changed.items()}
    return "\n".join(f"{key} = {value}" for key, value in lines.items() if value is not None)


@pytest.fixture(scope="module")
def owned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """SFace's file under another name, as a bureau would bring its own model."""
    weights = tmp_path_factory.mktemp("owned") / "owned.onnx"
    shutil.copy(model_path(SFACE), weights)
    weights.with_suffix(".toml").write_text(card(weights), "utf-8")
    return weights


@pytest.fixture(scope="module", params=["sface", "dlib", "onnx"])
def any_backend(request: pytest.FixtureRequest, owned: Path) -> Iterator[Analyser]:
    """Every kind of backend."""
    name = str(owned) if request.param == "onnx" else request.param
    analyser = Analyser(name)
    yield analyser
    analyser.close()


def vector_of(analyser: Analyser, picture: Picture) -> Vector:
    """The vector of the face in a picture."""
    mesh = analyser.look(picture).mesh
    assert mesh is not None
    return analyser.embed(picture, mesh)


def template_of(analyser: Analyser, name: str) -> Vector:
    """The vector of a template of three pictures."""
    template = enrolled(analyser, three_pictures(name)).template
    assert template is not None and template.model == analyser.embedder.model
    return np.frombuffer(template.vector, "<f4")


def test_the_same_person_is_alike_and_another_is_not(any_backend: Analyser) -> None:
    own, other = actor("hopper", seed=9).frame(0.5), actor("astronaut", seed=9).frame(0.5)
    threshold = any_backend.point.threshold(3)
    template = template_of(any_backend, "hopper")
    assert similarity(any_backend.embedder, template, vector_of(any_backend, own)) > threshold
    assert (
        similarity(any_backend.embedder, template, vector_of(any_backend, other)) < threshold - 0.1
    )


def test_a_tilted_or_smaller_face_stays_the_same_person(any_backend: Analyser) -> None:
    picture = actor("hopper", seed=9).frame(0.5)
    reference = vector_of(any_backend, picture)
    for degrees, scale in ((15.0, 1.0), (-15.0, 1.0), (0.0, 0.6), (10.0, 0.7)):
        matrix = cv2.getRotationMatrix2D((320, 240), degrees, scale)
        changed = cv2.warpAffine(picture, matrix, (640, 480), borderMode=cv2.BORDER_REPLICATE)
        alike = similarity(any_backend.embedder, reference, vector_of(any_backend, changed))
        assert alike > any_backend.point.threshold(3), (degrees, scale)


def test_similarity_is_symmetric_and_one_with_itself(any_backend: Analyser) -> None:
    one, other = (vector_of(any_backend, portrait(name)) for name in ("hopper", "astronaut"))
    assert similarity(any_backend.embedder, one, one) == pytest.approx(1.0, abs=1e-5)
    there, back = (similarity(any_backend.embedder, *p) for p in ((one, other), (other, one)))
    assert there == pytest.approx(back, abs=1e-6)


def test_many_are_compared_as_one_by_one(any_backend: Analyser) -> None:
    embedder = any_backend.embedder
    vectors: Vectors = np.stack([vector_of(any_backend, actor(n, 9).frame(0.2)) for n in NAMES])
    together = embedder.similarities(vectors[0], vectors)
    assert together == pytest.approx([similarity(embedder, vectors[0], v) for v in vectors])


NAMES = ("hopper", "astronaut")


def test_a_template_of_three_pictures_knows_its_person_better_than_one(
    any_backend: Analyser,
) -> None:
    person = actor("hopper", seed=21)
    probes = [vector_of(any_backend, person.frame(0.4 * n)) for n in range(8)]
    enrolling = actor("hopper", seed=4)
    noise = np.random.default_rng(3)
    spoilt = [
        np.clip(enrolling.frame(n) + noise.normal(0, 28, (480, 640, 3)), 0, 255) for n in (0, 1, 2)
    ]
    vectors = [vector_of(any_backend, picture.astype(np.uint8)) for picture in spoilt]
    three = any_backend.embedder.combine(vectors)
    mean_of_three = np.mean([similarity(any_backend.embedder, three, p) for p in probes])
    single = [np.mean([similarity(any_backend.embedder, v, p) for p in probes]) for v in vectors]
    assert mean_of_three > np.mean(single)


@pytest.mark.parametrize("shape", [(480, 640, 3), (1, 1, 3), (7, 900, 3)])
def test_an_empty_picture_has_no_face(any_backend: Analyser, shape: tuple[int, ...]) -> None:
    assert any_backend.look_closely(np.full(shape, 90, np.uint8))[1].mesh is None


def test_the_default_model_given_by_path_gives_the_same_vectors(owned: Path) -> None:
    built_in, by_path = Analyser("sface"), Analyser(str(owned))
    try:
        for name in NAMES:
            picture = portrait(name)
            assert np.allclose(vector_of(built_in, picture), vector_of(by_path, picture), atol=1e-5)
        assert by_path.backend.info.version == built_in.backend.info.version
        assert by_path.backend.info.licence == "Apache-2.0, as published"
        assert by_path.point.name == "a test"
    finally:
        built_in.close()
        by_path.close()


def refusal(weights: Path) -> RollCallError:
    """What loading the model raises."""
    with pytest.raises(RollCallError) as caught:
        Analyser(str(weights))
    return caught.value


@pytest.fixture
def bring(owned: Path, tmp_path: Path) -> Callable[..., Path]:
    """A copy of the model whose card has some lines changed."""

    def copy(**changed: object) -> Path:
        weights = tmp_path / "mine.onnx"
        weights.symlink_to(owned)
        weights.with_suffix(".toml").write_text(card(owned, **changed), "utf-8")
        return weights

    return copy


def test_a_model_without_a_card_or_a_licence_is_not_loaded(
    bring: Callable[..., Path], tmp_path: Path
) -> None:
    assert refusal(tmp_path / "nowhere.onnx").code == "model_file_missing"
    weights = bring(licence=None)
    assert refusal(weights).code == "model_licence_missing"
    weights.with_suffix(".toml").write_text(card(weights, licence='"  "'), "utf-8")
    assert refusal(weights).code == "model_licence_missing"
    weights.with_suffix(".toml").unlink()
    assert refusal(weights).code == "model_card_missing"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", '"sface"'),
        ("name", '"Mine!"'),
        ("sha256", '"abc"'),
        ("similarity", '"euclidean"'),
        ("input.width", 0),
        ("input.layout", '"CHW"'),
        ("input.channels", None),
        ("input.mean", "[1, 2]"),
        ("input.scale", '"1/255"'),
        ("input.alignment", '"none"'),
    ],
)
def test_a_card_that_says_nothing_usable_is_refused_by_its_key(
    bring: Callable[..., Path], key: str, value: object
) -> None:
    error = refusal(bring(**{key.replace(".", "__"): value}))
    assert (error.code, error.params["key"]) == ("model_card_invalid", key)


def test_other_weights_than_those_of_the_card_are_not_loaded(bring: Callable[..., Path]) -> None:
    assert refusal(bring(sha256=f'"{"0" * 64}"')).code == "model_card_hash"


def test_a_network_that_gives_no_single_vector_is_not_loaded(tmp_path: Path) -> None:
    weights = tmp_path / "detector.onnx"
    shutil.copy(model_path(YUNET), weights)
    changed = {"input__width": 320, "input__height": 320}
    weights.with_suffix(".toml").write_text(card(weights, **changed), "utf-8")
    assert refusal(weights).code == "model_output_shape"


def test_a_file_that_is_no_network_is_not_loaded(tmp_path: Path) -> None:
    weights = tmp_path / "text.onnx"
    weights.write_text("no network", "utf-8")
    weights.with_suffix(".toml").write_text(card(weights), "utf-8")
    assert refusal(weights).code == "model_unreadable"


def test_a_model_without_a_threshold_is_not_used(bring: Callable[..., Path]) -> None:
    weights = bring(**{key: None for key in CALIBRATION})
    assert refusal(weights).code == "model_not_calibrated"


CALIBRATION = [f"calibration__{key}" for key in ("name", "data", "threshold__single")] + [
    f"calibration__{key}" for key in ("threshold__mean", "margin", "min_frames", "share")
]


def test_thresholds_of_your_own_come_before_the_models(
    bring: Callable[..., Path], tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    text = "\n".join(
        f"{line}".replace("calibration.", "")
        for line in card(bring(), calibration__threshold__mean=0.61).splitlines()
        if line.startswith("calibration.")
    )
    own.write_text(f"[sface]\n{text}\n", "utf-8")
    assert backend("sface", own).point.mean == 0.61
    with pytest.raises(ModelError, match="model_not_calibrated"):
        backend("dlib", own)
    own.write_text(f"[sface]\n{text.replace('0.61', '1.61')}\n", "utf-8")
    with pytest.raises(ModelError, match="calibration_invalid"):
        backend("sface", own)


def test_a_backend_that_nobody_knows_is_refused() -> None:
    with pytest.raises(InvalidInput, match="unknown_backend"):
        backend("magic")
