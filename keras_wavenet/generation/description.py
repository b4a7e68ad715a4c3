"""A WaveNet as arrays, for code that cannot call its layers.

Axes: L blocks, R residual, D dilation, S skip and P post channels.
"""

import typing

import numpy as np
from keras import ops

from keras_wavenet.generation.protocols import DescribedConditioning, DescribedNetwork
from keras_wavenet.layers import companding
from keras_wavenet.utils import checks

ACTIVATIONS = (None, "tanh", "relu")
_NO_CODES = np.zeros(0, "float32")


class Description(typing.NamedTuple):
    """The weights and numbers that one sample needs, arrays of float32.

    Attributes:
        edges: Samples at which the next code of the input begins, `(levels - 1,)`;
            empty where the input is the waveform itself.
        input_levels: The input of the first layer for each code, `(levels,)`; likewise.
        is_embedded: Whether that input is the number of a row of `initial`.
        input_mu: The mu of an input that is companded without rounding, else 0.
        initial: First layer, `(signals * taps, levels or 1, R)`, with `initial_bias`
            `(R,)`; all signals but the first are those of linear prediction.
        signals: Number of signals: 1, or 3 with linear prediction.
        order: Order of the linear prediction; 0 without any.
        max_residual: The residual that is 1 as an input, in scales.
        initial_activation: Its activation, a number of `ACTIVATIONS`.
        initial_skip: Whether the first layer's output is an input of `skip`.
        filter_gate: Both kernels of each block, `(L, taps * R, 2 D)`, oldest tap first.
        filter_gate_bias: `(L, 2 D)`.
        residual: The projection of each but the last block, `(L - 1, D, R)`, with
            `residual_bias` `(L - 1, R)`; the outputs of a block are multiplied by
            `residual_scale`.
        dilations: Of each block, `(L,)`.
        starts: The first row of each block in the memory, and the number of all rows,
            `(L + 1,)`.
        skip, post, output: The three projections after the blocks, `(inputs, outputs)`
            each. Inputs of `skip` are the first layer's output, if `initial_skip`, and
            the z of each block; their scales are in its kernel.
        post_conditioning: Whether conditions are added before the last ReLU.
        samples: The sample of each code of a categorical distribution; else empty.
        components: Number of components of a mixture, else 0.
        min_log_scale: The minimum of their log scales.
        mu: That of the companding of what a mixture draws, else 0.
    """

    edges: np.ndarray
    input_levels: np.ndarray
    is_embedded: bool
    input_mu: float
    initial: np.ndarray
    signals: int
    order: int
    max_residual: np.float32
    initial_bias: np.ndarray
    initial_activation: int
    initial_skip: bool
    filter_gate: np.ndarray
    filter_gate_bias: np.ndarray
    residual: np.ndarray
    residual_bias: np.ndarray
    residual_scale: np.float32
    dilations: np.ndarray
    starts: np.ndarray
    skip: np.ndarray
    skip_bias: np.ndarray
    post: np.ndarray
    post_bias: np.ndarray
    output: np.ndarray
    output_bias: np.ndarray
    post_conditioning: bool
    samples: np.ndarray
    components: int
    min_log_scale: np.float32
    mu: float


def describe(network: DescribedNetwork) -> Description:
    """Describe a network with its current weights.

    Args:
        network: The network of a WaveNet.

    Raises:
        NotImplementedError: If a layer is quantized.
    """
    a = network.architecture
    for layer in (network.skip, network.post, network.output):
        checks.not_quantized(layer.name, layer.dtype_policy)

    convolutions = [block.filter_gate for block in network.blocks]
    residuals = [block.residual_projection for block in network.blocks[:-1]]
    scales = np.repeat(np.array(a.skip_scales, "float32"), a.skip_parts)[:, None]
    histories = [block.history for block in network.blocks]
    width, depth = a.residual_channels, a.dilation_channels
    return Description(
        **_describe_input(a, network),
        filter_gate=_stacked(convolutions, (-1, 2 * depth)),
        filter_gate_bias=_biases(convolutions, 2 * depth),
        residual=_stacked(residuals, (depth, width)),
        residual_bias=_biases(residuals, width),
        residual_scale=np.float32(a.residual_scale),
        dilations=np.array(a.dilations, "int64"),
        starts=np.cumsum([0, *histories]),
        skip=_array(network.skip.kernel) * scales,
        skip_bias=_bias(network.skip, a.skip_channels),
        post=_array(network.post.kernel),
        post_bias=_bias(network.post, a.post_channels),
        output=_array(network.output.kernel),
        output_bias=_bias(network.output, a.distribution.channels),
        post_conditioning=a.post_conditioning,
        **_describe_distribution(a.distribution),
    )


def describe_conditions(conditioning: DescribedConditioning) -> dict[str, np.ndarray]:
    """The kernels of conditions by name, of all blocks: float32 `(channels, W)`."""
    layers = conditioning.condition_layers
    names = layers[0].kernels if conditioning.condition_width else ()
    return {
        name: np.concatenate([_array(each.kernels[name]) for each in layers], axis=1)
        for name in names
    }


def describe_frame_encoder(
    conditioning: DescribedConditioning,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The layers of the frame encoder, none without one.

    Returns:
        Of each layer the kernel, float32 `(kernel_size, inputs, channels)`, and the
        bias `(channels,)`.
    """
    encoder = conditioning.frame_encoder
    if encoder is None:
        return []
    layers = zip(encoder.kernels, encoder.biases, strict=True)
    return [(_array(kernel), _array(bias)) for kernel, bias in layers]


def describe_speakers(conditioning: DescribedConditioning) -> np.ndarray | None:
    """The vectors of the speakers, float32 `(speakers, channels)`, or `None`."""
    layer = conditioning.global_condition
    if layer is None or not layer.speakers:
        return None
    if layer.embedding is None:
        return np.eye(layer.speakers, dtype="float32")
    return _array(layer.embedding)


def _describe_input(a, network):
    edges, inputs = _NO_CODES, _NO_CODES
    coding, codes = companding.get(a.companding), np.arange(a.input_levels or 0)
    if a.input_encoding == "codes":
        edges, inputs = coding.edges(a.input_levels), codes.astype("float32")
    elif a.input_encoding == "companded":
        edges = coding.edges(a.input_levels)
        centers = ops.convert_to_tensor(coding.decode(codes, a.input_levels))
        inputs = _array(network.encode.call(centers)).reshape(-1)
    return {
        "edges": edges,
        "input_levels": inputs,
        "is_embedded": a.input_encoding == "codes",
        "input_mu": float(a.input_mu or 0),
        "initial": np.concatenate(
            [
                _array(layer.kernel)
                for layer in (network.initial, *network.signal_layers)
            ]
        ),
        "signals": len(a.signals),
        "order": a.prediction_order,
        "max_residual": np.float32(_max_residual(network)),
        "initial_bias": _bias(network.initial, a.residual_channels),
        "initial_activation": ACTIVATIONS.index(a.initial_activation),
        "initial_skip": a.initial_skip,
    }


def _max_residual(network):
    signals = network.prediction_signals
    return 1 if signals is None else signals.max_residual


def _describe_distribution(distribution):
    if distribution.compiled_sampling == "table":
        codes = np.arange(distribution.levels)
        components, min_log_scale, samples = 0, 0.0, distribution.decode(codes)
        mu = None
    else:
        components, samples = distribution.components, _NO_CODES
        min_log_scale, mu = distribution.min_log_scale, distribution.mu
    return {
        "samples": samples,
        "components": components,
        "min_log_scale": np.float32(min_log_scale),
        "mu": float(mu or 0),
    }


def _array(tensor):
    """A contiguous float32 copy."""
    array = ops.convert_to_numpy(ops.cast(tensor, "float32"))
    return np.array(array, "float32", order="C")


def _bias(layer, channels):
    bias = getattr(layer, "bias", None)
    return np.zeros(channels, "float32") if bias is None else _array(bias)


def _stacked(layers, shape):
    kernels = [_array(layer.kernel).reshape(shape) for layer in layers]
    return np.stack(kernels) if kernels else np.zeros((0, *shape), "float32")


def _biases(layers, channels):
    rows = [_bias(layer, channels) for layer in layers]
    return np.array(rows, "float32").reshape(-1, channels)
