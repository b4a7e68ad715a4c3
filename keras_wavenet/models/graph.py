"""The functional graph of a WaveNet: from the inputs by name to the parameters.

Axes: B batch, T samples of the waveform, P positions of the dilated stack, which are
those of the waveform and, before them, what the waveform's outputs depend on.
"""

import keras
from keras import ops

from keras_wavenet.layers.frame_upsampling import LINEAR


def connect(architecture, parts):
    """Connect the layers.

    Args:
        architecture: An `Architecture`.
        parts: Its layers, from `build_parts`.

    Returns:
        The inputs by name, and the parameters of the distribution,
        `(B, T, channels)`.
    """
    a = architecture
    inputs = make_inputs(a, parts)
    joined = ops.concatenate([inputs["context"], inputs["waveform"]], axis=1)
    far = context_length(a, parts) - a.history  # heard by the context stack alone
    samples = joined[:, far:]  # (B, history + T)
    mask = None
    if a.start == "zeros":
        mask = heard_mask(samples, inputs["heard"], a.history)
    signals, predicted = [samples], ()
    if a.linear_prediction is not None:
        residual, *predicted = parts.prediction_signals(
            joined[:, far - a.prediction_order :],
            inputs["local"][..., a.local_channels :],
        )
        signals += [residual, predicted[0]]
    x = hear(a, parts, signals, mask)  # (B, P, R)
    rows = condition_rows(a, parts, inputs, joined, x)
    early = a.early_positions
    scales = list(a.skip_scales)
    zs = [x * scales.pop(0)] if a.initial_skip else []
    for block, scale in zip(parts.blocks, scales, strict=True):
        x, z = block(x, conditions=rows)
        early -= block.history
        x = silence_unheard(x, mask, a.history - early)
        zs.append(z if scale == 1 else z * scale)
    hidden = parts.skip(parts.skip_connections(zs))  # (B, T, S)
    hidden = parts.post(hidden)  # (B, T, P)
    if parts.post_products is not None:
        hidden = ops.relu(hidden + parts.post_products(rows, hidden))
    parameters = parts.output_product(hidden)
    if predicted:
        parameters = parts.around_prediction(parameters, *predicted)
    return inputs, parameters


def make_inputs(a, parts):
    """The inputs of the graph, by name; all are given, see `WaveNet.call`."""
    inputs = {
        "waveform": keras.Input((None,), name="waveform", dtype="float32"),
        "context": keras.Input(
            (context_length(a, parts),), name="context", dtype="float32"
        ),
    }
    if a.start == "zeros":
        inputs["heard"] = keras.Input((), name="heard", dtype="int32")
    if "speaker" in a.conditions:
        inputs["speaker"] = keras.Input((), name="speaker", dtype="int32")
    for name, channels in vector_channels(a).items():
        inputs[name] = keras.Input((channels,), name=name, dtype="float32")
    if "local" in a.conditions:
        shape = (None, a.local_channels + a.predictor_channels)
        inputs["local"] = keras.Input(shape, name="local", dtype="float32")
    return inputs


def hear(a, parts, signals, mask):
    """The first layer: signals, `(B, history + T)` each, to the residual stream."""
    layers = [parts.initial, *parts.signal_layers]
    xs = []
    for layer, signal in zip(layers, signals, strict=True):
        heard = parts.encode(signal)
        if mask is None:
            xs.append(layer(heard))
        elif a.input_encoding == "codes":
            xs.append(layer(ops.where(mask, heard, -1), unheard=True))
        else:
            xs.append(layer(silence_unheard(heard, mask, 0)))
    x = sum(xs[1:], xs[0])
    activate = {None: lambda x: x, "tanh": ops.tanh, "relu": ops.relu}
    x = activate[a.initial_activation](x)
    return silence_unheard(x, mask, parts.initial.history)


def heard_mask(samples, heard, history):
    """Which samples, `(B, history + T)`, were heard: not those before the start."""
    number = ops.cumsum(ops.ones_like(samples, dtype="int32"), axis=1)
    return number > history - ops.expand_dims(heard, 1)


def silence_unheard(x, mask, cut):
    """Zero the positions of `(B, positions, R)` where nothing was heard yet.

    `cut` is how many samples of the mask lie before the first position.
    """
    if mask is None:
        return x
    return ops.where(ops.expand_dims(mask[:, cut:], -1), x, 0)


def condition_rows(a, parts, inputs, joined, positions):
    """What conditions each position, a dict for `ConditionProducts`, or `None`."""
    rows, vector = {}, None
    if parts.global_condition is not None:
        names = [n for n in ("speaker", "tags", "global") if n in inputs]
        vector = parts.global_condition({n: inputs[n] for n in names})
    if parts.upsampling_layer is not None:
        needed = -(-a.early_positions // a.hop) + a.frames_margin
        frames = inputs["local"][:, a.frames_before - needed :, : a.local_channels]
        if parts.frame_encoder_layer is not None:
            frames = parts.frame_encoder_layer(frames, vector)
            vector = None
        rows["local"] = parts.upsampling_layer(frames, positions)
        if a.upsampling["kind"] == LINEAR:
            rows["local"] = (frames, rows["local"])
    if vector is not None:
        rows["global"] = vector
    if parts.context is not None:
        rows["context"] = parts.context(joined, positions)
    return rows or None


def context_length(a, parts) -> int:
    """Samples that have to be heard before a waveform."""
    length = a.history + a.prediction_order
    return (
        length if parts.context is None else max(length, parts.context.context_length)
    )


def frame_margins(a) -> tuple[int, int]:
    """Local frames that have to be known before and behind those of a waveform."""
    if a.local_channels is None:
        return 0, 0
    return a.frames_before, a.frames_margin


def vector_channels(a) -> dict[str, int]:
    """Channels of the conditions that are one vector for all samples."""
    channels = {"tags": a.tag_count, "global": a.global_channels or 0}
    return {name: count for name, count in channels.items() if count}
