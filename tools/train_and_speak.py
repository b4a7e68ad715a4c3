"""The demo itself: train on `spoken_prompts`, save, speak, load and speak the same.

Run by demo.py, inside the environment that it makes; needs `KERAS_BACKEND`.
"""

import argparse
import sys
import time
from pathlib import Path

import keras
import numpy as np
import soundfile
from demo_picture import draw_demo

import keras_wavenet
from keras_wavenet.training import YardstickCallback
from keras_wavenet.training.monitoring.audio_check import check_audio

STEPS = 250
BATCH_SIZE = 4
WINDOW_LENGTH = 4000
STEPS_PER_POINT = 10  # of the loss curve
PEAK_LEARNING_RATE = 3e-3
WARMUP_STEPS = 10
SECONDS = 2
TEMPERATURE = 1.2  # from silence, a model so young would mostly keep still at 1
STREAMS = 4  # some start with a long pause, as people do
PRIME_SECONDS = 1


def main():
    arguments = parse_arguments()
    out = arguments.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(0)
    print(f"Keras {keras.__version__} on {keras.backend.backend()}")

    model = make_model()
    train, validation = load_speech(model)
    history, yardstick = train_model(model, train, validation, arguments.steps)
    bits = model.evaluate(validation, return_dict=True, verbose=0)["bits_per_sample"]
    print(
        f"Validation bits per sample: {bits:.3f}, "
        f"{yardstick.last_sample - bits:.3f} below the last-sample predictor"
    )
    preset = out / "preset"
    model.save_to_preset(preset)

    rate = model.sample_rate
    prime = validation.source[0].waveform[: PRIME_SECONDS * rate]
    unprimed = speak(model, out / "unprimed.wav")
    primed = speak(model, out / "primed.wav", prime)
    draw_demo(out / "demo.png", unprimed, rate, history, bits, yardstick)

    again = keras_wavenet.WaveNet.from_preset(preset)
    speak(again, out / "unprimed_again.wav")
    same = read_bytes(out, "unprimed.wav") == read_bytes(out, "unprimed_again.wav")
    print(f"The preset, loaded, says {'the same' if same else 'SOMETHING ELSE'}")
    heard = {is_audible(audio, rate) for audio in (unprimed, primed)}
    print(f"\nAll of it is in {out}:")
    for path in sorted(out.iterdir()):
        print(f"  {path.name}")
    sys.exit(not (same and heard == {True}))


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
    """A WaveNet that learns something of speech within minutes."""
    return keras_wavenet.WaveNet(
        dilations=keras_wavenet.doubling_dilations(256, cycles=2),
        residual_channels=32,
        dilation_channels=32,
        skip_channels=128,
    )


def load_speech(model):
    """The training and the validation windows of the speech that ships along."""
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


def train_model(model, train, validation, steps):
    """Train; returns bits per sample at each point of the curve, and the yardstick."""
    rate = keras.optimizers.schedules.CosineDecay(
        PEAK_LEARNING_RATE / 10,
        decay_steps=steps - WARMUP_STEPS,
        alpha=0.05,
        warmup_target=PEAK_LEARNING_RATE,
        warmup_steps=WARMUP_STEPS,
    )
    model.compile(optimizer=keras.optimizers.Adam(rate, clipnorm=1.0))
    yardstick = YardstickCallback(train, validation)
    started = time.perf_counter()
    history = model.fit(
        train,
        steps_per_epoch=STEPS_PER_POINT,
        epochs=steps // STEPS_PER_POINT,
        callbacks=[yardstick],
        verbose=2,
    ).history["bits_per_sample"]
    seconds = time.perf_counter() - started
    print(f"Trained {steps} steps in {seconds:.0f} s, {seconds / steps:.2f} s a step")
    points = range(STEPS_PER_POINT, steps + 1, STEPS_PER_POINT)
    return dict(zip(points, history, strict=True)), yardstick.yardstick


def speak(model, path, prime=None):
    """Generate a few streams, write them one after the other and return them."""
    started = time.perf_counter()
    streams = model.generate(
        SECONDS * model.sample_rate,
        prime=prime,
        streams=STREAMS,
        temperature=TEMPERATURE,
        seed=0,
    )
    speed = streams.size / (time.perf_counter() - started)
    if prime is not None:
        streams = np.concatenate([np.tile(prime, (STREAMS, 1)), streams], axis=1)
    audio = streams.reshape(-1)
    soundfile.write(path, audio, model.sample_rate, subtype="PCM_16")
    print(f"Wrote {path.name} ({speed:,.0f} samples/s, compiling included)")
    return audio


def read_bytes(folder, name):
    return (folder / name).read_bytes()


def is_audible(audio, sample_rate):
    """Whether there is anything to hear; says what there is."""
    check = check_audio(audio, sample_rate)
    print(check.warning or f"Heard: {check}")
    return not check.is_silent


if __name__ == "__main__":
    main()
