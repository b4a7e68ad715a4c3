"""The inverse of a waveform filter, for audio in chunks.

Axes: B streams, T samples, p order, L block.
"""

import numpy as np

_BLOCK = 64  # L, at least the order of any filter


class InverseFilter:
    """`x[t] = y[t] / gain - sum a_k x[t - k]`, with the last p samples x as its state.

    Samples are computed in float64, L at a time, as the matrix product of a fixed
    matrix with the previous p samples and the L filtered ones. Blocks are counted from
    the start: a block that a chunk fills only in part is computed with zeros for the
    rest, and again by the next chunk, so that the audio does not depend on the sizes of
    the chunks. The output is clipped to [-1, 1], the state is not.

    Args:
        coefficients: float64 array, shape `(p,)`: `a_1` to `a_p`, p at most 64.
        gain: Positive float.
        streams: Number of waveforms, B.

    Call arguments:
        chunk: Float array, shape `(B, T)`: the next filtered samples.

    Returns:
        float32 array, shape `(B, T)`, in [-1, 1].
    """

    def __init__(self, coefficients: np.ndarray, gain: float, streams: int):
        self._matrix = _block_matrix(coefficients)  # (L, p + L)
        self._order, self._gain, self._streams = len(coefficients), gain, streams
        self.reset()

    def reset(self) -> None:
        """Set the state to silence."""
        self.follow(np.zeros((self._streams, 0)))

    def follow(self, waveform: np.ndarray) -> None:
        """Set the state to that after audio: float array, shape `(B, T)`."""
        silence = np.zeros((self._streams, self._order))
        joined = np.concatenate([silence, waveform], axis=1)
        self._past = joined[:, -self._order :].T  # (p, B), left of the block
        self._begun = np.zeros((0, self._streams))  # filtered, in the block

    def __call__(self, chunk: np.ndarray) -> np.ndarray:
        done = len(self._begun)
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
        audio = np.concatenate(audio)[done:]
        return audio.T.clip(-1, 1).astype("float32")


def _block_matrix(coefficients) -> np.ndarray:
    """Matrix from p samples and the next L filtered ones to L samples: `(L, p + L)`.

    Its columns are the recursion's outputs for unit vectors.
    """
    order = len(coefficients)
    rows = np.eye(order + _BLOCK)
    for t in range(order, order + _BLOCK):
        rows[t] -= coefficients[::-1] @ rows[t - order : t]
    return rows[order:]
