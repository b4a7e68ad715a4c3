"""How a clip of any length is recognised in windows, none of which is long."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class FrameWindow:
    """Frames that go through the network together, and those whose result counts.

    Attributes:
        start: First frame of the window.
        stop: The frame after its last.
        kept_from: First frame whose result is taken.
        kept_to: The frame after the last one that is.
    """

    start: int
    stop: int
    kept_from: int
    kept_to: int


def frame_windows(frames: int, length: int, margin: int) -> Iterator[FrameWindow]:
    """Windows whose kept frames make up a clip, each of them once.

    A frame within `margin` of a window's edge would miss frames beside it that the
    whole clip has. It is kept only where the clip itself has that edge. All windows
    have `length` frames, so that a network is compiled for one length; a shorter clip
    is one window.

    Args:
        frames: Frames of the clip, at least 1.
        length: Frames of a window, more than twice the margin.
        margin: How many frames on either side bear upon the result of one.
    """
    kept = 0
    while kept < frames:
        # The last window ends where the clip does, overlapping the one before.
        start = max(min(kept - margin, frames - length), 0)
        stop = min(start + length, frames)
        kept_to = stop if stop == frames else stop - margin
        yield FrameWindow(start, stop, kept, kept_to)
        kept = kept_to
