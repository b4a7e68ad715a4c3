"""The command `keras-wavenet`, from its arguments to its exit status and files."""

import io
import os
import signal
import subprocess
import sys
import time
import wave

import keras
import numpy as np
import pytest
import soundfile

import keras_wavenet
from keras_wavenet.cli import main
from tests.conftest import SLOW_TO_IMPORT, program_environment

RATE = 4000
FRAMEWORKS = {"jax", "keras", "matplotlib", "numba", "scipy", "tensorflow", "torch"}


@pytest.fixture
def succeed(monkeypatch, tmp_path, capsys):
    """Run a command in an empty folder, in this process; return what it printed."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        assert main([str(argument) for argument in arguments]) == 0
        return capsys.readouterr().out

    return run


@pytest.fixture
def fail(monkeypatch, tmp_path, capsys):
    """Run a command that fails, likewise; return its status and its one line."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as ended:  # from argparse
            status = ended.code
        (line,) = capsys.readouterr().err.splitlines()
        return status, line

    return run


@pytest.fixture(scope="module")
def preset(tmp_path_factory):
    """A very small model, saved with its weights."""
    folder = tmp_path_factory.mktemp("presets") / "whisper"
    keras.utils.set_random_seed(0)
    model = keras_wavenet.WaveNet(
        [1, 2, 4], 8, 8, 16, sample_rate=RATE, distribution="categorical"
    )
    model.save_to_preset(folder)
    return folder


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    """A folder of tones, enough of them for a training and a validation split."""
    folder = tmp_path_factory.mktemp("recordings")
    seconds = np.arange(RATE) / RATE
    for number in range(12):
        tone = 0.5 * np.sin(2 * np.pi * (200 + 20 * number) * seconds)
        soundfile.write(folder / f"tone_{number}.wav", tone, RATE)
    return folder


def read_wav(path):
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


@pytest.mark.neutral
@pytest.mark.parametrize("name", [[], ["train"], ["generate"]])
def test_help_comes_at_once_as_it_imports_no_framework(name, run_program):
    ended = run_program("-X", "importtime", "-m", "keras_wavenet", *name, "--help")
    assert ended.returncode == 0 and "examples:" in ended.stdout or not name
    imported = {line.rpartition("|")[2].strip() for line in ended.stderr.splitlines()}
    assert "argparse" in imported and not imported & FRAMEWORKS


@pytest.mark.neutral
@pytest.mark.parametrize(
    "arguments, words",
    [
        (["sing"], ["'sing'", "generate"]),
        (["trian"], ["did you mean 'train'?"]),
        (["train", "--schedule", "cosin"], ["did you mean 'cosine'?"]),
        (["train", "--steps", "0"], ["--steps", "at least 1", "Received: 0"]),
        (["generate", "--seconds", "nan"], ["--seconds", "above 0", "nan"]),
        (["generate", "--frequency", "3"], ["--frequency"]),
        (["generate", "--temprature=1"], ["did you mean '--temperature'?"]),
        (["train", "--epochs", "1", "--steps", "1"], ["--epochs", "--steps"]),
    ],
)
def test_a_flag_that_makes_no_sense_is_named_in_one_line(arguments, words, fail):
    status, line = fail(*arguments)
    assert status == 2
    assert all(word in line for word in words), line


@pytest.mark.neutral
@pytest.mark.parametrize(
    "arguments, words",
    [
        (["info", "wavenet_tyni"], ["wavenet_tyni", "wavenet_tiny"]),
        (["info", "./nowhere"], ["nowhere"]),
        (["generate", "--prime", "speech.wav"], ["speech.wav"]),
        (["generate", "--prime", "notes.txt"], ["notes.txt", "not readable as audio"]),
        (["generate", "--keep-prime"], ["--keep-prime", "--prime"]),
        (["generate", "wavenet_tiny", "--seconds", "2e5"], ["at most", "37.3 hours"]),
        (
            ["generate", "wavenet_tiny", "--seconds", "1.3e5", "--streams", "1000"],
            ["No space left", "4,160,000 MB", "free"],
        ),
        (["generate", "--speaker", "it_carl"], ["did you mean 'it_carlo'?"]),
        (["generate", "--speaker", "9"], ["--speaker must be one of", "Received: 9"]),
        (["generate", "--out", "speech.mp3"], [".wav", "speech.mp3"]),
        (["generate", "--out", "nowhere/a.wav"], ["nowhere"]),
        (["train", "./nowhere"], ["nowhere"]),
        (["train", "full"], ["full"]),
        (["train", "--out", "full"], ["full", "no run", "--out names another"]),
        (["train", "--dilations", "1..7"], ["--dilations", "1..7"]),
        (["train", "--out", "notes.txt"], ["notes.txt", "is a file"]),
        (["info", "wavenet_timit"], ["recognizer", "docs/recognition.md"]),
        (["evaluate", "wavenet_timit"], ["recognizer", "docs/recognition.md"]),
        (["train", "full", "--key", "audio=x"], ["`keys` and `stored_rate` are for"]),
    ],
)
def test_a_failure_is_one_line_and_names_what_was_wrong(
    arguments, words, fail, tmp_path
):
    (tmp_path / "full").mkdir()
    for path in (tmp_path / "full" / "notes.txt", tmp_path / "notes.txt"):
        path.write_text("no audio")
    status, line = fail(*arguments)
    assert status == 1
    assert all(word in line for word in words), line


@pytest.mark.neutral
@pytest.mark.skipif(os.name == "nt", reason="no such files")
@pytest.mark.parametrize(
    "arguments",
    [
        ["generate", "--prime", "folder/metadata.csv"],
        ["generate", "--speaker", "en_allison", "--local", "folder/metadata.csv"],
        ["train", "folder"],
    ],
)
def test_a_pipe_is_refused_and_not_waited_for(arguments, fail, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.wav").touch()
    os.mkfifo(tmp_path / "folder" / "metadata.csv")
    status, line = fail(*arguments)
    assert status == 1 and "folder/metadata.csv is a pipe" in line


@pytest.mark.neutral
def test_a_home_folder_may_be_meant_or_missing(succeed, fail, preset, monkeypatch):
    monkeypatch.setenv("HOME", str(preset.parent))
    monkeypatch.setenv("USERPROFILE", str(preset.parent))
    flags = ["--num-samples", "5", "--out=~/a.wav"]
    printed = succeed("generate", f"~/{preset.name}", *flags)
    assert f"wrote {preset.parent / 'a.wav'}" in printed
    monkeypatch.setenv("HOME", "~")  # as Python has it for a user without one
    monkeypatch.setenv("USERPROFILE", "~")
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    for name in ("KERAS_HOME", "MPLCONFIGDIR", "TFDS_DATA_DIR"):
        monkeypatch.setenv(name, str(preset.parent))
    assert "receptive field" in succeed("info", preset)
    status, line = fail("train", "--out=~/voice")
    assert status == 2 and "set the variable HOME" in line


@pytest.mark.neutral
def test_texts_of_a_file_are_shown_escaped_and_cut(succeed):
    names = ["\x1b]0;owned\x07", "b\nc", *(f"{n} {'x' * 500}" for n in range(500))]
    model = keras_wavenet.WaveNet([1], 4, 4, 4, speakers=names, name="\x1b[31mred")
    texts = {"description": "\x1b[2J" + "d" * 10**5, "license": "\x9b31m"}
    model.save_to_preset("odd", **texts)
    printed = succeed("info", "odd", "--layers")
    assert all(line.isprintable() for line in printed.splitlines())
    assert len(printed) < 10**4 and "492 more" in printed


@pytest.mark.neutral
@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes there")
@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_no_encoding_of_the_terminal_ends_a_command(
    encoding, recordings, tmp_path, monkeypatch
):
    (tmp_path / "in").mkdir()
    for number in range(12):
        name = os.fsdecode(b"caf\xe9-%d.wav" % number)
        (tmp_path / "in" / name).hardlink_to(recordings / f"tone_{number}.wav")
    content = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(content, encoding))
    monkeypatch.chdir(tmp_path)
    assert main(["prepare", "in", "--out", "アンナ", "--sample-rate", "4000"]) == 0
    sys.stdout.flush()
    assert "12 clips" in content.getvalue().decode(encoding)


@pytest.mark.neutral
def test_debug_lets_the_exception_through():
    with pytest.raises(ValueError, match="nowhere"):
        main(["info", "./nowhere", "--debug"])


@pytest.mark.neutral
def test_stdout_may_be_closed(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["presets"]) == 0


@pytest.mark.neutral
def test_presets_lists_all_of_them(succeed):
    printed = succeed("presets")
    assert all(name in printed for name in keras_wavenet.WaveNet.presets)
    assert "wavenet_timit: a recognizer, architecture" in printed
    assert "5,117 samples (320 ms at 16,000 Hz), 1,489,824 parameters" in printed


@pytest.mark.neutral
def test_info_tells_what_a_model_is_and_costs(succeed):
    printed = succeed("info", "wavenet_speech")
    assert "1..512x5" in printed
    assert "5,117 samples, 319.8 ms" in printed
    assert "multiply-adds" in printed


def test_generate_writes_audio_that_its_seed_gives_again(
    succeed, fail, preset, tmp_path
):
    options = ["generate", preset, "--num-samples", "500", "--seed", "3"]
    printed = succeed(*options)
    assert "samples/s" in printed and "times real time" in printed
    audio = read_wav(tmp_path / "whisper-seed3.wav")
    assert len(audio) == 500 and np.abs(audio).max() > 1000
    succeed(*options, "--out", "again.wav")
    assert (audio == read_wav(tmp_path / "again.wav")).all()
    assert "again.wav exists" in fail(*options, "--out", "again.wav")[1]


@pytest.mark.neutral
def test_another_process_generates_the_same_audio_with_keras_and_a_backend_alone(
    run_program, succeed, preset, tmp_path
):
    options = ["generate", preset, "--num-samples", "500", "--seed", "3"]
    extras = {"grain", "soundfile", "soxr", "tensorflow", "tensorflow_datasets"}
    command = ["-m", "keras_wavenet", *options]
    missing = SLOW_TO_IMPORT | extras
    ended = run_program(*command, backend="jax", missing=missing, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "samples/s" in ended.stdout
    succeed(*options, "--out", "again.wav")
    audio = read_wav(tmp_path / "whisper-seed3.wav")
    assert (audio == read_wav(tmp_path / "again.wav")).all()


def test_generate_goes_on_from_a_prime(succeed, preset, recordings, tmp_path):
    succeed(
        "generate", preset, "--prime", recordings / "tone_0.wav", "--prime-seconds",
        "0.5", "--keep-prime", "--seconds", "0.1", "--streams", "2", "--out", "on.wav",
    )  # fmt: skip
    one, two = (read_wav(tmp_path / f"on-stream{number}.wav") for number in (1, 2))
    prime = RATE // 2
    assert len(one) == prime + RATE // 10
    assert (one[:prime] == two[:prime]).all() and (one[prime:] != two[prime:]).any()


@pytest.fixture
def train_flags(preset, recordings):
    return [
        "train", recordings, "--preset", preset, "--batch-size", "2",
        "--window-length", "1000", "--sample-every", "0",
    ]  # fmt: skip


def test_train_writes_a_preset_that_evaluate_scores(
    succeed, train_flags, recordings, tmp_path
):
    flags = ["--epochs", "2", "--skip-channels", "24", "--schedule", "cosine"]
    flags += ["--warmup-steps", "2", "--weight-decay", "0.01", "--clipnorm", "1"]
    printed = succeed(*train_flags, *flags, "--out", "tones")
    assert "bits per sample" in printed and "ms/step" in printed
    model = keras_wavenet.WaveNet.from_preset(tmp_path / "tones")
    assert model.skip_channels == 24

    printed = succeed("evaluate", "tones", recordings)
    assert "samples scored once each" in printed
    assert "by the last-sample predictor" in printed


@pytest.mark.neutral
@pytest.mark.filterwarnings("ignore:Audio sample at step")
def test_train_tells_of_its_run_in_files(succeed, train_flags, tmp_path):
    options = ["--sample-every", "10", "--sample-seconds", "0.1", "--histograms"]
    succeed(*train_flags, "--steps", "12", *options, "--out", "run")
    rows = (tmp_path / "run" / "log.csv").read_text().splitlines()
    assert rows[0].startswith("step,epoch,seconds,learning_rate,")
    assert rows[1].startswith("12,1,") and len(rows) == 2
    assert (tmp_path / "run" / "run.png").stat().st_size > 1000
    assert len(list((tmp_path / "run" / "tensorboard").iterdir())) == 1
    samples = tmp_path / "run" / "samples"
    assert len(list(samples.glob("*.png"))) == 2
    assert len(read_wav(samples / "step-00000012.wav")) == RATE // 10


def test_train_takes_so_many_steps_and_keeps_another_run(
    succeed, fail, train_flags, tmp_path
):
    succeed(*train_flags, "--steps", "1", "--load-weights", "--out", "one")
    weights = (tmp_path / "one" / "best" / "model.weights.h5").read_bytes()
    status, line = fail(*train_flags, "--steps", "1", "--out", "one")
    assert status == 1 and "load_weights: was True, is False" in line
    assert "--overwrite" in line
    assert weights == (tmp_path / "one" / "best" / "model.weights.h5").read_bytes()


@pytest.mark.neutral  # tests/test_resume.py stops runs on every backend
@pytest.mark.skipif(os.name == "nt", reason="Windows can't send a signal to a process")
def test_a_run_that_is_stopped_saves_its_step(train_flags, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "keras_wavenet", *map(str, train_flags)]
        + ["--epochs", "100000", "--steps-per-epoch", "5", "--no-tensorboard"]
        + ["--out", str(tmp_path / "kept")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=program_environment("jax", SLOW_TO_IMPORT | {"tensorflow", "torch"}),
        # A test run in the background has SIGINT ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not (tmp_path / "kept" / "best" / "model.weights.h5").exists():
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    printed, message = process.communicate(timeout=60)
    assert process.returncode == 130
    line = printed.splitlines()[-1]
    assert line.startswith("Saved step ") and "the same again to resume" in line
    step = int(line.split()[2].rstrip("."))
    assert (tmp_path / "kept" / "checkpoints" / f"step-{step:08d}.ckpt").is_file()
    assert "Traceback" not in message
    keras_wavenet.WaveNet.from_preset(tmp_path / "kept")
