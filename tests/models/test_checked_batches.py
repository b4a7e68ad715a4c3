"""Datasets of which a later batch is wrong, and data that is no batch at all."""

import keras
import numpy as np
import pytest

from keras_wavenet import WaveNet
from tests.family import SMALL

B, T, LEVELS = 4, 20, 16
AUDIO = np.random.default_rng(0).uniform(-0.5, 0.5, (B, T + 1)).astype("float32")
X, Y = AUDIO[:, :-1], AUDIO[:, 1:]
CODES = np.full((B, T), 3)


@pytest.fixture(scope="module")
def model():
    model = WaveNet(**SMALL)
    model.compile("sgd")
    return model


class Batches(keras.utils.PyDataset):
    def __init__(self, *batches):
        super().__init__()
        self.batches_in_order = batches
        self.epochs = 0

    def __len__(self):
        return len(self.batches_in_order)

    def __getitem__(self, index):
        return self.batches_in_order[index]

    def on_epoch_end(self):
        self.epochs += 1


LATER = {
    "unscaled": ((30000 * X, Y), r"in \[-1, 1\].*Received: samples up to"),
    "16-bit": ((X, (20000 * Y).astype("int16")), "divide 16-bit .*integers from"),
    "one-hot": ((X, np.eye(LEVELS, dtype="float32")[CODES]), "not one-hot"),
    "weights": ((X, Y, np.ones((B, 3))), "`sample_weight` must have shape"),
}


@pytest.mark.parametrize("kind", [Batches, lambda *batches: iter(batches)])
@pytest.mark.parametrize("batch, message", LATER.values(), ids=LATER.keys())
def test_a_later_batch_that_is_wrong_is_refused(model, kind, batch, message):
    for score in (model.fit, model.evaluate):
        with pytest.raises(ValueError, match=message) as raised:
            score(kind((X, Y), (X, Y), batch), verbose=0)
        assert "Traceback" not in str(raised.value)
    assert np.isfinite(model.evaluate(X, Y, verbose=0)).all()


@pytest.mark.neutral
def test_a_checked_dataset_knows_of_its_epochs(model):
    batches = Batches((X, Y), (X, CODES))
    history = model.fit(batches, epochs=2, verbose=0)
    assert batches.epochs >= 2  # Keras builds the model in one more
    assert len(history.history["loss"]) == 2


NO_BATCHES = {
    "none": (None, "Received: NoneType"),
    "list of lists": (X.tolist(), "Received: list"),
    "objects": (X.astype(object), "Received: dtype=object"),
    "text": (X.astype(str), "Received: dtype=<U"),
    "no waveforms": (X[:0], r"Received: shape=\(0, 20\)"),
}


@pytest.mark.neutral
@pytest.mark.parametrize("x, message", NO_BATCHES.values(), ids=NO_BATCHES.keys())
def test_what_is_no_batch_is_refused_in_our_words(model, x, message):
    for score in (model.fit, model.evaluate, model.train_on_batch):
        with pytest.raises(ValueError, match=f"`waveform` must .*{message}"):
            score(x, Y[: len(x)] if x is not None else Y)


@pytest.mark.neutral
def test_a_dataset_without_batches_is_refused(model):
    for dataset in (iter([]), Batches()):
        with pytest.raises(ValueError, match="Received: no batch from"):
            model.fit(dataset, verbose=0)
    with pytest.raises(ValueError, match="Received: 4 parts"):
        model.fit(X, Y, validation_data=(X, Y, None, None), verbose=0)


@pytest.mark.neutral
def test_losses_and_metrics_of_codes_refuse_a_waveform():
    model = WaveNet(**SMALL)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    metric = keras.metrics.SparseCategoricalAccuracy()
    for options in ({"loss": loss}, {"metrics": [metric]}):
        model.compile("sgd", **options)
        with pytest.raises(ValueError, match="compares codes: `y` must hold integers"):
            model.evaluate(X, Y, verbose=0)
        assert model.evaluate(X, CODES, verbose=0)[0] < 10


@pytest.mark.neutral
@pytest.mark.parametrize("loss", ["mse", "sparse_categorical_crossentropy"])
def test_a_loss_by_name_is_refused(loss):
    with pytest.raises(ValueError, match="Leave `loss` out.*from_logits=True"):
        WaveNet(**SMALL).compile("sgd", loss)
