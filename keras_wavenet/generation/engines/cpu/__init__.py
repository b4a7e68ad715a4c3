"""The engine for CPUs, whatever the Keras backend: a loop compiled by numba.

It runs a description of the network: arrays of weights, packed when a generation
begins. It computes in float32 whatever the dtype policy. One stream is as fast as one
core reads the weights, which may be rounded to bfloat16, half as much to read, or to
int8, a quarter, with activations of 8 bits; many streams run in threads.
"""

from keras_wavenet.generation.engines.cpu.compiled_code import remove_stale_code
from keras_wavenet.generation.engines.cpu.description import describes
from keras_wavenet.generation.engines.cpu.engine import Engine

__all__ = ["Engine", "describes"]

remove_stale_code()
