"""The WaveNet (paper, figure 4): the whole network, read in one sitting."""

import math

import keras
import numpy as np
from keras import ops

from keras_wavenet import distributions
from keras_wavenet.data.spec import DataSpec
from keras_wavenet.layers import checks
from keras_wavenet.layers.causal_embedding1d import CausalEmbedding1D
from keras_wavenet.layers.gated_residual_block import GatedResidualBlock
from keras_wavenet.layers.initializers import SideBySide
from keras_wavenet.layers.mu_law import MuLawEncoding
from keras_wavenet.models import bounds
from keras_wavenet.models.dilations import doubling_dilations, receptive_field
from keras_wavenet.models.generative_model import GenerativeModel


@keras.saving.register_keras_serializable(package="keras_wavenet")
class WaveNet(GenerativeModel):
    """WaveNet: the distribution of the next sample, given all samples so far.

    Every input sample costs a look-up, then a stack of gated residual blocks, whose z
    meet in one skip product, then two 1x1 products. `call` runs the stack over the
    context and the waveform, and all that follows over the waveform alone.

    Axes: B batch, T samples, R residual, D dilation, S skip, P post, Q codes.

    Args:
        dilations: Dilation of each block, positive integers; `None` is
            `keras_wavenet.doubling_dilations(512, cycles=5)`.
        residual_channels: Channels of the residual stream.
        dilation_channels: Channels of each block's filter and gate.
        skip_channels: Channels of the skip sum.
        post_channels: Channels between the last two products; `None`: `skip_channels`.
        kernel_size: Taps of each dilated convolution, at least 2.
        initial_kernel_size: Taps of the first convolution, at least 1.
        distribution: What the outputs mean: a name, a config or an instance, see
            `keras_wavenet.distributions`.
        use_bias: Whether the products have biases.
        dropout: Share of each dilated convolution's inputs dropped in training.
        sample_rate: Hz of the audio that the network is for.
        **kwargs: `name`, `dtype` and `trainable`, as in `keras.Model`.

    Call arguments:
        inputs: The waveform, float `(batch, T)`, samples in [-1, 1], or a dict of
            `"waveform"` and, optionally, `"context"`, float `(batch, n)`: the samples
            heard just before it. What is missing of the context was silence.

    Returns:
        The parameters of the distribution (logits for `"categorical"`), float32
        `(batch, T, channels)`. Position t is the distribution of sample t + 1.

    Raises:
        ValueError: If an argument is out of range, or an input has a wrong name, rank
            or dtype.

    References:
        - van den Oord et al., WaveNet (arXiv 1609.03499), sections 2.1 to 2.4.

    Example:
        >>> model = WaveNet(dilations=[1, 2, 4, 8], skip_channels=64)
        >>> model(numpy.zeros((1, 100))).shape
        (1, 100, 256)
    """

    def __init__(
        self,
        dilations=None,
        residual_channels=32,
        dilation_channels=32,
        skip_channels=512,
        post_channels=None,
        kernel_size=2,
        initial_kernel_size=2,
        distribution="categorical",
        use_bias=True,
        dropout=0.0,
        sample_rate=16000,
        *,
        dtype=None,
        **kwargs,
    ):
        dilations = _checked_dilations(dilations)
        post_channels = skip_channels if post_channels is None else post_channels
        checks.positive(
            residual_channels=residual_channels,
            dilation_channels=dilation_channels,
            skip_channels=skip_channels,
            post_channels=post_channels,
            initial_kernel_size=initial_kernel_size,
            sample_rate=sample_rate,
        )
        checks.at_least(2, kernel_size=kernel_size)
        distribution = distributions.get(distribution)
        policy = keras.dtype_policies.get(dtype or keras.config.dtype_policy())

        encode = MuLawEncoding(distribution.levels, name="encode")
        initial = CausalEmbedding1D(
            distribution.levels,
            residual_channels,
            initial_kernel_size,
            padding="valid",
            name="initial",
            dtype=policy,
        )
        blocks = [
            GatedResidualBlock(
                dilation_channels,
                kernel_size,
                dilation,
                residual=number < len(dilations) - 1,  # nobody would read the last
                padding="valid",
                dropout=dropout,
                use_bias=use_bias,
                name=f"block_{number}",
                dtype=policy,
            )
            for number, dilation in enumerate(dilations)
        ]
        skip = keras.layers.Dense(
            skip_channels,
            activation="relu",
            use_bias=use_bias,
            kernel_initializer=SideBySide("glorot_uniform", len(blocks), axis=0),
            name="skip",
            dtype=policy,
        )
        post = keras.layers.Dense(
            post_channels,
            activation="relu",
            use_bias=use_bias,
            name="post",
            dtype=policy,
        )
        output = keras.layers.Dense(
            distribution.channels, use_bias=use_bias, name="output", dtype="float32"
        )

        inputs, parameters = _connect(encode, initial, blocks, skip, post, output)
        super().__init__(inputs=inputs, outputs=parameters, **kwargs)
        self.dtype_policy = policy
        self.encode, self.initial, self.blocks = encode, initial, blocks
        self.skip, self.post, self.output_product = skip, post, output
        self.distribution = distribution
        self.dilations = dilations
        self.residual_channels = residual_channels
        self.dilation_channels = dilation_channels
        self.skip_channels = skip_channels
        self.post_channels = post_channels
        self.kernel_size = kernel_size
        self.initial_kernel_size = initial_kernel_size
        self.use_bias = use_bias
        self.dropout = dropout
        self.sample_rate = sample_rate

    @property
    def receptive_field(self) -> int:
        """Samples that one output depends on: the present one and those before it."""
        return receptive_field(
            self.dilations, self.kernel_size, self.initial_kernel_size
        )

    @property
    def data_spec(self) -> DataSpec:
        """What a dataset has to know of this model."""
        return DataSpec(
            sample_rate=self.sample_rate, context_length=self.receptive_field - 1
        )

    @property
    def multiply_adds_per_sample(self) -> int:
        """Multiplications by a weight that one generated sample costs."""
        products = [w for w in self.weights if w.path.endswith("/kernel")]
        looked_up = math.prod(self.initial.kernel.shape)
        return sum(math.prod(w.shape) for w in products) - looked_up

    @property
    def input_spec(self):
        return None  # the context may be missing

    def call(self, inputs, training=None, mask=None):
        return super().call(self._with_context(inputs), training=training, mask=mask)

    def _with_context(self, inputs):
        """Fill in the silence that was heard before."""
        inputs = dict(inputs) if isinstance(inputs, dict) else {"waveform": inputs}
        checks.names("inputs", inputs, required=["waveform"], optional=["context"])
        for name, signal in inputs.items():
            checks.signal(name, signal)
        _check_sizes(**{name: signal.shape for name, signal in inputs.items()})
        length = self.receptive_field - 1
        context = ops.zeros_like(inputs["waveform"][:, :1])
        context = ops.repeat(context, length, axis=1)
        if "context" in inputs:
            context = ops.concatenate([context, inputs["context"]], axis=1)
        return {"waveform": inputs["waveform"], "context": context[:, -length:]}

    def get_initial_state(self, batch_size):
        """The state of `step` after silence was heard for ever."""
        codes = self.encode.call(ops.zeros((batch_size,)))
        state = self.initial.get_steady_state(codes)
        states = [state]
        x, _ = self.initial.step(codes, state)
        for block in self.blocks:
            state = block.get_steady_state(x)
            states.append(state)
            (x, _), _ = block.step(x, state)
        return tuple(states)

    def get_state_after(self, waveform):
        """The state of `step` after hearing a waveform, in one parallel pass.

        Args:
            waveform: Float tensor, `(batch, receptive_field - 1)`: what was heard
                before does not matter.
        """
        x = self.encode.call(waveform)
        states = [self.initial.get_state_after(x)]
        x = self.initial.call(x)
        for block in self.blocks[:-1]:
            states.append(block.get_state_after(x))
            x, _ = block.call(x, training=False)
        return *states, self.blocks[-1].get_state_after(x)

    def step(self, samples, states):
        """Hear one sample: the distribution of the next one, and the new state.

        Args:
            samples: Float tensor, `(batch,)`, in [-1, 1].
            states: From `get_initial_state`, `get_state_after` or the step before.

        Returns:
            The parameters, float32 `(batch, channels)`, and the new state.
        """
        x, state = self.initial.step(self.encode.call(samples), states[0])
        new_states, zs = [state], []
        for block, state in zip(self.blocks, states[1:], strict=True):
            (x, z), state = block.step(x, state)
            new_states.append(state)
            zs.append(z)
        hidden = self.post.call(self.skip.call(ops.concatenate(zs, axis=-1)))
        return self.output_product.call(ops.cast(hidden, "float32")), tuple(new_states)

    def next_sample_probabilities(self, waveform):
        """The probability of each code of the sample after a waveform.

        Args:
            waveform: Float array, `(batch, T)` or `(T,)`, samples in [-1, 1].

        Returns:
            float32 array, `(batch, levels)` or `(levels,)`, each row summing to one.
        """
        waveform = np.asarray(waveform)
        rows = np.atleast_2d(waveform)
        checks.signal("waveform", rows)
        rows = rows[:, -self.receptive_field :].astype("float32")
        checks.finite("waveform", rows)
        parameters = self({"waveform": rows[:, -1:], "context": rows[:, :-1]})[:, 0]
        found = ops.convert_to_numpy(self.distribution.probabilities(parameters))
        return found if waveform.ndim == 2 else found[0]

    def get_config(self):
        return {
            "dilations": list(self.dilations),
            "residual_channels": self.residual_channels,
            "dilation_channels": self.dilation_channels,
            "skip_channels": self.skip_channels,
            "post_channels": self.post_channels,
            "kernel_size": self.kernel_size,
            "initial_kernel_size": self.initial_kernel_size,
            "distribution": self.distribution.get_config(),
            "use_bias": self.use_bias,
            "dropout": self.dropout,
            "sample_rate": self.sample_rate,
            "name": self.name,
            "trainable": self.trainable,
            "dtype": self.dtype_policy.name,
        }

    @classmethod
    def from_config(cls, config, custom_objects=None):
        return cls(**config)

    @staticmethod
    def check_config(config):
        """Refuse a config from a file that asks for something insane."""
        bounds.check_config(config)
        bounds.check_size(WaveNet.parameter_count(config))

    @staticmethod
    def parameter_count(config) -> int:
        """Number of weights of the model with a config, without building it."""
        distribution = distributions.get(config["distribution"])
        return bounds.parameter_count(config, distribution)


def _connect(encode, initial, blocks, skip, post, output):
    """The graph: inputs by name, and the parameters of the distribution."""
    history = initial.history + sum(block.history for block in blocks)
    waveform = keras.Input((None,), name="waveform", dtype="float32")  # (B, T)
    context = keras.Input((history,), name="context", dtype="float32")
    heard = ops.concatenate([context, waveform], axis=1)  # (B, history + T)
    x = initial(encode(heard))  # (B, history - initial.history + T, R)
    early = history - initial.history  # positions of x before the waveform's
    zs = []
    for block in blocks:
        x, z = block(x)
        early -= block.history
        zs.append(z[:, early:])  # (B, T, D)
    hidden = post(skip(ops.concatenate(zs, axis=-1)))  # (B, T, P)
    return {"waveform": waveform, "context": context}, output(hidden)  # (B, T, Q)


def _checked_dilations(dilations):
    if dilations is None:
        return tuple(doubling_dilations(512, cycles=5))
    if isinstance(dilations, str) or not hasattr(dilations, "__iter__"):
        raise ValueError(
            "`dilations` must be a list of positive integers, one for each block. "
            f"Received: dilations={dilations!r}"
        )
    dilations = tuple(int(d) if isinstance(d, np.integer) else d for d in dilations)
    if not dilations:
        raise ValueError("`dilations` must name at least one block. Received: none")
    for number, dilation in enumerate(dilations):
        checks.positive(**{f"dilations[{number}]": dilation})
    return dilations


def _check_sizes(waveform, context=(None, None)):
    if waveform[1] == 0:
        raise ValueError(
            "`waveform` must hold at least one sample; for the start, give a zero. "
            f"Received: shape={tuple(waveform)}"
        )
    if None not in (waveform[0], context[0]) and waveform[0] != context[0]:
        raise ValueError(
            "`waveform` and `context` must have the same batch size. "
            f"Received: waveform={waveform[0]}, context={context[0]}"
        )
