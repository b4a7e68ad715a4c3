"""The check of the two recordings that a metric compares."""

import numpy as np


def check_pair(
    original: np.ndarray, generated: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return two recordings of the same length as float32.

    Args:
        original: Float array, shape `(T,)`, samples in [-1, 1].
        generated: Float array of the same shape.

    Returns:
        Both as float32 arrays.

    Raises:
        ValueError: If they are not float arrays of one shape `(T,)`, are empty, or hold
            a value that is not finite.
    """
    pair = np.asarray(original), np.asarray(generated)
    for name, waveform in zip(("original", "generated"), pair, strict=True):
        if waveform.ndim != 1 or not np.issubdtype(waveform.dtype, np.floating):
            raise ValueError(
                f"`{name}` must be a float array of shape (samples,). Received: "
                f"shape={waveform.shape}, dtype={waveform.dtype}"
            )
        if not len(waveform) or not np.isfinite(waveform).all():
            raise ValueError(
                f"`{name}` must have samples, all finite. Received: "
                f"{len(waveform)} samples"
            )
    if len(pair[0]) != len(pair[1]):
        raise ValueError(
            "`original` and `generated` must have the same length: copy synthesis is "
            f"aligned in time. Received: {len(pair[0])} and {len(pair[1])} samples"
        )
    return pair[0].astype("float32"), pair[1].astype("float32")
