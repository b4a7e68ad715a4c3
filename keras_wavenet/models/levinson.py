"""The linear predictor of an autocorrelation."""

import types

from keras import ops

from keras_wavenet.utils.tensor import Tensor


def levinson(lags: Tensor, xp: types.ModuleType = ops) -> tuple[Tensor, Tensor]:
    """The recursion of Levinson and Durbin.

    Args:
        lags: Float tensor, `(..., order + 1)`, autocorrelations at lags 0 to order.
        xp: `numpy` for an array, `keras.ops` for a tensor.

    Returns:
        Coefficients of the predictor, `(..., order)`, that of the newest sample first,
        and the power of the residual, `(..., 1)`.
    """
    power = lags[..., :1]
    predictor = None  # of the previous order
    for order in range(1, lags.shape[-1]):
        rest = lags[..., order : order + 1]
        if predictor is not None:
            past = xp.flip(lags[..., 1:order], axis=-1)
            rest = rest - xp.sum(predictor * past, axis=-1, keepdims=True)
        reflection = rest / xp.maximum(power, 1e-30)
        if predictor is None:
            predictor = reflection
        else:
            predictor = predictor - reflection * xp.flip(predictor, axis=-1)
            predictor = xp.concatenate([predictor, reflection], axis=-1)
        power = power * (1 - xp.square(reflection))
    return predictor, power
