"""Fixtures that all tests share: fresh Python processes, and a small network.

A test module that does not depend on a Keras backend says
`pytestmark = pytest.mark.neutral` and runs once; all others run once a backend.
"""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent

# Before anything imports Keras: the backend of the neutral tests, and of a bare pytest.
os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

HIDING = CHECKOUT / "tests" / "hidden_packages"  # hides packages as Python starts
# Keras imports these wherever they are, which takes as long as the rest of it.
SLOW_TO_IMPORT = {"matplotlib", "pandas", "sklearn"}


def program_environment(
    backend=None, missing=SLOW_TO_IMPORT, path=CHECKOUT, **variables
):
    """Return the environment of a program that a test runs.

    It finds the package in `path`, and not the packages that are `missing`. The backend
    `"numpy"`, which is imported the fastest, suits a program that makes no network.
    """
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(path), str(HIDING)]),
        "HIDDEN_PACKAGES": ",".join(missing),
        **variables,
    }
    if backend is not None:
        environment["KERAS_BACKEND"] = backend
    return environment


def pytest_collection_modifyitems(items):
    """Mark the cases of a test whose parameter says that they need TensorFlow."""
    for item in items:
        parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
        if any(value in ("tf.data", "tensorflow") for value in map(str, parameters)):
            item.add_marker(pytest.mark.tensorflow)


@pytest.fixture
def run_program():
    """Run `python *arguments` in a fresh process, with a `program_environment`."""

    def run(*arguments, cwd=None, timeout=300, **environment):
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=cwd,
            env=program_environment(**environment),
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    return run


@pytest.fixture
def run_without(run_program):
    """Run code where some packages are not installed, and return what it printed.

    Call as `run_without(missing, code, backend)`: names of top-level packages, Python
    source, and the Keras backend. The code must end without an error.
    """

    def run(missing, code, backend, **options):
        missing = SLOW_TO_IMPORT | set(missing)
        ended = run_program("-c", code, backend=backend, missing=missing, **options)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    return run


@pytest.fixture
def run_without_tensorflow(run_without):
    """Run code where TensorFlow is not installed, and return what it printed."""

    def run(code, backend, **options):
        return run_without({"tensorflow"}, code, backend, **options)

    return run


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory):
    """A folder of tfds datasets for this run of the tests."""
    return tmp_path_factory.mktemp("tfds")


@pytest.fixture
def small_files():
    """A context in which a file that grows beyond some bytes is as on a full disk."""
    resource = pytest.importorskip("resource")  # Windows limits no file's size

    @contextlib.contextmanager
    def limit(size):
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return limit


@pytest.fixture(scope="session")
def explained(tmp_path_factory):
    """A very small preset, and the page of `explain` about it."""
    from tests.explained import Explained

    return Explained(tmp_path_factory.mktemp("explained"))


@pytest.fixture(scope="session")
def tiny_wavenet():
    """Build a WaveNet of 8 channels whose weights depend on a seed alone.

    The weights are large enough that the earliest context moves the logits.
    """
    import numpy as np

    from keras_wavenet import WaveNet

    def build(seed=0, **arguments):
        tiny = {
            "dilations": [1, 2, 4, 8],
            "residual_channels": 8,
            "dilation_channels": 8,
            "skip_channels": 8,
        }
        model = WaveNet(**{**tiny, **arguments})
        normal = np.random.default_rng(seed).normal
        model.set_weights([normal(0, spread(w), w.shape) for w in model.weights])
        return model

    def spread(weight):
        if weight.path.startswith("initial"):
            return 1.0  # its rows are looked up, not added
        if len(weight.shape) == 1:
            return 0.3
        return 1.5 / np.prod(weight.shape[:-1]) ** 0.5

    return build
