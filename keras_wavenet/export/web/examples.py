"""The frames of shipped recordings, which the page can say without a microphone."""

from typing import Any

import numpy as np

from keras_wavenet.data.folders.audio_file import read_audio_file, scan_audio_file
from keras_wavenet.data.resampling import resample
from keras_wavenet.data.spoken_prompts.recordings import RECORDINGS, read_recording
from keras_wavenet.export.web.network_data import Data
from keras_wavenet.generation.protocols import Model


def shipped_examples(model: Model) -> Data:
    """Recordings of the package as frames of a model with features.

    Returns:
        Settings: of each example its text, its speaker's number and its frames. Arrays:
        `example_0` and so on, `(frames, channels)`, and with linear prediction
        `example_predictors_0` and so on, `(frames, K + 2)`.

    Raises:
        ImportError: If soundfile, librosa, or soxr for another rate than 16 kHz, is not
            installed.
    """
    a = model.architecture
    examples, arrays = [], {}
    for number, speaker in enumerate(RECORDINGS):
        recording = read_recording(speaker)
        file = scan_audio_file(recording.path)
        audio = resample(read_audio_file(file), file.sample_rate, a.sample_rate)
        frames = a.features(np.clip(audio, -1, 1))
        text = f'"{recording.transcript}" ({speaker})'
        examples.append(_example(text, frames, _number(a.speakers, speaker)))
        arrays |= _frames(model, frames, number)
    return {"examples": examples}, arrays


def given_example(model: Model, frames: np.ndarray) -> Data:
    """As `shipped_examples`, of frames in an array, `(frames, channels)`."""
    example = _example("The exported frames", frames, 0)
    return {"examples": [example]}, _frames(model, frames, 0)


def _example(text, frames, speaker) -> dict[str, Any]:
    return {"text": text, "frames": len(frames), "speaker": speaker}


def _number(speakers, name):
    """The number of a speaker of the model, 0 if it has another one."""
    known = isinstance(speakers, list) and name in speakers
    return speakers.index(name) if known else 0


def _frames(model, frames, number):
    frames = np.ascontiguousarray(frames, "float32")
    arrays = {f"example_{number}": frames}
    prediction = model.network.linear_prediction
    if prediction is not None:
        predictors = prediction(frames[None])[0]
        scales = predictors[:, -1:].astype("float64")
        arrays[f"example_predictors_{number}"] = np.concatenate(
            [predictors, np.log(scales)], axis=1, dtype="float32"
        )
    return arrays
