"""The stateful layer: running generations and their memory."""

import math
import typing
from collections.abc import Iterator, Sequence

import keras
import numpy as np
from keras import ops, tree

from keras_wavenet.generation import engines
from keras_wavenet.generation.protocols import Model
from keras_wavenet.generation.sampling import Sampling, uniform_noise
from keras_wavenet.generation.stream_values import (
    check_weights,
    checked_initial_sample,
    checked_prime,
    checked_seeds,
    join_chunks,
)
from keras_wavenet.utils import checks


class StatefulGenerator(keras.layers.Layer):
    """Running generations of one network: noise in, audio out.

    The layer keeps the memory of the network in variables, so that every call continues
    after the previous one. They are not saved.

    A generation has the weights of its start, that is of the constructor or the last
    `reset` or `prime`, on every engine: what happens to the model then, such as further
    training, does not change it.

    If the network models a filtered waveform, primes are filtered, and the filter is
    inverted in the output.

    Args:
        model: A `keras_wavenet.WaveNet`, or another `protocols.Model`.
        streams: Number of parallel generations, at least 1.
        seed: Integer from 0 to 2**64 - 1, the seed of the noise; `None` draws one. Or
            one for each stream: each is then as stream 0 of its seed.
        engine: The loop that runs the network, `"auto"` or the name of one; see
            `keras_wavenet.generation.engines`.
        conditions: Dict of the network's conditions by name, each for all streams or
            with a row for each stream; see `WaveNet.generate`.
        initial_sample: The sample before the prime, or before the first new sample:
            a number in [-1, 1], or one for each stream.

    Call arguments:
        noise: float32, `(samples, streams, uniforms per sample)`, in [0, 1), of at
            most `engines.CHUNK` samples.
        sampling: A `Sampling`; `None` is `Sampling()`.
        return_bits: Whether to return, too, how many bits each sample costs as it was
            drawn, before an inverse filter: minus the logarithm to base 2 of the
            probability of its code, at temperature 1 and without truncation.

    Returns:
        float32 array, `(streams, samples)`, in [-1, 1]; with `return_bits` a tuple of
        it and of float32 bits of the same shape.

    Raises:
        ValueError: If an argument is out of range, noise, prime or conditions are for
            another number of streams, there are too few frames for the samples, or the
            network's weights are not finite.

    References:
        - Le Paine et al., Fast WaveNet (arXiv 1611.09482).

    Example:
        >>> generator = StatefulGenerator(model, streams=2, seed=0)
        >>> first, then = generator.generate(8000), generator.generate(8000)
    """

    def __init__(
        self,
        model: Model,
        streams: int = 1,
        seed: int | Sequence[int] | None = None,
        engine: str = "auto",
        conditions: dict | None = None,
        initial_sample: float | Sequence[float] = 0.0,
        **kwargs: typing.Any,
    ) -> None:
        # Variables have dtypes of their own, whatever the policy of the process is: a
        # mixed one would make Keras cast them.
        super().__init__(trainable=False, autocast=False, dtype="float32", **kwargs)
        checks.not_traced(type(self).__name__)
        checks.positive(streams=streams)
        self.streams = streams
        self.seed = checked_seeds(seed, streams)
        self.conditions = model.stream_conditions(conditions, streams)
        self._initial_sample = checked_initial_sample(initial_sample, streams)
        self.engine = engines.get(engine, model)
        self.distribution = model.distribution
        self._filter = model.waveform_filter
        self._inverse = None
        if self._filter is not None:
            self._inverse = self._filter.running_inverse(streams)
        conditioning = model.network.conditioning
        self.chunk = engines.chunk_length(streams * conditioning.condition_width)
        self._context_hop = self.engine.context_hop
        if self._context_hop is not None:
            # A loop ends at each step of the context stack.
            self.chunk = min(self.chunk, self._context_hop)
        # The engine holds the model weakly. In a function, its weights are not tracked
        # as weights of this layer.
        self._model = lambda: model
        self._changes = 0  # how often the memory was
        start = self._state_at_start()
        self._structure = tree.map_structure(lambda value: None, start)
        self._state = [
            self.add_weight(v.shape, "zeros", v.dtype, trainable=False)
            for v in tree.flatten(start)
        ]
        self._assign_state(start)
        self.built = True

    def reset(self) -> None:
        """Return to the start, without a prime."""
        if self._inverse is not None:
            self._inverse.reset()
        self._assign_state(self._state_at_start())

    def prime(self, waveform: np.ndarray) -> None:
        """Return to the start, then run over a waveform in one parallel pass.

        Args:
            waveform: Float array of samples in [-1, 1], of any length: `(samples,)`
                for all streams alike, or `(streams, samples)`.
        """
        checks.not_traced("prime")
        waveform = checked_prime(waveform, self.streams)
        if self._inverse is not None:
            self._inverse.follow(waveform)
            waveform = self._filter(waveform)
        self.engine = self.engine.begin()
        self._assign_state(self._state_after(waveform))

    def _state_at_start(self):
        """The memory of the network, the newest samples, and the context."""
        model = self._model()
        check_weights(model)
        self.engine = self.engine.begin()
        if not model.network.starts_in_steady_state:
            return self._state_after(np.zeros((self.streams, 0), "float32"))
        condition = self._condition_of(0)
        if condition is not None:
            condition = condition[0]
        memory = self.engine.get_initial_state(self.streams, condition)
        return memory, ops.convert_to_tensor(self._initial_sample), ()

    def _state_after(self, waveform):
        """As `_state_at_start`, after a waveform, `(streams, samples)`."""
        model = self._model()
        length = model.receptive_field
        silence = np.zeros((self.streams, length), "float32")
        first = self._initial_sample[:, None]
        past = np.concatenate([silence, first, waveform], axis=1)[:, -length:]
        frames = None
        if self.conditions.frames is not None:
            left, right = model.frame_margins
            frames = self.conditions.frames_between(-left, right)
        valid = np.full((self.streams,), min(waveform.shape[1], length - 1), "int32")
        vectors = self.conditions.vectors
        memory = self.engine.prefill(past[:, :-1], vectors, frames, valid)
        context = ()
        if self._context_hop is not None:
            newest = np.zeros((self.streams, self._context_hop), "float32")
            context = (*self.engine.get_context(past), newest)
        return memory, ops.convert_to_tensor(past[:, -1]), context

    def call(self, noise, sampling=None, return_bits=False):
        checks.not_traced(type(self).__name__)
        noise = np.asarray(noise, dtype="float32")
        expected = (self.streams, self.distribution.uniforms_per_sample)
        if noise.ndim != 3 or noise.shape[1:] != expected or len(noise) > engines.CHUNK:
            raise ValueError(
                f"`noise` must have shape (samples, {expected[0]}, {expected[1]}) with "
                f"at most {engines.CHUNK} samples. Received: shape={noise.shape}"
            )
        self.conditions.check_length(self.generated + len(noise))
        audio, bits = [self._no_samples()], [self._no_samples()]
        while len(noise):
            count = min(len(noise), self.chunk, self._until_context())
            run = self._run(noise[:count], sampling or Sampling(), return_bits)
            audio.append(run[0])
            bits.append(run[1])
            noise = noise[count:]
        audio = np.concatenate(audio, axis=1)
        if self._inverse is not None:
            audio = self._inverse(audio)
        return (audio, np.concatenate(bits, axis=1)) if return_bits else audio

    def _no_samples(self):
        return np.zeros((self.streams, 0), "float32")

    def _run(self, noise, sampling, return_bits):
        """Generate a sample for each row of noise, in one loop: audio and its bits."""
        count = len(noise)
        memory, samples, context = tree.pack_sequence_as(
            self._structure, [variable.value for variable in self._state]
        )
        condition = self._condition_of(self.generated)
        if context:
            added = context[0]
            condition = added if condition is None else ops.add(condition, added)
        noise = np.pad(noise, [(0, self.chunk - count), (0, 0), (0, 0)])
        audio, memory, samples, parameters = self.engine.run(
            memory, samples, noise, count, condition, sampling, return_bits
        )
        audio = ops.convert_to_numpy(audio)[:count].T
        bits = self._no_samples()
        if return_bits:
            bits = self._bits(audio, ops.convert_to_numpy(parameters)[:count])
        if context:
            context = self._step_context(context, audio)
        self._assign_state((memory, samples, context), self.generated + count)
        return audio, bits

    def _bits(self, audio, parameters):
        """The bits of drawn samples, `(B, N)`, from parameters `(N, B, channels)`."""
        nats = self.distribution.negative_log_likelihood(
            ops.convert_to_tensor(audio),
            ops.convert_to_tensor(np.ascontiguousarray(parameters.swapaxes(0, 1))),
        )
        return ops.convert_to_numpy(nats) / np.float32(math.log(2))

    def _condition_of(self, start):
        """The projections of the conditions, for a chunk from sample `start` on."""
        frames, offset, count = None, 0, 1
        if self.conditions.frames is not None:
            hop, margin = self.conditions.hop, self._model().frame_margins[1]
            first, offset = divmod(start, hop)
            count = self.chunk
            stop = first + -(-count // hop) + 1
            frames = self.conditions.frames_between(first - margin, stop + margin)
        elif not self.conditions.vectors:
            return None
        offset = np.array(offset, "int32")
        return self.engine.get_condition(self.conditions.vectors, frames, offset, count)

    def _until_context(self):
        """Samples until the next step of the context stack."""
        hop = self._context_hop
        return self.chunk if hop is None else hop - self.generated % hop

    def _step_context(self, context, audio):
        """Store the newest samples; at the end of a frame, step the context stack."""
        added, memory, newest = context
        hop = newest.shape[1]
        newest = np.concatenate([ops.convert_to_numpy(newest), audio], axis=1)
        newest = newest[:, -hop:]
        if (self.generated + audio.shape[1]) % hop == 0:
            added, memory = self.engine.step_context(newest, memory)
        return added, memory, newest

    def generate(
        self,
        num_samples: int,
        sampling: Sampling | None = None,
        progress: bool = False,
        return_bits: bool = False,
    ) -> np.ndarray | tuple[np.ndarray, np.ndarray]:
        """Generate the next samples: as `stream`, with the chunks joined."""
        chunks = self.stream(num_samples, sampling, progress, return_bits)
        return join_chunks(chunks, self.streams, return_bits)

    def stream(
        self,
        num_samples: int,
        sampling: Sampling | None = None,
        progress: bool = False,
        return_bits: bool = False,
    ) -> Iterator:
        """Generate the next samples, and yield them in chunks.

        The first sample is the next one when the first chunk is asked for. From then on
        the generator serves this stream alone, until it has ended.

        Args:
            num_samples: Samples for each stream, at least 0.
            sampling: A `Sampling`; `None` is `Sampling()`.
            progress: Whether to draw a progress bar.
            return_bits: As in a call of the layer.

        Yields:
            float32 arrays, `(streams, at most engines.CHUNK)`, or tuples of two.

        Raises:
            RuntimeError: While it is read, if the generator was called, primed or reset
                since the last chunk.
        """
        checks.not_traced("generate")
        checks.at_least(0, num_samples=num_samples)
        (sampling or Sampling()).check(self.distribution)
        self.conditions.check_length(self.generated + num_samples)
        return self._stream(num_samples, sampling, progress, return_bits)

    def _stream(self, num_samples, sampling, progress, return_bits):
        bar = keras.utils.Progbar(num_samples, unit_name="sample") if progress else None
        left, changes = num_samples, self._changes
        while left:
            if self._changes != changes:
                raise RuntimeError(
                    "A stream must be read to its end before its generator is used for "
                    "something else: the samples between would be missing. Use a "
                    "generator for each stream, such as `model.stream(...)` makes. "
                    f"Received: a generator at sample {self.generated}"
                )
            count = min(engines.CHUNK, left)
            per_sample = self.distribution.uniforms_per_sample
            noise = uniform_noise(
                self.seed, self.streams, self.generated, count, per_sample
            )
            chunk = self(noise, sampling=sampling, return_bits=return_bits)
            left, changes = left - count, self._changes
            if bar is not None:
                bar.add(count)
            yield chunk

    def _assign_state(self, state, generated=0):
        self.generated = generated
        self._changes += 1
        for variable, value in zip(self._state, tree.flatten(state), strict=True):
            variable.assign(value)

    def save_own_variables(self, store: dict) -> None:
        """Save nothing: the variables are state, not weights."""

    def load_own_variables(self, store: dict) -> None:
        """Load nothing."""
