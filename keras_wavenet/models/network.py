"""The network of a WaveNet (paper, figure 4): from samples to distributions.

`Network.run` is the whole forward computation. With sequences it is what trains and
evaluates; with one sample and a memory it is a step of generation; the memory after a
sequence is where generation goes on.

Axes: B batch or streams, T samples, F conditioning frames, R residual channels,
D dilation channels, S skip channels, P post channels, W all projections of conditions.
A sequence enters with the samples that its outputs depend on to the left, and each
layer with memory shortens it.
"""

import keras
from keras import ops

from keras_wavenet.layers import queue
from keras_wavenet.layers.block_stack import run_blocks, zero_where_masked
from keras_wavenet.layers.causal_conv1d import CausalConv1D
from keras_wavenet.layers.causal_embedding1d import CausalEmbedding1D
from keras_wavenet.layers.gated_residual_block import GatedResidualBlock
from keras_wavenet.layers.initializers import SideBySide
from keras_wavenet.layers.mu_law import MuLawEncoding
from keras_wavenet.layers.scalar_input import ScalarInput
from keras_wavenet.layers.skip_connections import SkipConnections
from keras_wavenet.models.conditioning import Conditioning, Conditions
from keras_wavenet.models.linear_prediction import (
    AroundPrediction,
    LinearPrediction,
    PredictionSignals,
)

ACTIVATIONS = {None: lambda x: x, "tanh": ops.tanh, "relu": ops.relu}


class Network:
    """The layers of a WaveNet and what they compute.

    A model takes another network by its attribute `network_class`.

    Args:
        architecture: An `Architecture`.
        policy: The dtype policy of all but the last projection, which runs in float32.
    """

    def __init__(self, architecture, policy):
        a = self.architecture = architecture
        self.encode, self.initial = _make_input_layers(a, policy)
        self.blocks = _make_blocks(a, policy)
        self.skip_connections = SkipConnections(name="skip_connections", dtype=policy)
        self.skip = keras.layers.Dense(
            a.skip_channels,
            activation="relu",
            use_bias=a.use_bias,
            kernel_initializer=SideBySide("glorot_uniform", a.skip_parts, axis=0),
            name="skip",
            dtype=policy,
        )
        self.post = keras.layers.Dense(
            a.post_channels,
            activation=None if a.post_conditioning else "relu",
            use_bias=a.use_bias,
            name="post",
            dtype=policy,
        )
        self.output = keras.layers.Dense(
            a.distribution.channels, use_bias=a.use_bias, name="output", dtype="float32"
        )
        self.linear_prediction = self.prediction_signals = self.around_prediction = None
        self.signal_layers = []
        if a.linear_prediction is not None:
            self._make_prediction_layers(policy)
        self.conditioning = Conditioning(a, policy, self.blocks)

    def run(self, samples, conditions, memory=None, mask=None):
        """The parameters of the distribution of each next sample.

        Args:
            samples: Float tensor in [-1, 1], `(B, history + T)`, with linear prediction
                `order` samples more before; or with a memory one sample, `(B,)`.
            conditions: `Conditions`.
            memory: The memory of each layer that has one, in one tuple; `None` starts
                with nothing before.
            mask: `None`, or bool `(B, history + T)`: false before the start of a clip.

        Returns:
            The parameters, float32 `(B, T, channels)` or `(B, channels)`, and the next
            memory; without a memory given, a `queue.Tail` for each layer.
        """
        a = self.architecture
        signals, predicted, memory, prediction_memory = self._signals(
            samples, conditions.predictors, memory
        )
        x, memory_of_initial = self._first_layer(signals, memory, mask)  # (B, T', R)
        mask = None if mask is None else mask[:, self.initial.history :]
        zs, memory_of_blocks = run_blocks(
            self.blocks,
            x,
            None if memory is None else memory[len(signals) :],
            conditions.blocks,
            mask,
        )
        zs = [x, *zs] if a.initial_skip else zs
        scaled = zip(zs, a.skip_scales, strict=True)
        zs = [z if scale == 1 else z * scale for z, scale in scaled]
        hidden = self.skip(self.skip_connections(zs))  # (B, T, S)
        hidden = self.post(hidden)  # (B, T, P)
        if a.post_conditioning:
            hidden = self.conditioning.add_to_post(hidden, conditions.post)
        parameters = self.output(hidden)
        if predicted:
            parameters = self.around_prediction(parameters, *predicted)
        return parameters, (*memory_of_initial, *memory_of_blocks, *prediction_memory)

    def _signals(self, samples, predictors, memory):
        """What goes into the first layer: the samples, and with linear prediction the
        last residual and the next prediction.

        Returns:
            The signals; the prediction and its scale; the memory of the layers, and the
            next one of linear prediction.
        """
        if self.prediction_signals is None:
            return [samples], (), memory, ()
        if memory is None:
            residual, *predicted = self.prediction_signals(samples, predictors)
            order = self.architecture.prediction_order
            last = ops.stack(predicted, axis=-1)
            after = queue.Tail(samples, order - 1), queue.Tail(last, 1)
            samples = samples[:, order:]
        else:
            (residual, *predicted), after = self.prediction_signals(
                samples, predictors, memory=memory[-2:]
            )
            memory = memory[:-2]
        return [samples, residual, predicted[0]], predicted, memory, after

    def _first_layer(self, signals, memory, mask):
        """The first layer: the residual stream, and the memory after it."""
        layers, xs, memory_after = [self.initial, *self.signal_layers], [], []
        memory = [None] * len(layers) if memory is None else memory[: len(layers)]
        for layer, signal, past in zip(layers, signals, memory, strict=True):
            inputs, options = self.encode(signal), {}
            if mask is not None and self.architecture.input_encoding == "codes":
                inputs, options = ops.where(mask, inputs, -1), {"gaps": True}
            else:
                inputs = zero_where_masked(inputs, mask, 0)
            x, past = queue.run(layer, inputs, past, **options)
            xs.append(x)
            memory_after.append(past)
        x = ACTIVATIONS[self.architecture.initial_activation](sum(xs[1:], xs[0]))
        return zero_where_masked(x, mask, self.initial.history), memory_after

    def step(self, samples, memory, condition=None):
        """The distribution of the next sample after one sample more.

        Args:
            samples: Float tensor, `(B,)`, in [-1, 1].
            memory: From `get_initial_state`, `prefill` or the step before.
            condition: Float tensor, `(B, W)`, of the next sample, from
                `Conditioning.get_condition`; `None` for a network without conditions.

        Returns:
            The parameters, float32 `(B, channels)`, and the next memory.
        """
        return self.run(samples, self.conditioning.split(condition), memory)

    def get_initial_state(self, batch_size, condition=None):
        """The memory at the start of a clip: after silence, or zeros.

        `condition` is `None` or float `(B, W)`, and has not changed before.
        """
        prediction = ()
        if self.prediction_signals is not None:
            prediction = self.prediction_signals.get_initial_state(batch_size)
        layers = [self.initial, *self.signal_layers, *self.blocks]
        if self.architecture.start == "zeros":
            memory = [layer.get_initial_state(batch_size) for layer in layers]
            return *memory, *prediction
        memory = (*[queue.STEADY] * len(layers), *prediction)
        memory = self.step(ops.zeros((batch_size,)), memory, condition)[1]
        return *memory[: len(layers)], *prediction

    def prefill(self, waveform, vectors=None, frames=None, context_valid=None):
        """The memory after a waveform, in one pass over it.

        Args:
            waveform: Float tensor, `(B, context_length)`: earlier samples have no
                effect on what follows.
            vectors: Dict of conditions that hold for all samples.
            frames: Local frames, `(B, F, channels)`: those before the next sample and
                after it that `frame_margins` asks for.
            context_valid: int `(B,)`, for a network that starts with zeros: how many of
                the samples are of the clip.
        """
        a = self.architecture
        samples, mask = waveform[:, a.context_length - a.samples_before :], None
        if a.start == "zeros":
            samples_of_stack = samples[:, a.prediction_order :]
            mask = valid_mask(samples_of_stack, context_valid, a.history)
        predictors = None
        if a.linear_prediction is not None:
            predictors = frames[..., a.local_channels :]
        rows = self.conditioning.get_past_rows(waveform, vectors, frames)
        conditions = Conditions.of_sequence(self.blocks, rows, predictors)
        _, memory = self.run(samples, conditions, mask=mask)
        return tuple(tail.ring() for tail in memory)

    @property
    def is_steady_in_silence(self):
        """Whether `get_initial_state` gives the memory after silence."""
        conditioning = self.conditioning
        return conditioning.upsampling is None and conditioning.context_stack is None

    def _make_prediction_layers(self, policy):
        a = self.architecture
        self.linear_prediction = LinearPrediction(a.prediction_order, a.features)
        self.prediction_signals = PredictionSignals(
            a.prediction_order,
            a.hop,
            early_samples=a.history,
            frames_before=a.frames_before,
            name="prediction_signals",
        )
        self.around_prediction = AroundPrediction(
            a.distribution, name="around_prediction"
        )
        self.signal_layers = [
            _make_embedding(a, f"initial_{signal}", policy) for signal in a.signals[1:]
        ]


def valid_mask(samples, context_valid, history):
    """Which samples, `(B, history + T)`, are of the clip, not before its start."""
    number = ops.cumsum(ops.ones_like(samples, dtype="int32"), axis=1)
    return number > history - ops.expand_dims(context_valid, 1)


def _make_input_layers(a, policy):
    if a.input_encoding == "codes":
        encode = MuLawEncoding(a.input_levels, name="encode")
        return encode, _make_embedding(a, "initial", policy)
    levels = a.input_levels if a.input_encoding == "companded" else None
    return ScalarInput(levels, name="encode"), CausalConv1D(
        a.residual_channels,
        a.initial_kernel_size,
        padding="valid",
        use_bias=a.use_bias,
        name="initial",
        dtype="float32",  # half precision has too few digits for 16-bit audio
    )


def _make_embedding(a, name, policy):
    return CausalEmbedding1D(
        a.input_levels,
        a.residual_channels,
        a.initial_kernel_size,
        padding="valid",
        name=name,
        dtype=policy,
    )


def _make_blocks(a, policy):
    return [
        GatedResidualBlock(
            a.dilation_channels,
            a.kernel_size,
            dilation,
            residual=number < len(a.dilations) - 1,  # nothing reads that of the last
            padding="valid",
            dropout=a.dropout,
            condition_channels=a.condition_channels,
            residual_scale=a.residual_scale,
            use_bias=a.use_bias,
            name=f"block_{number}",
            dtype=policy,
        )
        for number, dilation in enumerate(a.dilations)
    ]
