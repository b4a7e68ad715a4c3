"""The network one sample at a time: what generation asks of it.

All functions are pure. `vectors` are the conditions that hold for all samples, by name;
a `condition` is what they and the frames add inside the gates, the products of all
blocks side by side, so that it can be computed ahead for many samples.

Axes: B streams, n `context_length`, W channels of a condition.
"""

from keras import ops

from keras_wavenet.layers import queue
from keras_wavenet.layers.frame_upsampling import LINEAR
from keras_wavenet.models import graph
from keras_wavenet.models.conditions import StreamConditions
from keras_wavenet.models.cost import condition_width
from keras_wavenet.models.linear_prediction import as_share, at_samples

_STEPS = (  # what an engine that works from a description does by itself
    "step",
    "get_initial_state",
    "get_state_after",
    "get_condition",
    "get_products",
)


class StepProtocol:
    """Mixed into a network that has `architecture` and `parts`."""

    def stream_conditions(self, conditions, streams):
        """The conditions of running generations, checked: a `StreamConditions`."""
        predict = self.parts.linear_prediction_of
        return StreamConditions(self.architecture, conditions, streams, predict)

    @property
    def is_described(self):
        """Whether `architecture` and `parts` say all: no subclass steps otherwise."""
        return all(
            getattr(type(self), name) is getattr(StepProtocol, name) for name in _STEPS
        )

    @property
    def context_hop(self):
        """Samples of a frame of the context stack, or `None` without one."""
        return None if self.parts.context is None else self.parts.context.hop

    @property
    def is_steady_in_silence(self):
        """Whether silence for ever leads to one state, without a pass over it."""
        return self.parts.upsampling_layer is None and self.parts.context is None

    def get_initial_state(self, batch_size, condition=None):
        """The state of `step` at the start: after silence for ever, or after nothing.

        `condition` is `None` or float `(batch, W)`: it held for ever.
        """
        p, silence = self.parts, ops.zeros((batch_size,))
        layers = [p.initial, *p.signal_layers]
        predicting = ()
        if self.architecture.linear_prediction is not None:
            predicting = self._prediction_state(
                ops.repeat(silence[:, None], self.architecture.prediction_order, 1),
                ops.zeros((batch_size, 1)),
                ops.ones((batch_size, 1)),
            )
        if self.architecture.start == "zeros":
            initial = [layer.get_initial_state(batch_size) for layer in layers]
            blocks = [block.get_initial_state(batch_size) for block in p.blocks]
            return *initial, *blocks, *predicting
        heard = self._as_initial_input(p.encode.call(silence))
        states = [layer.get_steady_state(heard) for layer in layers]
        x, _ = self._initial_step([silence] * len(layers), states)
        for block, added in zip(p.blocks, self._split(condition)[0], strict=True):
            state = block.get_steady_state(x)
            states.append(state)
            (x, _), _ = block.step(x, state, added)
        return *states, *predicting

    def get_state_after(self, waveform, vectors=None, frames=None, heard=None):
        """The state of `step` after hearing a waveform, in one parallel pass.

        Args:
            waveform: Float tensor, `(B, n)`: what was heard before does not matter.
            vectors: Dict of conditions that hold for all samples.
            frames: Local frames, `(B, frames, channels)`: those before the next sample
                and behind it that `WaveNet.frame_margins` asks for.
            heard: int `(B,)`, for a network that starts with zeros: how many of the
                samples were heard.
        """
        a, p = self.architecture, self.parts
        samples = waveform[:, self.context_length - a.history :]
        mask = None
        if a.start == "zeros":
            mask = graph.heard_mask(samples, heard, a.history)
        signals, predicting = [samples], ()
        if a.linear_prediction is not None:
            first = self.context_length - a.history - a.prediction_order
            residual, *predicted = p.prediction_signals(
                waveform[:, first:], frames[..., a.local_channels :]
            )
            signals += [residual, predicted[0]]
            predicting = self._prediction_state(waveform, *predicted)
        x = graph.hear(a, p, signals, mask)
        rows = self._rows(waveform, vectors, frames, x)
        states, early = [], a.early_positions
        for layer, signal in zip([p.initial, *p.signal_layers], signals, strict=True):
            codes = self._as_initial_input(p.encode.call(signal))
            if mask is not None:
                codes = _unheard(codes, mask)
            states.append(layer.get_state_after(codes))
        for block in p.blocks[:-1]:
            states.append(block.get_state_after(x))
            x, _ = block(x, conditions=rows)
            early -= block.history
            x = graph.silence_unheard(x, mask, a.history - early)
        return *states, p.blocks[-1].get_state_after(x), *predicting

    def _prediction_state(self, waveform, prediction, scale):
        """What linear prediction remembers: the last samples, and what it predicted."""
        order = self.architecture.prediction_order
        predicted = ops.stack([prediction, scale], axis=-1)
        return queue.tail(waveform, order - 1), queue.tail(predicted, 1)

    def get_past_rows(self, waveform, vectors=None, frames=None):
        """What conditioned each sample that was heard, behind the first layer's past.

        Arguments as in `get_state_after`.

        Returns:
            Dict of float tensors for `get_products`, `(B, early positions or 1, C)`, or
            `None` for a network without conditions.
        """
        positions = ops.zeros((waveform.shape[0], self.architecture.early_positions, 1))
        return self._rows(waveform, vectors, frames, positions)

    def _rows(self, waveform, vectors, frames, positions):
        inputs = dict(vectors or {})
        if frames is not None:
            inputs["local"] = frames
        a = self.architecture
        return graph.condition_rows(a, self.parts, inputs, waveform, positions)

    def step(self, samples, states, condition=None):
        """Hear one sample: the distribution of the next one, and the new state.

        Args:
            samples: Float tensor, `(B,)`, in [-1, 1].
            states: From `get_initial_state`, `get_state_after` or the step before.
            condition: Float tensor, `(B, W)`, of the next sample, from `get_condition`;
                `None` for a network without conditions.

        Returns:
            The parameters, float32 `(B, channels)`, and the new state.
        """
        a, p = self.architecture, self.parts
        scales = list(a.skip_scales)
        added, added_after = self._split(condition)
        signals, predicted, predicting = [samples], (), ()
        if a.linear_prediction is not None:
            predictor = condition[:, self.condition_width - a.predictor_channels :]
            residual, *predicted, predicting = self._predict(
                samples, states[-2:], ops.cast(predictor, "float32")
            )
            signals += [residual, predicted[0][:, 0]]
        count = len(signals)
        x, new_states = self._initial_step(signals, states[:count])
        zs = [x * scales.pop(0)] if a.initial_skip else []
        block_states = states[count : count + len(p.blocks)]
        for block, state, extra, scale in zip(
            p.blocks, block_states, added, scales, strict=True
        ):
            (x, z), state = block.step(x, state, extra)
            new_states.append(state)
            zs.append(z if scale == 1 else z * ops.cast(scale, z.dtype))
        hidden = p.post.call(p.skip.call(ops.concatenate(zs, axis=-1)))
        if added_after is not None:
            hidden = ops.relu(hidden + ops.cast(added_after, hidden.dtype))
        parameters = p.output_product.call(ops.cast(hidden, "float32"))
        if predicted:
            parameters = a.distribution.relocated(parameters, *predicted)
        return parameters, (*new_states, *predicting)

    def _predict(self, samples, states, predictor):
        """Linear prediction of the next sample, by its `predictor`, `(B, K + 1)`.

        Returns:
            The residual of these samples as a share, `(B,)`; the prediction of the next
            ones and the scale of their residual, `(B, 1)`; and the new states.
        """
        window, past = queue.push_window(samples, states[0])
        newest_first = ops.flip(window, axis=1)
        coefficients, scale = predictor[:, :-1], predictor[:, -1:]
        prediction = ops.sum(coefficients * newest_first, axis=1, keepdims=True)
        predicted = ops.concatenate([prediction, scale], axis=-1)
        (before,), last = queue.push(predicted, states[1], 2, 1)
        residual = as_share(samples - before[:, 0], before[:, 1])
        return residual, prediction, scale, (past, last)

    def get_condition(self, vectors, frames=None, offset=0, count=1):
        """What conditions add inside the gates, for some samples in a row.

        Arguments as in `get_rows`.

        Returns:
            Float tensor, `(count, B, W)`; the count is 1 without frames.
        """
        rows = self.get_rows(vectors, frames, offset, count)
        predictors = rows.pop("predictor", None)
        condition = self.get_products(rows)
        if predictors is not None:
            predictors = ops.transpose(predictors, (1, 0, 2))
            condition = ops.cast(condition, "float32")
            condition = ops.concatenate([condition, predictors], axis=-1)
        return condition

    def get_rows(self, vectors, frames=None, offset=0, count=1):
        """What conditions some samples in a row.

        Args:
            vectors: Dict of conditions that hold for all samples.
            frames: Local frames, `(B, frames, channels)`, with the upsampling's margin
                at both ends; `None` for a network without any.
            offset: Samples left out of the first frame behind the margin, an integer
                tensor.
            count: Number of samples.

        Returns:
            Dict by condition for `ConditionProducts`: float tensors, `(B, count or 1,
            channels)`, or a pair of frames and their weights in each sample; and with
            linear prediction `"predictor"`, float32 `(B, count, order + 1)`.
        """
        a, p, rows, vector = self.architecture, self.parts, {}, None
        if p.global_condition is not None:
            vector = p.global_condition.call(vectors)
        if frames is not None:
            if a.linear_prediction is not None:
                first = self.frame_margins[1] * a.hop + offset
                predictors = frames[..., a.local_channels :]
                rows["predictor"] = at_samples(predictors, a.hop, first, count)
            frames = frames[..., : a.local_channels]
            if p.frame_encoder_layer is not None:
                frames, vector = p.frame_encoder_layer.call(frames, vector), None
            rows["local"] = self._upsampled(frames, offset, count)
        if vector is not None:
            rows["global"] = vector
        return rows

    def _upsampled(self, frames, offset, count):
        """What local frames are for `count` samples, from the offset on."""
        layer = self.parts.upsampling_layer
        if self.architecture.upsampling["kind"] == LINEAR:
            return frames, layer.weights_of(frames.shape[1], offset, count)
        samples = layer.call(frames)
        shape = (samples.shape[0], count, samples.shape[2])
        return ops.slice(samples, (0, offset, 0), shape)

    def get_context(self, heard):
        """What the context stack adds inside the gates for the next `context_hop`.

        Args:
            heard: Float tensor, `(B, context_length + 1)`: the newest samples.

        Returns:
            Float tensor, `(1, B, W)`, and the state of `step_context`.
        """
        said, state = self.parts.context.get_state_after(heard)
        return self._context_products(said), state

    def step_context(self, samples, state):
        """Hear one frame more, float `(B, context_hop)`: as `get_context`."""
        said, state = self.parts.context.step(samples, state)
        return self._context_products(said), state

    def _context_products(self, said):
        products = self.get_products({"context": ops.expand_dims(said, 1)})
        after = self.architecture.predictor_channels  # it has no part in prediction
        return ops.pad(products, [(0, 0), (0, 0), (0, after)])

    def get_products(self, rows):
        """The products of all blocks, and of the post layer, side by side.

        Args:
            rows: Dict by condition, as `ConditionProducts` takes it.

        Returns:
            Float tensor, `(T or 1, B, W)`, W without the numbers of a predictor.
        """
        products = [layer.call(rows) for layer in self.condition_layers]
        return ops.transpose(ops.concatenate(products, axis=-1), (1, 0, 2))

    @property
    def condition_layers(self):
        """The `ConditionProducts` of all blocks, and of the post layer."""
        layers = [block.conditioning for block in self.parts.blocks]
        behind = self.parts.post_products
        return layers if behind is None else [*layers, behind]

    @property
    def condition_width(self):
        """Channels of a condition, W; 0 for a network without any."""
        return condition_width(self.architecture)

    def _split(self, condition):
        """What is added in each block, and before the last ReLU."""
        blocks = len(self.parts.blocks)
        if condition is None:
            return [None] * blocks, None
        width = 2 * self.architecture.dilation_channels
        added = [condition[:, i * width : (i + 1) * width] for i in range(blocks)]
        after = self.condition_width - self.architecture.predictor_channels
        behind = condition[:, blocks * width : after]
        return added, behind if self.architecture.post_conditioning else None

    def _initial_step(self, signals, states):
        """The first layer: signals, `(B,)` each, to the residual stream and states."""
        p, xs, new_states = self.parts, [], []
        layers = [p.initial, *p.signal_layers]
        for layer, signal, state in zip(layers, signals, states, strict=True):
            heard = self._as_initial_input(p.encode.call(signal))
            x, state = layer.step(heard, state)
            xs.append(x)
            new_states.append(state)
        activate = {None: lambda x: x, "tanh": ops.tanh, "relu": ops.relu}
        x = activate[self.architecture.initial_activation](sum(xs[1:], xs[0]))
        return x, new_states

    def _as_initial_input(self, heard):
        if self.architecture.input_encoding == "codes":
            return heard
        return ops.cast(heard, self.parts.initial.compute_dtype)


def _unheard(codes, mask):
    """What a queue keeps of samples that were not heard."""
    if len(codes.shape) == 2:
        return ops.where(mask, codes, -1)
    return ops.where(ops.expand_dims(mask, -1), codes, 0)
