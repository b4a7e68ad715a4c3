"""Generation where numba is not installed, or cannot be imported."""

import pytest

pytestmark = pytest.mark.neutral

GENERATE = """
import warnings
import numpy as np
from keras_wavenet import WaveNet

def generate(**options):
    model = WaveNet(dilations=[1, 2], residual_channels=4, dilation_channels=4,
                    skip_channels=4)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        audio = [model.generate(20, seed=0, **options) for _ in range(2)]
    print(audio[0].shape, bool((np.abs(audio[0]) <= 1).all()))
    print([str(one.message) for one in caught if one.category is UserWarning])

generate()
generate(engine="jax")
try:
    generate(engine="cpu")
except ValueError as error:
    print(error)
"""
# An import that fails as that of numba with a version of NumPy that it refuses.
REFUSING = """
raise ImportError("Numba needs NumPy 1.9 or less")
"""


def check(printed, reason):
    """One warning and audio; an error for the engine by name."""
    automatic, warned, by_name, silent, refused = printed.splitlines()
    assert automatic == by_name == "(1, 20) True"
    assert warned.count("Generation uses the slower loop of jax") == 1
    assert silent == "[]"
    for message in (warned, refused):
        assert 'needs numba, which cannot be imported: pip install "keras-' in message
        assert reason in message
    assert refused.startswith("Cannot generate: the engine 'cpu'")


def test_without_numba_the_engine_of_the_backend_generates_with_a_warning(run_without):
    check(run_without({"numba"}, GENERATE, "jax"), "No module named ")


def test_a_numba_that_does_not_run_is_as_none(run_program, tmp_path):
    (tmp_path / "numba.py").write_text(REFUSING, "utf-8")
    code = f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\n{GENERATE}"
    ended = run_program("-c", code, backend="jax")
    assert ended.returncode == 0, ended.stderr
    check(ended.stdout, "Numba needs NumPy 1.9 or less")
