"""Prompts belong to their session's nonce, and to no other."""

import random

from media.faces.challenge import Challenge, draw_nonce, verify_prompt
from media.faces.outcomes import PromptKind

NOD, DIGITS = PromptKind.NOD, PromptKind.READ_DIGITS


def test_a_recorded_prompt_can_be_checked_against_the_sessions_nonce() -> None:
    nonce = draw_nonce(random.Random(1))
    challenge = Challenge(nonce, random.Random(2))
    for kind in (NOD, DIGITS, NOD):
        asked = challenge.issue(kind)
        assert verify_prompt(nonce, asked.number, asked.kind, asked.digits, asked.id)
    assert not verify_prompt(draw_nonce(random.Random(3)), 3, NOD, None, asked.id)
    assert not verify_prompt(nonce, 1, NOD, None, asked.id)
    assert not verify_prompt(nonce, 3, PromptKind.TURN_LEFT, None, asked.id)


def test_other_figures_than_the_asked_ones_are_noticed() -> None:
    nonce = draw_nonce(random.Random(1))
    asked = Challenge(nonce, random.Random(2)).issue(DIGITS)
    assert asked.digits is not None
    assert not verify_prompt(nonce, 1, DIGITS, asked.digits[::-1] + "0", asked.id)


def test_ids_are_never_the_same_and_cannot_be_known_before_the_nonce() -> None:
    ids = {
        Challenge(draw_nonce(random.Random(seed)), random.Random(1)).issue(NOD).id
        for seed in range(50)
    }
    assert len(ids) == 50
    assert all(len(prompt_id) == 32 for prompt_id in ids)


def test_the_digits_are_three_figures_and_none_comes_twice_in_a_row() -> None:
    challenge = Challenge(bytes(32), random.Random(4))
    drawn = {challenge.digits() for _ in range(300)}
    assert len(drawn) > 200
    for digits in drawn:
        assert len(digits) == 3
        assert digits.isdigit()
        assert digits[0] != digits[1] != digits[2]
