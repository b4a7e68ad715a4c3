"""Presets: what is saved comes back, and what is damaged is refused."""

import json
import os

import h5py
import keras
import numpy as np
import pytest

from keras_wavenet import WaveNet, preset_io, preset_places


def tiny_model(**arguments):
    arguments = {"residual_channels": 4, "dilation_channels": 4, **arguments}
    return WaveNet([1, 2, 4], skip_channels=8, **arguments)


@pytest.fixture(scope="module")
def model():
    return tiny_model(name="mine")


@pytest.fixture
def folder(model, tmp_path):
    model.save_to_preset(tmp_path / "voice", description="a voice", license="CC BY")
    return tmp_path / "voice"


@pytest.fixture(scope="module")
def waveform():
    return np.random.default_rng(0).uniform(-1, 1, (2, 20)).astype("float32")


def edit(folder, **changes):
    path = folder / "config.json"
    content = json.loads(path.read_text())
    content["config"].update(changes)
    path.write_text(json.dumps(content))


def test_a_saved_preset_comes_back_with_the_same_outputs(model, folder, waveform):
    loaded = WaveNet.from_preset(folder)
    assert loaded.get_config() == model.get_config()
    outputs = model.predict(waveform, verbose=0)
    assert np.ptp(outputs) > 0
    np.testing.assert_allclose(
        loaded.predict(waveform, verbose=0), outputs, rtol=0, atol=1e-6
    )


def test_keras_itself_loads_the_folder(model, folder, waveform):
    loaded = keras.saving.load_model(folder)
    assert type(loaded) is WaveNet
    for again, saved in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(again, saved)


def test_metadata_has_description_license_and_size(model, folder):
    metadata = preset_io.read_metadata(folder)
    assert metadata["description"] == "a voice"
    assert metadata["license"] == "CC BY"
    assert metadata["parameters"] == model.count_params()


def test_the_old_spelling_of_license_in_a_metadata_file_is_read(tmp_path):
    (tmp_path / "metadata.json").write_text('{"licence": "CC BY"}')  # old spelling
    assert preset_io.read_metadata(tmp_path) == {"license": "CC BY"}


def test_the_optimizer_of_a_trained_model_is_left_out(tmp_path, waveform):
    model = tiny_model()
    model.compile()
    model.fit(waveform[:, :-1], waveform[:, 1:], verbose=0)
    model.save_to_preset(tmp_path / "after")
    with h5py.File(tmp_path / "after" / "model.weights.h5") as file:
        assert "layers" in file
        assert "optimizer" not in file
    loaded = WaveNet.from_preset(tmp_path / "after")
    for again, trained in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(again, trained)


def test_saving_over_a_preset_replaces_it_and_leaves_nothing_else(folder):
    other = tiny_model(dilation_channels=6)
    other.save_to_preset(folder)
    assert WaveNet.from_preset(folder).dilation_channels == 6
    assert [path.name for path in folder.parent.iterdir()] == ["voice"]


@pytest.mark.neutral
@pytest.mark.parametrize("room", [0, 3000, 40_000])
def test_a_full_disk_is_an_error_that_leaves_the_preset_before(
    room, folder, small_files
):
    before = (folder / "model.weights.h5").read_bytes()
    other = tiny_model(residual_channels=16, dilation_channels=16)
    with small_files(room), pytest.raises(OSError):
        other.save_to_preset(folder)
    assert (folder / "model.weights.h5").read_bytes() == before
    assert [path.name for path in folder.parent.iterdir()] == ["voice"]


def test_saving_over_a_preset_keeps_what_others_put_beside_it(folder):
    (folder / "README.md").write_text("my notes")
    (folder / "assets").mkdir()
    (folder / "assets" / "a.wav").write_bytes(b"audio")
    tiny_model(dilation_channels=6).save_to_preset(folder, weights=False)
    assert (folder / "README.md").read_text() == "my notes"
    assert (folder / "assets" / "a.wav").read_bytes() == b"audio"
    assert not (folder / "model.weights.h5").exists()


def test_a_folder_with_other_files_is_never_replaced(model, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("dear")
    with pytest.raises(ValueError, match="holds other files"):
        model.save_to_preset(tmp_path / "letters")
    assert (tmp_path / "letters" / "dear.txt").read_text() == "dear"


def test_arguments_override_the_preset(folder):
    loaded = WaveNet.from_preset(folder, dtype="mixed_bfloat16", dropout=0.1)
    assert loaded.dtype_policy.name == "mixed_bfloat16"
    assert loaded.blocks[0].dtype_policy.name == "mixed_bfloat16"
    assert loaded.dropout == 0.1
    np.testing.assert_array_equal(
        keras.ops.convert_to_numpy(loaded.network.initial.kernel),
        keras.ops.convert_to_numpy(WaveNet.from_preset(folder).network.initial.kernel),
    )


def test_without_weights_an_override_may_change_the_architecture(folder):
    loaded = WaveNet.from_preset(folder, load_weights=False, skip_channels=16)
    assert loaded.skip_channels == 16


def test_an_architecture_alone_warns_that_it_is_untrained(model, tmp_path):
    model.save_to_preset(tmp_path / "plan", weights=False)
    with pytest.warns(UserWarning, match="untrained"):
        WaveNet.from_preset(tmp_path / "plan")


@pytest.mark.parametrize("name", ["wavenet_speech", "wavenet_sc09", "wavenet_tiny"])
def test_built_in_presets_are_listed_with_their_figures(name):
    assert "16 kHz" in WaveNet.presets[name]
    folder = preset_places.find(name)
    config = json.loads((folder / "config.json").read_text())["config"]
    counted = WaveNet.parameter_count(config)
    assert counted == preset_io.read_metadata(folder)["parameters"]


def test_parameters_are_counted_without_building(model):
    for built in (model, tiny_model(use_bias=False, kernel_size=3, post_channels=5)):
        assert WaveNet.parameter_count(built.get_config()) == built.count_params()


def test_speech_has_the_receptive_field_of_five_blocks():
    model = WaveNet.from_preset("wavenet_speech", load_weights=False)
    assert model.receptive_field == 5117
    assert (
        WaveNet.from_preset("wavenet_sc09", load_weights=False).receptive_field == 4093
    )


def test_tiny_predicts_real_speech_better_than_chance():
    from keras_wavenet import data

    model = WaveNet.from_preset("wavenet_tiny")
    model.compile()
    validation = data.load("spoken_prompts", split="validation", spec=model)
    clip = validation.source[0].waveform[None, :8000]
    late = np.concatenate([[[0.0]], clip[:, :-1]], axis=1).astype("float32")
    found = model.evaluate(late, clip, return_dict=True, verbose=0)
    assert found["bits_per_sample"] < 5


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("wavenet_tny", "did you mean 'wavenet_tiny'"),
        ("../../no/such/place", "must be one of"),
        ("ftp://somebody/voice", "must be one of"),
        ("hff://somebody/voice", "did you mean 'hf://'"),
    ],
)
def test_a_wrong_name_is_answered_with_the_right_ones(name, message):
    with pytest.raises(ValueError, match="wavenet_speech") as caught:
        WaveNet.from_preset(name)
    assert message in str(caught.value)


def test_a_name_like_no_preset_suggests_none():
    with pytest.raises(ValueError) as caught:
        WaveNet.from_preset("nosuch")
    assert "did you mean" not in str(caught.value)


def test_an_unknown_key_of_a_config_is_named_with_the_nearest(folder):
    edit(folder, dilatoins=[1])
    with pytest.raises(ValueError) as caught:
        WaveNet.from_preset(folder)
    assert str(caught.value).endswith(
        "Received: the unknown 'dilatoins'; did you mean 'dilations'?"
    )


def test_a_folder_that_is_no_preset_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"has no config\.json"):
        WaveNet.from_preset(tmp_path)


@pytest.mark.parametrize("name", ["metadata.json", "model.weights.h5"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(ValueError, match=f"must hold {name}"):
        WaveNet.from_preset(folder)


@pytest.mark.skipif(os.name == "nt", reason="no such files")
@pytest.mark.parametrize("name", ["config.json", "metadata.json", "model.weights.h5"])
def test_a_pipe_in_place_of_a_file_is_refused(folder, name):
    (folder / name).unlink()
    os.mkfifo(folder / name)
    with pytest.raises((ValueError, OSError), match=f"{name} is a pipe"):
        WaveNet.from_preset(folder)


@pytest.mark.parametrize(
    "content",
    ["", "{", "[1]", '"text"', "\x00\x01", pytest.param("[" * 99999, id="deep")],
)
@pytest.mark.parametrize("name", ["config.json", "metadata.json"])
def test_damaged_json_is_refused(folder, name, content):
    (folder / name).write_text(content)
    with pytest.raises(ValueError, match=name):
        WaveNet.from_preset(folder)


def test_any_flipped_bit_of_the_weights_is_noticed(folder):
    path = folder / "model.weights.h5"
    whole = path.read_bytes()
    for place in np.random.default_rng(1).integers(0, len(whole), 20):
        damaged = bytearray(whole)
        damaged[place] ^= 1
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="not the file that was saved"):
            WaveNet.from_preset(folder)


def test_truncated_weights_are_refused_with_and_without_a_checksum(folder):
    path = folder / "model.weights.h5"
    path.write_bytes(path.read_bytes()[:-500])
    with pytest.raises(ValueError, match="not the file that was saved"):
        WaveNet.from_preset(folder)
    metadata = json.loads((folder / "metadata.json").read_text())
    del metadata["weights_sha256"]
    (folder / "metadata.json").write_text(json.dumps(metadata))
    with pytest.raises(ValueError, match="damaged file"):
        WaveNet.from_preset(folder)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ValueError, match="at least .* bytes"):
        WaveNet.from_preset(folder)


def test_a_preset_of_another_class_is_refused(folder):
    path = folder / "config.json"
    path.write_text(path.read_text().replace("keras_wavenet>WaveNet", "os>system"))
    with pytest.raises(ValueError, match="of 'os>system'"):
        WaveNet.from_preset(folder)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("skip_channels", 200_000_000),
        ("skip_channels", "8"),
        ("dilations", [1] * 3000),
        ("dilations", 5),
        ("dilations", [2**40]),
        ("kernel_size", 0),
        ("distribution", {"name": "os.system"}),
        ("distribution", 3),
        ("sample_rate", -1),
        ("surprise", 1),
    ],
)
def test_a_config_that_would_take_the_machine_down_is_refused(folder, key, value):
    edit(folder, **{key: value})
    with pytest.raises(ValueError, match=r"config\.json of preset") as caught:
        WaveNet.from_preset(folder)
    assert "Received" in str(caught.value)


def test_weights_that_do_not_fit_the_overrides_say_so(folder):
    with pytest.raises(ValueError, match="load_weights=False"):
        WaveNet.from_preset(folder, residual_channels=6)


def test_a_misspelt_override_suggests_the_right_word(folder):
    with pytest.raises(ValueError, match="did you mean 'skip_channels'"):
        WaveNet.from_preset(folder, skp_channels=3)
