"""The network of a WaveNet (paper, figure 4): from samples to distributions.

`Network.run` is the whole forward computation. Over a sequence, it is what training and
evaluation run; with a memory and one sample, it is a step of generation. The memory
after a sequence is where generation continues.

Axes, here and in all that runs a network:
    B  batch, or streams in generation
    T  samples; T' those of the dilated stack, with the context of the T samples
    F  conditioning frames
    R  residual channels
    D  dilation channels of a filter, of a gate and of z
    S  skip channels
    P  post channels, between the last two projections
    Q  codes of a sample; `channels` parameters of a distribution, Q of a categorical
    W  the projections of all conditions of one sample, side by side
    K  order of the linear prediction

A sequence comes with the samples to its left that its outputs depend on, and each
layer with memory makes it shorter.
"""

import keras
from keras import ops

from keras_wavenet.layers import queue
from keras_wavenet.layers.block_stack import run_blocks, zero_where_masked
from keras_wavenet.layers.initializers import SideBySide
from keras_wavenet.layers.skip_connections import SkipConnections
from keras_wavenet.models.architecture import Architecture
from keras_wavenet.models.conditioning import Conditioning, Conditions
from keras_wavenet.models.linear_prediction import (
    AroundPrediction,
    LinearPrediction,
    PredictionSignals,
)
from keras_wavenet.models.network_layers import (
    make_blocks,
    make_embedding,
    make_input_layers,
)
from keras_wavenet.utils.tensor import Tensor

ACTIVATIONS = {None: lambda x: x, "tanh": ops.tanh, "relu": ops.relu}


class Network:
    """The layers of a WaveNet and what they compute.

    A subclass of `WaveNet` uses another network by its attribute `network_class`.

    Args:
        architecture: An `Architecture`.
        policy: The dtype policy of all but the last projection, which runs in float32.
    """

    def __init__(self, architecture: Architecture, policy: keras.DTypePolicy) -> None:
        a = self.architecture = architecture
        self.encode, self.initial = make_input_layers(a, policy)
        self.blocks = make_blocks(a, policy)
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

    def run(
        self,
        samples: Tensor,
        conditions: Conditions,
        memory: tuple | None = None,
        mask: Tensor | None = None,
    ) -> tuple[Tensor, tuple]:
        """The parameters of the distribution of each next sample.

        Args:
            samples: Float tensor in [-1, 1], `(B, history + T)`, with K more samples on
                the left for linear prediction; or with a memory one sample, `(B,)`.
            conditions: `Conditions` of the same samples.
            memory: The memory of each layer that has one; `None` for a sequence.
            mask: `None`, or bool `(B, history + T)`: false left of the start of a clip.

        Returns:
            The parameters, float32 `(B, T, channels)` or `(B, channels)`, and the next
            memory; without a memory given, a `queue.Tail` for each layer.
        """
        first, stack, prediction = self._split_memory(memory)
        signals, predicted, prediction = self._signals(
            samples, conditions.predictors, prediction
        )
        x, first = self._run_first_layer(signals, first, mask)  # (B, T', R)
        if mask is not None:
            mask = mask[:, self.initial.history :]
        zs, stack = run_blocks(self.blocks, x, stack, conditions.blocks, mask)
        hidden = self.skip(self._join_skips(x, zs))  # (B, T, S), ReLU included
        hidden = self.post(hidden)  # (B, T, P), ReLU included without conditions
        if self.architecture.post_conditioning:
            hidden = self.conditioning.add_to_post(hidden, conditions.post)
        parameters = self.output(hidden)  # (B, T, channels)
        if predicted:
            parameters = self.around_prediction(parameters, *predicted)
        return parameters, (*first, *stack, *prediction)

    def _split_memory(self, memory):
        """The memory of the first layer, of the blocks and of linear prediction."""
        if memory is None:
            return None, None, None
        first, stack = 1 + len(self.signal_layers), len(self.blocks)
        return memory[:first], memory[first : first + stack], memory[first + stack :]

    def _signals(self, samples, predictors, memory):
        """The inputs of the first layer: the samples, and with linear prediction the
        last residual and the next prediction.

        Returns:
            The signals; the prediction and its scale; the next memory.
        """
        if self.prediction_signals is None:
            return [samples], (), ()
        if memory is None:
            residual, *predicted = self.prediction_signals(samples, predictors)
            memory = self.prediction_signals.memory_after(samples, *predicted)
            samples = samples[:, self.architecture.prediction_order :]
        else:
            (residual, *predicted), memory = self.prediction_signals(
                samples, predictors, memory=memory
            )
        return [samples, residual, predicted[0]], predicted, memory

    def _run_first_layer(self, signals, memory, mask):
        """The residual stream that enters the blocks, and the next memory."""
        layers, xs, next_memory = [self.initial, *self.signal_layers], [], []
        memory = [None] * len(layers) if memory is None else memory
        for layer, signal, past in zip(layers, signals, memory, strict=True):
            inputs, options = self.encode(signal), {}
            if mask is not None and self.architecture.input_encoding == "codes":
                inputs, options = ops.where(mask, inputs, -1), {"gaps": True}
            else:
                inputs = zero_where_masked(inputs, mask, 0)
            x, past = queue.run(layer, inputs, past, **options)
            xs.append(x)
            next_memory.append(past)
        x = ACTIVATIONS[self.architecture.initial_activation](sum(xs[1:], xs[0]))
        return zero_where_masked(x, mask, self.initial.history), next_memory

    def _join_skips(self, x, zs):
        """The input of the skip projection: the z of all blocks, scaled."""
        a = self.architecture
        zs = [x, *zs] if a.initial_skip else zs
        scaled = zip(zs, a.skip_scales, strict=True)
        zs = [z if scale == 1 else z * scale for z, scale in scaled]
        return self.skip_connections(zs)

    def run_waveform(self, waveform: Tensor, inputs: dict) -> tuple[Tensor, tuple]:
        """Run over a waveform and its context.

        Args:
            waveform: Float tensor in [-1, 1], `(B, context_length + T)`.
            inputs: Dict by name of tensors, of which `Conditioning.rows_of_sequence`
                takes its conditions; for a network that starts with zeros
                `"context_valid"`, int `(B,)`: samples of the context within the clip.

        Returns:
            As `run`.
        """
        a, mask, predictors = self.architecture, None, None
        samples = waveform[:, a.context_length - a.samples_before :]
        if a.start == "zeros":
            mask = _valid_mask(
                samples[:, a.prediction_order :], inputs["context_valid"], a.history
            )
        if a.linear_prediction is not None:
            predictors = inputs["local"][..., a.local_channels :]
        rows = self.conditioning.rows_of_sequence(waveform, inputs)
        conditions = Conditions.from_rows(rows, len(self.blocks), predictors)
        return self.run(samples, conditions, mask=mask)

    def run_from_start(self, inputs: dict) -> Tensor:
        """Run over waveforms that begin their clips, with zeros before them.

        `run_waveform` would run every layer over a whole context, only to mask it.

        Args:
            inputs: As in `run_waveform`, and `"waveform"`, `(B, T)`.

        Returns:
            The parameters, float32 `(B, T, channels)`.
        """
        a, waveform = self.architecture, inputs["waveform"]
        batch, length = ops.shape(waveform)
        frames = None
        if "local" in inputs:
            frames = inputs["local"][:, a.frames_before - a.frames_margin :]
        rows = self.conditioning.rows_of_samples(inputs, frames, count=length)
        conditions = Conditions.from_rows(rows or None, len(self.blocks))
        return self.run(waveform, conditions, self.get_initial_state(batch))[0]

    @property
    def can_run_from_start(self) -> bool:
        """Whether `run_from_start` computes the same as a masked context."""
        a = self.architecture
        others = (a.linear_prediction, a.context_stack)
        return a.start == "zeros" and others == (None, None)

    def step(
        self, samples: Tensor, memory: tuple, condition: Tensor | None = None
    ) -> tuple[Tensor, tuple]:
        """The distribution of the sample after `samples`.

        Args:
            samples: Float tensor, `(B,)`, in [-1, 1].
            memory: From `get_initial_state`, `prefill` or the previous step.
            condition: Float tensor, `(B, W)`, of the next sample, from
                `Conditioning.get_condition`; `None` for a network without conditions.

        Returns:
            The parameters, float32 `(B, channels)`, and the next memory.
        """
        return self.run(samples, self.conditioning.split(condition), memory)

    def get_initial_state(
        self, batch_size: int, condition: Tensor | None = None
    ) -> tuple:
        """The memory at the start of a clip: after silence, or zeros.

        `condition` is `None` or float `(B, W)`: constant during the silence.
        """
        prediction = ()
        if self.prediction_signals is not None:
            prediction = self.prediction_signals.get_initial_state(batch_size)
        layers = [self.initial, *self.signal_layers, *self.blocks]
        if self.architecture.start == "zeros":
            memory = [layer.get_initial_state(batch_size) for layer in layers]
            return *memory, *prediction
        memory = (*[queue.STEADY_STATE] * len(layers), *prediction)
        silence = ops.zeros((batch_size,), dtype="float32")
        memory = self.step(silence, memory, condition)[1]
        return *memory[: len(layers)], *prediction

    def prefill(
        self,
        waveform: Tensor,
        vectors: dict | None = None,
        frames: Tensor | None = None,
        context_valid: Tensor | None = None,
    ) -> tuple:
        """The memory after a waveform, in one pass over it.

        Args:
            waveform: Float tensor, `(B, context_length)`: earlier samples have no
                effect on later ones.
            vectors: Dict of conditions that hold for all samples.
            frames: Local frames, `(B, F, channels)`: `frame_margins` of them to the
                left and to the right of the start of the next sample.
            context_valid: int `(B,)`, for a network that starts with zeros: how many of
                the samples are within the clip.
        """
        inputs = {**(vectors or {}), "local": frames, "context_valid": context_valid}
        _, memory = self.run_waveform(waveform, inputs)
        return tuple(tail.ring() for tail in memory)

    @property
    def starts_in_steady_state(self) -> bool:
        """Whether `get_initial_state` returns the memory after silence."""
        conditioning = self.conditioning
        return conditioning.upsampling is None and conditioning.context_stack is None

    @property
    def has_compiled_step(self) -> bool:
        """Whether the compiled CPU engine computes the same as `step`.

        It has its own loop for this class; a subclass may compute something else.
        """
        return type(self) is Network

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
            make_embedding(a, f"initial_{signal}", policy) for signal in a.signals[1:]
        ]


def _valid_mask(samples, context_valid, history):
    """Which samples, `(B, history + T)`, are within the clip, not left of its start."""
    number = ops.cumsum(ops.ones_like(samples, dtype="int32"), axis=1)
    return number > history - ops.expand_dims(context_valid, 1)
