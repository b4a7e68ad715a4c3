"""From speech to a trained preset that speaks: the path of the README."""

import numpy as np
import pytest

import keras_wavenet

WITHOUT_TENSORFLOW = """
import keras_wavenet

model = keras_wavenet.WaveNet(
    [1, 2, 4], residual_channels=4, dilation_channels=4, skip_channels=8
)
train, validation = (
    keras_wavenet.data.load("spoken_prompts", split=split, spec=model, batch_size=2,
                            window_length=2000, data_dir="audio")
    for split in ("train", "validation")
)
model.compile()
model.fit(train, steps_per_epoch=3, verbose=0)
validation = validation.of_clips([5], "one clip")
bits = model.evaluate(validation, verbose=0, return_dict=True)["bits_per_sample"]
model.save_to_preset("voice")
audio = model.generate(300, seed=0)
again = keras_wavenet.WaveNet.from_preset("voice").generate(300, seed=0)
assert (audio == again).all()
try:
    import tensorflow
except ImportError:
    print(train.pipeline, 2 < bits < 9, audio.std() > 0)
"""


@pytest.fixture(scope="module")
def model():
    model = keras_wavenet.WaveNet(
        [1, 2, 4, 8], residual_channels=16, dilation_channels=16, skip_channels=32
    )
    model.compile(optimizer="adam")
    return model


@pytest.mark.filterwarnings("error:.*ran out of data")
def test_a_model_learns_from_the_shipped_speech(model):
    train, validation = (
        keras_wavenet.data.load(
            "spoken_prompts",
            split=split,
            spec=model.data_spec,
            batch_size=4,
            window_length=2000,
        )
        for split in ("train", "validation")
    )
    validation = validation.of_clips([3, 5, 9], "a clip of each speaker")
    before = model.evaluate(validation, verbose=0, return_dict=True)
    history = model.fit(
        train, steps_per_epoch=15, epochs=2, validation_data=validation, verbose=0
    ).history
    after = history["val_bits_per_sample"]
    assert len(after) == 2
    assert after[-1] < before["bits_per_sample"] - 0.05
    again = model.evaluate(validation, verbose=0, return_dict=True)
    assert again["bits_per_sample"] == pytest.approx(after[-1], abs=1e-4)
    few = validation.of_clips([0], "one clip")
    assert model.predict(few, verbose=0).shape == (4 * len(few), 2000, 256)


def test_a_saved_voice_says_the_same(model, tmp_path):
    audio = model.generate(500, temperature=0.95, seed=0)
    model.save_to_preset(tmp_path / "my_voice")
    again = keras_wavenet.WaveNet.from_preset(tmp_path / "my_voice")
    assert audio.std() > 1e-3
    np.testing.assert_array_equal(again.generate(500, temperature=0.95, seed=0), audio)


@pytest.mark.neutral
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_the_whole_path_needs_no_tensorflow(backend, run_without_tensorflow, tmp_path):
    printed = run_without_tensorflow(WITHOUT_TENSORFLOW, backend, cwd=tmp_path)
    assert printed.split() == ["grain", "True", "True"]
