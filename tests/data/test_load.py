"""`load`: names, paths, splits, and what is missing."""

import numpy as np
import pytest
import soundfile

from keras_wavenet.data import DataSpec, TfdsSource, load, speaker_names

pytestmark = pytest.mark.neutral

SPEC = DataSpec(16000, 100)


@pytest.fixture
def folder(tmp_path):
    """A folder with two tones."""
    for name in ("a.wav", "b.wav"):
        soundfile.write(tmp_path / name, 0.3 * np.sin(np.arange(9000) / 9), 16000)
    return tmp_path


def test_training_data_is_shuffled_and_other_splits_are_tiled(data_dir):
    for split, shuffle in [("train", True), ("validation", False)]:
        dataset = load("spoken_prompts", split=split, spec=SPEC, data_dir=data_dir)
        assert dataset.shuffle == shuffle
        assert isinstance(dataset.source, TfdsSource)
        assert dataset.source.report.origin == f"spoken_prompts ({split})"


def test_shuffling_can_be_chosen(data_dir):
    options = {"spec": SPEC, "data_dir": data_dir}
    assert not load("spoken_prompts", shuffle=False, **options).shuffle
    assert load("spoken_prompts", split="validation", shuffle=True, **options).shuffle


def test_a_path_is_a_folder_of_audio(folder, monkeypatch):
    for name in (folder, str(folder), f"{folder}/"):
        source = load(name, spec=SPEC).source
        assert source.report.origin == f"folder {folder} (train)"
    monkeypatch.chdir(folder.parent)
    assert load(folder.name, spec=SPEC).source.report.clips == 1


def test_the_rate_of_the_model_decides(folder):
    dataset = load(folder, spec=DataSpec(8000, 0))
    assert dataset.source.sample_rate == 8000
    assert dataset.source.lengths.sum() == 4500


def test_a_model_may_stand_for_its_spec(folder):
    class Model:
        data_spec = SPEC

    assert load(folder, spec=Model()).spec == SPEC


def test_something_else_as_spec_is_refused(folder):
    with pytest.raises(ValueError, match="Received: spec=16000"):
        load(folder, spec=16000)


def test_a_misspelt_name_is_answered_with_the_nearest():
    for name, meant in [
        ("spoken_promts", "spoken_prompts"),
        ("ljspeach", "ljspeech"),
        ("yesno", "yes_no"),
    ]:
        message = f"Received: '{name}'. Did you mean '{meant}'?"
        with pytest.raises(ValueError, match=message):
            load(name, spec=SPEC)


def test_a_name_like_no_other_is_refused():
    with pytest.raises(ValueError, match="Received: 'xqzzkw'. Check the name."):
        load("xqzzkw", spec=SPEC)


def test_a_path_that_is_not_there_is_not_taken_for_a_dataset(tmp_path):
    with pytest.raises(ValueError, match="which is not a folder"):
        load(tmp_path / "gone", spec=SPEC)
    with pytest.raises(ValueError, match="which is not a folder"):
        load("./gone", spec=SPEC)


def test_an_empty_name_is_not_the_current_folder():
    with pytest.raises(ValueError, match="must have a name or a path"):
        load("", spec=SPEC)


def test_a_split_that_is_not_there_is_refused(data_dir):
    with pytest.raises(ValueError, match="has the splits train, validation"):
        load("spoken_prompts", split="test", spec=SPEC, data_dir=data_dir)


def test_options_are_checked_before_any_data_is_opened(tmp_path):
    with pytest.raises(ValueError, match="Received: batch_size=0"):
        load("yes_no", spec=SPEC, batch_size=0, data_dir=tmp_path)
    assert not any(tmp_path.iterdir())


def test_a_place_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file.*Name another one by `data_dir`"):
        load("spoken_prompts", spec=SPEC, data_dir=tmp_path / "file")


def test_windows_are_as_long_as_the_hop_of_the_model_lets_them(folder):
    assert load(folder, spec=SPEC).window_length == 8000
    assert load(folder, spec=DataSpec(16000, 100, hop=300)).window_length == 7800


def test_a_window_that_is_no_whole_number_of_hops_is_refused_at_once():
    spec = DataSpec(16000, 100, hop=300)
    with pytest.raises(ValueError, match="window_length=1000. Take 900 or 1200."):
        load("./gone", spec=spec, window_length=1000)


def test_the_shipped_speakers_condition_a_model(spoken_prompts, data_dir):
    speakers = tuple(speaker_names(spoken_prompts[0]))
    assert speakers == ("en_allison", "it_carlo", "ru_maxim")
    spec = DataSpec(16000, 100, conditions=("speaker",), speakers=speakers)
    options = {"spec": spec, "data_dir": data_dir, "window_length": 1000}
    dataset = load("spoken_prompts", split="validation", **options)
    clips = [
        place
        for place, clip in enumerate(dataset.source.clips)
        for _ in range(-(-clip.length // 1000))
    ]
    found = np.concatenate([x["speaker"] for x, _, _ in dataset])[: len(clips)]
    expected = [speakers.index(dataset.source.clips[clip].speaker) for clip in clips]
    np.testing.assert_array_equal(found, expected)


def test_speakers_that_are_not_the_models_are_refused(data_dir):
    spec = DataSpec(16000, 100, conditions=("speaker",), speakers=("en_allison",))
    with pytest.raises(
        ValueError, match="model: en_allison. .*speaker='(it_carlo|ru_maxim)'"
    ):
        load("spoken_prompts", split="validation", spec=spec, data_dir=data_dir)


def test_frames_may_come_from_a_folder(folder, tmp_path):
    frames = tmp_path / "frames"
    frames.mkdir()
    for name in ("a.wav", "b.wav"):
        ramp = np.linspace(0, 1, 90)[:, None]
        np.save(frames / f"{name}.npy", ramp)
    spec = DataSpec(
        16000, 100, conditions=("local",), hop=100, local_hop=100, local_channels=1
    )
    dataset = load(folder, spec=spec, local_dir=frames, shuffle=False)
    (x, _, _), *_ = dataset
    np.testing.assert_allclose(x["local"][1, :, 0], [*ramp[80:, 0], *[1] * 70])


def test_frames_in_files_do_not_go_with_trimmed_clips(folder):
    spec = DataSpec(16000, 100, conditions=("local",), local_channels=1)
    with pytest.raises(ValueError, match="whole clips.*trim_silence=-40"):
        load("./gone", spec=spec, local_dir=folder, trim_silence=-40)


# A package that a call needs, the call, and the extra that has it.
NEEDS = [
    ("grain", 'load("spoken_prompts", pipeline="grain", **options)', "data"),
    ("soundfile", 'load("spoken_prompts", **options)', "data"),
    ("soundfile", "load(folder, **options)", "data"),
    ("soxr", "list(load(folder, **options))", "data"),
    (
        "tensorflow",
        'load("spoken_prompts", pipeline="tf.data", **options)',
        "tensorflow",
    ),
    ("tensorflow", 'load("yes_no", **options)', "tensorflow"),
    ("tensorflow_datasets", 'load("spoken_prompts", **options)', "data"),
]


def test_a_missing_package_is_named_with_its_extra(run_without, folder, data_dir):
    program = f"""
import sys
import sitecustomize
from keras_wavenet.data import DataSpec, load

options = dict(spec=DataSpec(11025, 100), data_dir={str(data_dir)!r})
folder = {str(folder)!r}
for package, call, _ in {NEEDS}:
    sitecustomize.hidden = {{package}}
    for name in [n for n in sys.modules if n.partition(".")[0] == package]:
        del sys.modules[name]  # as if no call before had imported it
    try:
        eval(call)
    except ImportError as error:
        print(error)
"""
    found = run_without({package for package, *_ in NEEDS}, program, "jax").splitlines()
    for error, (package, _, extra) in zip(found, NEEDS, strict=True):
        assert f"needs `{package}`" in error
        assert f'pip install "keras-wavenet[{extra}]"' in error
