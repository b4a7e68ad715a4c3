"""The data of a run is compared by more than names and lengths."""

import numpy as np
import pytest
import soundfile

from keras_wavenet import data
from keras_wavenet.data import DataSpec
from keras_wavenet.training.fingerprint import fingerprint
from keras_wavenet.training.run_differences import differences

pytestmark = pytest.mark.neutral

RATE = 16000
SPEAKERS = {"conditions": ("speaker",), "speakers": ("anna", "ben")}


@pytest.fixture
def load(tmp_path):
    """Write clips of one length and open them; returns their fingerprint."""
    folder = tmp_path / "clips"
    folder.mkdir()

    def load(waveforms, names=("anna", "ben"), local_dir=None, processing=None, **spec):
        rows = ["file_name,speaker,split"]
        for number, waveform in enumerate(waveforms):
            soundfile.write(folder / f"{number}.wav", waveform, RATE)
            rows.append(f"{number}.wav,{names[number]},train")
        (folder / "metadata.csv").write_text("\n".join(rows))
        spec = DataSpec(sample_rate=RATE, context_length=0, **spec)
        options = {"window_length": 100, "local_dir": local_dir, **(processing or {})}
        dataset = data.load(folder, split="train", spec=spec, **options)
        return {"data": fingerprint(dataset, None)}

    return load


def tones(*frequencies):
    return [0.5 * np.sin(f * np.arange(1000)) for f in frequencies]


def test_the_same_recordings_are_the_same_also_where_the_last_bit_differs(load):
    one = load(tones(0.1, 0.2))
    assert differences(one, load(tones(0.1, 0.2))) == []
    audio = one["data"]["audio"]
    audio["energy"][0] *= 1 + 1e-9
    assert differences(one, load(tones(0.1, 0.2))) == []


@pytest.mark.parametrize("change", ["noise", "swapped", "one", "louder"])
def test_other_audio_of_the_same_names_and_lengths_is_noticed(change, load):
    first, second = tones(0.1, 0.2)
    second[500:] = 0
    noise = np.random.default_rng(0).normal(0, 1, (2, 1000))
    noise *= np.sqrt(np.mean(np.square(first))) / noise.std(axis=1, keepdims=True)
    others = {
        "noise": noise.clip(-1, 1),
        "swapped": [second, first],
        "one": [first, noise[1].clip(-1, 1)],
        "louder": [1.01 * first, 1.01 * second],
    }
    was = load([first, second])
    assert differences(was, load(others[change])) == [
        "the audio of the clips has changed"
    ]


@pytest.mark.parametrize(
    "processing",
    [{"high_pass": 70}, {"high_pass": 71}, {"normalize": "rms"}, {"normalize": "peak"}],
)
def test_audio_that_is_processed_otherwise_is_noticed(processing, load):
    waveforms = [tone + 0.01 for tone in tones(0.03, 0.2)]
    was = load(waveforms, processing=processing)
    assert differences(was, load(waveforms, processing=processing)) == []
    for other in ({}, {"high_pass": 70.5}, {"normalize": "rms:-25"}):
        found = differences(was, load(waveforms, processing=other))
        assert found == ["the audio of the clips has changed"], other


def test_swapped_speakers_are_noticed_where_a_model_is_conditioned_on_them(load):
    orders = (("anna", "ben"), ("ben", "anna"))
    found = [load(tones(0.1, 0.2), order, **SPEAKERS) for order in orders]
    assert differences(*found) == ["the speakers or tags of the clips have changed"]
    found = [load(tones(0.1, 0.2), order) for order in orders]
    assert differences(*found) == []


def test_other_frames_in_the_files_are_noticed(load, tmp_path):
    spec = {"conditions": ("local",), "local_hop": 100, "hop": 100, "local_channels": 2}
    found = []
    for value in (0.5, 0.25):
        for number in range(2):
            frames = np.full((10, 2), value, "float32")
            np.save(tmp_path / f"{number}.wav.npy", frames)
        found.append(load(tones(0.1, 0.2), local_dir=tmp_path, **spec))
    assert differences(*found) == ["the frames of the clips have changed"]


def test_another_number_of_clips_is_shown(load):
    lines = differences(load(tones(0.1)), load(tones(0.1, 0.2)))
    assert "data.clips: was [1, 0], is [2, 0]" in lines
