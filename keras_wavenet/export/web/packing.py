"""Kernels in the order in which the loop of the page reads them."""

import numpy as np

STRIP = 8  # columns, two registers of WebAssembly; as in loop/projections.h


def pack(kernels: np.ndarray) -> np.ndarray:
    """Pack kernels in strips of columns.

    Args:
        kernels: float32 `(kernels, n, m)`.

    Returns:
        Contiguous float32, `(kernels, strips, n, STRIP)`; the last strip is padded with
        zeros.
    """
    count, inputs, width = kernels.shape
    strips = -(-width // STRIP)
    padded = np.pad(kernels, [(0, 0), (0, 0), (0, strips * STRIP - width)])
    strips = padded.reshape(count, inputs, strips, STRIP).transpose(0, 2, 1, 3)
    return np.ascontiguousarray(strips)
