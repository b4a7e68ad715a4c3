"""The inverse of a waveform filter, for audio that comes in chunks.

Axes: B streams, T samples, p order, L block.
"""

import numpy as np

_BLOCK = 64  # L, at least the order of any filter


class InverseFilter:
    """`x[t] = y[t] / gain - sum a_k x[t - k]`, with the last p samples x remembered.

    Samples are computed in float64, L of them by one product of a fixed matrix with the
    p samples before them and the L filtered ones. Blocks are counted from the start: a
    chunk that ends inside one computes it again with zeros for what is not there yet,
    so that the size of the chunks does not change the audio. What leaves [-1, 1] is
    clipped in the output, not in what is remembered.

    Args:
        coefficients: float64 array, shape `(p,)`: `a_1` to `a_p`, p at most 64.
        gain: Positive float.
        streams: How many waveforms run side by side, B.

    Call arguments:
        chunk: Float array, shape `(B, T)`: the next filtered samples.

    Returns:
        float32 array, shape `(B, T)`, in [-1, 1].
    """

    def __init__(self, coefficients: np.ndarray, gain: float, streams: int):
        self._matrix = _block_matrix(coefficients)  # (L, p + L)
        self._order, self._gain, self._streams = len(coefficients), gain, streams
        self.reset()

    def reset(self):
        """Forget all samples: silence was before."""
        self.follow(np.zeros((self._streams, 0)))

    def follow(self, waveform: np.ndarray):
        """Go on after audio: float array, shape `(B, T)`, before which was silence."""
        silence = np.zeros((self._streams, self._order))
        joined = np.concatenate([silence, waveform], axis=1)
        self._past = joined[:, -self._order :].T  # (p, B), before the block
        self._begun = np.zeros((0, self._streams))  # filtered samples of the block

    def __call__(self, chunk: np.ndarray) -> np.ndarray:
        known = len(self._begun)
        scaled = np.asarray(chunk, "float64").T / self._gain  # (T, B)
        filtered = np.concatenate([self._begun, scaled])
        audio = [np.zeros((0, self._streams))]
        for start in range(0, len(filtered), _BLOCK):
            block = filtered[start : start + _BLOCK]
            padded = np.pad(block, [(0, _BLOCK - len(block)), (0, 0)])  # (L, B)
            samples = self._matrix @ np.concatenate([self._past, padded])
            audio.append(samples[: len(block)])
            if len(block) == _BLOCK:
                self._past = samples[-self._order :]
        self._begun = filtered[len(filtered) // _BLOCK * _BLOCK :]
        audio = np.concatenate(audio)[known:]
        return audio.T.clip(-1, 1).astype("float32")


def _block_matrix(coefficients) -> np.ndarray:
    """From p samples and L filtered samples after them to L samples: `(L, p + L)`.

    Its columns are what the recursion makes of unit vectors.
    """
    order = len(coefficients)
    rows = np.eye(order + _BLOCK)
    for t in range(order, order + _BLOCK):
        rows[t] -= coefficients[::-1] @ rows[t - order : t]
    return rows[order:]
