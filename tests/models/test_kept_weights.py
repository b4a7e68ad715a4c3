"""A model has its weights after an error or Ctrl-C in a loop over batches."""

import os
import signal

import keras
import numpy as np
import pytest

# Of `fit`, about a generator.
pytestmark = pytest.mark.filterwarnings("ignore:.*shuffle=True")

AUDIO = np.random.default_rng(0).uniform(-1, 1, (4, 13)).astype("float32")
X, Y = AUDIO[:, :-1], AUDIO[:, 1:]
METHODS = ["fit", "evaluate", "predict"]


class Stop(keras.callbacks.Callback):
    """Raises after the first batch of any loop."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def on_test_batch_end(self, batch, logs=None):
        raise self.error

    on_train_batch_end = on_predict_batch_end = on_test_batch_end


@pytest.fixture(scope="module")
def model(tiny_wavenet):
    model = tiny_wavenet(dilations=[1, 2])
    model.compile(keras.optimizers.SGD(0.0))
    return model


@pytest.fixture
def check(model):
    """After the test, the weights are those before it and the model is usable."""
    before = model.get_weights()
    yield
    for weight, value in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, value)
    model.predict_on_batch(X[:2])


def _run(model, method, batches, callbacks=()):
    if method == "predict":
        batches = ((x,) for x, _ in batches)
    getattr(model, method)(batches, verbose=0, callbacks=list(callbacks))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
@pytest.mark.usefixtures("check")
def test_weights_remain_after_an_error_between_batches(model, method, error):
    batches = ((X[i : i + 2], Y[i : i + 2]) for i in (0, 2))
    with pytest.raises(error):
        _run(model, method, batches, [Stop(error)])


def _batches_and_ctrl_c():
    for _ in range(3):
        yield X[:2], Y[:2]
    os.kill(os.getpid(), signal.SIGINT)
    yield X[:2], Y[:2]


@pytest.fixture
def keyboard():
    """SIGINT as in a terminal: a test run in the background has it ignored."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, previous)


@pytest.mark.skipif(os.name == "nt", reason="SIGINT would end the test run")
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.usefixtures("check", "keyboard")
def test_weights_remain_after_ctrl_c_within_a_step(model, method):
    with pytest.raises(KeyboardInterrupt):
        _run(model, method, _batches_and_ctrl_c())


@pytest.mark.parametrize("method", ["fit", "evaluate", "train_on_batch"])
@pytest.mark.usefixtures("check")
def test_weights_remain_after_an_error_within_the_first_step(model, method):
    def failing(y, outputs):
        raise RuntimeError("loss")

    model.compile(keras.optimizers.SGD(0.0), loss=failing)
    try:
        with pytest.raises(RuntimeError, match="loss"):
            getattr(model, method)(X[:2], X[:2])
    finally:
        model.compile(keras.optimizers.SGD(0.0))
