"""The weights of a WaveNet in the layout of the graphs.

Axes: L blocks, K taps, R residual, D dilation channels, B streams.
"""

import typing

import numpy as np

from keras_wavenet.distributions import Distribution
from keras_wavenet.generation.description import Description


class Blocks(typing.NamedTuple):
    """A stack of gated residual blocks.

    The residual stream of the graphs is that of the network less the biases that were
    added to it so far, `offsets`: a node `z W + x` has no place for another term. The
    biases of the gates contain what the offsets would add.

    Attributes:
        past: Kernels of all taps but the newest, `(L, K - 1, R, 2 D)`.
        newest: Kernels of the newest tap, `(L, R, 2 D)`.
        gate_bias: `(L * 2 D,)`.
        residual: `(L - 1, D, R)`.
        residual_scale: The residual stream is multiplied by it in each block.
        offsets: `(L, R)`.
        dilations: Of each block, `(L,)`.
    """

    past: np.ndarray
    newest: np.ndarray
    gate_bias: np.ndarray
    residual: np.ndarray
    residual_scale: float
    offsets: np.ndarray
    dilations: np.ndarray

    @property
    def count(self) -> int:
        """L."""
        return len(self.dilations)

    @property
    def channels(self) -> int:
        """R."""
        return self.newest.shape[1]

    @property
    def gate_channels(self) -> int:
        """2 D."""
        return self.newest.shape[2]

    @property
    def histories(self) -> np.ndarray:
        """Rows of each block's queue, `(L,)`."""
        return self.past.shape[1] * self.dilations

    @property
    def starts(self) -> np.ndarray:
        """First row of each queue, and the number of all rows, `(L + 1,)`."""
        return np.cumsum([0, *self.histories])


class Network(typing.NamedTuple):
    """What the graphs hold of a network.

    Attributes:
        edges: Samples at which the next code of the input begins; empty where the
            input is the waveform itself.
        levels: The input for each code, where it is a number; else empty.
        input_mu: Of a companding without rounding of the input, or 0.
        table: For codes, the rows of all taps: `(signals * K * (codes + 1), R)`; the
            first row of each tap, for no sample, is zero. Otherwise `(K, R)`.
        taps: K of the first layer.
        signals: 1, or 3 with linear prediction: sample, residual and prediction.
        initial_bias: `(R,)`.
        activation: Operator after the first layer, or `None`.
        initial_skip: Whether its output is an input of `skip`.
        blocks: The `Blocks`.
        skip, post, output: Kernels and biases of the projections after the blocks.
        post_conditioning: Whether conditions are added before the last ReLU.
        distribution: Name of the distribution.
        uniforms: Uniform numbers for each sample.
        samples: The sample of each code of a categorical distribution; else empty.
        components: Of a mixture, else 0.
        output_levels: Evenly spaced levels of a mixture; codes of a category.
        min_log_scale: The minimum of the log scales of a mixture.
        mu: Of the companding of a mixture, or 0.
        order: Of linear prediction, or 0.
        max_residual: The residual that is 1 as an input, in scales.
    """

    edges: np.ndarray
    levels: np.ndarray
    input_mu: float
    table: np.ndarray
    taps: int
    signals: int
    initial_bias: np.ndarray
    activation: str | None
    initial_skip: bool
    blocks: Blocks
    skip: tuple[np.ndarray, np.ndarray]
    post: tuple[np.ndarray, np.ndarray]
    output: tuple[np.ndarray, np.ndarray]
    post_conditioning: bool
    distribution: str
    uniforms: int
    samples: np.ndarray
    components: int
    output_levels: int
    min_log_scale: np.float32
    mu: float
    order: int
    max_residual: np.float32

    @property
    def is_embedded(self) -> bool:
        """Whether the inputs are codes, whose rows are looked up."""
        return len(self.edges) > 0 and not len(self.levels)

    @property
    def is_categorical(self) -> bool:
        """Whether a sample is one of a table."""
        return len(self.samples) > 0


def make_blocks(
    kernels: np.ndarray,
    gate_biases: np.ndarray,
    residual: np.ndarray,
    residual_biases: np.ndarray,
    scale: float,
    dilations: np.ndarray,
) -> Blocks:
    """Bring the weights of a stack into the layout of the graphs.

    Args:
        kernels: `(L, K, R, 2 D)`, oldest tap first, with biases `(L, 2 D)`.
        gate_biases: Their biases.
        residual: `(L - 1, D, R)`, with biases `(L - 1, R)`.
        residual_biases: Their biases.
        scale: `residual_scale`.
        dilations: `(L,)`.
    """
    offsets = np.zeros((len(kernels), kernels.shape[2]))  # float64
    for block, bias in enumerate(residual_biases.astype("float64")):
        offsets[block + 1] = (offsets[block] + bias) * scale
    added = np.einsum("lr,lkrd->ld", offsets, kernels.astype("float64"))
    return Blocks(
        past=kernels[:, :-1],
        newest=kernels[:, -1],
        gate_bias=(gate_biases + added).astype("float32").reshape(-1),
        residual=residual * np.float32(scale),
        residual_scale=scale,
        offsets=offsets.astype("float32"),
        dilations=dilations,
    )


def from_description(described: Description, distribution: Distribution) -> Network:
    """Bring the description of a network into the layout of the graphs.

    Args:
        described: From `generation.description.describe`.
        distribution: That of the next sample.
    """
    d = described
    width = len(d.initial_bias)
    kernels = d.filter_gate.reshape(
        len(d.dilations), -1, width, d.filter_gate_bias.shape[1]
    )
    return Network(
        edges=d.edges,
        levels=d.input_levels[:0] if d.is_embedded else d.input_levels,
        input_mu=d.input_mu,
        table=_table(d),
        taps=len(d.initial) // d.signals,
        signals=d.signals,
        initial_bias=d.initial_bias,
        activation=(None, "Tanh", "Relu")[d.initial_activation],
        initial_skip=bool(d.initial_skip),
        blocks=make_blocks(
            kernels,
            d.filter_gate_bias,
            d.residual,
            d.residual_bias,
            float(d.residual_scale),
            d.dilations,
        ),
        skip=(d.skip, d.skip_bias),
        post=(d.post, d.post_bias),
        output=(d.output, d.output_bias),
        post_conditioning=bool(d.post_conditioning),
        distribution=distribution.name,
        uniforms=distribution.uniforms_per_sample,
        samples=d.samples,
        components=d.components,
        output_levels=distribution.levels,
        min_log_scale=d.min_log_scale,
        mu=d.mu,
        order=d.order,
        max_residual=d.max_residual,
    )


def _table(described):
    if not described.is_embedded:
        return described.initial[:, 0]
    padded = np.pad(described.initial, [(0, 0), (1, 0), (0, 0)])
    return padded.reshape(-1, padded.shape[2])
