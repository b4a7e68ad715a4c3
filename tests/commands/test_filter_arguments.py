"""`keras-wavenet train` of filtered audio, and its rows in other commands."""

import re

import pytest

from keras_wavenet import WaveNet

TINY = (
    "--dilations", "1,2,4", "--residual-channels", "4", "--dilation-channels", "4",
    "--skip-channels", "8", "--batch-size", "2", "--window-length", "800",
    "--sample-every", "0", "--no-tensorboard",
)  # fmt: skip


@pytest.fixture
def train(command, voices):
    def run(*flags, out="run", **options):
        return command("train", voices, *TINY, *flags, "--out", out, **options)

    return run


@pytest.mark.neutral
def test_a_filter_is_measured_once_and_printed(train, command, voices, tmp_path):
    printed = train("--noise-shaping", "0.5", "--steps", "1")
    assert "Filtered by 24 coefficients, gain" in printed
    config = WaveNet.from_preset(tmp_path / "run").get_config()["waveform_filter"]
    assert len(config["coefficients"]) == 24

    again = train("--noise-shaping", "0.5", "--steps", "2")
    assert "at step 1 of 2" in again and "Filtered by" not in again
    kept = WaveNet.from_preset(tmp_path / "run").get_config()["waveform_filter"]
    assert kept == config
    message = train("--noise-shaping", "0.7", "--steps", "3", status=1)
    assert "noise_shaping: was 0.5, is 0.7" in message

    assert "24 coefficients, gain" in command("info", "run")
    printed = command("evaluate", "run", voices, "--window-length", "800")
    printed = " ".join(printed.split())
    of_filtered = float(re.search(r"([\d.]+) bits per 16-bit", printed)[1])
    (of_gain,) = re.findall(r"costs (-?[\d.]+) bits", printed)
    of_audio = re.search(r"Without it, ([\d.]+) bits per 16-bit sample", printed)
    assert float(of_audio[1]) == pytest.approx(of_filtered - float(of_gain), abs=2e-3)
    assert "of the filtered samples were clipped" in printed

    # Another run starts from the preset, with its filter or without.
    train("--preset", "run", "--steps", "1", out="second")
    second = WaveNet.from_preset(tmp_path / "second").get_config()
    assert second["waveform_filter"] == config
    train("--preset", "run", "--noise-shaping", "0", "--steps", "1", out="third")
    assert WaveNet.from_preset(tmp_path / "third").waveform_filter is None


@pytest.mark.neutral
def test_pre_emphasis_has_a_flag(train, command, tmp_path):
    printed = train("--pre-emphasis", "0.85", "--steps", "1")
    assert "Filtered by x[t] - 0.85 x[t - 1], gain" in printed
    model = WaveNet.from_preset(tmp_path / "run")
    assert model.waveform_filter.coefficients == [-0.85]
    assert model.waveform_filter.gain > 1 / 1.85
    assert "x[t] - 0.85 x[t - 1]" in command("info", "run")


@pytest.mark.neutral
@pytest.mark.parametrize(
    "flags, message",
    [
        (["--pre-emphasis", "0.5", "--noise-shaping", "0.5"], "not allowed with"),
        (["--pre-emphasis", "1.5"], "must be from 0 to 1"),
        (["--noise-shaping", "-1"], "must be from 0 to 1"),
    ],
)
def test_flags_that_make_no_filter_are_refused(flags, message, train, capsys):
    with pytest.raises(SystemExit):
        train(*flags)
    assert message in capsys.readouterr().err


@pytest.mark.neutral
def test_a_filter_whose_inverse_is_not_stable_is_refused(train):
    assert "at most 0.9999" in train("--pre-emphasis", "1", status=1)
