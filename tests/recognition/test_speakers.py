"""The speaker of every 10 ms of clips outside the training data (section 3.4)."""

import keras
import pytest

from keras_wavenet import data
from keras_wavenet.recognition import ClipLabels, RecognitionDataset, Recognizer

pytestmark = pytest.mark.neutral  # it trains for a while; each backend learns elsewhere


def test_speakers_of_held_out_clips_are_recognized():
    train, held_out = (
        data.open_source("spoken_prompts", split, sample_rate=4000)
        for split in ("train", "validation")
    )
    labels = ClipLabels.of_source(train)
    keras.utils.set_random_seed(0)
    model = Recognizer(
        labels.classes,
        dilations=[1, 2, 4, 8, 16],
        residual_channels=12,
        dilation_channels=12,
        skip_channels=24,
        distribution={"name": "categorical", "levels": 32},
        sample_rate=4000,
        pool=40,
        frame_channels=24,
        frame_layers=2,
        next_sample_weight=0.3,
    )
    windows = RecognitionDataset(train, labels, model, batch_size=32, window_length=400)
    model.compile(keras.optimizers.Adam(0.005))
    model.fit(windows, steps_per_epoch=200, verbose=0)

    right = frames = clips_right = 0
    for clip in held_out:
        probabilities = model.recognize(clip.waveform)  # (frames, classes)
        speaker = model.classes.index(clip.info.speaker)
        right += (probabilities.argmax(axis=1) == speaker).sum()
        frames += len(probabilities)
        clips_right += probabilities.sum(axis=0).argmax() == speaker
    shares = [
        sum(c.length for c in held_out.clips if c.speaker == name)
        for name in labels.classes
    ]
    majority = max(shares) / sum(shares)
    assert right / frames > majority + 0.25
    assert clips_right >= 8  # of 10
