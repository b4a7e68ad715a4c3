"""NSynth: a recording is encoded and spoken again as its project does."""

import keras
import numpy as np
import pytest
import soundfile

from keras_wavenet import WaveNet, cli, features
from keras_wavenet.converters import convert_arrays
from tests.converters.nsynth_project import HOP, STAGES, Nsynth
from tests.converters.projects import Ibab
from tests.converters.test_checkpoint_files import write_tensorflow
from tests.family import outputs

pytestmark = pytest.mark.neutral
PROJECT = Nsynth()
CLIP = np.random.default_rng(1).uniform(-0.9, 0.9, 43).astype("float32")
FRAMES = PROJECT.encode(CLIP)  # (6, 3)
AVERAGE = "/ExponentialMovingAverage"


@pytest.fixture(scope="module")
def model():
    return convert_arrays(PROJECT.arrays, None, STAGES).model


def test_it_has_the_logits_and_codes_of_its_project_from_its_start(model):
    waveform = np.concatenate([[0], CLIP]).astype("float32")  # begins with a zero
    frames = FRAMES.astype("float32")
    found = outputs(
        model,
        {"waveform": waveform[None], "local": np.pad(frames, [(0, 0), (0, 0)])[None]},
    )
    np.testing.assert_allclose(found[0], PROJECT.logits(waveform, FRAMES), atol=1e-5)
    expected = PROJECT.speak(FRAMES)
    assert len(set(expected)) >= 8
    for engine in ("cpu", keras.backend.backend()):
        audio = model.generate(
            None, conditions={"local": frames}, temperature=0, engine=engine
        )
        assert model.distribution.encode(audio)[0].tolist() == expected


def test_its_encoder_has_the_frames_of_the_project_edges_included(model):
    np.testing.assert_allclose(model.features(CLIP), FRAMES, atol=1e-5)
    long = np.resize(CLIP, 3 * 2**14 + 5)
    frames = model.features(long)
    np.testing.assert_allclose(frames, PROJECT.encode(long), atol=1e-5)
    reads = []

    def read(start, stop):
        reads.append(stop - start)
        inside = np.arange(start, stop)
        known = (inside >= 0) & (inside < len(long))
        return np.where(known, long[inside.clip(0, len(long) - 1)], 0).astype("float32")

    some = model.features.read(read, len(long), 2050, 4100)
    np.testing.assert_array_equal(some, frames[2050:4100])
    assert sum(reads) < 2.1 * 2**14


def test_a_recording_is_encoded_and_generated_again(model):
    audio = model.vocode(CLIP, temperature=0, engine="cpu")[0]
    expected = PROJECT.speak(FRAMES)[: len(CLIP)]
    assert model.distribution.encode(audio).tolist() == expected


def test_its_weights_are_those_of_the_model(model, tmp_path):
    model.save_to_preset(tmp_path / "nsynth")
    again = WaveNet.from_preset(tmp_path / "nsynth")
    frames = model.features(CLIP)
    np.testing.assert_array_equal(again.features(CLIP), frames)
    assert (
        again.count_params()
        == sum(a.size for a in PROJECT.arrays.values()) - count_merged()
    )
    assert not any("features" in w.path for w in again.trainable_variables)
    held = again.data_spec.features  # a dataset keeps the weights of its making
    again.set_weights([0 * weight for weight in again.get_weights()])
    np.testing.assert_array_equal(held(CLIP), frames)
    assert (again.features(CLIP) == 0).all()
    np.testing.assert_array_equal(model.features(CLIP), frames)
    with pytest.raises(ValueError, match="need its weights: take the features of a"):
        features.get(model.features.get_config())(CLIP)


def count_merged():
    """Weights of the checkpoint that became part of others, or lead nowhere."""
    names = [name for name in PROJECT.arrays if name.startswith(("skip_", "cond_map"))]
    biases = sum(PROJECT.arrays[n].size for n in names if n.endswith("biases"))
    kept = PROJECT.arrays["skip_1/biases"].size  # all skips share one
    last = sum(PROJECT.arrays[f"res_3/{kind}"].size for kind in ("W", "biases"))
    return biases - kept + last


@pytest.mark.parametrize("averaged", [None, False, True])
def test_last_values_or_moving_averages_are_taken(averaged):
    other = {name + AVERAGE: array for name, array in Nsynth(seed=5).arrays.items()}
    arrays = {**PROJECT.arrays, **other, "startconv/W/Adam": np.zeros(3, "float32")}
    conversion = convert_arrays(arrays, None, {**STAGES, "averaged": averaged})
    expected = (Nsynth(seed=5) if averaged else PROJECT).encode(CLIP)
    np.testing.assert_allclose(conversion.model.features(CLIP), expected, atol=1e-5)
    kind = "moving averages" if averaged else "last values"
    assert f"Of the weights these are the {kind}." in conversion.notes
    alone = convert_arrays(other, "nsynth", STAGES)
    assert "Of the weights these are the moving averages." in alone.notes
    with pytest.raises(ValueError, match="no choice.*Received: averaged=False"):
        convert_arrays(Ibab().arrays, None, {"averaged": False})
    strange = {**arrays, "extra/W": np.zeros((1, 1, 2, 2), "float32")}
    with pytest.raises(ValueError, match="1 left over: extra/W"):
        convert_arrays(strange, None, STAGES)
    with pytest.raises(
        ValueError, match="`ae_width` must be that of the checkpoint, 5"
    ):
        convert_arrays(arrays, None, {**STAGES, "ae_width": 128})


@pytest.mark.tensorflow
def test_a_checkpoint_speaks_a_recording_again_by_two_commands(tmp_path, capsys):
    prefix = write_tensorflow(tmp_path / "model.ckpt-200000", PROJECT.arrays)
    settings, clip = tmp_path / "settings.json", tmp_path / "clip.wav"
    settings.write_text(str(STAGES).replace("'", '"'))
    soundfile.write(clip, CLIP, 16000, subtype="FLOAT")
    voice, out = str(tmp_path / "voice"), str(tmp_path / "again.wav")
    arguments = [str(prefix), "--out", voice, "--hparams", str(settings)]
    assert cli.main(["convert", *arguments, "--no-averaged"]) == 0
    printed = capsys.readouterr().out
    assert "magenta/nsynth" in printed and "last values" in printed
    assert any(
        line.split()[:1] == ["dilatedconv_{i}/W"] and "x 3" in line
        for line in printed.splitlines()
    )
    flags = ["--mel-from", str(clip), "--temperature", "0", "--out", out]
    assert cli.main(["generate", voice, *flags]) == 0
    codes = WaveNet.from_preset(voice).distribution.encode(
        soundfile.read(out, dtype="float32")[0]
    )
    expected = np.array(PROJECT.speak(FRAMES)[: len(CLIP)])
    assert np.abs(codes - expected).max() <= 1  # the file has 16 bits
    refused = [
        "train",
        str(tmp_path),
        "--preset",
        voice,
        "--out",
        str(tmp_path / "run"),
    ]
    assert cli.main(refused) == 1
    assert "are learned, and `train` does not" in capsys.readouterr().err
    assert cli.main(["info", voice]) == 0
    assert "temporal_encoder (3); learned" in capsys.readouterr().out
    folder = str(tmp_path / "frames")
    assert cli.main(["features", str(clip), "--preset", voice, "--out", folder]) == 0
    (written,) = (tmp_path / "frames").rglob("*.npy")
    found = np.load(written)
    np.testing.assert_allclose(found, FRAMES, atol=1e-5)


@pytest.mark.parametrize(
    "wrong", [{"kernel_size": 2}, {"width": 0}, {"dilations": []}, {"dilations": [0]}]
)
def test_an_encoder_of_impossible_settings_is_refused(wrong):
    usual = {"sample_rate": 16000, "hop": HOP, "channels": 2, "width": 3}
    with pytest.raises(ValueError, match=f"`{next(iter(wrong))}.*Received"):
        features.TemporalEncoder(**{**usual, "dilations": [1], **wrong})
