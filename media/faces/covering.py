"""Masks and dark glasses, told from the colours and the texture of the parts of a face.

A detector is happy with a covered face and a model compares it all the same, badly: masks cost
SFace a fifth and dlib four fifths of its true accepts. So the quality gate looks itself. The parts
are found with the face mesh; a mask lacks the skin's colour and the lips, dark glasses lack light
and the contrast of the eyes. Two logistic rules weigh these measures (``covering.toml``).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp, hypot

import cv2
import numpy as np
import numpy.typing as npt

from media.faces.landmarks import Mesh
from media.faces.picture import Picture

Measures = Mapping[str, float]
Polygon = tuple[int, ...]
Lab = npt.NDArray[np.float32]
"""Pixels as lightness 0..100, green to red, blue to yellow."""

SIDE = 96
DARKEST_SKIN = 20.0

FOREHEAD: Polygon = (9, 107, 66, 69, 108, 151, 337, 299, 296, 336)
CHEEKS: tuple[Polygon, ...] = (
    (117, 118, 119, 100, 126, 142, 203, 205, 50),
    (346, 347, 348, 329, 355, 371, 423, 425, 280),
)
NOSE: Polygon = (4, 45, 275, 1)
LIPS: Polygon = (61, 40, 37, 0, 267, 270, 291, 321, 314, 17, 84, 91)
CHIN: Polygon = (83, 18, 313, 406, 421, 428, 199, 208, 201, 182)
PHILTRUM: Polygon = (98, 97, 2, 326, 327, 391, 393, 164, 167, 165)
SIDES: tuple[Polygon, ...] = ((212, 186, 92, 206, 207, 214), (432, 410, 322, 426, 427, 434))
EYES: tuple[Polygon, ...] = ((33, 160, 158, 133, 153, 144), (362, 385, 387, 263, 373, 380))
SOCKETS: tuple[Polygon, ...] = (
    (46, 53, 52, 65, 55, 193, 245, 128, 121, 120, 119, 118, 117, 111, 143),
    (276, 283, 282, 295, 285, 417, 465, 357, 350, 349, 348, 347, 346, 340, 372),
)


@dataclass(frozen=True, slots=True)
class Colour:
    """The median colour of a part of the face."""

    light: float
    green_red: float
    blue_yellow: float

    def chroma_from(self, other: "Colour") -> float:
        """How far the hue lies from another's."""
        return hypot(self.green_red - other.green_red, self.blue_yellow - other.blue_yellow)

    def lighter_than(self, other: "Colour") -> float:
        """The difference in light as a share of the other's light."""
        return (self.light - other.light) / max(DARKEST_SKIN, other.light)


class FacePatch:
    """The face's box, ``SIDE`` pixels square, whose parts can be cut out."""

    def __init__(self, picture: Picture, mesh: Mesh) -> None:
        flat = mesh.points[:, :2]
        low, high = flat.min(0), flat.max(0)
        scale = (SIDE - 1) / np.maximum(high - low, 1)
        shift = -low * scale
        matrix = np.array([[scale[0], 0, shift[0]], [0, scale[1], shift[1]]])
        patch = cv2.warpAffine(
            picture, matrix, (SIDE, SIDE), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE
        )
        self._lab = cv2.cvtColor(patch.astype(np.float32) / 255, cv2.COLOR_BGR2Lab)
        self._points = np.round((flat - low) * scale).astype(np.int32)

    def part(self, *polygons: Polygon) -> Lab:
        """The pixels (n, 3) inside polygons of the mesh; never empty."""
        mask = np.zeros((SIDE, SIDE), np.uint8)
        for polygon in polygons:
            cv2.fillPoly(mask, [self._points[list(polygon)]], (1,))
        return self._lab[mask > 0].reshape(-1, 3).astype(np.float32, copy=False)


@dataclass(frozen=True, slots=True)
class Coverings:
    """How surely a mask and dark glasses are worn, 0..1; None where nobody looked."""

    mask: float | None
    dark_glasses: float | None


def coverings_of(picture: Picture, mesh: Mesh) -> Coverings:
    """What covers the face with this mesh."""
    patch, rules = FacePatch(picture, mesh), _rules()
    return Coverings(
        mask=_probability(rules["mask"], _mask_measures(patch)),
        dark_glasses=_probability(rules["dark_glasses"], _glasses_measures(patch)),
    )


def _mask_measures(patch: FacePatch) -> Measures:
    """Of the lower face against the forehead."""
    forehead, nose = _colour(patch.part(FOREHEAD)), _colour(patch.part(NOSE))
    lips, sides, chin = patch.part(LIPS), patch.part(*SIDES), patch.part(CHIN)
    below = np.vstack([chin, patch.part(PHILTRUM), sides])
    lower, lip, side = _colour(below), _colour(lips), _colour(sides)
    jaw = _colour(chin)
    spread = np.vstack([below, lips]).std(0)
    light = max(DARKEST_SKIN, forehead.light)
    return {
        "chroma_apart": lower.chroma_from(forehead),
        "light_apart": abs(lower.lighter_than(forehead)),
        "lips_redder": lip.green_red - lower.green_red,
        "lips_lighter": lip.light - lower.light,
        "lips_contrast": float(lips[:, 0].std()) / light,
        "sides_chroma": side.chroma_from(forehead),
        "chin_chroma": jaw.chroma_from(forehead),
        "sides_light": abs(side.lighter_than(forehead)),
        "chin_light": abs(jaw.lighter_than(forehead)),
        "lower_lighter": max(0.0, lower.lighter_than(forehead)),
        "lower_contrast": float(spread[0]) / light,
        "lower_green_red": float(spread[1]),
        "lower_blue_yellow": float(spread[2]),
        "nose_chroma": nose.chroma_from(lower),
        "nose_forehead_chroma": nose.chroma_from(forehead),
        "nose_light": abs(nose.lighter_than(forehead)),
    }


def _glasses_measures(patch: FacePatch) -> Measures:
    """Of eyes and eye sockets against the skin."""
    skin_parts = (patch.part(*CHEEKS), patch.part(NOSE), patch.part(FOREHEAD))
    skin = Colour(*np.median([np.median(part, 0) for part in skin_parts], 0).tolist())
    eyes, sockets = patch.part(*EYES), patch.part(*SOCKETS)
    light = max(DARKEST_SKIN, skin.light)
    return {
        "eyes_light": _colour(eyes).lighter_than(skin),
        "sockets_light": _colour(sockets).lighter_than(skin),
        "eyes_contrast": float(eyes[:, 0].std()) / light,
        "sockets_contrast": float(sockets[:, 0].std()) / light,
        "sockets_bright": float(np.percentile(sockets[:, 0], 80)) / light,
        "sockets_chroma": _colour(sockets).chroma_from(skin),
        "eyes_bright": float(np.percentile(eyes[:, 0], 90)) / light,
        "sockets_dark": float(np.percentile(sockets[:, 0], 20)) / light,
        "eyes_green_red": float(eyes[:, 1].std()),
        "sockets_green_red": float(sockets[:, 1].std()),
    }


def _colour(pixels: Lab) -> Colour:
    return Colour(*np.median(pixels, 0).tolist())


def _probability(weights: Measures, measures: Measures) -> float:
    score = weights["bias"] + sum(weights[name] * value for name, value in measures.items())
    return 1 / (1 + exp(-max(-50.0, min(50.0, score))))


@cache
def _rules() -> Mapping[str, Measures]:
    text = (files("media.faces") / "covering.toml").read_text("utf-8")
    return {name: dict(rule) for name, rule in tomllib.loads(text).items()}
