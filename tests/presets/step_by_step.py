"""What a network says of a clip at once, and sample by sample."""

import numpy as np
from keras import ops

from keras_wavenet.generation import StatefulGenerator
from keras_wavenet.generation.sampling import uniform_noise
from tests.presets import shrunk

SEED, STEPS = 5, 3


class Clip:
    """One stream of a network: a frame that it heard, then more than one of its own.

    Attributes:
        heard: `(1, n)`, a zero, where all begins, and a frame of noise.
        audio: `(1, T)`, what the network then generates: a frame and five samples.
        conditions: What it was told.
    """

    def __init__(self, network):
        self.network = network
        frame = shrunk.frame_length(network)
        noise = np.random.default_rng(2).uniform(-0.5, 0.5, (1, frame))
        self.heard = np.pad(noise, [(0, 0), (1, 0)]).astype("float32")
        self.conditions = shrunk.make_conditions(network, frames=2)
        self.audio = self.speak("auto", frame + 5)

    def speak(self, engine, count):
        """What the network generates after what was heard: `(1, count)`."""
        generator = StatefulGenerator(self.network, 1, SEED, engine, self.conditions)
        generator.prime(self.heard[:, 1:])
        return generator.generate(count)

    def parameters_at_once(self, network):
        """What a network says of each sample of the audio: `(T, channels)`."""
        waveform = np.concatenate([self.heard[:, -1:], self.audio[:, :-1]], axis=1)
        inputs = {"waveform": waveform, "context": self.heard[:, :-1]}
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
        """What the network says of the first samples, step by step: `(STEPS, ...)`."""
        engine = engine.begin()
        state, condition = self._state_and_condition(engine)
        samples = np.concatenate([self.heard[:, -1:], self.audio[:, :STEPS]], axis=1)
        rows = []
        for t in range(STEPS):
            added = None if condition is None else condition[t % len(condition)]
            heard = ops.convert_to_tensor(samples[:, t])
            row, state = engine.step(heard, state, added)
            rows.append(ops.convert_to_numpy(row))
        return np.concatenate(rows)

    def _state_and_condition(self, engine):
        network = self.network
        told = network.stream_conditions(self.conditions, 1)
        length = network.receptive_field
        past = np.pad(self.heard, [(0, 0), (length, 0)])[:, -length:]
        before, behind = network.frame_margins
        frames = around = None
        if told.frames is not None:
            frames = told.frames_between(-before, behind)
            around = told.frames_between(-behind, 1 + behind)
        known = np.full((1,), min(self.heard.shape[1], length) - 1, "int32")
        state = engine.prefill(past[:, :-1], told.vectors, frames, known)
        condition = None
        if told.vectors or frames is not None:
            offset, count = np.array(0, "int32"), 1 if frames is None else STEPS
            condition = engine.get_condition(told.vectors, around, offset, count)
        if network.context_stack is not None:
            said = engine.get_context(past)[0]
            condition = said if condition is None else ops.add(condition, said)
        return state, condition
