"""A preset that goes to a hub and comes back is the same model, on every backend."""

import numpy as np

import keras_wavenet
from keras_wavenet import WaveNet


def test_the_model_and_its_audio_are_the_same(hugging_face, preset):
    keras_wavenet.upload_preset("hf://me/voice", preset)
    saved, loaded = (WaveNet.from_preset(p) for p in (preset, "hf://me/voice"))
    for before, after in zip(saved.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(before, after)
    audio = [model.generate(40, seed=3) for model in (saved, loaded)]
    np.testing.assert_array_equal(*audio)
    assert np.ptp(audio[0]) > 0
