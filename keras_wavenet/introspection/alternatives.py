"""One prediction, as other distributions would express it."""

import math

import numpy as np
from keras import ops

from keras_wavenet import distributions
from keras_wavenet.layers import companding
from keras_wavenet.layers.mu_law import mu_law_decode, mu_law_encode

_CODES = 256


def alternatives(
    values: np.ndarray, probabilities: np.ndarray
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """A predicted distribution as mu-law codes, as a logistic and as a Gaussian.

    A mu-law code has the probability between its edges, where that of a level is spread
    evenly to half-way to its neighbors; mu-law codes keep theirs. The logistic and the
    Gaussian have the mean and the standard deviation of the prediction.

    Args:
        values: Float array, `(levels,)`: the sample of each level.
        probabilities: Float array, `(levels,)`: one row of `predictions`.

    Returns:
        Dict from a name to values, rising, and their probabilities; the first is of 256
        mu-law codes, the others of the 65,536 levels of 16-bit audio.

    Example:
        >>> values, probabilities, samples = predictions(model, recording, stop=100)
        >>> alternatives(values, probabilities[99])["Gaussian"]
    """
    values = np.asarray(values, "float64")
    p = np.asarray(probabilities, "float64") / np.sum(probabilities, dtype="float64")
    mean = float(np.sum(p * values))
    std = max(float(np.sqrt(np.sum(p * np.square(values - mean)))), 1e-6)
    codes = mu_law_decode(np.arange(_CODES), _CODES)
    found = {"256 mu-law codes": (codes, _in_codes(values, p))}
    for label, name, scale in (
        ("logistic", "logistic_mixture", std * math.sqrt(3) / math.pi),
        ("Gaussian", "gaussian", std),
    ):
        distribution = distributions.get({"name": name, "components": 1})
        logits = [0.0] * (distribution.channels - 2)
        parameters = ops.convert_to_tensor([*logits, mean, math.log(scale)], "float32")
        row = ops.convert_to_numpy(distribution.probabilities(parameters[None]))[0]
        found[label] = (distribution.decode(np.arange(distribution.levels)), row)
    return found


def _in_codes(values, p):
    """The probability of each mu-law code."""
    codes = mu_law_encode(values, _CODES)
    if len(np.unique(codes)) == len(codes):  # one level in each code, at most
        return np.bincount(codes, p, _CODES)
    edges = companding.get(companding.MU_LAW).edges(_CODES)
    borders = np.concatenate([[-1.0], (values[1:] + values[:-1]) / 2, [1.0]])
    below = np.concatenate([[0.0], np.cumsum(p)])
    return np.diff(np.interp(np.concatenate([[-1.0], edges, [1.0]]), borders, below))
