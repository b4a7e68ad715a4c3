"""A small recognizer learns to separate speech and pauses, on new clips too."""

import keras
import numpy as np
import pytest

from keras_wavenet.data import open_source
from keras_wavenet.recognition import RecognitionDataset, SegmentLabels
from keras_wavenet.recognition.error_rates import frame_accuracy
from keras_wavenet.recognition.recognizer import Recognizer

RATE, POOL = 2000, 20  # 10 ms; a low rate, so that seconds of training are enough
CLASSES = ("pause", "speech")
PAUSE = 10 ** (-35 / 20)  # root mean square of a frame, -35 dBFS


def loudness_labels(source):
    """Each frame of each clip is speech or pause, by how loud it is."""
    segments = []
    for clip in source:
        frames = clip.waveform[: len(clip.waveform) // POOL * POOL].reshape(-1, POOL)
        loud = np.sqrt(np.square(frames).mean(axis=1)) > PAUSE
        names = [CLASSES[int(is_loud)] for is_loud in loud]
        segments.append(
            [(POOL * f, POOL * f + POOL, name) for f, name in enumerate(names)]
        )
    return SegmentLabels(segments, CLASSES)


@pytest.fixture(scope="module")
def trained(data_dir):
    """A recognizer, the history of its training, and its validation data."""
    sources = [
        open_source("spoken_prompts", split, RATE, data_dir)
        for split in ("train", "validation")
    ]
    keras.utils.set_random_seed(0)
    model = Recognizer(
        CLASSES,
        dilations=[1, 2, 4, 8],
        residual_channels=8,
        dilation_channels=8,
        skip_channels=16,
        distribution={"name": "categorical", "levels": 32},
        sample_rate=RATE,
        pool=POOL,
        frame_channels=8,
        frame_layers=1,
    )
    windows, held_out = (
        RecognitionDataset(
            source, loudness_labels(source), model, batch_size=16, window_length=400,
            shuffle=shuffle,
        )
        for source, shuffle in zip(sources, (True, False), strict=True)
    )  # fmt: skip
    model.compile(keras.optimizers.Adam(0.01))
    history = model.fit(
        windows, steps_per_epoch=40, validation_data=held_out, verbose=0
    ).history
    return model, history, held_out


def test_frames_of_clips_outside_the_training_data_are_classified(trained):
    _, history, held_out = trained
    majority = held_out.class_shares().max()
    assert majority < 0.75
    assert history["val_frames_accuracy"][-1] > 0.9
    assert history["val_next_sample_bits_per_sample"][-1] < 4.5  # of 5, untrained


def test_whole_clips_are_recognized_as_well_as_windows_of_them(trained):
    model, history, held_out = trained
    labels, found = [], []
    for index, clip in enumerate(held_out.source):
        frames = len(clip.waveform) // POOL
        labels += held_out.labels.at(index, POOL * np.arange(frames)).tolist()
        found += model.recognize(clip.waveform, 100).argmax(axis=-1)[:frames].tolist()
    # Windows of an evaluation lack the frames beside them, whole clips do not.
    accuracy = frame_accuracy(labels, found)
    assert abs(accuracy - history["val_frames_accuracy"][-1]) < 0.03


def test_a_transcript_of_speech_has_pauses_between_words(trained):
    model, _, held_out = trained
    clip = held_out.source[0].waveform
    runs = model.transcribe(clip, shortest=3)
    assert set(runs) == set(CLASSES)
    assert all(one != other for one, other in zip(runs, runs[1:], strict=False))
    assert model.transcribe(clip, ignore=["pause"], shortest=3).count("speech") == (
        runs.count("speech")
    )
