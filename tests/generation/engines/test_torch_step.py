"""The traced step of PyTorch reads no value on the host, as a CUDA graph requires.

PyTorch has a device, `"meta"`, whose tensors have no values: an operation that reads
one, or that mixes tensors of the host and of the device, is refused there, as it is
while a GPU records.
"""

import keras
import pytest

from keras_wavenet import WaveNet
from keras_wavenet.generation.sampling import Sampling
from tests.family import KINDS, SMALL

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "torch", reason="of PyTorch alone"
)
B, N = 2, 8


def make_memory(model):
    """Return the memory of a few streams, as the engine begins with it."""
    import torch

    from keras_wavenet.generation.engines.torch_step import Memory

    width = model.network.conditioning.condition_width
    condition = torch.zeros(N, B, width) if width else None
    state = model.network.get_initial_state(B, condition[0] if width else None)
    noise = torch.zeros(N, B, model.distribution.uniforms_per_sample)
    return Memory.begin(state, torch.zeros(B), noise, condition, 1.0)


def move(model, memory):
    """Move the weights to the device; return the memory there."""
    import torch

    for variable in model.variables:
        value = variable.value.to("meta")
        variable._value = torch.nn.Parameter(value, requires_grad=False)
    return memory.filled([tensor.to("meta") for tensor in memory.tensors])


@pytest.mark.parametrize("kind", KINDS)
def test_the_step_of_any_network_needs_nothing_from_the_host(kind):
    import torch

    from keras_wavenet.generation.engines.torch_step import trace_step

    model = WaveNet(**{**SMALL, **KINDS[kind]})
    ways = [Sampling()]
    if kind in ("speech", "vocoder", "predicted_far"):  # of each distribution
        ways.append(Sampling(temperature=0))
        if model.distribution.truncates:
            ways.append(Sampling(top_k=3, top_p=0.5))
    memory = make_memory(model)
    with torch.no_grad(), keras.device("meta"):
        memory = move(model, memory)
        for way in ways:
            graph = trace_step(model.network, way.chooser(model.distribution), memory)
            held = {n.target for n in graph.graph.nodes if n.op == "get_attr"}
            places = {getattr(graph, target).device.type for target in held}
            assert places == {"meta"}
