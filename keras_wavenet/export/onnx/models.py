"""The ONNX models of an export, by the names of their files."""

from typing import Any

import keras_wavenet
from keras_wavenet.export.onnx import conditions, context, loop, network, start
from keras_wavenet.export.onnx.graph import Graph
from keras_wavenet.generation.description import describe, describe_conditions

DOCS = {
    "start": "The state of new streams, before any sample.",
    "prefill": "Follow known samples: the state after them.",
    "loop": "Generate a chunk of samples, and continue after it.",
    "step": "The distribution of one next sample.",
    "context": "The context of the samples after one more frame of them.",
    "conditions": "The conditions of a span of samples, for the other models.",
}


def make_models(model: Any, weights: str = "float32") -> dict[str, Any]:
    """The checked `ModelProto`s of a WaveNet, by name.

    Args:
        model: A `keras_wavenet.WaveNet`.
        weights: How kernels are stored, see `Graph.weight`.
    """
    parts = make_parts(model, weights)
    stack, kernels = None, describe_conditions(model.network.conditioning)
    if "context" in kernels:
        stack = context.context_stack(model, kernels)
    graphs = [
        start.start_graph(parts.net, stack),
        loop.prefill_graph(parts),
        loop.loop_graph(parts),
        loop.step_graph(parts),
    ]
    if stack is not None:
        graphs.append(context.context_graph(stack, weights))
    if set(kernels) - {"context"}:
        graphs.append(conditions.conditions_graph(model, weights))
    return {one.name: _finished(one, model) for one in graphs}


def make_parts(model: Any, weights: str = "float32") -> loop.Parts:
    """What the graphs of a WaveNet depend on."""
    a, conditioning = model.architecture, model.network.conditioning
    return loop.Parts(
        net=network.from_description(describe(model.network), model.distribution),
        width=conditioning.condition_width - a.predictor_channels,
        by_sample=conditioning.upsampling is not None,
        weights=weights,
    )


def _finished(graph: Graph, model: Any):
    metadata = {
        "name": model.name,
        "sample_rate": str(model.sample_rate),
        "receptive_field": str(model.receptive_field),
        "distribution": model.distribution.name,
        "keras_wavenet_version": keras_wavenet.__version__,
    }
    return graph.model(f"{model.name}: {DOCS[graph.name]}", metadata)
