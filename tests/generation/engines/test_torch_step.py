"""The traced step of PyTorch reads no value on the host, as a CUDA graph requires.

PyTorch has a device, `"meta"`, whose tensors have no values: an operation that reads
one, or that mixes tensors of the host and of the device, is refused there, as it is
while a GPU records.
"""

import pytest

pytestmark = pytest.mark.neutral

TRACE = """
import keras, torch
from keras_wavenet import WaveNet
from keras_wavenet.generation.engines.torch_step import Memory, trace_step
from keras_wavenet.generation.sampling import Sampling
from tests.family import KINDS, SMALL

B, N = 2, 8

def memory_of(model):
    width = model.network.conditioning.condition_width
    condition = torch.zeros(N, B, width) if width else None
    state = model.network.get_initial_state(B, condition[0] if width else None)
    noise = torch.zeros(N, B, model.distribution.uniforms_per_sample)
    return Memory.begin(state, torch.zeros(B), noise, condition, 1.0)

def move(model, memory):
    for variable in model.variables:
        value = torch.nn.Parameter(variable.value.to("meta"), requires_grad=False)
        variable._value = value
    return memory.filled([tensor.to("meta") for tensor in memory.tensors])

for name, how in KINDS.items():
    model = WaveNet(**{**SMALL, **how})
    ways = [Sampling()]
    if name in ("speech", "vocoder", "predicted_far"):  # of each distribution
        ways.append(Sampling(temperature=0))
        if model.distribution.truncates:
            ways.append(Sampling(top_k=3, top_p=0.5))
    memory = memory_of(model)
    with torch.no_grad(), keras.device("meta"):
        memory = move(model, memory)
        for way in ways:
            graph = trace_step(model.network, way.chooser(model.distribution), memory)
            held = {n.target for n in graph.graph.nodes if n.op == "get_attr"}
            places = {getattr(graph, target).device.type for target in held}
            print(name, *places)
"""


def test_the_step_of_any_network_needs_nothing_from_the_host(run_program):
    ended = run_program("-c", TRACE, backend="torch")
    assert ended.returncode == 0, ended.stderr
    kinds = {"speech": 3, "vocoder": 2, "far": 1, "both": 1}
    kinds |= {"predicted": 1, "predicted_far": 2}
    expected = [f"{name} meta" for name, ways in kinds.items() for _ in range(ways)]
    assert ended.stdout.splitlines() == expected
