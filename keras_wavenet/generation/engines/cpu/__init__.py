"""The loop on a CPU, whatever the Keras backend: all of a sample compiled by numba.

It works from a description of the network, arrays of weights that are packed when a
generation begins, and keeps to float32 whatever the dtype policy. One stream goes as
fast as one core reads the weights, which may be halved to bfloat16; many streams are
shared out over the cores.
"""

from keras_wavenet.generation.engines.cpu.description import describes
from keras_wavenet.generation.engines.cpu.engine import Engine
from keras_wavenet.generation.engines.cpu.freshness import remove_stale_code

__all__ = ["Engine", "describes"]

remove_stale_code()
