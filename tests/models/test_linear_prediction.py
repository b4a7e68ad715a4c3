"""Linear prediction from log-mel frames, and networks around it."""

import keras
import numpy as np
import pytest
import scipy.linalg
from keras import ops

import keras_wavenet
from keras_wavenet import data, features
from keras_wavenet.models.levinson import levinson
from keras_wavenet.models.linear_prediction import (
    LinearPrediction,
    at_samples,
    predict,
)
from tests.family import outputs

ORDER, HOP = 32, 200
SMALL = {
    "dilations": [1, 2, 4, 8],
    "residual_channels": 8,
    "dilation_channels": 8,
    "skip_channels": 16,
    "distribution": {"name": "logistic_mixture", "components": 1},
    "features": "mel_16k",
    "upsampling": "linear",
}


@pytest.fixture(scope="module")
def speech():
    """One second within a clip."""
    source = data.open_source("spoken_prompts", "validation", 16000)
    return source.read(0, 8000, 24000)


@pytest.fixture(scope="module")
def frames(speech):
    return features.get("mel_16k")(speech)


@pytest.fixture(scope="module")
def linear_prediction():
    return LinearPrediction(ORDER, features.get("mel_16k"))


def reference(frames, order):
    """Coefficients and residual power of each frame, by a general Toeplitz solver."""
    mel = features.get("mel_16k").parts[0]
    inverse = np.linalg.pinv(mel.filters.astype("float64"))
    spectrum = np.maximum(np.exp(frames.astype("float64")) @ inverse.T, 1e-6) ** 2
    lags = np.fft.irfft(spectrum, axis=1)[:, : order + 1]
    lags[:, 0] *= 1 + 1e-4
    lags *= np.exp(-0.5 * (2 * np.pi * 40 * np.arange(order + 1) / 16000) ** 2)
    rows = [scipy.linalg.solve_toeplitz(r[:-1], r[1:]) for r in lags]
    coefficients = np.array(rows)
    return coefficients, lags[:, 0] - np.sum(coefficients * lags[:, 1:], axis=1)


def test_predictors_equal_those_of_a_toeplitz_solver(linear_prediction, frames):
    coefficients, power = reference(frames, ORDER)
    found = linear_prediction(frames[None])[0]
    np.testing.assert_allclose(found[:, :-1], coefficients, rtol=0, atol=1e-5)
    energy = np.sum(np.hanning(801)[:-1] ** 2)
    scale = np.maximum(np.sqrt(power / energy / 2), 2e-5)
    np.testing.assert_allclose(found[:, -1], scale, rtol=1e-5)


def test_predictors_of_tensors_predict_as_those_of_arrays(
    linear_prediction, frames, speech
):
    arrays = linear_prediction(frames[None])
    tensors = linear_prediction(ops.convert_to_tensor(frames[None]))
    padded = np.pad(speech, (ORDER, 0))[None, :-1]
    found = [
        ops.convert_to_numpy(predict(padded, at_samples(rows, HOP, 0, len(speech))))
        for rows in map(ops.convert_to_tensor, (arrays, tensors))
    ]
    scale = np.repeat(arrays[..., -1], HOP, axis=1)
    difference = np.abs(found[1] - found[0]) / scale
    assert np.median(difference) < 2e-3 and difference.max() < 0.2


def test_a_prediction_is_the_weighted_sum_of_the_samples_before(
    linear_prediction, frames, speech
):
    predictors = linear_prediction(frames[None])
    rows = at_samples(ops.convert_to_tensor(predictors), HOP, 400, 300)
    found = ops.convert_to_numpy(predict(speech[None, 400 - ORDER : 699], rows))[0]
    for t in (400, 599, 600, 699):
        past = speech[t - ORDER : t][::-1]
        expected = np.sum(predictors[0, t // HOP, :-1] * past)
        np.testing.assert_allclose(found[t - 400], expected, rtol=0, atol=1e-6)


def test_levinson_of_a_first_order_process():
    lags = 0.9 ** np.arange(4.0)[None]
    coefficients, power = levinson(lags, np)
    np.testing.assert_allclose(coefficients, [[0.9, 0, 0]], atol=1e-12)
    np.testing.assert_allclose(power, [[1 - 0.9**2]])


def test_the_residual_is_of_the_size_that_is_expected(
    linear_prediction, frames, speech
):
    predictors = linear_prediction(frames[None])
    rows = ops.convert_to_tensor(predictors)
    rows = at_samples(rows, HOP, 0, len(speech))
    padded = np.pad(speech, (ORDER, 0))[None, :-1]
    residual = speech - ops.convert_to_numpy(predict(padded, rows))[0]
    size = np.abs(residual).reshape(-1, HOP).mean(axis=1) / predictors[0, :, -1]
    assert 0.5 < np.median(size) < 1.5


def test_an_untrained_network_predicts_as_linear_prediction_does(speech, frames):
    keras.utils.set_random_seed(0)
    inputs = {"waveform": speech[None, :-1], "local": frames[None]}
    bits = []
    for linear_prediction in (None, {"order": ORDER}):
        model = keras_wavenet.WaveNet(**SMALL, linear_prediction=linear_prediction)
        costs = model.distribution.negative_log_likelihood_16_bit(
            ops.convert_to_tensor(speech[None, 1:]),
            ops.convert_to_tensor(outputs(model, inputs)),
        )
        bits.append(float(ops.mean(costs)) / np.log(2))
    plain, predicted = bits
    assert predicted < plain - 3


def test_the_distribution_stands_around_the_prediction(speech, frames):
    model = keras_wavenet.WaveNet(**SMALL, linear_prediction={"order": ORDER})
    for weight in model.network.output.weights:
        weight.assign(np.zeros(weight.shape))
    silence = np.zeros(1, "float32")
    waveform = np.concatenate([silence, speech[:999]])
    parameters = outputs(model, {"waveform": waveform[None], "local": frames[None]})
    predictors = ops.convert_to_tensor(model.network.linear_prediction(frames[None]))
    rows = at_samples(predictors, HOP, 0, 1000)
    padded = np.pad(speech[:999], (ORDER, 0))[None]
    expected = ops.convert_to_numpy(predict(padded, rows))
    scale = ops.convert_to_numpy(rows[..., -1])
    np.testing.assert_allclose(parameters[..., 1], expected, rtol=0, atol=1e-6)
    np.testing.assert_allclose(parameters[..., 2], np.log(scale), atol=1e-5)


def test_arrays_and_frames_with_predictors_of_ones_own_are_alike(speech, frames):
    model = keras_wavenet.WaveNet(**SMALL, linear_prediction={"order": ORDER})
    inputs = {"waveform": speech[None, :1000], "local": frames[None]}
    predictors = model.network.linear_prediction(frames[None])
    own = np.concatenate([frames[None], predictors], axis=-1)
    expected = outputs(model, inputs)
    found = outputs(model, {**inputs, "local": own})
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_allclose(
        model.predict(inputs, verbose=0), expected, rtol=0, atol=1e-5
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"linear_prediction": {"order": 0}}, "`linear_prediction.order` must be"),
        ({"linear_prediction": {"order": 65}}, "`linear_prediction.order` must be"),
        ({"linear_prediction": {"order": 8, "lag": 1}}, "linear_prediction"),
        ({"linear_prediction": 32}, "must be a dict"),
        ({"features": None, "local_channels": 80, "hop": 200}, "needs `features`"),
        ({"features": "log_f0_16k"}, "a log-mel spectrum"),
        ({"distribution": "categorical"}, "location and a scale"),
        ({"input_encoding": "waveform"}, "mu-law codes"),
    ],
)
def test_what_does_not_fit_is_refused(changes, message):
    arguments = {**SMALL, "linear_prediction": {"order": ORDER}, **changes}
    with pytest.raises(ValueError, match=message):
        keras_wavenet.WaveNet(**arguments)


def test_too_few_frames_are_refused(speech, frames):
    model = keras_wavenet.WaveNet(**SMALL, linear_prediction={"order": ORDER})
    with pytest.raises(ValueError, match="1000 samples need 5 frames"):
        model({"waveform": speech[None, :1000], "local": frames[None, :4]})


def test_a_preset_keeps_the_prediction(tmp_path):
    model = keras_wavenet.WaveNet(
        **SMALL, linear_prediction={"order": ORDER}, frame_encoder={"channels": 12}
    )
    model.save_to_preset(tmp_path / "preset")
    again = keras_wavenet.WaveNet.from_preset(tmp_path / "preset")
    assert again.linear_prediction == {"order": ORDER}
    assert again.frame_encoder == {"channels": 12, "layers": 2, "kernel_size": 3}
    assert again.count_params() == model.count_params()
    assert model.count_params() == model.parameter_count(model.get_config())
