"""The demo itself: train a vocoder on `spoken_prompts`, save it, and let it speak.

The model generates recordings of the validation split, which it was not trained on,
from their log-mel frames. Ends with an error if training took too few bits off the
validation recordings, if the result is not speech by `demo_measures.py`, or if the
saved preset generates something else.

Run by demo.py, inside the environment that it makes; needs `KERAS_BACKEND`.
"""

import argparse
import sys
import time
from pathlib import Path

import keras
import numpy as np
from demo_measures import Judge
from demo_picture import draw_demo

import keras_wavenet
from keras_wavenet.training import BaselineCallback, StopAtNaN, WeightAveraging
from keras_wavenet.utils.pcm import encode_wav

STEPS = 400
BATCH_SIZE = 8
WINDOW_LENGTH = 1600
STEPS_PER_POINT = 20  # of the loss curve
PEAK_LEARNING_RATE = 4e-3
WARMUP_STEPS = 20
AVERAGING = 0.98  # momentum of the averages of the weights
LEAST_GAIN = 0.5  # bits of a sample that training takes off at least
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

    judge = Judge(model.sample_rate)
    for clip in one_clip_per_speaker(validation.source):
        speaker = clip.info.speaker
        print(f'\n{speaker}: "{clip.info.transcript}"')
        raw = generate(model, clip, match_frames=False)
        matched = generate(model, clip, match_frames=True)
        write(out / f"{speaker}_recorded.wav", clip.waveform, model.sample_rate)
        write(out / f"{speaker}_raw.wav", raw, model.sample_rate)
        write(out / f"{speaker}_matched.wav", matched, model.sample_rate)
        judge.compare(clip.waveform, raw, matched)
    draw_demo(
        out / "demo.png", model.sample_rate, clip, matched, history, bits, baseline
    )

    loaded = keras_wavenet.WaveNet.from_preset(out / "preset")
    same = np.array_equal(generate(loaded, clip, match_frames=True), matched)
    print(f"\nThe loaded preset generates {'the same' if same else 'OTHER'} audio.")
    describe_files(out)
    is_speech = judge.conclude()
    has_learned = untrained - bits >= LEAST_GAIN
    if not has_learned:
        print(f"Training must take off {LEAST_GAIN} bits of a sample. It did not.")
    sys.exit(not (same and is_speech and has_learned))


def parse_arguments():
    """What demo.py passes on."""
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
    """A vocoder of three speakers that learns within minutes.

    Linear prediction from the log-mel frames explains most of a sample; the network
    learns the distribution of what is left.
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
    """The training and the validation windows of the speech in the package."""
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
    """Bits of a 16-bit sample of the validation recordings."""
    return model.evaluate(validation, return_dict=True, verbose=0)["bits_per_sample"]


def make_optimizer(steps):
    """Adam with averages of the weights, which `fit` leaves in the model."""
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
    """The first recording of each speaker."""
    first = {}
    for number, clip in enumerate(source.clips):
        first.setdefault(clip.speaker, number)
    return [source[number] for _, number in sorted(first.items())]


def generate(model, clip, match_frames):
    """The audio that the model makes from the frames of a recording, `(T,)`."""
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


def describe_files(out):
    """Say what was made, and where it is."""
    print(f"\nIn {out}, of each speaker a sentence that the model was not trained on:")
    print("  *_recorded.wav  the recording")
    print("  *_matched.wav   generated from its log-mel frames and matched to them")
    print("  *_raw.wav       the same, as the network generated it")
    print("  demo.png        the loss curve, and spectrograms of both")
    print("  preset/         the model: keras-wavenet generate PRESET --mel-from FILE")


if __name__ == "__main__":
    main()
