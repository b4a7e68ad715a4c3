"""The demo: train a vocoder on `spoken_prompts`, save it, and generate with it.

The model resynthesizes recordings of the validation split from their log-mel frames.
The exit status is 1 if training reduced the validation bits by too little, if the audio
is not speech by `demo_measures.py`, or if the saved preset generates other audio.

Run by demo.py in its environment, with `KERAS_BACKEND` set.
"""

import argparse
import sys
import time
from pathlib import Path

import keras
import numpy as np
from demo_measures import SpeechCheck

import keras_wavenet
from keras_wavenet.training import BaselineCallback, StopAtNaN, WeightAveraging
from keras_wavenet.utils.pcm import encode_wav
from keras_wavenet.visualization import style
from keras_wavenet.visualization.spectrogram import plot_spectrogram
from keras_wavenet.visualization.training import plot_bits

STEPS = 400
BATCH_SIZE = 8
WINDOW_LENGTH = 1600
STEPS_PER_POINT = 20  # of the loss curve
PEAK_LEARNING_RATE = 4e-3
WARMUP_STEPS = 20
AVERAGING = 0.98  # momentum of the averages of the weights
LEAST_GAIN = 0.5  # bits per sample, least improvement by training
SEED = 0


def main():
    arguments = parse_arguments()
    out = arguments.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(SEED)
    print(f"Keras {keras.__version__} on {keras.backend.backend()}")

    model = make_model()
    train, validation = load_speech(model)
    model.compile(make_optimizer(arguments.steps))
    untrained = validation_bits(model, validation)
    history, baseline = train_model(model, train, validation, arguments.steps)
    bits = validation_bits(model, validation)
    print(
        f"Validation bits per 16-bit sample: {bits:.3f}, {untrained:.3f} before "
        f"training, {baseline.last_sample:.3f} by the last-sample predictor"
    )
    model.save_to_preset(out / "preset")

    check = SpeechCheck(model.sample_rate)
    for clip in one_clip_per_speaker(validation.source):
        speaker = clip.info.speaker
        print(f'\n{speaker}: "{clip.info.transcript}"')
        raw = generate(model, clip, match_frames=False)
        matched = generate(model, clip, match_frames=True)
        write(out / f"{speaker}_recorded.wav", clip.waveform, model.sample_rate)
        write(out / f"{speaker}_raw.wav", raw, model.sample_rate)
        write(out / f"{speaker}_matched.wav", matched, model.sample_rate)
        check.compare(clip.waveform, raw, matched)
    draw_demo(
        out / "demo.png", model.sample_rate, clip, matched, history, bits, baseline
    )

    loaded = keras_wavenet.WaveNet.from_preset(out / "preset")
    same = np.array_equal(generate(loaded, clip, match_frames=True), matched)
    print(f"\nThe loaded preset generates {'the same' if same else 'OTHER'} audio.")
    describe_files(out)
    is_speech = check.passed()
    has_learned = untrained - bits >= LEAST_GAIN
    if not has_learned:
        print(f"Training did not reduce the validation bits by {LEAST_GAIN}.")
    sys.exit(not (same and is_speech and has_learned))


def parse_arguments():
    """Parse the command line of demo.py."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    least = WARMUP_STEPS + STEPS_PER_POINT
    if arguments.steps < least:
        parser.error(f"--steps must be at least {least}. Received: {arguments.steps}")
    arguments.steps -= arguments.steps % STEPS_PER_POINT
    return arguments


def make_model():
    """Return a vocoder of three speakers that can be trained within minutes.

    Linear prediction from the log-mel frames explains most of a sample; the network
    models the distribution of the residual.
    """
    train = keras_wavenet.data.open_source("spoken_prompts", "train", 16000)
    return keras_wavenet.WaveNet(
        dilations=keras_wavenet.doubling_dilations(128, cycles=2),
        residual_channels=32,
        dilation_channels=32,
        skip_channels=64,
        initial_kernel_size=1,
        distribution={"name": "logistic_mixture", "components": 1},
        speakers=["en_allison", "it_carlo", "ru_maxim"],
        speaker_channels=16,
        features=keras_wavenet.features.get("mel_16k").measured_on(train),
        upsampling="linear",
        frame_encoder={"channels": 64, "layers": 2, "kernel_size": 3},
        linear_prediction={"order": 32},
    )


def load_speech(model):
    """Return the training and the validation windows of the shipped speech."""
    splits = [
        keras_wavenet.data.load(
            "spoken_prompts",
            split=split,
            spec=model.data_spec,
            batch_size=BATCH_SIZE,
            window_length=WINDOW_LENGTH,
        )
        for split in ("train", "validation")
    ]
    print(splits[0])
    return splits


def validation_bits(model, validation):
    """Return the bits per 16-bit sample of the validation recordings."""
    return model.evaluate(validation, return_dict=True, verbose=0)["bits_per_sample"]


def make_optimizer(steps):
    """Return Adam with averaged weights, which the model has after `fit`."""
    rate = keras.optimizers.schedules.CosineDecay(
        PEAK_LEARNING_RATE / 10,
        decay_steps=steps - WARMUP_STEPS,
        alpha=0.01,
        warmup_target=PEAK_LEARNING_RATE,
        warmup_steps=WARMUP_STEPS,
    )
    return keras.optimizers.Adam(
        rate,
        beta_2=0.99,
        global_clipnorm=1.0,
        use_ema=True,
        ema_momentum=AVERAGING,
        ema_overwrite_frequency=None,
    )


def train_model(model, train, validation, steps):
    """Train; returns bits per sample at each point of the curve, and the baseline."""
    baseline = BaselineCallback(train, validation)
    started = time.perf_counter()
    history = model.fit(
        train,
        steps_per_epoch=STEPS_PER_POINT,
        epochs=steps // STEPS_PER_POINT,
        callbacks=[StopAtNaN(), baseline, WeightAveraging()],
        verbose=2,
    ).history["bits_per_sample"]
    seconds = time.perf_counter() - started
    print(f"Trained {steps} steps in {seconds:.0f} s, {seconds / steps:.2f} s a step")
    points = range(STEPS_PER_POINT, steps + 1, STEPS_PER_POINT)
    return dict(zip(points, history, strict=True)), baseline.baseline


def one_clip_per_speaker(source):
    """Return the first recording of each speaker."""
    first = {}
    for number, clip in enumerate(source.clips):
        first.setdefault(clip.speaker, number)
    return [source[number] for _, number in sorted(first.items())]


def generate(model, clip, match_frames):
    """Return the audio generated from the frames of a recording, `(T,)`."""
    started = time.perf_counter()
    audio = model.vocode(
        clip.waveform,
        conditions={"speaker": clip.info.speaker},
        match_frames=match_frames,
        seed=SEED,
    )[0]
    speed = len(audio) / (time.perf_counter() - started)
    print(f"  generated {len(audio):,} samples, {speed:,.0f} a second")
    return audio


def write(path, waveform, sample_rate):
    path.write_bytes(encode_wav(waveform, sample_rate))


def draw_demo(path, sample_rate, clip, generated, history, bits, baseline):
    """Draw the loss curve, and spectrograms of a recording and of generated audio.

    Args:
        path: The png file to write.
        sample_rate: Hz.
        clip: The recording, a `keras_wavenet.data.Clip`.
        generated: The audio generated from its frames, `(T,)`.
        history: Dict from training steps to bits per sample.
        bits: Validation bits per sample at the end.
        baseline: A `keras_wavenet.training.Baseline`.
    """
    figure = style.new_figure(9, 10)
    loss, *rows = figure.subplots(3, 1)
    points = [
        {"step": step, "bits_per_sample": cost, "val_bits_per_sample": None}
        for step, cost in history.items()
    ]
    points[-1]["val_bits_per_sample"] = bits
    plot_bits(loss, points, baseline.by_name)
    loss.set_xlabel("step", color=style.INK, fontsize=9)
    titles = (
        f"Recorded: {clip.info.speaker}, not in the training data",
        "Generated from the log-mel frames of the recording",
    )
    for axes, waveform, title in zip(
        rows, (clip.waveform, generated), titles, strict=True
    ):
        plot_spectrogram(axes, waveform, sample_rate, title)
    path.write_bytes(style.encode_png(figure))


def describe_files(out):
    """Print the names of the files."""
    print(f"\nIn {out}, one validation sentence of each speaker:")
    print("  *_recorded.wav  the recording")
    print("  *_matched.wav   generated from its log-mel frames, with matched frames")
    print("  *_raw.wav       the same without frame matching")
    print("  demo.png        the loss curve, and spectrograms of both")
    print("  preset/         the model: keras-wavenet generate PRESET --mel-from FILE")


if __name__ == "__main__":
    main()
