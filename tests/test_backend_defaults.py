"""What suits each backend by default."""

import keras
import pytest

from keras_wavenet import backend_defaults


def test_the_default_pipeline_needs_no_other_framework(run_without):
    backend = keras.backend.backend()
    others = {"jax", "tensorflow", "torch"} - {backend}
    unwanted = others | ({"grain"} if backend == "tensorflow" else set())
    code = (
        "import keras_wavenet\n"
        "from keras_wavenet import backend_defaults\n"
        "print(backend_defaults.default_pipeline())\n"
    )
    found = run_without(unwanted, code, backend).strip()
    assert found == ("tf.data" if backend == "tensorflow" else "grain")


@pytest.mark.neutral
def test_a_pipeline_is_one_that_data_knows():
    from keras_wavenet.data.windows.dataset import PIPELINES

    assert backend_defaults.default_pipeline() in PIPELINES
