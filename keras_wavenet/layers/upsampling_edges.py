"""What upsampling takes for the frames beyond the ends of a clip.

Marks are 1 for frames, or samples, of the clip and 0 beyond: `(B, F, 1)`.
"""

from keras import ops

from keras_wavenet.layers import queue
from keras_wavenet.layers.upsampling_stages import StretchStage, TransposedStage
from keras_wavenet.utils.tensor import Tensor


def all_inside(inside: Tensor, neighbors: int) -> Tensor:
    """Marks of frames whose whole neighborhood is inside: `(B, F, 1)` to fewer."""
    marks = queue.taps(inside, neighbors, 1)
    return ops.min(ops.concatenate(marks, axis=-1), axis=-1, keepdims=True)


def marks_after(inside: Tensor, stage: TransposedStage | StretchStage) -> Tensor:
    """The marks of the samples that a stage makes of marked frames."""
    neighbors = stage.frames_left + stage.frames_right + 1
    own = queue.taps(inside, neighbors, 1)[stage.frames_left]
    return ops.repeat(own, stage.scale, axis=1)


def hold_first_rows(rows: Tensor, inside: Tensor, hop: int) -> Tensor:
    """Rows `(B, F * hop, C)`, of which frames beyond a clip have their first alone."""
    frames = ops.shape(inside)[1]
    rows = ops.reshape(rows, (-1, frames, hop, rows.shape[-1]))
    rows = ops.where(ops.expand_dims(inside, 2) > 0, rows, rows[:, :, :1])
    return ops.reshape(rows, (-1, frames * hop, rows.shape[-1]))
