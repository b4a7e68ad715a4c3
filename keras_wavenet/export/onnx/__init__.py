"""The format `onnx`: graphs of a WaveNet for ONNX runtimes, written node by node.

`step.py` has one sample through the network, `sampling.py` the choice of the next one,
`loop.py` the graphs around both, `conditions.py` what conditions them.
"""

from keras_wavenet.export.onnx.format import Onnx

__all__ = ["Onnx"]
