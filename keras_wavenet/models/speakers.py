"""New speakers for a trained network (paper, section 3.1)."""

import keras
import numpy as np
from keras import ops

from keras_wavenet import preset_io
from keras_wavenet.utils import checks


def with_speakers(model: keras.Model, speakers: list[str] | int) -> keras.Model:
    """A new network with the speakers of a trained one, and new ones.

    The old speakers keep their numbers, and all other weights are copied. Each new
    speaker begins as the mean of the old ones: the row of an embedding, or for one-hot
    speakers the row of every kernel that multiplies them. The optimizer, its state and
    which layers were frozen are not copied: call `compile`.

    Args:
        model: A `keras_wavenet.WaveNet` with the condition `"speaker"`.
        speakers: List of new names, for a model whose speakers have names; else a
            number of new speakers.

    Returns:
        A model of the same class, with the old speakers first.

    Raises:
        ValueError: If the model has no speakers, or `speakers` is of the other kind,
            empty or names a speaker twice.
    """
    config = model.get_config()
    old = config["speakers"]
    config["speakers"] = _joined(old, speakers)
    grown = type(model).from_config(config)
    model = preset_io.bare_copy(model)
    count, added = model.architecture.speaker_count, grown.architecture.speaker_count
    for new, trained in zip(grown.weights, model.weights, strict=True):
        values = ops.convert_to_numpy(trained)
        if tuple(new.shape) != values.shape:  # speakers are its first rows
            mean = values[:count].mean(axis=0, keepdims=True)
            rows = np.repeat(mean, added - count, axis=0)
            values = np.concatenate([values[:count], rows, values[count:]])
        new.assign(values)
    return grown


def _joined(old, new):
    """The old speakers and the new ones, as an argument of the constructor."""
    if old is None:
        raise ValueError(
            "Only a model with speakers can have more of them: build it with "
            "`speakers`. Received: a model with speakers=None"
        )
    if isinstance(old, int):
        if not isinstance(new, int):
            raise ValueError(
                f"The {old} speakers of the model have no names: `speakers` must be "
                f"the number of new ones. Received: speakers={new!r}"
            )
        checks.positive(speakers=new)
        return old + new
    if not isinstance(new, list | tuple) or not new:
        raise ValueError(
            f"The {len(old)} speakers of the model have names: `speakers` must be a "
            f"list of the new names. Received: speakers={new!r}"
        )
    return [*old, *new]
