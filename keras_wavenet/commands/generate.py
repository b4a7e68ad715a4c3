"""Generate audio with a trained model and write it as wav files.

Without a PRESET a vocoder makes a sentence again from the mel frames of a recording in
the package. Prints the seed, which gives the same audio again, and the speed."""

import argparse
import random
import sys
import textwrap
import time
from pathlib import Path

import numpy as np

from keras_wavenet.commands.argument_types import (
    natural_int,
    positive_float,
    positive_int,
)
from keras_wavenet.commands.audio_input import read_audio
from keras_wavenet.commands.generate_conditions import (
    add_condition_arguments,
    choose_matching,
    read_conditions,
    stream_count,
)
from keras_wavenet.commands.model_arguments import (
    add_dtype_argument,
    add_preset_argument,
    load_model,
)
from keras_wavenet.commands.output_file import check_free, free_name, write_wav
from keras_wavenet.commands.shipped_recording import use_shipped_recording
from keras_wavenet.utils.interruption import Interruption

HELP = "generate audio with a trained model"
USAGE = "[PRESET] [options]"
EPILOG = """\
examples:
  keras-wavenet generate                         a sentence, from its mel frames
  keras-wavenet generate --speaker it_carlo      another sentence in another voice
  keras-wavenet generate --speaker en_allison --mel-from speech.wav --out again.wav
  keras-wavenet generate wavenet_tiny            free generation: babble
  keras-wavenet generate wavenet_tiny --seconds 10 --temperature 0.9 --seed 7
  keras-wavenet generate wavenet_tiny --prime speech.flac --prime-seconds 2 --keep-prime
  keras-wavenet generate my_voice --streams 4
  keras-wavenet generate our_voices --speaker anna --speaker ben

A vocoder is conditioned on mel frames. Without --mel-from and --local they are those of
a recording in the package, where the speakers of the model allow it.
A model that has learned little makes noise. A lower temperature, --top-k and --top-p
leave unlikely samples out: less noise, and in the end silence."""

PRESET = "wavenet_realtime"
SECONDS = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_preset_argument(parser, PRESET)
    length = parser.add_mutually_exclusive_group()
    length.add_argument(
        "--seconds",
        type=positive_float,
        help=f"length of the audio (default: {SECONDS}, or all that --mel-from or "
        "--local cover)",
    )
    length.add_argument(
        "--num-samples", type=positive_int, metavar="N", help="length in samples"
    )
    drawing = parser.add_argument_group("drawing")
    drawing.add_argument(
        "--temperature",
        type=float,
        default=1.0,
        metavar="X",
        help="below 1 more likely samples, 0 the likeliest (default: %(default)s)",
    )
    drawing.add_argument(
        "--top-k", type=positive_int, metavar="K", help="only the K likeliest codes"
    )
    drawing.add_argument(
        "--top-p",
        type=positive_float,
        metavar="P",
        help="only the likeliest codes that share the probability P",
    )
    drawing.add_argument(
        "--seed", type=natural_int, help="(default: another one each time)"
    )
    add_condition_arguments(parser)
    prime = parser.add_argument_group("prime", "audio that the model goes on from")
    prime.add_argument(
        "--prime", type=Path, metavar="FILE", help="wav, flac, ogg or mp3, any rate"
    )
    prime.add_argument(
        "--prime-seconds", type=positive_float, metavar="S", help="hear only its start"
    )
    prime.add_argument(
        "--keep-prime", action="store_true", help="write the prime before the new audio"
    )
    run = parser.add_argument_group("running and writing")
    run.add_argument(
        "--engine",
        default="auto",
        metavar="NAME",
        help="what runs the loop: cpu, cpu_bfloat16, or that of the backend, which is "
        "jax, tensorflow or torch (default: %(default)s, cpu where it can)",
    )
    add_dtype_argument(run)
    run.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="a .wav file (default: named after preset and seed, in this folder)",
    )
    run.add_argument("--overwrite", action="store_true", help="replace a file there")


def run(arguments: argparse.Namespace) -> None:
    """Generate and write."""
    seed = random.randrange(2**31) if arguments.seed is None else arguments.seed
    paths = choose_paths(arguments, seed)

    from keras_wavenet.generation import Sampling

    model = load_model(arguments)
    shipped = use_shipped_recording(arguments, model)
    drawing = {n: getattr(arguments, n) for n in ("temperature", "top_k", "top_p")}
    Sampling(**drawing).check(model.distribution)  # before frames are made
    match_frames = choose_matching(arguments, model)
    rate = model.sample_rate
    prime = read_prime(arguments, rate)
    conditions, most, prime = read_conditions(arguments, model, prime)
    times, chunks = [time.perf_counter()], []
    stream = model.stream(
        choose_length(arguments, rate, most),
        prime=prime,
        conditions=conditions,
        streams=stream_count(arguments),
        **drawing,
        seed=seed,
        engine=arguments.engine,
        progress=sys.stdout.isatty(),
        match_frames=match_frames,
    )
    try:
        with Interruption() as interruption:
            for chunk in stream:
                chunks.append(chunk)
                times.append(time.perf_counter())
                interruption.check()
    finally:  # Ctrl-C keeps what there is by then
        if chunks:
            heard = [prime] if arguments.keep_prime else []
            for path, *parts in zip(paths, *chunks, strict=True):
                write_wav(path, np.concatenate(heard + parts), rate)
                seconds = sum(map(len, heard + parts)) / rate
                print(f"wrote {path} ({seconds:.2f} s, seed {seed})")
                say_what_is_wrong(np.concatenate(parts), rate)
    if shipped:
        print(shipped.describe(arguments.preset))
    print(describe_speed(chunks, times, rate))


def choose_length(arguments: argparse.Namespace, rate: int, most: int | None) -> int:
    """Samples to generate: as many as asked for, or as there are frames for."""
    if arguments.num_samples:
        return arguments.num_samples
    if arguments.seconds is None and most is not None:
        return most
    return max(1, round((arguments.seconds or SECONDS) * rate))


def say_what_is_wrong(waveform: np.ndarray, sample_rate: int) -> None:
    """Print a warning if the audio is silence or noise."""
    from keras_wavenet.training.monitoring.audio_check import check_audio

    if len(waveform) < sample_rate / 10:
        return  # too short to tell
    warning = check_audio(waveform, sample_rate).warning
    if warning:
        print(textwrap.indent(textwrap.fill(warning, 77), "  "))


def describe_speed(chunks: list, times: list[float], sample_rate: int) -> str:
    """How fast the chunks came; the first one waited for the compiler.

    Args:
        chunks: Arrays `(streams, samples)`.
        times: Seconds at the start, and as each chunk was there.
        sample_rate: Hz.
    """
    later = sum(chunk.size for chunk in chunks[1:])
    samples = chunks[0].size + later
    if later:
        speed = later / (times[-1] - times[1])
        first = f"{chunks[0].size:,} in {times[1] - times[0]:.1f} s"
        note = f"the first {first}, with what had to be compiled"
    else:
        speed = samples / (times[-1] - times[0])
        note = "with what had to be compiled: a longer run is faster"
    return (
        f"{samples:,} samples in {times[-1] - times[0]:.1f} s ({note}): "
        f"{speed:,.0f} samples/s, {speed / sample_rate:.2f} times real time"
    )


def choose_paths(arguments: argparse.Namespace, seed: int) -> list[Path]:
    """Where to write each stream; refuses what is there already."""
    out = arguments.out
    if out is None:
        name = Path(arguments.preset).name or "generated"
        out = free_name(Path(f"{name}-seed{seed}.wav"))
    elif out.suffix.lower() != ".wav":
        raise ValueError(f"--out must end in .wav. Received: {out}")
    streams = stream_count(arguments)
    if streams == 1:
        paths = [out]
    else:
        numbers = range(1, streams + 1)
        paths = [out.with_stem(f"{out.stem}-stream{number}") for number in numbers]
    for path in paths:
        check_free(path, arguments.overwrite)
    return paths


def read_prime(arguments: argparse.Namespace, sample_rate: int):
    """The prime at the model's rate, `(T,)`, or None."""
    if arguments.prime is None:
        for flag in ("prime_seconds", "keep_prime"):
            if getattr(arguments, flag):
                raise ValueError(f"--{flag.replace('_', '-')} needs a --prime file.")
        return None
    prime = read_audio("--prime", arguments.prime, sample_rate)
    if arguments.prime_seconds:
        prime = prime[: max(1, round(arguments.prime_seconds * sample_rate))]
    return prime
