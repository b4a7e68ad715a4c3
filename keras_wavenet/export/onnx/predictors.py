"""Linear predictors from log-mel frames, in float64, as `LinearPrediction` has them.

Axes: B streams, F frames, K order.
"""

import typing

import numpy as np

from keras_wavenet.export.onnx.graph import FLOAT, Graph

_LAST = np.iinfo("int64").max
_AXIS = np.array([2])


def predictors(graph: Graph, prediction: typing.Any, frames: str) -> str:
    """The predictor of each frame, `(B, F, K + 1)`.

    Args:
        graph: A `Graph`.
        prediction: A `LinearPrediction`.
        frames: `(B, F, channels)`.
    """
    tables, numbers = prediction.tables, prediction.constants
    mel = graph.slice(frames, *numbers["mel_channels"], axis=2)
    mel = graph.cast(mel, "float64")
    logarithm = graph.add(
        "Add", graph.add("Mul", mel, tables["slope"]), tables["offset"]
    )
    spectrum = graph.add("MatMul", graph.add("Exp", logarithm), tables["inverse"])
    least = numbers["least_magnitude"] ** numbers["power"]
    spectrum = graph.add("Max", spectrum, np.float64(least))
    if numbers["power"] == 1:
        spectrum = graph.add("Mul", spectrum, spectrum)
    lags = graph.add("MatMul", spectrum, tables["lags"])
    coefficients, power = _levinson(graph, lags, prediction.order)
    power = graph.add("Max", power, np.float64(0))
    power = graph.add("Div", power, np.float64(numbers["window_energy"]))
    scale = graph.add("Mul", graph.add("Sqrt", power), np.float64(numbers["laplacian"]))
    scale = graph.add("Max", scale, np.float64(numbers["least_scale"]))
    return graph.cast(graph.add("Concat", coefficients, scale, axis=2), FLOAT)


def _levinson(graph, lags, order):
    """As `linear_prediction.levinson`; lags are `(B, F, K + 1)`."""
    one, least = np.float64(1), np.float64(1e-30)
    power = graph.slice(lags, 0, 1, axis=2)
    predictor = None
    for number in range(1, order + 1):
        rest = graph.slice(lags, number, number + 1, axis=2)
        if predictor is not None:
            past = graph.slice(lags, number - 1, 0, axis=2, step=-1)
            known = graph.add("Mul", predictor, past)
            known = graph.add("ReduceSum", known, _AXIS)
            rest = graph.add("Sub", rest, known)
        reflection = graph.add("Div", rest, graph.add("Max", power, least))
        if predictor is None:
            predictor = reflection
        else:
            turned = graph.slice(predictor, -1, -_LAST, axis=2, step=-1)
            change = graph.add("Mul", reflection, turned)
            predictor = graph.add("Sub", predictor, change)
            predictor = graph.add("Concat", predictor, reflection, axis=2)
        square = graph.add("Mul", reflection, reflection)
        power = graph.add("Mul", power, graph.add("Sub", one, square))
    return predictor, power
