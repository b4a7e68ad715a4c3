"""New speakers for a trained network: what it knew stays, and only they are new."""

import keras
import numpy as np
import pytest

from tests.family import SMALL

T = 12
WAVEFORM = np.random.default_rng(1).uniform(-0.5, 0.5, (3, T)).astype("float32")
KINDS = {
    "names, embedding": ({"speakers": ["ann", "ben"], "speaker_channels": 3}, ["eve"]),
    "names, one-hot": ({"speakers": ["ann", "ben"]}, ["eve", "dan"]),
    "count": ({"speakers": 2}, 2),
}


@pytest.fixture(scope="module", params=KINDS.values(), ids=KINDS.keys())
def grown(request, tiny_wavenet):
    """A network and what has become of it."""
    arguments, new = request.param
    model = tiny_wavenet(**SMALL, **arguments, tags=2, post_conditioning=True)
    return model, model.with_speakers(new)


def logits_of(model, speakers):
    tags = np.array([[0, 1], [1, 1], [0, 0]], "float32")
    speakers = np.array(speakers, "int32")
    inputs = {"waveform": WAVEFORM, "speaker": speakers, "tags": tags}
    return model.predict(inputs, verbose=0)


def test_the_old_speakers_sound_as_before(grown):
    old, new = grown
    assert new.architecture.speaker_count > old.architecture.speaker_count
    expected = logits_of(old, [0, 1, 1])
    np.testing.assert_allclose(logits_of(new, [0, 1, 1]), expected, rtol=0, atol=1e-5)
    assert np.abs(logits_of(old, [1, 0, 0]) - expected).max() > 0.01


def test_a_new_speaker_begins_as_the_mean_of_the_old(grown):
    old, new = grown
    changed = 0
    for before, after in zip(old.weights, new.weights, strict=True):
        if before.shape == after.shape:
            continue
        changed += 1
        before, after = (keras.ops.convert_to_numpy(w) for w in (before, after))
        np.testing.assert_array_equal(after[:2], before[:2])
        fresh = after[2 : 2 + len(after) - len(before)]
        mean = np.broadcast_to(before[:2].mean(axis=0), fresh.shape)
        np.testing.assert_allclose(fresh, mean, rtol=1e-6)
        np.testing.assert_array_equal(after[2 + len(fresh) :], before[2:])
    one_hot = old.speaker_channels is None
    assert changed == (len(old.blocks) + 1 if one_hot else 1)


def test_frozen_blocks_stay_while_the_speakers_learn(tiny_wavenet):
    model = tiny_wavenet(**SMALL, speakers=["ann"], speaker_channels=3)
    model = model.with_speakers(["eve"])
    for block in model.blocks:
        block.trainable = False
    model.compile(keras.optimizers.Adam(0.01))
    before = [block.get_weights() for block in model.blocks]
    embedding = model.network.conditioning.global_condition.get_weights()[0]
    x = {"waveform": WAVEFORM, "speaker": np.ones(3, "int32")}
    model.fit(x, np.roll(WAVEFORM, -1, axis=1), epochs=2, verbose=0)
    for block, weights in zip(model.blocks, before, strict=True):
        for found, expected in zip(block.get_weights(), weights, strict=True):
            np.testing.assert_array_equal(found, expected)
    learned = model.network.conditioning.global_condition.get_weights()[0]
    assert (learned[1] != embedding[1]).all()
    np.testing.assert_array_equal(learned[0], embedding[0])  # had no samples


@pytest.mark.parametrize(
    "speakers, new, message",
    [
        (None, ["eve"], "with speakers .*speakers=None"),
        (2, ["eve"], r"no names: .*Received: speakers=\['eve'\]"),
        (2, 0, "speakers=0"),
        (["ann"], 2, "have names: .*Received: speakers=2"),
        (["ann"], [], r"Received: speakers=\[\]"),
        (["ann"], ["ann"], r"must differ. Received: speakers=\['ann', 'ann'\]"),
        (["ann"], "eve", "Received: speakers='eve'"),
    ],
)
def test_what_does_not_fit_the_model_is_refused(tiny_wavenet, speakers, new, message):
    model = tiny_wavenet(**SMALL, speakers=speakers)
    with pytest.raises(ValueError, match=message):
        model.with_speakers(new)
