"""The engine: the memory of a network as arrays, and threads for its streams.

Axes: B streams, N samples, F frames, W channels of a condition.
"""

import concurrent.futures
import copy
import functools
import os
from collections.abc import Callable

import numpy as np
from keras import ops

from keras_wavenet.generation.description import describe_conditions
from keras_wavenet.generation.engines.backend_engine import BackendEngine
from keras_wavenet.generation.engines.cpu import loop
from keras_wavenet.generation.engines.cpu.choice import as_choice
from keras_wavenet.generation.engines.cpu.condition_projections import (
    ConditionProjections,
)
from keras_wavenet.generation.engines.cpu.condition_rows import (
    ConditionRows,
    has_rows,
)
from keras_wavenet.generation.engines.cpu.conditions import (
    Condition,
    SampleRows,
    of_samples,
    with_predictors,
)
from keras_wavenet.generation.engines.cpu.description import describe
from keras_wavenet.generation.engines.cpu.memory import Memory, make_workspace
from keras_wavenet.generation.protocols import Model
from keras_wavenet.generation.sampling import Sampling
from keras_wavenet.utils.tensor import Tensor

_MIN_STREAMS = 4  # of a thread: they share each read of the weights
_PREFILL_CHUNK = 256  # samples whose conditions are held at once


class Engine:
    """Runs a described network in compiled loops.

    Args:
        model: A `WaveNet`.
        fallback: The engine of the backend, which upsamples frames by learned filters
            and runs the context stack.
        precision: That of the projections, a name of `precision.get`.
    """

    def __init__(
        self, model: Model, fallback: BackendEngine, precision: str = "float32"
    ) -> None:
        self.model = model
        self.fallback = fallback
        self.precision = precision

    def begin(self) -> "Engine":
        """This engine with the weights as they are now."""
        engine, conditioning = copy.copy(self), self.model.network.conditioning
        if has_rows(conditioning):
            engine._rows = ConditionRows(conditioning)
        else:
            engine._rows = engine.fallback = self.fallback.begin()
        engine._described = describe(self.model.network, self.precision)
        kernels = describe_conditions(conditioning)
        engine._project_conditions = ConditionProjections(kernels)
        return engine

    @property
    def context_hop(self) -> int | None:
        """As `protocols.Conditioning.context_hop`."""
        return self.fallback.context_hop

    def get_context(self, waveform: Tensor) -> tuple[Tensor, tuple]:
        """As `Conditioning.get_context`."""
        return self.fallback.get_context(waveform)

    def step_context(self, samples: Tensor, memory: tuple) -> tuple[Tensor, tuple]:
        """As `Conditioning.step_context`."""
        return self.fallback.step_context(samples, memory)

    def run(
        self,
        memory: tuple,
        samples: Tensor,
        noise: np.ndarray,
        count: int,
        condition: SampleRows | Tensor | None,
        sampling: Sampling,
        keep_parameters: bool = False,
    ) -> tuple[np.ndarray, Memory, np.ndarray, np.ndarray]:
        """As `protocols.Engine.run`."""
        distribution = self.model.distribution
        choice = as_choice(sampling, distribution)
        memory, samples = Memory(*map(_array, memory)), _samples(samples)
        condition = _condition(condition, len(samples))
        noise = np.array(noise, "float32", order="C")
        audio = np.zeros(noise.shape[:2], "float32")
        kept_samples = len(noise) if keep_parameters else 0
        kept = np.zeros((kept_samples, len(samples), distribution.channels), "float32")
        if self._described.components:
            quantiles = distribution.quantile(noise[..., -1])
            noise[..., -1] = ops.convert_to_numpy(quantiles)

        def generate(memory, workspace):
            first = workspace.first
            own = samples[first : first + len(workspace.x)]
            inputs = (self._described, memory, own, noise, count, condition, choice)
            loop.generate(*inputs, workspace, audio, kept)

        def generate_modes(memory, workspace):
            for t in range(count):
                inputs = (self._described, memory, samples, condition, t)
                loop.run_step(*inputs, workspace)
                if keep_parameters:
                    kept[t] = self._parameters(workspace)
                parameters = ops.convert_to_tensor(self._parameters(workspace))
                samples[:] = ops.convert_to_numpy(distribution.mode(parameters))
                audio[t] = samples

        if choice.is_greedy and self._described.components > 1:
            # Only the distribution can compute the mode of a mixture.
            return audio, self._run_in_one_thread(generate_modes, memory), samples, kept
        return audio, self._run_in_threads(generate, memory), samples, kept

    def get_initial_state(
        self, streams: int, condition: Tensor | None = None
    ) -> Memory:
        """As `Network.get_initial_state`."""
        memory = self._empty_memory(streams)
        if self._architecture.start != "zeros":
            workspace = make_workspace(self._described, (0, streams))
            condition = _condition(condition, streams)
            silence = np.zeros((1, streams), "float32")
            inputs = (self._described, memory, silence, condition, workspace)
            loop.prefill(*inputs, 0, True)
        return memory

    def prefill(
        self,
        waveform: Tensor,
        vectors: dict | None = None,
        frames: Tensor | None = None,
        context_valid: np.ndarray | None = None,
    ) -> Memory:
        """As `Network.prefill`."""
        a = self._architecture
        waveform = np.asarray(waveform, "float32")
        known = a.history
        if a.start == "zeros":
            known = min(known, int(context_valid[0]))
        memory, predictors = self._empty_memory(len(waveform)), None
        if a.linear_prediction is not None:
            predictors = self._past_predictors(frames, known)
            window = waveform[:, : waveform.shape[1] - known][:, -a.prediction_order :]
            _fill_prediction(memory, window, predictors[0])
            predictors = predictors[1:]
        samples = np.ascontiguousarray(waveform[:, waveform.shape[1] - known :].T)
        early = max(known - a.early_positions, 0)
        self._run_first_layer(memory, samples[:early], predictors)
        inputs = dict(vectors or {})
        if frames is not None:
            inputs["local"] = frames
        rows = self._rows.rows_of_sequence(waveform, inputs)
        if predictors is not None:
            predictors = predictors[early:]
        return self._run_blocks(memory, samples[early:], rows, predictors)

    def _run_first_layer(self, memory, samples, predictors):
        """Run over samples `(N, B)` that the memory of the blocks does not reach."""
        workspace = make_workspace(self._described, (0, samples.shape[1]))
        condition = _condition(predictors, samples.shape[1])
        inputs = (self._described, memory, samples, condition, workspace)
        loop.prefill(*inputs, len(samples), False)

    def _run_blocks(self, memory, samples, rows, predictors):
        """The memory after samples, `(N, B)`, with the last N of the rows."""
        for start in range(0, len(samples), _PREFILL_CHUNK):
            chunk = samples[start : start + _PREFILL_CHUNK]
            condition = _condition(None, samples.shape[1])
            if rows is not None:
                left = len(samples) - start
                own = {n: _take_rows(r, left, len(chunk)) for n, r in rows.items()}
                condition = self._project_conditions(own)
            if predictors is not None:
                own = predictors[start : start + len(chunk)]
                condition = with_predictors(condition, own, 0, 1)

            def prefill(memory, workspace, chunk=chunk, condition=condition):
                inputs = (self._described, memory, chunk, condition, workspace)
                loop.prefill(*inputs, 0, False)

            memory = self._run_in_threads(prefill, memory)
        return memory

    def _past_predictors(self, frames, count):
        """The predictors of the last `count` samples and of the next: `(N, B, K + 1)`.

        The newest sample, which `step` takes, is not among these but is the next.
        """
        a = self._architecture
        predictors = np.asarray(frames, "float32")[..., a.local_channels :]
        rows = np.repeat(predictors, a.hop, axis=1)
        stop = self.model.frame_margins[0] * a.hop
        rows = rows[:, stop - count - 1 : stop]
        return np.ascontiguousarray(rows.swapaxes(0, 1))

    def get_condition(
        self,
        vectors: dict,
        frames: Tensor | None = None,
        offset: Tensor | int = 0,
        count: int = 1,
    ) -> SampleRows | np.ndarray:
        """As `Conditioning.get_condition`; `SampleRows` where there are frames.

        With a context stack it is an array, to which its projections are added.
        """
        rows = self._rows.rows_of_samples(vectors, frames, offset, count)
        predictors = rows.pop("predictor", None)
        condition = self._project_conditions(rows)
        if predictors is not None:
            own = _array(predictors).swapaxes(0, 1)
            hop = self._architecture.hop
            condition = with_predictors(condition, own, int(offset), hop)
        rows = SampleRows(condition)
        has_context_stack = self.model.network.conditioning.context_hop is not None
        return rows[:] if frames is None or has_context_stack else rows

    def step(
        self, samples: Tensor, memory: tuple, condition: Tensor | None = None
    ) -> tuple[np.ndarray, Memory]:
        """As `Network.step`."""
        memory, samples = Memory(*map(_array, memory)), _samples(samples)
        workspace = make_workspace(self._described, (0, len(samples)))
        condition = _condition(condition, len(samples))
        loop.run_step(self._described, memory, samples, condition, 0, workspace)
        return self._parameters(workspace), memory

    @property
    def _architecture(self):
        return self.model.network.architecture

    def _empty_memory(self, streams):
        """The memory of streams without past inputs."""
        a = self._architecture
        no_input = -1 if a.input_encoding == "codes" else 0
        rows = self._described.starts[-1]
        past = len(a.signals) * (a.initial_kernel_size - 1)
        return Memory(
            np.full((past, streams), no_input, "float32"),
            np.zeros((rows, streams, a.residual_channels), "float32"),
            np.zeros(len(a.dilations), "int32"),
            np.zeros((streams, a.prediction_order), "float32"),
            np.array([[0.0], [1.0]], "float32").repeat(streams, axis=1),
        )

    def _parameters(self, workspace):
        return workspace.parameters[:, : len(self._described.output_bias)]

    def _run_in_one_thread(self, work, memory):
        """Call `work(memory, workspace)` for all streams; returns the memory."""
        work(memory, make_workspace(self._described, (0, memory.rings.shape[1])))
        return memory

    def _run_in_threads(self, work: Callable, memory: Memory) -> Memory:
        """Call `work(memory, workspace)` in several threads, for some streams each.

        They write to the same arrays, but each has its own positions, which are equal
        at the end.
        """
        streams = memory.rings.shape[1]
        count = max(1, min(_cores(), streams // _MIN_STREAMS))
        if count == 1:
            return self._run_in_one_thread(work, memory)
        # A multiple of four each, the streams that a projection computes together.
        edges = [4 * (streams * part // count // 4) for part in range(count)]
        spans = zip(edges, [*edges[1:], streams], strict=True)
        memories = [memory._replace(positions=memory.positions.copy()) for _ in edges]
        workspaces = [make_workspace(self._described, span) for span in spans]
        list(_threads().map(work, memories, workspaces))
        return memories[0]


def _fill_prediction(memory, window, predictor):
    """Store the last samples, `(B, K)`, and the prediction of the next one."""
    memory.window[:] = window[:, ::-1]
    prediction = np.sum(memory.window * predictor[:, :-1], axis=1)
    memory.predicted[:] = prediction, predictor[:, -1]


def _take_rows(rows, left, count):
    """`count` rows, the first of which is `left` from the end; or the row for all."""
    if isinstance(rows, tuple | list):
        frames, weights = rows
        start = weights.shape[0] - left
        return frames, weights[start : start + count]
    if rows.shape[1] == 1:
        return rows
    start = rows.shape[1] - left
    return rows[:, start : start + count]


@functools.cache
def _threads():
    return concurrent.futures.ThreadPoolExecutor(_cores(), "keras_wavenet")


if hasattr(os, "register_at_fork"):  # a forked process has no threads
    os.register_at_fork(after_in_child=_threads.cache_clear)


def _cores():
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _condition(condition, streams) -> Condition:
    """A `Condition` from `SampleRows`, an array `(N or 1, B, W)`, or `None`."""
    if isinstance(condition, SampleRows):
        return condition.condition
    if condition is None:
        return of_samples(np.zeros((1, streams, 0), "float32"))
    # numba has another type for arrays that are not writable.
    rows = np.require(ops.convert_to_numpy(condition), "float32", ["C", "W"])
    return of_samples(rows.reshape(-1, streams, rows.shape[-1]))


def _samples(samples):
    """A float32 array, whatever `keras.config.floatx()` is."""
    return _array(samples).astype("float32", copy=False)


def _array(value):
    """A contiguous copy."""
    return np.array(ops.convert_to_numpy(value), order="C")
