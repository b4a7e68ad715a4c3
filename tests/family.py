"""Small networks of every kind, with what conditions them."""

import functools

import keras
import numpy as np

from keras_wavenet.models.inputs import with_current_names

FRAMES = {  # log-mel frames of 8 bands every 6 samples
    "parts": [
        {
            "name": "log_mel",
            "sample_rate": 16000,
            "hop": 6,
            "window": 16,
            "n_fft": 32,
            "n_mels": 8,
            "fmin": 0,
            "fmax": 8000,
        }
    ],
    "mean": [-4.0] * 8,
    "std": [1.0] * 8,
}
KINDS = {
    "speech": {  # an embedding, tags, learned upsampling in stages
        "speakers": ["ann", "ben"],
        "speaker_channels": 3,
        "tags": 4,
        "local_channels": 4,
        "hop": 6,
        "upsampling": {"kind": "transposed", "scales": [2, 3]},
        "post_conditioning": True,
        "initial_activation": "tanh",
    },
    "vocoder": {  # one-hot, a vector, a companded mixture, zero start and edges
        "speakers": 2,
        "global_channels": 3,
        "local_channels": 4,
        "hop": 6,
        "upsampling": {
            "kind": "stretch",
            "edges": "zeros",
            "use_bias": True,
            "activation": "leaky_relu",
        },
        "distribution": {"name": "logistic_mixture", "components": 3, "mu": 255},
        "initial_kernel_size": 3,
        "start": "zeros",
        "skip_scaling": "total",
        "residual_scale": 0.7,
    },
    "far": {  # a context stack at a rate of its own, companded input
        "context_stack": {"dilations": [1, 2], "channels": 4, "hop": 4},
        "input_encoding": "companded",
        "initial_activation": "relu",
        "initial_skip": True,
        "skip_scaling": "running",
    },
    "both": {  # a context stack and frames, zero start of codes
        "speakers": 2,
        "context_stack": {"dilations": [1, 2], "channels": 4, "hop": 4},
        "local_channels": 4,
        "hop": 6,
        "upsampling": "repeat",
        "start": "zeros",
        "use_bias": False,
        "post_conditioning": True,
    },
    "predicted": {  # around a linear prediction, frames encoded and interpolated
        "speakers": ["ann", "ben"],
        "speaker_channels": 3,
        "features": FRAMES,
        "upsampling": "linear",
        "frame_encoder": {"channels": 5},
        "linear_prediction": {"order": 4},
        "distribution": {"name": "logistic_mixture", "components": 1},
        "initial_kernel_size": 1,
    },
    "predicted_far": {  # likewise with a context stack, a zero start and more curves
        "speakers": 2,
        "features": FRAMES,
        "upsampling": "repeat",
        "linear_prediction": {"order": 3},
        "distribution": {"name": "gaussian", "components": 2},
        "context_stack": {"dilations": [1, 2], "channels": 4, "hop": 4},
        "post_conditioning": True,
        "start": "zeros",
    },
}
SMALL = {
    "dilations": [1, 2, 4],
    "residual_channels": 6,
    "dilation_channels": 5,
    "skip_channels": 7,
    "post_channels": 9,
    "distribution": {"name": "categorical", "levels": 16},
}


def outputs(model, inputs):
    """What `call` gives, as an array.

    JAX compiles each operation for each new shape: as a whole that is faster.
    """
    if keras.backend.backend() == "jax":
        states = (model.trainable_variables, model.non_trainable_variables)
        values = [[variable.value for variable in state] for state in states]
        # What calling the model does with arrays alone.
        inputs = model.with_exact_predictors(with_current_names(inputs))
        return np.asarray(_compiled(model)(*values, inputs)[0])
    return keras.ops.convert_to_numpy(model(inputs))


@functools.cache
def _compiled(model):
    """The network as a function of its weights, compiled once for each shape."""
    import jax

    return jax.jit(model.stateless_call)


def conditions_of(model, samples, seed=0):
    """Conditions of two clips of so many samples, by name."""
    a, rng = model.architecture, np.random.default_rng(seed)
    frames = -(-samples // (a.hop or 1))
    shapes = {
        "tags": (2, a.tag_count),
        "global": (2, a.global_channels),
        "local": (2, frames, a.local_channels),
    }
    made = {"speaker": np.array([1, 0], "int32")}
    made |= {n: rng.normal(size=s) for n, s in shapes.items() if n in a.conditions}
    if "tags" in made:
        made["tags"] = made["tags"] > 0
    arrays = {n: made[n] for n in a.conditions}
    return {n: v if n == "speaker" else v.astype("float32") for n, v in arrays.items()}


def cut(model, conditions, first, stop=None):
    """The conditions of samples `first` to `stop - 1`, with the earlier frames."""
    found = dict(conditions)
    if "local" in found:
        hop = model.architecture.hop
        last = None if stop is None else -(-stop // hop)
        found["local"] = conditions["local"][:, first // hop : last]
        found["local_context"] = conditions["local"][:, : first // hop]
    return found
