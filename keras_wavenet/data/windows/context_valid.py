"""How much of the context of a window is audio of its clip, for `start="zeros"`."""

import numpy as np

from keras_wavenet.data.windows.window_input import ArraySpec, WindowInput


class ContextValid(WindowInput):
    """`"context_valid"`, an int32: how many samples of the context are the clip's.

    The zero sample before a clip, from which its first one is predicted, counts among
    them. A negative number says how many positions of the waveform come before that.

    Args:
        context_length: Samples of context, n, the most that can be valid. Places of a
            batch without a window have all of it.
    """

    def __init__(self, context_length: int):
        self._context_length = context_length
        self.specs = {"context_valid": ArraySpec((), "int32", fill=context_length)}

    def read(self, clip, start):
        return {"context_valid": np.int32(min(start, self._context_length))}
