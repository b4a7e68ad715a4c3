"""A preset that goes to a hub and comes back is the same model, on every backend."""

import numpy as np
import pytest

import keras_wavenet
from keras_wavenet import WaveNet


@pytest.mark.parametrize(
    "hub, uri",
    [("hugging_face", "hf://me/voice"), ("kaggle", "kaggle://me/voice/keras/small")],
)
def test_the_model_and_its_audio_are_the_same(hub, uri, preset, request):
    request.getfixturevalue(hub)
    keras_wavenet.upload_preset(uri, preset)
    saved, loaded = WaveNet.from_preset(preset), WaveNet.from_preset(uri)
    for before, after in zip(saved.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(before, after)
    audio = [model.generate(40, seed=3, engine="full") for model in (saved, loaded)]
    np.testing.assert_array_equal(*audio)
    assert np.ptp(audio[0]) > 0
