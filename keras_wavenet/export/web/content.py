"""All settings and arrays of a page, from a model."""

from typing import Any

import numpy as np

from keras_wavenet.export.web.examples import given_example, shipped_examples
from keras_wavenet.export.web.feature_data import has_recorder, mel_data
from keras_wavenet.export.web.network_data import Data, condition_data, network_data
from keras_wavenet.generation.protocols import Model


def page_data(model: Model, frames: np.ndarray | None = None) -> Data:
    """Settings as JSON and arrays by name, which the scripts of the page read.

    Args:
        model: A `WaveNet` that passed `check`.
        frames: Local frames that the page says, `(frames, channels)`; None takes those
            of recordings in the package.
    """
    a = model.architecture
    parts = [network_data(model), condition_data(model)]
    if has_recorder(a.features):
        parts.append(mel_data(a.features))
    if frames is not None:
        parts.append(given_example(model, frames))
    elif a.features is not None:
        parts.append(shipped_examples(model))
    settings: dict[str, Any] = {"name": model.name, "examples": []}
    arrays: dict[str, np.ndarray] = {}
    for own_settings, own_arrays in parts:
        settings |= own_settings
        arrays |= own_arrays
    return settings, arrays
