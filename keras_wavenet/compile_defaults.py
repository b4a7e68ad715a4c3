"""What a backend does best by default: outside the engines, all that knows one."""

import keras


def jit_compile():
    """Whether to ask for XLA: Keras' "auto" leaves TensorFlow on a CPU without it."""
    return True if keras.backend.backend() == "tensorflow" else "auto"


def default_pipeline() -> str:
    """The input pipeline that needs no other framework than the backend's own."""
    return "tf.data" if keras.backend.backend() == "tensorflow" else "grain"
