"""The outputs of a network for a clip at once, and sample by sample."""

import numpy as np
from keras import ops

from keras_wavenet.generation import StatefulGenerator
from keras_wavenet.generation.sampling import uniform_noise
from tests.presets import shrunk

SEED, STEPS = 5, 3


class Clip:
    """One stream of a network: a frame of known samples, then more than one generated.

    Attributes:
        context: `(1, n)`, a zero, the start of the stream, and a frame of noise.
        audio: `(1, T)`, what the network then generates: a frame and five samples.
        conditions: The conditions of the stream, by name.
    """

    def __init__(self, network):
        self.network = network
        frame = shrunk.frame_length(network)
        noise = np.random.default_rng(2).uniform(-0.5, 0.5, (1, frame))
        self.context = np.pad(noise, [(0, 0), (1, 0)]).astype("float32")
        self.conditions = shrunk.make_conditions(network, frames=2)
        self.audio = self.generate("auto", frame + 5)

    def generate(self, engine, count):
        """The samples that the network generates after the context: `(1, count)`."""
        generator = StatefulGenerator(self.network, 1, SEED, engine, self.conditions)
        generator.prime(self.context[:, 1:])
        return generator.generate(count)

    def parameters_at_once(self, network):
        """Parameters of the distribution of each sample of the audio: `(T, ...)`."""
        waveform = np.concatenate([self.context[:, -1:], self.audio[:, :-1]], axis=1)
        inputs = {"waveform": waveform, "context": self.context[:, :-1]}
        return network.predict({**inputs, **self.conditions}, verbose=0)[0]

    def chosen(self, parameters, moved=0):
        """The samples that the noise of the generation chooses, moved a bit: `(T,)`."""
        distribution = self.network.distribution
        noise = uniform_noise(
            SEED, 1, 0, len(parameters), distribution.uniforms_per_sample
        )
        noise = np.clip(noise + np.float32(moved), 0, np.float32(1 - 2**-24))
        tensors = map(ops.convert_to_tensor, (parameters, noise[:, 0]))
        return ops.convert_to_numpy(distribution.sample(*tensors))

    def parameters_by_steps(self, engine):
        """Parameters of the first samples, one step for each: `(STEPS, ...)`."""
        engine = engine.begin()
        memory, condition = self._memory_and_condition(engine)
        samples = np.concatenate([self.context[:, -1:], self.audio[:, :STEPS]], axis=1)
        rows = []
        for t in range(STEPS):
            added = None if condition is None else condition[t % len(condition)]
            newest = ops.convert_to_tensor(samples[:, t])
            row, memory = engine.step(newest, memory, added)
            rows.append(ops.convert_to_numpy(row))
        return np.concatenate(rows)

    def _memory_and_condition(self, engine):
        """The memory after the context, and the condition of the next samples."""
        network = self.network
        given = network.stream_conditions(self.conditions, 1)
        length = network.receptive_field
        past = np.pad(self.context, [(0, 0), (length, 0)])[:, -length:]
        before, after = network.frame_margins
        frames = around = None
        if given.frames is not None:
            frames = given.frames_between(-before, after)
            around = given.frames_between(-after, 1 + after)
        known = np.full((1,), min(self.context.shape[1], length) - 1, "int32")
        memory = engine.prefill(past[:, :-1], given.vectors, frames, known)
        condition = None
        if given.vectors or frames is not None:
            offset, count = np.array(0, "int32"), 1 if frames is None else STEPS
            condition = engine.get_condition(given.vectors, around, offset, count)
        if network.context_stack is not None:
            context = engine.get_context(past)[0]
            condition = context if condition is None else ops.add(condition, context)
        return memory, condition
