"""What `fit`, `evaluate` and `predict` are given: looked at before a step uses it.

Arrays are checked whole, and a dataset by its first batch: a wrong target or scale
raises no error in a step, and an error there would cost JAX the weights.

Axes: B batch, T samples.
"""

import itertools
from typing import Any

import keras
import numpy as np

from keras_wavenet.distributions import Distribution
from keras_wavenet.utils import checks

_FEW_SAMPLES = 8
MAKE_WINDOWS = (
    "Of the examples of a dataset, such as those of tfds, "
    "`keras_wavenet.data.load(dataset, spec=model)` makes windows that `fit` takes"
)


def are_examples(inputs: Any) -> bool:
    """Whether inputs look like the examples of a dataset, and not like windows."""
    if isinstance(inputs, dict):
        return "waveform" not in inputs
    if isinstance(inputs, list):
        return True
    if not hasattr(inputs, "shape"):
        return False
    return len(inputs.shape) != 2 or _are_integers(inputs)


def _are_integers(array):
    return checks.dtype_name(array).startswith(("int", "uint"))


def is_dataset(data: Any) -> bool:
    """Whether data gives batches, unlike arrays, tensors or containers of them."""
    return not (
        data is None or isinstance(data, dict | list | tuple) or hasattr(data, "shape")
    )


def first_batch(dataset: Any) -> tuple[Any, Any]:
    """The first batch of a dataset, and the dataset that still begins with it.

    Args:
        dataset: What Keras takes: a `keras.utils.PyDataset`, an iterator or generator,
            or an iterable such as a `tf.data.Dataset`, which begins anew each time.

    Returns:
        The batch, and the data to use in place of `dataset`.

    Raises:
        ValueError: If there is none.
    """
    if isinstance(dataset, keras.utils.PyDataset):
        iterator = iter([] if dataset.num_batches == 0 else [dataset[0]])
    else:
        iterator = iter(dataset)
    batch = next(iterator, None)
    if batch is None:
        raise ValueError(
            "A dataset must give batches; a generator gives each of its own once. "
            f"Received: no batch from {type(dataset).__name__}"
        )
    return batch, itertools.chain([batch], iterator) if iterator is dataset else dataset


def parts_of(data: tuple | list) -> tuple:
    """Inputs, targets and weights of a batch or of `validation_data`.

    Raises:
        ValueError: If there are more or fewer.
    """
    if not 1 <= len(data) <= 3:
        raise ValueError(
            "Data that is a tuple must be (x, y) or (x, y, sample_weight). "
            f"Received: {len(data)} parts"
        )
    return tuple(data)


def as_arrays(inputs: Any) -> Any:
    """Inputs, or a dict of them, with NumPy arrays in place of tensors."""
    if isinstance(inputs, dict):
        return {name: as_arrays(value) for name, value in inputs.items()}
    return keras.ops.convert_to_numpy(inputs) if hasattr(inputs, "shape") else inputs


def check_targets(
    distribution: Distribution,
    inputs: np.ndarray | dict[str, np.ndarray],
    targets: np.ndarray | None,
    sample_weight: np.ndarray | None = None,
) -> None:
    """Refuse targets and weights that do not belong to the inputs.

    Args:
        distribution: That of the network.
        inputs: The waveform, `(B, T)`, or a dict with `"waveform"`.
        targets: `(B, T)`: float samples in [-1, 1], or integer codes.
        sample_weight: `None`, `(B,)`, `(B, 1)` or `(B, T)`, at least 0.

    Raises:
        ValueError: If there are no targets, or a shape, dtype or value does not fit.
    """
    waveform = inputs["waveform"] if isinstance(inputs, dict) else inputs
    shape = np.shape(waveform)
    if targets is None:
        raise ValueError(
            "A WaveNet is trained and scored on `x` and the targets `y`: the waveform "
            "one sample later, of the same shape, as `fit(w[:, :-1], w[:, 1:])` or "
            "batches of (x, y). Received: no `y`"
        )
    if getattr(targets, "shape", None) != shape:
        received = getattr(targets, "shape", type(targets).__name__)
        raise ValueError(
            "`y` must have the shape of the waveform, (batch, samples): samples one "
            f"later, or their codes, not one-hot. Received: y of shape {received} for "
            f"a waveform of shape {shape}"
        )
    if "float" in checks.dtype_name(targets):
        checks.finite("y", targets)
        checks.loudness("y", targets)
        _check_shifted(waveform, targets, "`x`")
    else:
        _check_codes(distribution, targets)
        few = _codes(distribution, waveform[:, :_FEW_SAMPLES])
        if np.array_equal(few, targets[:, :_FEW_SAMPLES]):
            codes = _codes(distribution, waveform)
            _check_shifted(codes, targets, "the codes of `x`")
    if sample_weight is not None:
        _check_weights(sample_weight, shape)


def _codes(distribution, waveform):
    return keras.ops.convert_to_numpy(distribution.encode(waveform))


def _check_shifted(waveform, targets, name):
    """Refuse targets that are the inputs: a network would only have to copy them.

    A waveform that equals itself one sample later is constant, such as silence.
    """
    few = slice(0, _FEW_SAMPLES)  # most arrays already differ there
    if not (
        waveform.shape[1] >= _FEW_SAMPLES
        and np.array_equal(waveform[:, few], targets[:, few])
        and np.array_equal(waveform, targets)
    ):
        return
    if (waveform != waveform[:, :1]).any():
        raise ValueError(
            "`y` must be the waveform one sample later than `x`: of a waveform w, "
            f"`fit(w[:, :-1], w[:, 1:])`. Received: a `y` that equals {name} in all of "
            f"its {waveform.size:,} samples"
        )


def _check_codes(distribution, targets):
    dtype = checks.dtype_name(targets)
    if not (distribution.has_codes and _are_integers(targets)):
        raise ValueError(
            f"`y` must hold float samples in [-1, 1] for the distribution "
            f"{distribution.name!r}; divide 16-bit integers by 32768. "
            f"Received: dtype={dtype}"
        )
    least, most = targets.min(initial=0), targets.max(initial=0)
    if least < 0 or most >= distribution.levels:
        raise ValueError(
            "Integers in `y` are the codes of samples and must be from 0 to "
            f"{distribution.levels - 1}; divide 16-bit audio by 32768. "
            f"Received: integers from {least} to {most}"
        )


def check_codes(targets: Any, name: str) -> None:
    """Refuse float targets for a loss or metric of Keras that takes them as codes.

    Args:
        targets: An array or a tensor, or what is no target at all.
        name: That of the loss or metric.

    Raises:
        ValueError: If they are floats.
    """
    if hasattr(targets, "dtype") and not _are_integers(targets):
        raise ValueError(
            f"{name!r} compares codes: `y` must hold integers, such as "
            "`keras_wavenet.layers.mu_law_encode(waveform, levels)`. Leave `loss` and "
            '`metrics` out, or give metrics=["accuracy"], for a waveform. '
            f"Received: dtype={checks.dtype_name(targets)}"
        )


def _check_weights(weights, shape):
    received = getattr(weights, "shape", type(weights).__name__)
    if received not in (shape[:1], (*shape[:1], 1), shape):
        raise ValueError(
            "`sample_weight` must have shape (batch,) or (batch, 1), a weight for each "
            "waveform, or (batch, samples), one for each sample. "
            f"Received: {received} for a waveform of shape {shape}"
        )
    if weights.size and weights.min() < 0:
        raise ValueError(
            "`sample_weight` must be at least 0. "
            f"Received: weights down to {weights.min():.4g}"
        )


def check_no_class_weight(class_weight: dict | None) -> None:
    """Refuse weights of classes, which samples do not have.

    Raises:
        ValueError: If there are any.
    """
    if class_weight is not None:
        raise ValueError(
            "`class_weight` must be None: samples have no classes. Give `sample_weight`"
            f", (batch, samples). Received: class_weight={class_weight!r}"
        )
