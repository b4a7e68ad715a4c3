"""Products of PyTorch by oneDNN: those of `torch.matmul`, with their gradients."""

import keras
import numpy as np
import pytest

from keras_wavenet.backend_products import fast_products, onednn_product

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "torch", reason="of PyTorch alone"
)


@pytest.mark.parametrize("channels, filters", [(3, 8), (8, 3)])
def test_a_product_has_the_values_and_gradients_of_matmul(channels, filters):
    import torch

    if not torch.backends.mkldnn.is_available():
        pytest.skip("This PyTorch has no oneDNN.")
    draw = np.random.default_rng(0).normal
    values = draw(size=(2, 9, channels)), draw(size=(channels, filters))
    outer = torch.as_tensor(draw(size=(2, 9, filters)), dtype=torch.float32)
    found = {}
    for name, product in {"matmul": torch.matmul, "onednn": onednn_product()}.items():
        x, kernel = (
            torch.tensor(v, dtype=torch.float32, requires_grad=True) for v in values
        )
        y = product(x, kernel)
        y.backward(outer)
        found[name] = [t.detach().numpy() for t in (y, x.grad, kernel.grad)]
    for expected, actual in zip(found["matmul"], found["onednn"], strict=True):
        np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-5)


def test_other_products_are_left_alone():
    import torch

    rows = torch.arange(6.0, dtype=torch.float64).reshape(1, 3, 2)
    with fast_products():
        assert torch.matmul(rows, rows[0].T).dtype == torch.float64
        assert torch.matmul(rows[0].T, rows[0]).tolist() == [[20.0, 26.0], [26.0, 35.0]]
