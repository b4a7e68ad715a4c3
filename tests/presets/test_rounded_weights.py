"""What it costs to round the weights of the shipped networks to bfloat16."""

import pytest

from keras_wavenet import WaveNet, data
from tests.generation.rounded import round_projections

pytestmark = pytest.mark.neutral


# Bits of a code, and of a 16-bit sample.
@pytest.mark.parametrize(
    "name, least, most", [("wavenet_tiny", 2, 5), ("wavenet_prompts", 7, 10)]
)
def test_a_hundredth_of_a_bit_at_most(name, least, most):
    model = WaveNet.from_preset(name)
    model.compile()
    windows = data.load(
        "spoken_prompts",
        split="validation",
        spec=model,
        batch_size=2,
        window_length=4000,
    )
    batch = next(iter(windows))
    exact = bits_per_sample(model, batch)
    round_projections(model)
    rounded = bits_per_sample(model, batch)
    assert least < exact < most
    assert 0 < abs(rounded - exact) < 0.01


def bits_per_sample(model, batch):
    model.reset_metrics()
    return float(model.test_on_batch(*batch, return_dict=True)["bits_per_sample"])
