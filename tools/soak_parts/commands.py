"""Garbage on the command line: each command works, or ends with a line of its own."""

import argparse
import contextlib
import io
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from keras_wavenet import WaveNet
from keras_wavenet.cli import build_parser, main
from soak_parts.cases import EXCEPTION, Case

RATE = 16000
# What keeps a command short; garbage comes after it, and may replace it.
BASE = {
    "train": ["sounds", "--preset=voice", "--steps=1", "--window-length=200",
              "--batch-size=1", "--sample-every=0", "--no-tensorboard",
              "--validation-split-name=none", "--no-jit-compile"],
    "evaluate": ["voice", "sounds", "--window-length=200"],
    "generate": ["voice", "--num-samples=5", "--out=made.wav"],
    "synthesize": ["vocoder", "sounds", "--out=copies"],
    "features": ["sounds", "--features=mel_16k", "--out=frames"],
    "explain": ["voice", "sounds/0.wav", "--out=explained"],
    "prepare": ["sounds", "--out=prepared"],
    "presets": [],
    "info": ["voice"],
}  # fmt: skip
VALUES = [
    "", "-1", "0", "1", "2", "3.5", "nan", "inf", "-inf", "1e400", "x", "none", "auto",
    "a,b", "1..4", "1,2,", "=", "=x", "audio=", "\udce9", "アンナ", "\x1b[31m", "~",
    "~/x", "voice", "vocoder", "sounds", "mels", "config.json", "pipe", "folder",
    "empty", "noise.npy", "text.txt", "bad.wav", "/dev/null", "/dev/zero", "/", ".",
    "..", "x" * 300, "ftp://a", "train[:1%]", "ab" * 50_000,
]  # fmt: skip
NUMBERS = ["1", "2", "3", "0.5"]
HOW = ["sign"] * 12 + ["space"] * 4 + ["alone"] * 4 + ["misspelt", "word"]
# They would ask for long work, a network or another backend: no garbage.
LEFT_OUT = {
    "-h", "--help", "--debug", "--backend", "--resynthesis", "--words", "--data-dir",
    "--histograms", "--tensorboard",
}  # fmt: skip


def open_cases(folder: Path) -> Callable[[int], Case]:
    """Writes inputs, and returns a function from a seed to a command line."""
    inputs = folder / "inputs"
    inputs.mkdir()
    _write_inputs(inputs)
    parsers = _parsers()
    with contextlib.redirect_stdout(io.StringIO()):  # what is imported on first use
        for name, base in BASE.items():
            result = _in_copy(inputs, folder / "first", [name, *base])
            assert result[0] == "done", result

    def open_case(seed):
        rng = random.Random(seed)
        name = list(BASE)[seed % len(BASE)]
        words = [name, *BASE[name], *_garbage(rng, parsers[name])]
        if rng.random() < 0.03:
            rng.shuffle(words)

        def run():
            return _in_copy(inputs, folder / f"run-{seed}", words)

        shown = " ".join(
            word if len(word) < 99 else f"{word[:20]}..." for word in words
        )
        return Case(name, shown, run)

    return open_case


def _write_inputs(folder):
    (folder / "sounds").mkdir()
    (folder / "folder").mkdir()
    tone = 0.5 * np.sin(np.arange(4000) * 0.1)
    for number in range(3):
        soundfile.write(folder / "sounds" / f"{number}.wav", tone, RATE)
    WaveNet([1, 2], 4, 4, 8).save_to_preset(folder / "voice")
    vocoder = WaveNet([1, 2], 4, 4, 8, features="mel_16k", upsampling="repeat")
    vocoder.save_to_preset(folder / "vocoder")
    (folder / "mels").mkdir()
    np.save(folder / "mels" / "0.wav.npy", np.zeros((20, 80), "float32"))
    (folder / "config.json").write_text('{"dilations": [1, 2], "skip_channels": 8}')
    os.mkfifo(folder / "pipe")
    (folder / "empty").touch()
    np.save(folder / "noise.npy", np.zeros((4, 2)))
    (folder / "text.txt").write_text("no audio")
    (folder / "bad.wav").write_bytes(b"RIFF" + bytes(99))


def _parsers() -> dict[str, argparse.ArgumentParser]:
    actions = build_parser()._actions
    kind = argparse._SubParsersAction
    return next(one.choices for one in actions if isinstance(one, kind))


def _garbage(rng, parser) -> list[str]:
    """Some flags of a command with values at random, and other words."""
    actions = {f: action for action in parser._actions for f in action.option_strings}
    flags = sorted(set(actions) - LEFT_OUT) or ["--nothing"]
    words = []
    for _ in range(rng.choice([1, 1, 2, 3])):
        flag = rng.choice(flags)
        choices = getattr(actions.get(flag), "choices", None) or NUMBERS
        value = rng.choice(rng.choice([VALUES, list(choices)]))
        how = rng.choice(HOW)
        words += {
            "sign": [f"{flag}={value}"],
            "space": [flag, value],
            "alone": [flag],
            "misspelt": [f"{flag}x={value}"],
            "word": [value],
        }[how]
    return words


def _in_copy(inputs, folder, words) -> tuple[str, str]:
    """Run a command in a copy of the inputs."""
    before = Path.cwd()
    folder.mkdir()
    for path in inputs.iterdir():
        (folder / path.name).symlink_to(path)
    os.chdir(folder)
    try:
        return _run(words)
    finally:
        os.chdir(before)
        shutil.rmtree(folder)


def _run(words) -> tuple[str, str]:
    printed = io.StringIO()
    with contextlib.redirect_stderr(printed), contextlib.redirect_stdout(io.StringIO()):
        try:
            status = main(words)
        except SystemExit as end:  # of the parser
            status = end.code
    lines = printed.getvalue().splitlines() or [""]
    if status == 0:
        return "done", lines[-1]
    in_words = "error: " in lines[-1] and "(--debug shows where)" not in lines[-1]
    return "refused" if in_words else EXCEPTION, lines[-1][:2000]
