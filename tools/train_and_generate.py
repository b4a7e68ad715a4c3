"""The demo: what shipped models generate, then a vocoder trained on `spoken_prompts`.

All vocoders resynthesize recordings of the validation split from their log-mel frames.
The sounds, the curve and the spectrograms are on one page, `demo.html`. The exit status
is 1 if training reduced the validation bits by too little, if the audio is not speech
by `demo_measures.py`, or if the saved preset generates other audio.

Run by demo.py in its environment, with `KERAS_BACKEND` set.
"""

import argparse
import sys
import time
from pathlib import Path

import demo_page
import demo_shipped
import keras
import numpy as np
from demo_measures import SpeechCheck

import keras_wavenet
from keras_wavenet.training import BaselineCallback, StopAtNaN, WeightAveraging
from keras_wavenet.utils.pcm import encode_wav

PAGE = "demo.html"
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
    print(f"Keras {keras.__version__} on {keras.backend.backend()}")

    sentences, babbled = demo_shipped.resynthesize_sentences(), demo_shipped.babble()
    write_sounds(out, sentences, babbled)
    demo_page.make_page(sentences, babbled).write(out / PAGE)
    print(f"What the shipped models generate: {(out / PAGE).as_uri()}\n")

    keras.utils.set_random_seed(SEED)
    model = make_model()
    train, validation = load_speech(model)
    model.compile(make_optimizer(arguments.steps))
    training = train_model(model, train, validation, arguments.steps)
    model.save_to_preset(out / "preset")

    check = SpeechCheck(model.sample_rate)
    for sentence in sentences:
        resynthesize(model, sentence)
        check.compare(sentence.recorded, sentence.raw, sentence.matched)
    is_same = generates_the_same(out / "preset", sentences[-1])
    is_speech, training.measures = check.passed()
    write_sounds(out, sentences, babbled)
    page = demo_page.make_page(sentences, babbled, training, out / "preset")
    page.write(out / PAGE)
    has_learned = training.untrained - training.bits >= LEAST_GAIN
    if not has_learned:
        print(f"Training did not reduce the validation bits by {LEAST_GAIN}.")
    describe_files(out)
    sys.exit(not (is_same and is_speech and has_learned))


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
    """Train; returns how that went, a `demo_page.Training`."""
    untrained = validation_bits(model, validation)
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
    bits, baselines = validation_bits(model, validation), baseline.baseline
    print(f"Trained {steps} steps in {seconds:.0f} s, {seconds / steps:.2f} s a step")
    print(
        f"Validation bits per 16-bit sample: {bits:.3f}, {untrained:.3f} before "
        f"training, {baselines.last_sample:.3f} by the last-sample predictor"
    )
    points = range(STEPS_PER_POINT, steps + 1, STEPS_PER_POINT)
    return demo_page.Training(
        clips=len(train.source),
        seconds=seconds,
        points=dict(zip(points, history, strict=True)),
        untrained=untrained,
        bits=bits,
        baselines=baselines.by_name,
    )


def resynthesize(model, sentence):
    """Generate a sentence from its frames, without and with frame matching."""
    print(f'\n{sentence.speaker}: "{sentence.transcript}"')
    sentence.raw, sentence.matched = (
        demo_shipped.generate(model, sentence.recorded, sentence.speaker, match_frames)
        for match_frames in (False, True)
    )


def generates_the_same(preset, sentence):
    """Return whether a saved preset generates what the model did, and print it."""
    loaded = keras_wavenet.WaveNet.from_preset(preset)
    again = demo_shipped.generate(loaded, sentence.recorded, sentence.speaker)
    is_same = np.array_equal(again, sentence.matched)
    print(f"\nThe loaded preset generates {'the same' if is_same else 'OTHER'} audio.")
    return is_same


def write_sounds(out, sentences, babbled):
    """Write the sounds that there are as wav files."""
    (out / "babble.wav").write_bytes(encode_wav(*babbled))
    for sentence in sentences:
        for kind in ("recorded", "shipped", "raw", "matched"):
            audio = getattr(sentence, kind)
            if audio is not None:
                path = out / f"{sentence.speaker}_{kind}.wav"
                path.write_bytes(encode_wav(audio, sentence.sample_rate))


def describe_files(out):
    """Print the names of the files."""
    print(f"\nIn {out}, one validation sentence of each speaker:")
    print("  *_recorded.wav  the recording")
    print(f"  *_shipped.wav   copy synthesis by {demo_shipped.VOCODER}")
    print("  *_raw.wav       copy synthesis by the model that was trained here")
    print("  *_matched.wav   the same with matched frames")
    print(f"  babble.wav      {demo_shipped.SPEECH_MODEL}, without conditions")
    print("  preset/         the model: keras-wavenet generate PRESET --mel-from FILE")
    print(f"All of it on one page: {(out / PAGE).as_uri()}")


if __name__ == "__main__":
    main()
