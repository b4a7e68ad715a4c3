"""The stateful layer: running generations, and what each of them has heard."""

import os
import secrets

import keras
import numpy as np
from keras import ops, tree

from keras_wavenet.generation import engines
from keras_wavenet.generation.sampling import Sampling, uniform_noise
from keras_wavenet.layers import checks


class StatefulGenerator(keras.layers.Layer):
    """Running generations of one network: noise goes in, audio comes out.

    The layer owns the queues of the dilated layers as variables, so that every call
    goes on where the last one ended. They are no part of saved weights.

    Args:
        network: A model with `step`, `get_initial_state`, `get_state_after`,
            `receptive_field` and `distribution`, such as `keras_wavenet.WaveNet`.
        streams: How many generations run side by side, at least 1.
        seed: Integer from 0 to 2**64 - 1 that decides the noise; `None` draws one.
        engine: The loop that runs the network: `"auto"` takes that of the Keras
            backend; see `keras_wavenet.generation.engines`.

    Call arguments:
        noise: float32, `(samples, streams, uniforms per sample)`, in [0, 1), of at
            most `engines.CHUNK` samples.
        sampling: A `Sampling`; `None` is `Sampling()`.

    Returns:
        float32 array, `(streams, samples)`, in [-1, 1].

    Raises:
        ValueError: If an argument is out of range, or noise or prime are for another
            number of streams.

    References:
        - Le Paine et al., Fast WaveNet (arXiv 1611.09482).

    Example:
        >>> generator = StatefulGenerator(model, streams=2, seed=0)
        >>> first, then = generator.generate(8000), generator.generate(8000)
    """

    def __init__(self, network, streams=1, seed=None, engine="auto", **kwargs):
        super().__init__(trainable=False, autocast=False, **kwargs)
        checks.positive(streams=streams)
        self.streams = streams
        self.seed = _checked_seed(seed)
        self.engine = engines.get(engine, network)
        self.distribution = network.distribution
        self.history = network.receptive_field
        # The engine holds the network weakly. Hidden in a function, its weights are not
        # counted among those of this layer.
        self._network = lambda: network
        silence = (self.engine.get_initial_state(streams), ops.zeros((streams,)))
        self._structure = tree.map_structure(lambda value: None, silence)
        self._memory = [
            self.add_weight(v.shape, "zeros", v.dtype, trainable=False)
            for v in tree.flatten(silence)
        ]
        self._remember(silence)
        self.built = True

    def reset(self):
        """Go back to the start: silence was heard for ever, nothing was generated."""
        state = self.engine.get_initial_state(self.streams)
        self._remember((state, ops.zeros((self.streams,))))

    def prime(self, waveform):
        """Go back to the start, then hear a waveform in one parallel pass.

        Args:
            waveform: Float array of samples in [-1, 1], of any length: `(samples,)`
                for all streams alike, or `(streams, samples)`.
        """
        waveform = _checked_prime(waveform, self.streams)
        silence = np.zeros((self.streams, self.history), "float32")
        heard = np.concatenate([silence, waveform], axis=1)[:, -self.history :]
        state = self.engine.get_state_after(heard[:, :-1])
        self._remember((state, ops.convert_to_tensor(heard[:, -1])))

    def call(self, noise, sampling=None):
        noise = np.asarray(noise, dtype="float32")
        count = len(noise)
        expected = (self.streams, self.distribution.uniforms_per_sample)
        if noise.ndim != 3 or noise.shape[1:] != expected or count > engines.CHUNK:
            raise ValueError(
                f"`noise` must have shape (samples, {expected[0]}, {expected[1]}) with "
                f"at most {engines.CHUNK} samples. Received: shape={noise.shape}"
            )
        noise = np.pad(noise, [(0, engines.CHUNK - count), (0, 0), (0, 0)])
        state, samples = tree.pack_sequence_as(
            self._structure, [variable.value for variable in self._memory]
        )
        audio, state, samples = self.engine.run(
            state, samples, noise, count, sampling or Sampling()
        )
        self._remember((state, samples), self.generated + count)
        return ops.convert_to_numpy(audio)[:count].T

    def generate(self, num_samples, sampling=None, progress=False):
        """Generate so many samples more: float32 array, `(streams, num_samples)`."""
        chunks = list(self.stream(num_samples, sampling, progress))
        empty = np.zeros((self.streams, 0), "float32")
        return np.concatenate([empty, *chunks], axis=1)

    def stream(self, num_samples, sampling=None, progress=False):
        """Generate so many samples more, and yield them in chunks as they come.

        Args:
            num_samples: Samples for each stream, at least 0.
            sampling: A `Sampling`; `None` is `Sampling()`.
            progress: Whether to draw a progress bar.

        Yields:
            float32 arrays, `(streams, at most engines.CHUNK)`.
        """
        checks.at_least(0, num_samples=num_samples)
        bar = keras.utils.Progbar(num_samples, unit_name="sample") if progress else None
        end = self.generated + num_samples
        while self.generated < end:
            count = min(engines.CHUNK, end - self.generated)
            per_sample = self.distribution.uniforms_per_sample
            noise = uniform_noise(
                self.seed, self.streams, self.generated, count, per_sample
            )
            chunk = self(noise, sampling=sampling)
            if bar is not None:
                bar.add(count)
            yield chunk

    def _remember(self, heard, generated=0):
        self.generated = generated
        for variable, value in zip(self._memory, tree.flatten(heard), strict=True):
            variable.assign(value)

    def save_own_variables(self, store):
        """Queues are what was heard, not what was learned: nothing is saved."""

    def load_own_variables(self, store):
        """Nothing was saved."""


def _checked_seed(seed):
    if seed is None:
        return secrets.randbits(64)
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
        raise ValueError(f"`seed` must be an integer or None. Received: seed={seed!r}")
    if not 0 <= seed < 2**64:
        raise ValueError(f"`seed` must be from 0 to 2**64 - 1. Received: seed={seed!r}")
    return int(seed)


def _checked_prime(waveform, streams):
    if isinstance(waveform, str | os.PathLike):
        raise ValueError(
            "A prime must be an array of samples. Received the path of a file: read "
            f'it first, with soundfile.read({str(waveform)!r}, dtype="float32")'
        )
    waveform = np.asarray(waveform)
    shape = waveform.shape
    if waveform.ndim == 1:
        waveform = waveform[None]
    if waveform.ndim != 2 or waveform.shape[0] not in (1, streams):
        raise ValueError(
            f"A prime must have shape (samples,) or ({streams}, samples), one row for "
            f"each stream. Received: shape={shape}"
        )
    checks.signal("prime", waveform)
    checks.finite("prime", waveform)
    rows = np.broadcast_to(waveform, (streams, waveform.shape[1]))
    return rows.astype("float32")
