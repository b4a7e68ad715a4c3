"""The choice of a sample from its distribution, by precomputed noise."""

import typing

import numpy as np

from keras_wavenet.distributions import Distribution, mixture
from keras_wavenet.generation.description import Description
from keras_wavenet.generation.engines.cpu.arithmetic import (
    MAX_EXPONENT,
    exp,
    expanded,
)
from keras_wavenet.generation.engines.cpu.compilation import allocating, inner
from keras_wavenet.generation.sampling import Sampling

_MOST_MEAN = np.float32(mixture.MOST_MEAN)
_MOST_LOG_SCALE = np.float32(mixture.MOST_LOG_SCALE)
_ZERO, _ONE = np.float32(0), np.float32(1)


class Choice(typing.NamedTuple):
    """A `Sampling` as numbers.

    Attributes:
        is_greedy: Whether to take the most probable sample.
        temperature: Above 0.
        top_k: From 1 to the number of codes, for all.
        top_p: Above 0, up to 1, for all.
    """

    is_greedy: bool
    temperature: np.float32
    top_k: int
    top_p: np.float32


def as_choice(sampling: Sampling, distribution: Distribution) -> Choice:
    """The numbers of a `Sampling`."""
    top_k, top_p = sampling.top_k, sampling.top_p
    return Choice(
        is_greedy=sampling.is_greedy,
        temperature=np.float32(sampling.temperature),
        top_k=min(int(top_k or distribution.channels), distribution.channels),
        top_p=np.float32(1 if top_p is None else top_p),
    )


@inner
def choose(
    described: Description, parameters: np.ndarray, noise: np.ndarray, choice: Choice
) -> np.float32:
    """The next sample of a stream.

    Args:
        described: A `Description`.
        parameters: float32 `(channels,)`; they are overwritten.
        noise: float32 `(uniforms per sample,)`; for a mixture the last is the quantile
            of a component with mean 0 and scale 1.
        choice: A `Choice`.
    """
    if described.components:
        return draw_from_mixture(described, parameters, noise, choice)
    if choice.is_greedy:
        return described.samples[np.argmax(parameters)]
    exponentiate(parameters, choice.temperature)
    if choice.top_k < len(parameters) or choice.top_p < _ONE:
        cut(parameters, choice.top_k, choice.top_p)
    return described.samples[draw(parameters, noise[0])]


@inner
def exponentiate(logits: np.ndarray, temperature: np.float32) -> None:
    """Replace logits by weights: the largest is 1, those that `exp` clips are 0."""
    largest = logits[0]
    for i in range(len(logits)):
        largest = max(largest, logits[i])
    for i in range(len(logits)):
        power = (logits[i] - largest) / temperature
        logits[i] = _ZERO if power < -MAX_EXPONENT else exp(power)


@allocating
def cut(weights: np.ndarray, top_k: int, top_p: np.float32) -> None:
    """Keep the `top_k` largest, of these the fewest that reach `top_p` of their sum."""
    falling = weights.copy()
    sort_falling(falling)
    least = falling[top_k - 1]
    total = _ZERO
    for weight in falling:
        if weight >= least:
            total += weight
    wanted = top_p * total if top_p < _ONE else np.float32(np.inf)
    reached, kept = _ZERO, falling[0]
    for weight in falling:
        if reached >= wanted or weight < least:
            break
        reached += weight
        kept = weight
    for i in range(len(weights)):
        if weights[i] < kept:
            weights[i] = _ZERO


@inner
def sort_falling(numbers: np.ndarray) -> None:
    """Sort in place, the largest first, by Shell's method.

    NumPy's sort would take as long to compile as a quarter of the engine.
    """
    gap = len(numbers) // 2
    while gap > 0:
        for i in range(gap, len(numbers)):
            number, to = numbers[i], i
            while to >= gap and numbers[to - gap] < number:
                numbers[to] = numbers[to - gap]
                to -= gap
            numbers[to] = number
        gap //= 2


@inner
def draw(weights: np.ndarray, uniform: np.float32) -> int:
    """Draw an outcome, as `distributions.distribution.draw`; NaN draws 0."""
    total = _ZERO
    for weight in weights:
        total += weight
    sought, reached, number = uniform * total, weights[0], 0
    while reached <= sought and number < len(weights) - 1:
        number += 1
        reached += weights[number]
    return number


@inner
def draw_from_mixture(
    described: Description, parameters: np.ndarray, noise: np.ndarray, choice: Choice
) -> np.float32:
    """A sample of a mixture, as `distributions.mixture.Mixture.sample`.

    The mode is computed for a single component only.
    """
    count = described.components
    means = parameters[len(parameters) - 2 * count :]
    log_scales = parameters[len(parameters) - count :]
    chosen = 0
    if count > 1:
        exponentiate(parameters[:count], choice.temperature)
        chosen = draw(parameters[:count], noise[0])
    sample = min(max(means[chosen], -_MOST_MEAN), _MOST_MEAN)
    if not choice.is_greedy:
        log_scale = max(log_scales[chosen], described.min_log_scale)
        log_scale = min(log_scale, _MOST_LOG_SCALE)
        sample += exp(log_scale) * choice.temperature * noise[-1]
    sample = min(max(sample, -_ONE), _ONE)
    return expanded(sample, described.mu) if described.mu > 0 else sample
