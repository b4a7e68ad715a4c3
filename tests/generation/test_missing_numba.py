"""Generation where numba is not installed, or does not run."""

import pytest

pytestmark = pytest.mark.neutral

SPEAK = """
import warnings
import numpy as np
from keras_wavenet import WaveNet

def say(**options):
    model = WaveNet(dilations=[1, 2], residual_channels=4, dilation_channels=4,
                    skip_channels=4)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        audio = [model.generate(20, seed=0, **options) for _ in range(2)]
    print(audio[0].shape, bool((np.abs(audio[0]) <= 1).all()))
    print([str(one.message) for one in caught if one.category is UserWarning])

say()
say(engine="torch")
try:
    say(engine="cpu")
except ValueError as error:
    print(error)
"""
# An import that fails as that of numba does beside a version of NumPy that it refuses.
REFUSING = """
raise ImportError("Numba needs NumPy 1.9 or less")
"""


def check(printed, reason):
    """One warning, audio all the same, and an error for who insists."""
    spoken, warned, insisted, silent, refused = printed.splitlines()
    assert spoken == insisted == "(1, 20) True"
    assert warned.count("Generation takes the slower loop of torch") == 1
    assert silent == "[]"
    for said in (warned, refused):
        assert 'needs numba, which cannot be imported: pip install "keras-' in said
        assert reason in said
    assert refused.startswith("Cannot generate: the engine 'cpu'")


def test_without_numba_the_loop_of_the_backend_speaks_and_says_so(run_without):
    check(run_without({"numba"}, SPEAK, "torch"), "No module named ")


def test_a_numba_that_does_not_run_is_as_none(run_program, tmp_path):
    (tmp_path / "numba.py").write_text(REFUSING, "utf-8")
    code = f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\n{SPEAK}"
    ended = run_program("-c", code, backend="torch")
    assert ended.returncode == 0, ended.stderr
    check(ended.stdout, "Numba needs NumPy 1.9 or less")
