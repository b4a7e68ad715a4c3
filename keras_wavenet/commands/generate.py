"""Generate audio with a trained model and write it as wav files.

Without a PRESET a vocoder resynthesizes a sentence from the mel frames of a recording
in the package. Prints the seed, which reproduces the audio, and the speed."""

import argparse
import random
import sys
import textwrap
import time
from pathlib import Path

import numpy as np

from keras_wavenet.commands.argument_types import (
    file_path,
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
from keras_wavenet.commands.initial_sample import (
    add_initial_sample_argument,
    initial_sample_option,
)
from keras_wavenet.commands.model_arguments import (
    add_dtype_argument,
    add_preset_argument,
    load_model,
)
from keras_wavenet.commands.output_file import (
    check_free,
    check_space,
    free_name,
    write_wav,
)
from keras_wavenet.commands.periodic_writes import PeriodicWrites
from keras_wavenet.commands.shipped_recording import (
    describe_resynthesis,
    use_shipped_recording,
)
from keras_wavenet.utils.interruption import Interruption
from keras_wavenet.utils.pcm import check_wav_length, own_wav_bytes
from keras_wavenet.utils.terminal import say

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
  keras-wavenet generate my_voice --seconds 3600 --save-every 30 --out hour.wav

A vocoder is conditioned on mel frames. Without --mel-from and --local they are those of
a recording in the package, where the speakers of the model allow it.
A model that was trained little generates noise. A lower temperature, --top-k and
--top-p exclude unlikely samples: less noise, and at the extreme silence."""

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
    sampling = parser.add_argument_group("sampling")
    sampling.add_argument(
        "--temperature",
        type=float,
        default=1.0,
        metavar="X",
        help="below 1 more likely samples, 0 the likeliest (default: %(default)s)",
    )
    sampling.add_argument(
        "--top-k", type=positive_int, metavar="K", help="only the K likeliest codes"
    )
    sampling.add_argument(
        "--top-p",
        type=positive_float,
        metavar="P",
        help="only the likeliest codes that share the probability P",
    )
    sampling.add_argument(
        "--seed", type=natural_int, help="(default: another one each time)"
    )
    add_condition_arguments(parser)
    prime = parser.add_argument_group("prime", "audio to continue")
    prime.add_argument(
        "--prime",
        type=file_path,
        metavar="FILE",
        help="an audio file, such as wav, flac, ogg or mp3, of any rate",
    )
    prime.add_argument(
        "--prime-seconds", type=positive_float, metavar="S", help="use only its start"
    )
    prime.add_argument(
        "--keep-prime", action="store_true", help="write the prime and the new audio"
    )
    add_initial_sample_argument(prime)
    _add_run_arguments(parser)


def _add_run_arguments(parser):
    run = parser.add_argument_group("running and writing")
    run.add_argument(
        "--engine",
        default="auto",
        metavar="NAME",
        help="what runs the loop: cpu; cpu_bfloat16 and cpu_int8, faster and rounded; "
        "that of the backend, that is jax, tensorflow or torch; or full, the slow "
        "reference over the whole receptive field (default: %(default)s, cpu where it "
        "can)",
    )
    run.add_argument(
        "--save-every",
        type=positive_float,
        metavar="SECONDS",
        help="while the generation runs, write the audio so far to the file, whole, "
        "each time this time of the run has passed: it can be played, and remains if "
        "the process is killed. Long files are written less often, so that writing "
        "takes at most 5 %% of the time (default: once, at the end or at Ctrl-C)",
    )
    add_dtype_argument(run)
    run.add_argument(
        "--out",
        type=file_path,
        metavar="FILE",
        help="a .wav file (default: named after preset and seed, in this folder)",
    )
    run.add_argument(
        "--bits",
        action="store_true",
        help="print what the samples of each stream cost in bits, under the model at "
        "temperature 1, the likeliest stream first",
    )
    run.add_argument("--overwrite", action="store_true", help="replace a file there")


def run(arguments: argparse.Namespace) -> None:
    """Generate audio and write it to files."""
    seed = random.randrange(2**31) if arguments.seed is None else arguments.seed
    paths = choose_paths(arguments, seed)

    from keras_wavenet.generation import Sampling

    model = load_model(arguments)
    shipped = use_shipped_recording(arguments, model)
    sampling = {n: getattr(arguments, n) for n in ("temperature", "top_k", "top_p")}
    Sampling(**sampling).check(model.distribution)  # ahead of the work on frames
    initial_sample = initial_sample_option(arguments.initial_sample, model.distribution)
    match_frames = choose_matching(arguments, model)
    rate = model.sample_rate
    prime = read_prime(arguments, rate)
    conditions, covered, prime = read_conditions(arguments, model, prime)
    length = choose_length(arguments, rate, covered)
    kept = [prime] if arguments.keep_prime else []
    total = length + sum(map(len, kept))
    check_wav_length(total, rate)  # before hours of work
    check_space(paths[0].parent, len(paths) * own_wav_bytes(total))
    stream = model.stream(
        length,
        prime=prime,
        conditions=conditions,
        streams=stream_count(arguments),
        **sampling,
        seed=seed,
        engine=arguments.engine,
        progress=sys.stdout.isatty(),
        match_frames=match_frames,
        return_bits=arguments.bits,
        **initial_sample,
    )
    times, chunks, bits = [time.perf_counter()], [], []
    writes = None
    if arguments.save_every is not None:
        names = ", ".join(map(str, paths))
        text = f"writing the audio so far every {arguments.save_every:g} s: {names}"
        say(text, flush=True)
        writes = PeriodicWrites(
            lambda: write_waveforms(paths, chunks, kept, rate), arguments.save_every
        )
    try:
        with Interruption() as interruption:
            for chunk in stream:
                if arguments.bits:
                    chunk, *own = chunk
                    bits += own
                chunks.append(chunk)
                times.append(time.perf_counter())
                if writes:
                    writes.update()
                interruption.check()
    finally:  # Ctrl-C keeps the audio so far
        write_streams(paths, chunks, kept, rate, seed)
        if bits:
            print_bits(paths, np.concatenate(bits, axis=1))
    if shipped:
        say(describe_resynthesis(shipped, arguments.preset))
    say(describe_speed(chunks, times, rate))


def write_streams(
    paths: list[Path],
    chunks: list[np.ndarray],
    kept: list[np.ndarray],
    sample_rate: int,
    seed: int,
) -> None:
    """Write a file for each stream, if there is audio, and print its name and faults.

    Args:
        paths: A path for each stream.
        chunks: Arrays `(streams, samples)`.
        kept: Arrays `(samples,)` that each file starts with.
        sample_rate: Hz.
        seed: The seed of the audio, to print.
    """
    if not chunks:
        return
    for path, *parts in zip(paths, *chunks, strict=True):
        seconds = write_waveform(path, parts, kept, sample_rate)
        say(f"wrote {path} ({seconds:.2f} s, seed {seed})")
        print_warning(np.concatenate(parts), sample_rate)


def write_waveforms(
    paths: list[Path],
    chunks: list[np.ndarray],
    kept: list[np.ndarray],
    sample_rate: int,
) -> None:
    """Write a file for each stream, of the audio so far; as `write_streams`."""
    for path, *parts in zip(paths, *chunks, strict=True):
        write_waveform(path, parts, kept, sample_rate)


def write_waveform(
    path: Path, parts: list[np.ndarray], kept: list[np.ndarray], sample_rate: int
) -> float:
    """Write one stream; returns its seconds."""
    waveform = np.concatenate(kept + parts)
    write_wav(path, waveform, sample_rate)
    return len(waveform) / sample_rate


def print_bits(paths: list[Path], bits: np.ndarray) -> None:
    """Print the mean of the bits of each stream, `(streams, samples)`, sorted."""
    costs = sorted(zip(bits.mean(axis=1), paths, strict=True))
    for cost, path in costs:
        say(f"{cost:.3f} bits per sample: {path}")


def choose_length(arguments: argparse.Namespace, rate: int, covered: int | None) -> int:
    """Samples to generate: those requested, or those that frames cover."""
    if arguments.num_samples:
        return arguments.num_samples
    if arguments.seconds is None and covered is not None:
        return covered
    return max(1, round((arguments.seconds or SECONDS) * rate))


def print_warning(waveform: np.ndarray, sample_rate: int) -> None:
    """Print a warning if the audio is silence or noise."""
    from keras_wavenet.training.monitoring.audio_check import check_audio

    if len(waveform) < sample_rate / 10:
        return  # too short for the check
    warning = check_audio(waveform, sample_rate).warning
    if warning:
        say(textwrap.indent(textwrap.fill(warning, 77), "  "))


def describe_speed(
    chunks: list[np.ndarray], times: list[float], sample_rate: int
) -> str:
    """The speed of generation, without the first chunk, which includes compilation.

    Args:
        chunks: Arrays `(streams, samples)`.
        times: Seconds at the start, and after each chunk.
        sample_rate: Hz.
    """
    later = sum(chunk.size for chunk in chunks[1:])
    samples = chunks[0].size + later
    if later:
        speed = later / (times[-1] - times[1])
        first = f"{chunks[0].size:,} in {times[1] - times[0]:.1f} s"
        note = f"the first {first}, with compilation"
    else:
        speed = samples / (times[-1] - times[0])
        note = "with compilation: a longer run is faster"
    return (
        f"{samples:,} samples in {times[-1] - times[0]:.1f} s ({note}): "
        f"{speed:,.0f} samples/s, {speed / sample_rate:.2f} times real time"
    )


def choose_paths(arguments: argparse.Namespace, seed: int) -> list[Path]:
    """The path of each stream; raises FileExistsError for existing files."""
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


def read_prime(arguments: argparse.Namespace, sample_rate: int) -> np.ndarray | None:
    """The prime at the model's rate, float32 `(T,)`, or None."""
    if arguments.prime is None:
        for flag in ("prime_seconds", "keep_prime"):
            if getattr(arguments, flag):
                raise ValueError(f"--{flag.replace('_', '-')} needs a --prime file.")
        return None
    prime = read_audio("--prime", arguments.prime, sample_rate)
    if arguments.prime_seconds:
        prime = prime[: max(1, round(arguments.prime_seconds * sample_rate))]
    return prime
