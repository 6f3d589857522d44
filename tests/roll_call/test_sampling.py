"""Spot checks draw fairly: as many as asked for, nobody twice, everybody equally often."""

import random
from collections import Counter
from itertools import combinations
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roll_call.errors import InvalidInput
from roll_call.sampling import Sample, draw

SHARES = st.floats(0.0, 1.0, exclude_max=True)


@given(st.lists(SHARES, max_size=30), st.integers(0, 40), st.booleans())
def test_as_many_as_asked_for_and_nobody_twice(
    shares: list[float], size: int, random_order: bool
) -> None:
    listed = list(range(len(shares)))
    drawn = draw(listed, size, shares, random_order)
    assert len(drawn) == len(set(drawn)) == min(size, len(listed))
    assert set(drawn) <= set(listed)
    if not random_order:
        assert list(drawn) == sorted(drawn)


@pytest.mark.parametrize("random_order", [False, True])
def test_every_set_is_drawn_equally_often(random_order: bool) -> None:
    chance, rounds = random.Random(1), 12_000
    sets: Counter[frozenset[int]] = Counter()
    first: Counter[int] = Counter()
    for _ in range(rounds):
        drawn = draw(range(5), 2, [chance.random() for _ in range(5)], random_order)
        sets[frozenset(drawn)] += 1
        first[drawn[0]] += 1
    expected = rounds / 10
    assert set(sets) == {frozenset(pair) for pair in combinations(range(5), 2)}
    # Chi-square with 9 degrees of freedom; 27.9 is passed by chance once in a thousand seeds.
    assert sum((n - expected) ** 2 / expected for n in sets.values()) < 27.9
    if random_order:
        assert all(abs(n - rounds / 5) < 0.1 * rounds / 5 for n in first.values())


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_count_never_asks_for_more_than_there_are(count: int, listed: int) -> None:
    assert Sample(count=count).size(listed) == (min(count, listed) if count else listed)


@given(st.integers(1, 100), st.integers(1, 500))
def test_a_percentage_calls_at_least_one(percent: int, listed: int) -> None:
    size = Sample(percent=percent).size(listed)
    assert 1 <= size <= listed
    assert size == ceil(listed * percent / 100)


@pytest.mark.parametrize(("count", "percent"), [(-1, 0), (0, 101), (0, -1), (3, 10)])
def test_a_sample_that_makes_no_sense_is_refused(count: int, percent: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        Sample(count, percent)
    assert refused.value.code == "bad_sample"


@pytest.mark.parametrize("shares", [[], [0.1], [0.1, 1.0], [0.1, -0.1]])
def test_chance_must_be_there_for_everybody(shares: list[float]) -> None:
    with pytest.raises(InvalidInput) as refused:
        draw(["a", "b"], 1, shares)
    assert refused.value.code == "bad_chance"
