"""Mixtures of curves in float64, as SciPy has them, and parameters to try them with."""

import numpy as np
import scipy.special
import scipy.stats

CURVES = {"logistic_mixture": scipy.stats.logistic, "gaussian": scipy.stats.norm}


def split(mixture, parameters):
    """Weights, means and scales, `(..., components)`, in float64."""
    parts = np.asarray(parameters, "float64")
    if parts.shape[-1] == 2:
        parts = np.concatenate([np.zeros_like(parts[..., :1]), parts], axis=-1)
    logits, means, log_scales = np.split(parts, 3, axis=-1)
    scales = np.exp(np.maximum(log_scales, mixture.min_log_scale))
    return scipy.special.softmax(logits, axis=-1), means, scales


def density(mixture, parameters, at):
    """The density at samples, `(...,)`, under parameters, `(..., channels)`."""
    weights, means, scales = split(mixture, parameters)
    standard = (np.asarray(at, "float64")[..., None] - means) / scales
    return (weights / scales * CURVES[mixture.name].pdf(standard)).sum(axis=-1)


def mass_below(mixture, parameters, at):
    """The mass below numbers, `(...,)`, under parameters, `(..., channels)`."""
    weights, means, scales = split(mixture, parameters)
    standard = (np.asarray(at, "float64")[..., None] - means) / scales
    return (weights * CURVES[mixture.name].cdf(standard)).sum(axis=-1)


def probability(mixture, parameters, codes):
    """Differences between the edges of bins; the outer bins go on for ever."""
    codes, levels = np.asarray(codes), mixture.levels
    upper = np.where(codes < levels - 1, (2 * codes + 1) / levels - 1, np.inf)
    lower = np.where(codes > 0, (2 * codes - 1) / levels - 1, -np.inf)
    above = mass_below(mixture, parameters, upper)
    return above - mass_below(mixture, parameters, lower)


def ordinary(mixture, count, seed=0):
    """Parameters, `(count, channels)`, as a network in training might give."""
    rng = np.random.default_rng(seed)
    shape = (count, mixture.components)
    logits, means = rng.normal(size=shape), rng.normal(scale=0.5, size=shape)
    log_scales = rng.uniform(-6, -1, shape)
    parts = [logits, means, log_scales][-(mixture.channels // mixture.components) :]
    return np.concatenate(parts, axis=-1).astype("float32")


def extreme(mixture, count):
    """Parameters, `(count, channels)`, that are huge, tiny, or neither."""
    values = np.float32([0, -1, 1e-30, 1e4, -1e4, 1e30, -1e30, 3e38, -3e38])
    rows = np.random.default_rng(1).choice(values, size=(count, mixture.channels))
    rows[: len(values)] = values[:, None]
    return rows
