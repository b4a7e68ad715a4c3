"""How a sample is drawn from its distribution, and the uniform noise for it."""

import dataclasses
import functools
import numbers
from collections.abc import Callable, Sequence

import numpy as np

from keras_wavenet.distributions import Distribution

HOTTEST = 1e6
COLDEST = 1e-6  # below it, a loop in float32 would divide by zero
NARROWEST = 1e-30  # below it, `top_p` would be zero in float32


@dataclasses.dataclass(frozen=True)
class Sampling:
    """How to choose from the distribution of the next sample.

    Args:
        temperature: 0 takes the most probable sample; 1 draws from the distribution
            as it is; below 1 it is sharpened, above 1 flattened.
        top_k: Draw from the `top_k` most probable values only; `None`: from all. For
            distributions that list their values, such as `"categorical"`.
        top_p: Draw from the fewest values that together reach this probability, in
            (0, 1]; `None`: from all. For the same distributions as `top_k`.

    Raises:
        ValueError: If an argument is out of range.
    """

    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None

    def __post_init__(self) -> None:
        if not (_is_number(self.temperature) and 0 <= self.temperature <= HOTTEST):
            raise ValueError(
                f"`temperature` must be a number from 0 to {HOTTEST:.0e}. "
                f"Received: temperature={self.temperature!r}"
            )
        _check_top_k(self.top_k)
        _check_top_p(self.top_p)

    @property
    def is_greedy(self) -> bool:
        """Whether the most probable sample is taken."""
        return self.temperature < COLDEST

    def check(self, distribution: Distribution) -> None:
        """Check that the distribution supports `top_k` and `top_p`, if given.

        Raises:
            ValueError: If it does not.
        """
        for name in ("top_k", "top_p"):
            value = getattr(self, name)
            if value is not None and not distribution.truncates:
                raise ValueError(
                    f"`{name}` must be None for the distribution {distribution.name!r}:"
                    " it does not support it. Use a temperature below 1 instead. "
                    f"Received: {name}={value!r}"
                )

    def chooser(self, distribution: Distribution) -> Callable:
        """The function of a loop: (parameters, uniforms, temperature) -> samples.

        It is the same object for all temperatures above 0, so that one compiled
        loop serves all of them.

        Raises:
            ValueError: As `check`.
        """
        self.check(distribution)
        return _chooser(distribution, self.is_greedy, self.top_k, self.top_p)


def _check_top_k(top_k):
    whole = isinstance(top_k, numbers.Integral) and _is_number(top_k)
    if top_k is not None and not (whole and top_k >= 1):
        raise ValueError(
            f"`top_k` must be a positive integer or None. Received: top_k={top_k!r}"
        )


def _check_top_p(top_p):
    if top_p is not None and not (_is_number(top_p) and NARROWEST <= top_p <= 1):
        raise ValueError(
            f"`top_p` must be a number from {NARROWEST:.0e} to 1, or None. "
            f"Received: top_p={top_p!r}"
        )


def _is_number(value):
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


@functools.lru_cache(maxsize=64)
def _chooser(distribution, greedy, top_k, top_p):
    if greedy:
        return lambda parameters, uniforms, temperature: distribution.mode(parameters)
    return functools.partial(distribution.sample, top_k=top_k, top_p=top_p)


def uniform_noise(
    seed: int | Sequence[int], streams: int, start: int, count: int, per_sample: int
) -> np.ndarray:
    """Uniform noise of a counter generator, keyed by seed, stream and sample.

    The noise of a sample depends on nothing else: neither on the number of streams nor
    on chunks.

    Args:
        seed: Integer from 0 to 2**64 - 1; or one for each stream, each of which has
            the noise of stream 0 of its seed.
        streams: Number of streams.
        start: First sample, at least 0.
        count: Number of samples, at least 1.
        per_sample: Uniforms for each sample.

    Returns:
        float32 array, `(count, streams, per_sample)`, above 0 and below 1: a 0
        would draw extremely improbable values, once in minutes.
    """
    block, offset = divmod(start * per_sample, 4)  # a counter of Philox gives 4 words
    noise = np.empty((count, streams, per_sample), "float32")
    if isinstance(seed, Sequence):
        pairs = [(own, 0) for own in seed]
    else:
        pairs = [(seed, number) for number in range(streams)]
    for stream, pair in enumerate(pairs):
        key = np.array(pair, "uint64")  # a list would pass through float64
        bits = np.random.Philox(key=key, counter=[block, 0, 0, 0])
        words = bits.random_raw(offset + count * per_sample)[offset:]
        steps = (words >> np.uint64(41)).astype("float32")  # of 2**23 intervals
        noise[:, stream] = ((steps + 0.5) * 2**-23).reshape(count, per_sample)
    return noise
