"""`keras-wavenet generate` with models that have conditions."""

import contextlib
import io

import numpy as np
import pytest
import soundfile

from keras_wavenet import WaveNet, features

RATE = 16000


@pytest.fixture
def preset(tmp_path, tiny_wavenet):
    """Save a small model with such arguments; return its folder."""

    def save(**arguments):
        tiny_wavenet(**arguments).save_to_preset(tmp_path / "small")
        return "small"

    return save


def read(path):
    return soundfile.read(path, dtype="float32")[0]


@pytest.mark.neutral
def test_speakers_by_name_and_number_are_a_stream_each(command, preset, tmp_path):
    small = preset(speakers=["anna", "ben"])
    flags = ["generate", small, "--num-samples", "100", "--seed", "1", "--out"]
    command(*flags, "both.wav", "--speaker", "anna", "--speaker", "1")
    command(*flags, "anna.wav", "--speaker", "anna", "--streams", "2")
    first, second = (read(tmp_path / f"both-stream{n}.wav") for n in (1, 2))
    np.testing.assert_array_equal(first, read(tmp_path / "anna-stream1.wav"))
    assert (second != read(tmp_path / "anna-stream2.wav")).any()


@pytest.mark.neutral
def test_the_likeliest_stream_is_printed_first(command, preset, tmp_path):
    small = preset(dilations=[1])
    flags = ["--num-samples", "300", "--seed", "1", "--out", "a.wav", "--streams", "3"]
    printed = command("generate", small, *flags, "--bits")
    costs = [line.split() for line in printed.splitlines() if "bits per" in line]
    assert {cost[-1] for cost in costs} == {f"a-stream{n}.wav" for n in (1, 2, 3)}
    bits = [float(cost[0]) for cost in costs]
    model = WaveNet.from_preset(tmp_path / small)
    expected = model.generate(300, streams=3, seed=1, return_bits=True)[1]
    assert bits == pytest.approx(sorted(expected.mean(axis=1)), abs=1e-3)


@pytest.mark.neutral
def test_generation_begins_with_a_given_sample_or_code(
    command, preset, tmp_path, capsys
):
    small = preset(dilations=[1], initial_kernel_size=1)
    model = WaveNet.from_preset(tmp_path / small)
    code, sample = 230, float(model.distribution.decode(np.array([230]))[0])
    flags = ["generate", small, "--num-samples", "50", "--seed", "1"]
    command(*flags, "--out", "usual.wav")
    for number, given in enumerate((f"code:{code}", f"{sample:.6f}")):
        out = tmp_path / f"{number}.wav"
        command(*flags, "--out", out, "--initial-sample", given)
        expected = model.generate(50, seed=1, initial_sample=sample)[0]
        np.testing.assert_allclose(read(out), expected, atol=1e-4)
        assert (read(out) != read(tmp_path / "usual.wav")).any()
    message = command(*flags, "--initial-sample", "code:256", status=1)
    assert "one of the codes 0 to 255" in message and "code:256" in message
    for wrong in ("1.5", "nan", "code:-1", "code:x"):
        with pytest.raises(SystemExit):
            command(*flags, f"--initial-sample={wrong}")
        message = capsys.readouterr().err
        assert f"[-1, 1], or a code such as code:128. Received: {wrong}" in message


@pytest.mark.neutral
def test_a_recording_is_resynthesized(command, preset, voices, tmp_path):
    mel = features.get("mel_16k")
    small = preset(features=mel, upsampling="repeat")
    clip = voices / "0.wav"
    flags = ["generate", small, "--mel-from", clip, "--seed", "1", "--out"]
    printed = command(*flags, "all.wav")
    assert "0.12 s" in printed and len(read(tmp_path / "all.wav")) == 2000
    # After the start of the same recording, its rest.
    prime = ["--prime", clip, "--prime-seconds", "0.051", "--keep-prime"]
    command(*flags, "rest.wav", *prime)
    rest = read(tmp_path / "rest.wav")
    assert len(rest) == 2000
    np.testing.assert_allclose(rest[:800], read(clip)[:800], atol=1e-4)
    message = command(*flags, "none.wav", "--prime", clip, status=1)
    assert "give --prime-seconds" in message and "0.125 s of 0.125 s" in message
    # After another one, all of it, with the frames of the prime as context.
    command(*flags, "other.wav", "--prime", voices / "1.wav")
    assert len(read(tmp_path / "other.wav")) == 2000


@pytest.mark.neutral
def test_frames_are_matched_by_default(command, preset, voices, tmp_path):
    mel = features.get("mel_16k")
    flags = ["generate", preset(features=mel, upsampling="repeat"), "--seed", "1"]
    clip = voices / "0.wav"
    frames = mel(read(clip))
    np.save(tmp_path / "frames.npy", frames)
    recording, saved = ["--mel-from", clip], ["--local", "frames.npy"]
    command(*flags, *recording, "--out", "matched.wav")
    command(*flags, *recording, "--no-match-frames", "--out", "raw.wav")
    command(*flags, *saved, "--out", "raw_of_frames.wav")
    command(*flags, *saved, "--match-frames", "--out", "matched_of_frames.wav")
    distances = {
        path.stem: np.abs(mel(read(path)) - frames).mean()
        for path in tmp_path.glob("*.wav")
    }
    assert distances["matched"] < 0.5 * distances["raw"]
    for name in ("matched", "raw"):
        first, second = (
            read(tmp_path / f"{name}{end}.wav") for end in ("", "_of_frames")
        )
        np.testing.assert_array_equal(first, second)


@pytest.mark.neutral
def test_vectors_and_tags_and_frames_come_as_flags(command, preset, tmp_path):
    small = preset(global_channels=2, tags=["low", "loud"], local_channels=1, hop=10)
    np.save(tmp_path / "frames.npy", np.zeros((7, 1)))
    np.save(tmp_path / "vector.npy", np.array([0.5, -1.0]))
    flags = ["generate", small, "--tag", "low", "--tag", "loud", "--seed", "1"]
    flags += ["--local", "frames.npy", "--out"]
    command(*flags, "one.wav", "--global=0.5,-1")
    command(*flags, "two.wav", "--global", "vector.npy")
    assert len(read(tmp_path / "one.wav")) == 70
    assert (read(tmp_path / "one.wav") == read(tmp_path / "two.wav")).all()


@pytest.mark.neutral
@pytest.mark.filterwarnings("default:Preset 'bare'")
def test_weights_that_are_untrained_come_with_the_command_that_trains(
    command, tiny_wavenet
):
    tiny_wavenet().save_to_preset("bare", weights=False)
    with contextlib.redirect_stderr(io.StringIO()) as errors:
        command("generate", "bare", "--num-samples", "9")
    assert "untrained. Train it first: keras-wavenet train --preset bare" in (
        errors.getvalue()
    )


@pytest.mark.neutral
def test_a_model_without_features_names_one_that_has_them(command, voices):
    flags = ["--mel-from", voices / "0.wav"]
    message = command("generate", "wavenet_tiny", *flags, status=1)
    assert "generate wavenet_realtime --speaker en_allison --mel-from" in message


@pytest.mark.neutral
def test_speakers_may_have_odd_names(command, preset, tmp_path):
    names = ["../x", "-dash", "a, b", "Zoë", "x" * 500]
    flags = [f"--speaker={name}" for name in names]
    command("generate", preset(speakers=names), *flags, "--num-samples", "9",
            "--out", "odd.wav")  # fmt: skip
    written = {f"odd-stream{number}.wav" for number in range(1, 6)}
    assert {path.name for path in tmp_path.iterdir()} == {"small", *written}


@pytest.mark.neutral
@pytest.mark.parametrize(
    ("arguments", "flags", "words"),
    [
        ({"speakers": ["anna", "ben"]}, [], ["--speaker", "anna, ben"]),
        ({"speakers": ["anna"]}, ["--speaker", "eve"], ["speaker", "anna", "eve"]),
        ({"speakers": 3}, ["--speaker", "3"], ["0 to 2", "Received: 3"]),
        ({"speakers": 3}, ["--speaker", "1", "--speaker", "2", "--streams", "3"],
         ["2 of them, --streams 3"]),
        ({"tags": ["low"]}, [], ["--tag", "low"]),
        ({"tags": 2}, ["--tag", "2"], ["0 to 1"]),
        ({"global_channels": 2}, [], ["2 numbers", "--global FILE.npy"]),
        ({"global_channels": 2}, ["--global", "a,b"], ["--global", "a,b"]),
        ({"global_channels": 2}, ["--global", "nan,1"], ["`global`", "finite"]),
        ({"local_channels": 2, "hop": 9}, [], ["--local FILE.npy", "(frames, 2)"]),
        ({"local_channels": 2, "hop": 9}, ["--local", "none.npy"], ["none.npy"]),
        ({"local_channels": 2, "hop": 9}, ["--local", "a.npy", "--seconds", "1"],
         ["16000 samples need", "Received: frames=4"]),
        ({"local_channels": 2, "hop": 9}, ["--local", "nan.npy"], ["`local`", "NaN"]),
        ({"features": "mel_16k", "tags": ["low"]}, ["--tag", "low"],
         ["--mel-from FILE", "--local FILE.npy"]),
        ({"features": "mel_16k"}, ["--mel-from", "."], ["--mel-from", "., a folder"]),
        ({"features": "mel_16k", "speakers": ["anna"]},
         ["--mel-from", "missing.wav", "--speaker", "eve"], ["one of anna", "eve"]),
        ({"features": "mel_16k", "tags": ["low"]},
         ["--mel-from", "missing.wav", "--tag", "dull"], ["one of low", "dull"]),
        ({}, ["--speaker", "anna"], ["--speaker", "conditioned on nothing"]),
        ({"local_channels": 2, "hop": 9}, ["--local", "a.npy", "--match-frames"],
         ["--match-frames needs", "wavenet_realtime"]),
    ],
)  # fmt: skip
def test_conditions_that_do_not_fit_are_refused_in_a_line(
    arguments, flags, words, command, preset, tmp_path
):
    np.save(tmp_path / "a.npy", np.zeros((4, 2)))
    np.save(tmp_path / "nan.npy", np.full((4, 2), np.nan))
    message = command("generate", preset(**arguments), *flags, status=1)
    assert all(word in message for word in words), message
    assert len(message.splitlines()) == 1 and not list(tmp_path.glob("*.wav"))
