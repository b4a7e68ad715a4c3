"""`keras-wavenet synthesize`: a folder of copies, and a page to listen to them."""

import json
import os
import shutil
import signal

import numpy as np
import pytest
import soundfile

from keras_wavenet import WaveNet, data, features
from keras_wavenet.commands import synthesis_page
from keras_wavenet.commands.synthesis_folder import SynthesisFolder, output_stems
from keras_wavenet.evaluation import Synthesis
from keras_wavenet.utils.folder_lock import locked
from keras_wavenet.utils.pcm import is_own_wav

pytestmark = pytest.mark.neutral


@pytest.fixture
def preset(tiny_wavenet, tmp_path):
    """A small vocoder of two speakers."""
    mel = features.get("mel_16k")
    model = tiny_wavenet(
        features=mel, upsampling="repeat", dilations=[1, 2], speakers=["anna", "ben"]
    )
    model.save_to_preset(tmp_path / "small")
    return "small"


def wavs(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.wav"))


def test_each_recording_gets_a_copy_and_a_row_of_the_page(
    command, preset, voices, tmp_path
):
    recordings = tmp_path / "recordings"
    shutil.copytree(voices, recordings)
    (recordings / "5.wav").write_bytes(b"RIFF and nothing")
    message = command("synthesize", preset, recordings, "--out", "copies", status=1)
    assert "1 of 6 recordings could not be used: 5.wav" in message
    names = [f"{n}{kind}.wav" for n in range(5) for kind in ("", ".original")]
    assert wavs(tmp_path / "copies") == sorted(names)
    for name in names:
        assert is_own_wav((tmp_path / "copies" / name).read_bytes())
    # The speaker is that of the data, and the seed 0.
    flags = ["--speaker", "ben", "--initial-sample", "code:9", "--seed", "0", "--out"]
    clip = recordings / "3.wav"
    command("generate", preset, "--mel-from", clip, *flags, "alone.wav")
    command("synthesize", preset, clip, "--streams", "1", *flags, "single")
    alone, single = (tmp_path / p for p in ("alone.wav", "single/3.wav"))
    np.testing.assert_allclose(
        soundfile.read(single)[0], soundfile.read(alone)[0], rtol=0, atol=1e-4
    )
    original = soundfile.read(tmp_path / "copies" / "3.original.wav", dtype="int16")
    expected = soundfile.read(recordings / "3.wav", dtype="int16")
    np.testing.assert_array_equal(original[0], expected[0])
    page = (tmp_path / "copies" / "index.html").read_text()
    assert page.count("<audio") == 10 and page.count("data:audio/wav") == 10
    assert all(f">{n}.wav<" in page for n in range(5)) and ">small<" in page


@pytest.mark.skipif(os.name == "nt", reason="Windows can't send a signal to a process")
def test_what_is_done_is_kept_and_the_rest_is_the_same(
    command, preset, voices, tmp_path, monkeypatch, interruptible
):
    flags = ["synthesize", preset, voices, "--streams", "2", "--out"]
    command(*flags, "whole")
    add = SynthesisFolder.add

    def add_and_stop(self, found):
        add(self, found)
        if found.name == "2.wav":
            os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(SynthesisFolder, "add", add_and_stop)
        message = command(*flags, "parts", status=130)
    assert "the same command again" in message
    done = wavs(tmp_path / "parts")
    assert "2.wav" in done and "5.wav" not in done
    assert ">2.wav<" in (tmp_path / "parts" / "index.html").read_text()
    times = {name: (tmp_path / "parts" / name).stat().st_mtime_ns for name in done}
    assert "3 of 6 are there already" in command(*flags, "parts")
    for name in wavs(tmp_path / "whole"):
        parts = tmp_path / "parts" / name
        assert parts.read_bytes() == (tmp_path / "whole" / name).read_bytes()
        assert parts.stat().st_mtime_ns == times.get(name, parts.stat().st_mtime_ns)
    recorded = json.loads((tmp_path / "parts" / "synthesis.json").read_text())
    assert set(recorded["recordings"]) == {f"{n}.wav" for n in range(6)}
    message = command(*flags, "parts", "--seed", "3", status=1)
    assert "seed: was 0, is 3" in message
    command(*flags, "parts", "--seed", "3", "--overwrite")
    changed = (tmp_path / "parts" / "2.wav").read_bytes()
    assert changed != (tmp_path / "whole" / "2.wav").read_bytes()


def test_recordings_are_never_overwritten(command, preset, voices, tmp_path):
    shutil.copytree(voices, tmp_path / "mine")
    before = (tmp_path / "mine" / "0.wav").read_bytes()
    flags = ["synthesize", preset, "mine", "--out", "mine"]
    for more in ([], ["--overwrite"]):
        assert "0.wav is there" in command(*flags, *more, status=1)
    assert (tmp_path / "mine" / "0.wav").read_bytes() == before


def test_a_folder_in_the_place_of_a_copy_costs_that_copy_alone(
    command, preset, voices, tmp_path
):
    (tmp_path / "copies" / "1.wav").mkdir(parents=True)
    message = command("synthesize", preset, voices, "--out", "copies", status=1)
    assert "1 of 6 recordings could not be used: 1.wav: its audio can't be" in message
    done = wavs(tmp_path / "copies")
    assert {f"{n}.wav" for n in (0, 2, 3, 4, 5)} < set(done)
    assert '"2.wav"' in (tmp_path / "copies" / "synthesis.json").read_text()


def test_frames_of_the_command_features_are_synthesized(
    command, preset, voices, tmp_path, monkeypatch
):
    command("features", voices, "--preset", preset, "--out", "frames")
    monkeypatch.setattr(synthesis_page, "MOST_IN_PAGE", 100)
    flags = ["synthesize", preset, "--no-match-frames", "--out", "copies", "frames"]
    assert "give --speaker, one of anna, ben" in command(*flags, status=1)
    (tmp_path / "frames" / "4.wav.npy").write_bytes(b"no array")
    message = command(*flags, "--speaker", "ben", status=1)
    assert "1 of 6 recordings" in message and "4.wav.npy" in message
    assert wavs(tmp_path / "copies") == [f"{n}.wav" for n in (0, 1, 2, 3, 5)]
    page = (tmp_path / "copies" / "index.html").read_text()
    assert 'href="0.wav"' in page and 'src="0.wav"' in page
    assert "data:audio" not in page
    of_frames = soundfile.read(tmp_path / "copies" / "1.wav", dtype="int16")[0]
    command(*flags[:4], "of_audio", voices, "--speaker", "ben")
    of_audio = soundfile.read(tmp_path / "of_audio" / "1.wav", dtype="int16")[0]
    assert len(of_audio) == 2080 and len(of_frames) == 2200
    np.testing.assert_array_equal(of_audio, of_frames[:2080])


def test_what_is_there_is_of_these_recordings_and_whole(tmp_path):
    def opened(lengths):
        folder = SynthesisFolder(tmp_path, {"preset": "p", "seed": 0}, 16000)
        folder.open(lengths, overwrite=False)
        return folder

    def add(name, length):
        folder = opened({name: length})
        folder.add(Synthesis(name, np.full(length, 0.25), None, 0.5))
        folder.close()

    add("a.wav", 40)
    assert opened({"a.wav": 40}).has("a.wav")
    assert not opened({"a.wav": 41}).has("a.wav")  # another recording by now
    add("a.flac", 40)  # to the same file, a.wav
    assert not opened({"a.wav": 40}).has("a.wav")
    add("a.wav", 40)
    (tmp_path / "a.wav").write_bytes((tmp_path / "a.wav").read_bytes()[:-8])
    folder = opened({"a.wav": 40})
    assert not folder.has("a.wav")
    folder.close()  # the page leaves it out
    record = tmp_path / "synthesis.json"
    content = json.loads(record.read_text())
    content["recordings"]["a.wav"] = {"file": "a", "seconds": None}
    record.write_text(json.dumps(content))
    with pytest.raises(ValueError, match="synthesis.json is damaged"):
        opened({"a.wav": 40})


def test_a_model_that_was_trained_on_is_another_option(
    command, preset, voices, tmp_path
):
    flags = [preset, voices / "0.wav", "--speaker", "ben", "--out", "copies"]
    command("synthesize", *flags)
    model = WaveNet.from_preset(tmp_path / preset)
    model.set_weights([1.01 * weight for weight in model.get_weights()])
    model.save_to_preset(tmp_path / preset)
    message = command("synthesize", *flags, status=1)
    assert "with other options (weights_sha256: was " in message


def test_what_is_wrong_for_all_recordings_ends_the_command_before_the_first(
    command, preset, voices, tmp_path
):
    flags = ["--speaker", "ben", "--out", "copies"]
    message = command("synthesize", preset, voices, *flags, "--engine", "x", status=1)
    assert message.startswith("keras-wavenet: error: `engine` must be one of")
    command("features", voices / "0.wav", "--preset", preset, "--out", "frames")
    both = [tmp_path / "frames", voices / "0.wav"]
    message = command("synthesize", preset, *both, *flags, status=1)
    assert "two or more called 0.wav" in message
    assert not (tmp_path / "copies").exists()
    (tmp_path / "copies").mkdir()
    with locked(tmp_path / "copies"):
        message = command("synthesize", preset, voices, *flags, status=1)
    assert "at work in copies" in message and wavs(tmp_path / "copies") == []


def test_names_of_files_are_those_of_recordings():
    assert output_stems(["a/b.wav", "c.flac"]) == {"a/b.wav": "a/b", "c.flac": "c"}
    assert output_stems(["a.wav", "a.flac"]) == {"a.wav": "a.wav", "a.flac": "a.flac"}
    with pytest.raises(ValueError, match="paths below a folder.*'../a.wav'"):
        output_stems(["../a.wav"])
    with pytest.raises(ValueError, match="Two recordings .* a.original.wav"):
        output_stems(["a.wav", "a.original.wav"])


def test_all_splits_are_opened_once(voices):
    (source,) = data.find_origin(voices).open_all(16000)
    assert len(source) == 6
