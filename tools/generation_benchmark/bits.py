"""The bits that engines give the samples of recordings."""

import numpy as np

import keras_wavenet
from keras_wavenet import data
from keras_wavenet.generation import StatefulGenerator

PRESETS = ("wavenet_tiny", "wavenet_realtime", "wavenet_prompts")  # with weights
STREAMS, SAMPLES = 16, 2000
UNCOUNTED = 800  # first samples, whose context is silence in the middle of speech


class KnownSamples:
    """An engine whose next samples are those of recordings, not drawn ones.

    Args:
        engine: The engine that computes the distributions.
        waveform: float32 `(streams, samples)`.
    """

    def __init__(self, engine, waveform):
        self._engine = engine
        self._left = list(np.ascontiguousarray(waveform.T))

    def __getattr__(self, name):
        return getattr(self._engine, name)

    def run(self, memory, samples, noise, count, condition, *_):
        """As `protocols.Engine.run`, with the parameters of each sample."""
        audio, kept = [], []
        for t in range(count):
            row = None if condition is None else condition[t % len(condition)]
            parameters, memory = self._engine.step(samples, memory, row)
            samples = self._left.pop(0)
            audio.append(samples)
            kept.append(np.array(parameters))
        return np.stack(audio), memory, samples, np.stack(kept)


def make_recordings(model):
    """Return windows of the shipped speech, and the conditions of a model for them."""
    windows = data.load(
        "spoken_prompts",
        split="validation",
        spec=model,
        batch_size=STREAMS,
        window_length=SAMPLES,
    )
    inputs, waveform, *_ = next(iter(windows))
    waveform, conditions = np.asarray(waveform), {}
    if "speaker" in inputs:
        conditions["speaker"] = np.asarray(inputs["speaker"]).reshape(-1).tolist()
    if model.architecture.features is not None:
        frames = [model.architecture.features(row) for row in waveform]
        conditions["local"] = np.stack(frames)
    return waveform, conditions


def bits_per_sample(model, engine, waveform, conditions):
    """Return the mean bits of the samples of recordings."""
    generator = StatefulGenerator(model, len(waveform), 0, engine, conditions)
    generator.engine = KnownSamples(generator.engine, waveform)
    _, bits = generator.generate(waveform.shape[1], return_bits=True)
    return float(bits[:, UNCOUNTED:].mean())


def measure_bits(engines):
    """Return the bits per sample of each preset with weights, by engine."""
    report = {}
    for name in PRESETS:
        model = keras_wavenet.WaveNet.from_preset(name)
        recordings = make_recordings(model)
        report[name] = {e: bits_per_sample(model, e, *recordings) for e in engines}
    return report
