"""What suits a backend by default: outside the engines, all that knows one."""

import keras


def default_pipeline() -> str:
    """The input pipeline that needs no other framework than the backend's own."""
    return "tf.data" if keras.backend.backend() == "tensorflow" else "grain"
