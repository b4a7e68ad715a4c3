"""What each backend does best by default."""

import keras
import pytest

from keras_wavenet import compile_defaults


def test_tensorflow_is_asked_for_xla_and_the_others_choose():
    expected = {"jax": "auto", "tensorflow": True, "torch": "auto"}
    assert compile_defaults.jit_compile() == expected[keras.backend.backend()]


def test_the_default_pipeline_needs_no_other_framework(run_without):
    backend = keras.backend.backend()
    others = {"jax", "tensorflow", "torch"} - {backend}
    unwanted = others | ({"grain"} if backend == "tensorflow" else set())
    code = (
        "import keras_wavenet\n"
        "from keras_wavenet import compile_defaults\n"
        "print(compile_defaults.default_pipeline())\n"
    )
    found = run_without(unwanted, code, backend).strip()
    assert found == ("tf.data" if backend == "tensorflow" else "grain")


@pytest.mark.neutral
def test_a_pipeline_is_one_that_data_knows():
    from keras_wavenet.data.windows.dataset import PIPELINES

    assert compile_defaults.default_pipeline() in PIPELINES
