"""What the first layer makes of a sample (paper, section 2.4)."""

import typing

import numpy as np
from keras import ops

from keras_wavenet.backend_gradients import inference
from keras_wavenet.layers import companding

if typing.TYPE_CHECKING:
    from keras_wavenet import WaveNet

_AMPLITUDES = 256  # of a network whose input is not one of fewer codes


class FirstLayer(typing.NamedTuple):
    """The outputs of the first layer for one sample among silence.

    Attributes:
        amplitudes: float32 `(N,)`, rising in [-1, 1]: those of all codes, or 256 evenly
            spaced ones.
        vectors: float32 `(taps, N, R)`: what the sample adds to the residual stream
            through each tap, the oldest first, compared with silence.
    """

    amplitudes: np.ndarray
    vectors: np.ndarray


def first_layer(model: "WaveNet", amplitudes: np.ndarray | None = None) -> FirstLayer:
    """The vectors of the first layer for each amplitude of a sample.

    They are those of the samples themselves, without the other signals that a network
    with `linear_prediction` has, and before `initial_activation`.

    Args:
        model: A `WaveNet`.
        amplitudes: Float array, `(N,)`, in [-1, 1]; `None` takes those of all codes.
    """
    network, a = model.network, model.architecture
    if amplitudes is None and a.input_encoding in ("waveform", "mu_law"):
        amplitudes = np.linspace(-1, 1, _AMPLITUDES)
    elif amplitudes is None:
        decode = companding.get(a.companding).decode
        amplitudes = decode(np.arange(a.input_levels), a.input_levels)
    amplitudes = np.asarray(amplitudes, "float32")
    taps, count = a.initial_kernel_size, len(amplitudes)
    samples = np.zeros((1 + taps * count, taps), "float32")
    for tap in range(taps):
        samples[1 + tap * count : 1 + (tap + 1) * count, tap] = amplitudes
    run = inference(lambda samples: network.initial(network.encode(samples)))
    outputs = run(ops.convert_to_tensor(samples))[:, 0]  # (1 + taps * N, R)
    outputs = ops.convert_to_numpy(ops.cast(outputs, "float32"))
    vectors = (outputs[1:] - outputs[0]).reshape(taps, count, -1)
    return FirstLayer(amplitudes, vectors)
