"""Conditions are learned: real speech costs fewer bits with its own than with others.

Each test trains a small network for seconds on the shipped prompts.
"""

import itertools

import keras
import numpy as np
import pytest

from keras_wavenet import WaveNet, data, features
from keras_wavenet.data import open_source

TRAIN = ("spoken_prompts", "train", 16000)
SPEAKERS = ["en_allison", "it_carlo", "ru_maxim"]
HELD_OUT = 400  # samples of a window of the validation split


def trained(steps, batch_size, window_length, rate, seed=0, **conditions):
    """A small network, trained on the prompts.

    It predicts a sample from the last one and one a millisecond ago. Such a network
    learns in seconds, and can't tell by what it hears who speaks.
    """
    keras.utils.set_random_seed(seed)
    model = WaveNet(
        dilations=[16],
        residual_channels=16,
        dilation_channels=16,
        skip_channels=32,
        initial_kernel_size=1,
        distribution={"name": "categorical", "levels": 64},
        **conditions,
    )
    train = data.load(
        "spoken_prompts",
        spec=model,
        batch_size=batch_size,
        window_length=window_length,
        seed=seed,
    )
    falling = keras.optimizers.schedules.CosineDecay(rate, steps)
    model.compile(keras.optimizers.Adam(falling))
    model.fit(train, steps_per_epoch=steps, epochs=1, verbose=0)
    return model


def held_out(model):
    """Every fifth batch of windows of the validation split: x and y as arrays."""
    windows = data.load(
        "spoken_prompts", split="validation", spec=model, window_length=HELD_OUT
    )
    batches = list(itertools.islice(windows.batches, len(windows)))
    kept = [batch for batch in batches if np.asarray(batch[2]).all()][::5]
    x = {n: np.concatenate([np.asarray(b[0][n]) for b in kept]) for n in kept[0][0]}
    return x, np.concatenate([np.asarray(b[1]) for b in kept])


def bits(model, x, y):
    scores = model.evaluate(x, y, batch_size=len(y), verbose=0, return_dict=True)
    return scores["bits_per_sample"]


@pytest.mark.neutral
def test_speech_costs_fewer_bits_with_its_own_speaker():
    # A window teaches one speaker alone, however long it is: many short ones, then.
    model = trained(200, 64, 50, 0.03, speakers=SPEAKERS, post_conditioning=True)
    x, y = held_out(model)
    right = bits(model, x, y)
    for other in (1, 2):
        speaker = (x["speaker"] + other) % 3
        wrong = bits(model, {**x, "speaker": speaker.astype("int32")}, y)
        assert wrong > right + 0.02  # 0.04 to 0.06, whatever the seed


def test_speech_costs_fewer_bits_with_its_own_mel_frames():
    mel = features.get("mel_16k").measured_on(open_source(*TRAIN), most_clips=10)
    model = trained(100, 16, 200, 0.02, features=mel, upsampling="repeat")
    x, y = held_out(model)
    right = bits(model, x, y)
    half = len(y) // 2  # so far away lies another clip
    others = {n: np.roll(x[n], half, axis=0) for n in ("local", "local_context")}
    assert bits(model, {**x, **others}, y) > right + 0.3  # 0.75 to 1.1


@pytest.mark.neutral
def test_far_windows_of_the_validation_split_are_of_other_clips():
    lengths = open_source("spoken_prompts", "validation", 16000).lengths
    assert lengths.max() < lengths.sum() / 2 - 10 * HELD_OUT
