"""What `fit`, `evaluate` and `predict` refuse, and what they take as codes."""

import grain
import keras
import numpy as np
import pytest

from keras_wavenet import WaveNet
from keras_wavenet.layers import mu_law_encode
from keras_wavenet.training import BitsPerSample
from tests.family import SMALL

B, T, LEVELS = 4, 20, 16
AUDIO = np.random.default_rng(0).uniform(-0.5, 0.5, (B, T + 1)).astype("float32")
X, Y = AUDIO[:, :-1], AUDIO[:, 1:]
CODES = mu_law_encode(Y, LEVELS)


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    model = WaveNet(**SMALL)
    model.compile("sgd")
    return model


@pytest.fixture(scope="module")
def mixture():
    model = WaveNet(**{**SMALL, "distribution": "gaussian"})
    model.compile("sgd")
    return model


class Batches(keras.utils.PyDataset):
    """One batch, for ever or once."""

    def __init__(self, *batch):
        super().__init__()
        self.batch = batch

    def __len__(self):
        return 1

    def __getitem__(self, index):
        return self.batch


def generator(*batch):
    yield batch


def evaluated(model, *batch, **options):
    options = {"verbose": 0, "return_dict": True, **options}
    return model.evaluate(*batch, **options)


@pytest.mark.parametrize("dtype", ["int32", "int64", "uint8"])
def test_integer_targets_are_codes(model, dtype):
    expected = evaluated(model, X, Y)
    codes = CODES.astype(dtype)
    assert evaluated(model, X, codes) == pytest.approx(expected, rel=1e-5)
    assert evaluated(model, Batches(X, codes)) == pytest.approx(expected, rel=1e-5)
    found = model.test_on_batch(X, codes, return_dict=True)
    assert float(found["loss"]) == pytest.approx(expected["loss"], rel=1e-5)


REFUSED = {
    "no targets": ((X, None), "one sample later.*Received: no `y`"),
    "codes as floats": ((X, CODES.astype("float32")), "`y` must hold samples .*mu-law"),
    "unscaled targets": ((X, 30000 * Y), r"`y` must hold samples .*up to 1.*e\+04"),
    "unscaled inputs": ((30000 * X, Y), r"`waveform` must hold .*up to 1.*e\+04"),
    "unscaled context": (
        ({"waveform": X, "context": 3 * np.ones((B, 2), "float32")}, Y),
        "`context` must hold samples .*up to 3",
    ),
    "too large codes": ((X, CODES + 8), "from 0 to 15; .*Received: integers from"),
    "16-bit targets": ((X, (20000 * Y).astype("int16")), "divide 16-bit .*integers"),
    "one-hot": ((X, np.eye(LEVELS, dtype="float32")[CODES]), r"not one-hot.*4, 20, 16"),
    "no numbers": ((X, np.full_like(Y, np.nan)), "`y` must be finite"),
    "another length": ((X, Y[:, 1:]), r"shape \(4, 19\) for .*shape \(4, 20\)"),
    "inputs": ((X, X.copy()), r"y` must be the waveform one sample later.*`fit\(w\[:"),
    "codes of inputs": ((X, mu_law_encode(X, LEVELS)), "equals the codes of `x` in"),
    "weights of time": ((X, Y, np.ones(T)), r"`sample_weight` must have shape .*20"),
    "weights below 0": ((X, Y, -np.ones(B)), "at least 0. Received: .*-1"),
}


@pytest.mark.neutral
@pytest.mark.parametrize("batch, message", REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize(
    "score",
    [
        lambda model, x, y, w=None: model.fit(x, y, sample_weight=w, verbose=0),
        lambda model, *batch: model.fit(X, Y, validation_data=batch, verbose=0),
        lambda model, x, y, w=None: model.evaluate(x, y, sample_weight=w, verbose=0),
        lambda model, *batch: model.train_on_batch(*batch),
        lambda model, *batch: model.test_on_batch(*batch),
        lambda model, *batch: model.fit(Batches(*batch), verbose=0),
        lambda model, *batch: model.fit(X, Y, validation_data=Batches(*batch)),
        lambda model, *batch: model.evaluate(generator(*batch), verbose=0),
    ],
)
def test_wrong_batches_are_refused_before_a_step(model, score, batch, message):
    before = model.get_weights()
    with pytest.raises(ValueError, match=message):
        score(model, *batch)
    for weight, old in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, old)


def test_silence_is_its_own_target(model):
    silence = np.zeros_like(X)
    for targets in (silence.copy(), mu_law_encode(silence, LEVELS)):
        assert evaluated(model, silence, targets)["loss"] > 0


def test_a_mixture_takes_no_codes(mixture):
    with pytest.raises(ValueError, match="'gaussian'; divide .*dtype=int32"):
        mixture.fit(X, CODES, verbose=0)


def test_predict_refuses_unscaled_audio(model):
    for predict in (model.predict, model.predict_on_batch):
        with pytest.raises(ValueError, match=r"in \[-1, 1\]"):
            predict(30000 * X)
    with pytest.raises(ValueError, match=r"in \[-1, 1\]"):
        model.predict(Batches(30000 * X), verbose=0)


def test_class_weights_are_refused(model):
    for train in (model.fit, model.train_on_batch):
        with pytest.raises(ValueError, match="Give `sample_weight`.*class_weight="):
            train(X, Y, class_weight={0: 2.0})


@pytest.mark.parametrize("shape", [(B,), (B, 1), (B, T)])
@pytest.mark.parametrize("as_dataset", [False, True])
def test_weights_of_waveforms_are_those_of_their_samples(model, shape, as_dataset):
    weights = np.array([1, 0, 3, 0.5], "float32")
    each = [evaluated(model, X[[i]], Y[[i]])["loss"] for i in range(B)]
    shaped = np.broadcast_to(weights.reshape(B, *[1] * (len(shape) - 1)), shape)
    if as_dataset:
        found = evaluated(model, Batches(X, Y, shaped))
    else:
        found = evaluated(model, X, Y, sample_weight=shaped)
    expected = np.average(each, weights=weights)
    assert found["loss"] == pytest.approx(expected, rel=1e-5)
    assert found["bits_per_sample"] == pytest.approx(expected / np.log(2), rel=1e-5)


def test_accuracy_counts_the_codes_that_are_most_probable(tiny_wavenet):
    model = tiny_wavenet(distribution={"name": "categorical", "levels": LEVELS})
    expected = (model.predict(X, verbose=0).argmax(axis=-1) == CODES).mean()
    assert expected > 0
    model.compile("sgd", metrics=["accuracy"], weighted_metrics=["acc"])
    for targets in (Y, CODES):
        found = evaluated(model, X, targets)
        assert found["accuracy"] == found["acc"] == pytest.approx(expected)


@pytest.mark.neutral
def test_other_metrics_by_name_are_refused(model):
    with pytest.raises(ValueError, match="Give \"accuracy\", .*Received: 'mse'"):
        model.compile("sgd", metrics=["mse"])


def test_the_batch_that_was_looked_at_is_trained_on(model):
    """A generator of one batch has no other."""
    weights = model.get_weights()
    model.fit(generator(X, Y), verbose=0)
    assert any(
        (new != old).any()
        for new, old in zip(model.get_weights(), weights, strict=True)
    )


def test_another_loss_has_targets_of_its_own():
    model = WaveNet(**SMALL)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss, weighted_metrics=[BitsPerSample(model.distribution)])
    found = evaluated(model, X, CODES)
    expected = found["bits_per_sample"] * np.log(2)
    assert found["loss"] == pytest.approx(expected, rel=1e-4)


def raw_examples(kind):
    """Two examples of a dataset, as they are read from a file."""
    rows = [
        {"audio": np.arange(30 + n), "id": f"clip {n}", "label": n} for n in range(2)
    ]
    if kind == "tf.data":
        import tensorflow as tf

        shapes = {"audio": (None,), "id": (), "label": ()}
        dtypes = {"audio": "int64", "id": "string", "label": "int32"}
        signature = {name: tf.TensorSpec(shapes[name], dtypes[name]) for name in dtypes}
        return tf.data.Dataset.from_generator(
            lambda: iter(rows), output_signature=signature
        )
    if kind == "supervised tf.data":
        return raw_examples("tf.data").map(lambda row: (row["audio"], row["label"]))
    if kind == "padded tf.data":
        return raw_examples("supervised tf.data").padded_batch(2)
    if kind == "grain":
        return grain.MapDataset.source(rows).to_iter_dataset()
    return {"generator": iter(rows), "rows": rows, "row": rows[0]}.get(
        kind, [row["audio"] / 99 for row in rows]
    )


RAW = ["tf.data", "grain", "generator", "row", "rows", "list"]
SUPERVISED = [
    pytest.param(f"{kind} tf.data", marks=pytest.mark.tensorflow)
    for kind in ("supervised", "padded")
]


@pytest.mark.parametrize("kind", [*RAW, *SUPERVISED])
def test_examples_in_place_of_windows_are_answered_with_what_makes_them(model, kind):
    for method in (model.fit, model.evaluate):
        with pytest.raises(ValueError, match="data.load.dataset, spec=model.` makes"):
            method(raw_examples(kind))
