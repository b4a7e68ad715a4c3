"""How much of its context a window has heard: for models that start from nothing."""

import numpy as np

from keras_wavenet.data.windows.window_input import ArraySpec, WindowInput


class Heard(WindowInput):
    """`"heard"`, an int32: how many samples of the context are the clip's.

    The zero sample before a clip, from which its first one is predicted, counts among
    them. A negative number says how many positions of the waveform come before that.

    Args:
        context_length: Samples of context, n; more than that is never heard. Places of
            a batch without a window have heard all of it.
    """

    def __init__(self, context_length: int):
        self._context_length = context_length
        self.specs = {"heard": ArraySpec((), "int32", fill=context_length)}

    def read(self, clip, start):
        return {"heard": np.int32(min(start, self._context_length))}
