"""From a clip to classes of frames, and from these to a transcript.

Axes: F frames of a clip, C classes.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from keras_wavenet.utils import checks


@dataclass(frozen=True)
class FrameWindow:
    """Frames that go through the network together, and those whose result is kept.

    Attributes:
        start: First frame of the window.
        stop: The frame after its last.
        kept_from: First frame whose result is kept.
        kept_to: The frame after the last one whose result is kept.
    """

    start: int
    stop: int
    kept_from: int
    kept_to: int


def frame_windows(frames: int, length: int, margin: int) -> Iterator[FrameWindow]:
    """Windows whose kept frames make up a clip, each frame once.

    A frame within `margin` of a window's edge lacks frames that it depends on in the
    whole clip. It is kept only where the clip itself has that edge. All windows have
    `length` frames, so that a network is compiled for one length; a clip of fewer
    frames is one window.

    Args:
        frames: Frames of the clip, at least 1.
        length: Frames of a window, more than twice the margin.
        margin: Frames on either side on which the result of a frame depends.
    """
    kept = 0
    while kept < frames:
        # The last window ends where the clip does, and overlaps the previous one.
        start = max(min(kept - margin, frames - length), 0)
        stop = min(start + length, frames)
        kept_to = stop if stop == frames else stop - margin
        yield FrameWindow(start, stop, kept, kept_to)
        kept = kept_to


def frame_probabilities(
    frame_logits: Callable[[dict[str, np.ndarray]], np.ndarray],
    waveform: np.ndarray,
    *,
    pool: int,
    context_length: int,
    margin: int,
    window_frames: int,
) -> np.ndarray:
    """The probability of each class in each frame of a clip, computed in windows.

    Args:
        frame_logits: From a batch of one window, `"waveform"` `(1, T)` and `"context"`
            `(1, context_length)`, to its logits, `(1, T / pool, C)`.
        waveform: Float array, `(samples,)`, in [-1, 1]; silence precedes it, and
            follows it up to a whole frame.
        pool: Samples in a frame.
        context_length: Samples of context of a window.
        margin: Frames on either side on which the result of a frame depends.
        window_frames: Frames in a window, more than twice `margin`.

    Returns:
        float32 array, `(F, C)`, each row summing to one.

    Raises:
        ValueError: If the waveform is empty, no float array, or not finite, or a window
            has too few frames.
    """
    waveform = _checked_clip(waveform)
    checks.at_least(2 * margin + 1, window_frames=window_frames)
    frames = -(-len(waveform) // pool)
    missing = frames * pool - len(waveform)
    padded = np.pad(waveform, (context_length, missing))[None]
    kept = []
    for window in frame_windows(frames, window_frames, margin):
        start, stop = window.start * pool, window.stop * pool
        inputs = {
            "waveform": padded[:, context_length + start : context_length + stop],
            "context": padded[:, start : start + context_length],
        }
        logits = frame_logits(inputs)[0]  # (frames of the window, C)
        kept.append(
            logits[window.kept_from - window.start : window.kept_to - window.start]
        )
    return _softmax(np.concatenate(kept))


def merge_runs(
    labels: Sequence[str], ignore: Collection[str] = (), shortest: int = 1
) -> list[str]:
    """One label for each run of equal ones.

    Args:
        labels: The label of each frame, or of each segment.
        ignore: Labels that are left out of the result. They still separate two runs of
            one label.
        shortest: Least length of a run; shorter ones are removed first, and their
            neighbors are merged where they are equal.

    Raises:
        ValueError: If `shortest` is below 1.

    Example:
        `merge_runs(["a", "a", "sil", "a", "b"], ignore=["sil"])` is
        `["a", "a", "b"]`; with `shortest=2` it is `["a"]`.
    """
    checks.positive(shortest=shortest)
    runs = [(label, len(list(run))) for label, run in groupby(labels)]
    long = [label for label, length in runs if length >= shortest]
    return [label for label, _ in groupby(long) if label not in ignore]


def _checked_clip(waveform):
    waveform = np.asarray(waveform)
    if waveform.ndim != 1 or not waveform.size:
        raise ValueError(
            "`waveform` must be one clip of shape (samples,), at least one sample. "
            f"Received: shape={waveform.shape}"
        )
    checks.signal("waveform", waveform[None])
    checks.finite("waveform", waveform)
    return waveform.astype("float32")


def _softmax(logits):
    logits = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return (logits / logits.sum(axis=-1, keepdims=True)).astype("float32")
