"""What suits a backend by default: outside the engines, all that knows one."""

import keras


def default_pipeline() -> str:
    """The input pipeline that needs no other framework than the backend's own."""
    return "tf.data" if keras.backend.backend() == "tensorflow" else "grain"


def traces_network() -> bool:
    """Whether a training step is compiled by `training.traced_network`, not by Keras.

    Keras' `jit_compile=True` takes PyTorch many minutes, as its compiler meets the
    Python of every layer.
    """
    return keras.backend.backend() == "torch"
