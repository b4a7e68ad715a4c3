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
    from keras_wavenet.data.windows.pipelines import PIPELINES

    assert backend_defaults.default_pipeline() in PIPELINES


def test_long_runs_alone_are_compiled_where_compiling_takes_long():
    short, long = map(backend_defaults.jit_compile_for, (1e9, 1e15))
    assert short in (False, "auto")
    assert long in (short, True)


@pytest.mark.skipif(keras.backend.backend() != "torch", reason="of PyTorch alone")
def test_without_a_compiler_no_run_is_compiled(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert backend_defaults.jit_compile_for(1e15) is False
