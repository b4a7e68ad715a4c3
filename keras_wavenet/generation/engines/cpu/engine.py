"""The engine: what a network remembers as arrays, and threads for its streams."""

import concurrent.futures
import copy
import functools
import os

import numpy as np
from keras import ops

from keras_wavenet.generation.engines.cpu import loop
from keras_wavenet.generation.engines.cpu.choice import as_choice
from keras_wavenet.generation.engines.cpu.conditions import (
    SampleRows,
    of_frames,
    of_samples,
    with_predictors,
)
from keras_wavenet.generation.engines.cpu.description import (
    describe,
    describe_conditions,
)
from keras_wavenet.generation.engines.cpu.first_layer import run_first_layer
from keras_wavenet.generation.engines.cpu.step import (
    Memory,
    advance,
    prepare_desk,
    settle,
    step,
)

_FEWEST_STREAMS = 4  # of a thread: so many share what is read of the weights
_HEARD_AT_ONCE = 256  # samples: conditions of all of a long past would need much room


class Engine:
    """Runs a described network in compiled loops.

    Args:
        model: A `WaveNet`.
        fallback: The engine of the backend, which upsamples frames and runs the context
            stack.
        half: Whether the weights of products are rounded to bfloat16.
    """

    def __init__(self, model, fallback, half=False):
        self.model = model
        self.fallback = fallback
        self.half = half

    def begin(self):
        """This engine with the weights as they are now."""
        engine = copy.copy(self)
        engine._described = describe(self.model.network, self.half)
        engine._conditions = describe_conditions(self.model.network.conditioning)
        return engine

    def get_context(self, waveform):
        """As `Conditioning.get_context`."""
        return self.fallback.get_context(waveform)

    def step_context(self, samples, memory):
        """As `Conditioning.step_context`."""
        return self.fallback.step_context(samples, memory)

    def run(self, state, samples, noise, count, condition, sampling):
        distribution = self.model.distribution
        choice = as_choice(sampling, distribution)
        memory, samples = Memory(*map(_array, state)), _samples(samples)
        condition = _condition(condition, len(samples))
        noise = np.array(noise, "float32", order="C")
        audio = np.zeros(noise.shape[:2], "float32")
        if self._described.components:
            quantiles = distribution.quantile(ops.convert_to_tensor(noise[..., -1]))
            noise[..., -1] = ops.convert_to_numpy(quantiles)

        def speak(memory, desk):
            own = samples[desk.first : desk.first + len(desk.x)]
            told = (self._described, memory, own, noise, count, condition, choice)
            loop.speak(*told, desk, audio)

        def speak_greedily(memory, desk):
            for t in range(count):
                step(self._described, memory, samples, condition, t, desk)
                advance(self._described, memory.positions)
                parameters = ops.convert_to_tensor(self._parameters(desk))
                samples[:] = ops.convert_to_numpy(distribution.mode(parameters))
                audio[t] = samples

        if choice.is_greedy and self._described.components > 1:
            # What is most probable of a sum of curves, the distribution alone knows.
            return audio, self._by_one(speak_greedily, memory), samples
        return audio, self._share_out(speak, memory), samples

    def get_initial_state(self, streams, condition=None):
        """As `Network.get_initial_state`."""
        memory = self._nothing(streams)
        if self.model.architecture.start != "zeros":
            desk = prepare_desk(self._described, (0, streams))
            settle(self._described, memory, _condition(condition, streams), desk)
        return memory

    def prefill(self, waveform, vectors=None, frames=None, heard=None):
        """As `Network.prefill`."""
        a = self.model.architecture
        waveform = np.asarray(waveform, "float32")
        known = a.history if a.start != "zeros" else min(a.history, int(heard[0]))
        first = waveform.shape[1] - known
        samples = np.ascontiguousarray(waveform[:, first:].T)
        memory = self._nothing(samples.shape[1])
        predictors = None
        if a.linear_prediction is not None:
            predictors = self._past_predictors(frames, known)
            newest_last = waveform[:, first - a.prediction_order : first]
            memory.window[:] = newest_last[:, ::-1]
            coefficients = predictors[0, :, :-1]
            prediction = np.sum(memory.window * coefficients, axis=1)
            memory.predicted[:] = prediction, predictors[0, :, -1]
            predictors = predictors[1:]
        # Only the first layer hears what lies before all that the blocks remember.
        early = max(known - a.early_positions, 0)
        desk = prepare_desk(self._described, (0, samples.shape[1]))
        told = _condition(None if predictors is None else predictors, samples.shape[1])
        for t, row in enumerate(samples[:early]):
            run_first_layer(self._described, memory, row, told, t, desk)
        samples = samples[early:]
        rows = self.fallback.get_past_rows(waveform, vectors, frames)
        for start in range(0, len(samples), _HEARD_AT_ONCE):
            part = samples[start : start + _HEARD_AT_ONCE]
            condition = _condition(None, samples.shape[1])
            if rows is not None:
                behind = len(samples) - start
                newest = {n: _newest(r, behind, len(part)) for n, r in rows.items()}
                condition = self._get_products(newest)
            if predictors is not None:
                own = predictors[early + start : early + start + len(part)]
                condition = with_predictors(condition, own, 0, 1)

            def listen(memory, desk, part=part, condition=condition):
                loop.listen(self._described, memory, part, condition, desk)

            memory = self._share_out(listen, memory)
        return memory

    def _past_predictors(self, frames, count):
        """The predictors of as many heard samples, and of the next: `(N, streams, K)`.

        The newest sample that was heard is the one before the last, since `step` hears
        the last one.
        """
        a = self.model.architecture
        predictors = np.asarray(frames, "float32")[..., a.local_channels :]
        rows = np.repeat(predictors, a.hop, axis=1)
        stop = self.model.frame_margins[0] * a.hop
        rows = rows[:, stop - count - 1 : stop]
        return np.ascontiguousarray(rows.swapaxes(0, 1))

    def get_condition(self, vectors, frames=None, offset=0, count=1):
        """As `Conditioning.get_condition`; `SampleRows` where there are frames.

        With a context stack it is an array, to which that stack's products are added.
        """
        rows = self.fallback.of_samples(vectors, frames, offset, count)
        predictors = rows.pop("predictor", None)
        condition = self._get_products(rows)
        if predictors is not None:
            own, hop = _array(predictors).swapaxes(0, 1), self.model.architecture.hop
            condition = with_predictors(condition, own, int(offset), hop)
        rows = SampleRows(condition)
        is_array = frames is None or self.model.context_stack is not None
        return rows[:] if is_array else rows

    def _get_products(self, rows):
        """As `Conditioning.get_products`, those of all blocks as one product.

        Frames are not mixed here. Returns a `Condition`.
        """
        weights, total = None, None
        for name, condition in rows.items():
            if isinstance(condition, tuple | list):
                condition, weights = map(_array, condition)
            rows_first = _array(condition).swapaxes(0, 1)
            product = np.matmul(rows_first, self._conditions[name])
            total = product if total is None else total + product  # 1 row is for all
        if weights is None:
            return of_samples(np.ascontiguousarray(total))
        return of_frames(np.ascontiguousarray(total), weights)

    def step(self, samples, state, condition=None):
        """As `Network.step`."""
        memory, samples = Memory(*map(_array, state)), _samples(samples)
        desk = prepare_desk(self._described, (0, len(samples)))
        condition = _condition(condition, len(samples))
        step(self._described, memory, samples, condition, 0, desk)
        advance(self._described, memory.positions)
        return self._parameters(desk), memory

    def _nothing(self, streams):
        """The memory of streams that heard nothing."""
        a = self.model.architecture
        unheard = -1 if a.input_encoding == "codes" else 0
        rows = self._described.starts[-1]
        past = len(a.signals) * (a.initial_kernel_size - 1)
        return Memory(
            np.full((past, streams), unheard, "float32"),
            np.zeros((rows, streams, a.residual_channels), "float32"),
            np.zeros(len(a.dilations), "int32"),
            np.zeros((streams, a.prediction_order), "float32"),
            np.array([[0.0], [1.0]], "float32").repeat(streams, axis=1),
        )

    def _parameters(self, desk):
        return desk.parameters[:, : len(self._described.output_bias)]

    def _by_one(self, work, memory):
        """Call `work(memory, desk)` for all streams; returns the memory."""
        work(memory, prepare_desk(self._described, (0, memory.rings.shape[1])))
        return memory

    def _share_out(self, work, memory):
        """Call `work(memory, desk)` in as many threads as it pays, some streams each.

        They write to the same arrays, but each has positions of its own, which are
        alike at the end.
        """
        streams = memory.rings.shape[1]
        count = max(1, min(_cores(), streams // _FEWEST_STREAMS))
        if count == 1:
            return self._by_one(work, memory)
        # A multiple of four each, which is what a product takes at once.
        edges = [4 * (streams * part // count // 4) for part in range(count)]
        spans = zip(edges, [*edges[1:], streams], strict=True)
        memories = [memory._replace(positions=memory.positions.copy()) for _ in edges]
        desks = [prepare_desk(self._described, span) for span in spans]
        list(_threads().map(work, memories, desks))
        return memories[0]


def _newest(rows, behind, count):
    """So many rows, of which the first is that far from the end; or the one for all."""
    if isinstance(rows, tuple | list):
        frames, weights = rows
        start = weights.shape[0] - behind
        return frames, weights[start : start + count]
    if rows.shape[1] == 1:
        return rows
    start = rows.shape[1] - behind
    return rows[:, start : start + count]


@functools.cache
def _threads():
    return concurrent.futures.ThreadPoolExecutor(_cores(), "keras_wavenet")


if hasattr(os, "register_at_fork"):  # threads do not live on in a forked process
    os.register_at_fork(after_in_child=_threads.cache_clear)


def _cores():
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _condition(condition, streams):
    """A `Condition`, in float32, of `SampleRows`, `(T or 1, streams, W)` or `None`."""
    if isinstance(condition, SampleRows):
        return condition.condition
    if condition is None:
        return of_samples(np.zeros((1, streams, 0), "float32"))
    # Arrays that cannot be written would be another type to numba.
    rows = np.require(ops.convert_to_numpy(condition), "float32", ["C", "W"])
    return of_samples(rows.reshape(-1, streams, rows.shape[-1]))


def _samples(samples):
    """In float32, whatever Keras takes for a float where none is named."""
    return _array(samples).astype("float32", copy=False)


def _array(value):
    """A contiguous copy."""
    return np.array(ops.convert_to_numpy(value), order="C")
