"""A feature from outside the package: it conditions a model and is saved with it."""

import json
from dataclasses import dataclass

import keras
import numpy as np
import pytest

from keras_wavenet import WaveNet, features
from keras_wavenet.features import FrameFeatures, LogMel, registry
from keras_wavenet.filters import WaveformFilter
from tests.family import SMALL

HOP = 6


@dataclass(frozen=True)
class Energy(features.Feature):
    """The root mean square of the samples that a frame covers, times a gain."""

    sample_rate: int
    hop: int
    gain: float = 1.0

    name = "energy"
    channels = 1

    def __post_init__(self):
        if not 0 < self.gain <= 10:
            raise ValueError(f"`gain` must be from 0 to 10. Received: {self.gain}")

    def read(self, read, length, first, stop):
        samples = read(first * self.hop, stop * self.hop).reshape(-1, self.hop)
        return self.gain * np.sqrt(np.mean(samples**2, axis=1, keepdims=True))


@pytest.fixture(scope="module")
def energy():
    features.register(Energy)
    yield Energy(16000, HOP, 3.0)
    del registry.FEATURES[Energy.name]


@pytest.fixture(scope="module")
def audio():
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, (2, 42))
    return samples.astype("float32")


@pytest.fixture(scope="module")
def model(energy):
    mel = LogMel(16000, HOP, 16, 32, 4, 0, 8000)
    return WaveNet(**SMALL, features=FrameFeatures([energy, mel]))


def test_it_conditions_training_and_generation(model, audio):
    assert model.features.channels == 5
    frames = np.stack([model.features(row) for row in audio])  # (2, 7, 5)
    gain = 3 * np.sqrt(np.mean(audio[:, :HOP] ** 2, axis=1))
    np.testing.assert_allclose(frames[:, 0, 0], gain, rtol=1e-6)
    model.compile("adam")
    x = {"waveform": audio[:, :-1], "local": frames}
    loss = model.train_on_batch(x, audio[:, 1:])
    assert np.isfinite(np.ravel(loss)).all()
    engine = keras.backend.backend()
    found = model.vocode(audio, seed=0, match_frames=False, engine=engine)
    assert found.shape == audio.shape and np.ptp(found) > 0


def test_it_is_measured_on_a_dataset(energy, make_source, audio):
    measured = FrameFeatures([energy]).measured_on(make_source(audio, 16000))
    frames = np.concatenate([measured(row) for row in audio])
    np.testing.assert_allclose([frames.mean(), frames.std()], [0, 1], atol=1e-4)


def test_a_preset_carries_it_only_while_it_is_registered(model, audio, tmp_path):
    model.save_to_preset(tmp_path / "preset")
    again = WaveNet.from_preset(tmp_path / "preset")
    assert again.features.parts == model.features.parts
    np.testing.assert_array_equal(again.features(audio[0]), model.features(audio[0]))
    del registry.FEATURES[Energy.name]
    try:
        with pytest.raises(
            ValueError,
            match=r"one of \['log_f0', 'log_mel', 'temporal_encoder'\].*energy",
        ):
            WaveNet.from_preset(tmp_path / "preset")
        with pytest.raises(TypeError, match="registered features.*Received: 'Energy"):
            FrameFeatures(model.features.parts)
    finally:
        features.register(Energy)


def test_settings_of_a_config_are_checked(energy):
    config = json.loads(json.dumps(FrameFeatures([energy]).get_config()))
    assert features.get(config).parts == (energy,)
    config["parts"][0]["gain"] = 11
    with pytest.raises(ValueError, match=r"`parts\[0\]`: `gain` must be from 0 to 10"):
        features.get(config)
    config["parts"][0] = {**config["parts"][0], "gain": 1, "path": "x"}
    with pytest.raises(ValueError, match=r"`parts\[0\]` must have .*Received: .*path"):
        features.get(config)


@pytest.mark.neutral
def test_other_classes_and_taken_names_are_refused():
    for other in ("energy", WaveformFilter, LogMel(16000, HOP, 16, 32, 4, 0, 8000)):
        with pytest.raises(ValueError, match="subclass of .*Received: "):
            features.register(other)
    taken = type("Other", (Energy,), {"name": "log_mel"})
    with pytest.raises(ValueError, match="'log_mel', which is that of LogMel"):
        features.register(taken)
