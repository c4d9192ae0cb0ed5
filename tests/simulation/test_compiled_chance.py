"""Chance that is drawn where it is met is what NumPy would have drawn."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.chance import Chance as Streams
from simulation.chance import Group, Purpose, efforts
from simulation.compiled_chance import NUMBERS, POWERS, begins, lay_out, spell_out
from simulation.state import CHANCES, JUMP, STREAM, Chance, record

SEEDS = st.lists(st.integers(0, 2**63), min_size=1, max_size=4)


@settings(deadline=None)  # The first example compiles.
@given(SEEDS, st.data())
def test_a_youths_numbers_are_those_of_numpys_stream(seeds, data):
    sizes = np.array([data.draw(st.integers(0, 6)) for _ in seeds])
    at = np.array(data.draw(st.permutations(range(sizes.sum()))), dtype=np.int64)
    at = at[: data.draw(st.integers(0, at.size))]
    streams = [np.random.Generator(np.random.PCG64(seed)) for seed in seeds]
    places, jumps = np.empty(at.size, STREAM), np.empty(sizes.size * (NUMBERS + 1), JUMP)
    lay_out(begins(streams), sizes, at, POWERS, places, jumps)
    chances = np.empty(at.size * CHANCES, record(Chance))
    varied = np.empty(chances.size, np.uint16)
    quantiles = efforts(0.4).astype(np.uint16)
    spell_out(places, jumps, quantiles, chances, varied)

    raw = [
        stream.bit_generator.random_raw(size * NUMBERS)
        for stream, size in zip(streams, sizes, strict=True)
    ]
    drawn = np.concatenate(raw).view(np.uint16).reshape(-1, CHANCES, 8)[at].reshape(-1, 8)
    for column, name in enumerate(Chance._fields):
        assert (chances[name] == drawn[:, column]).all()
    assert (varied == quantiles[drawn[:, 7] >> 6]).all()


def test_work_that_does_not_vary_takes_its_plain_time():
    assert (efforts(0.0) == 1024).all()


NAME = st.integers(0, 2**33)


@given(NAME, NAME)
def test_a_stream_is_the_one_that_numpy_gives_to_its_name(seed, replication):
    name = [seed, replication, Purpose.LIFE, Group.OUTSIDE, 3]
    drawn = Streams(seed, replication).stream(Purpose.LIFE, Group.OUTSIDE, 3)
    expected = np.random.PCG64(np.random.SeedSequence([int(part) for part in name]))
    assert drawn.bit_generator.state == expected.state
