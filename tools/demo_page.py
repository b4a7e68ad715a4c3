"""The page of the demo: what shipped models generate, and what its training reached."""

import shlex
from dataclasses import dataclass

from demo_shipped import SPEECH_MODEL, VOCODER

from keras_wavenet.pages import Page, Sound
from keras_wavenet.visualization import style
from keras_wavenet.visualization.spectrogram import plot_real_and_generated
from keras_wavenet.visualization.training import plot_bits

LEAD = (
    "Audio by WaveNets, sample by sample: first by models that come with the package, "
    "then by one that this demo trained."
)
COPY_SYNTHESIS = (
    f"Copy synthesis: the vocoder {VOCODER} gets 80 mel bands of the recording every "
    "12.5 ms, which say what is spoken and not what the waveform is, and generates a "
    "waveform from them. The sentences and the recordings are in no model's training "
    "data. Its frames are matched: the spectrum of the audio is corrected towards the "
    "frames."
)
BABBLE = (
    f"Babble: {SPEECH_MODEL} generates without conditions. It has learned what speech "
    "sounds like and no words; a pause at the start is part of it."
)
TRAINING = (
    "A small vocoder, trained from new weights on the {clips} recordings that come "
    "with the package: {steps:,} steps in {minutes:.1f} minutes on this machine. That "
    "is too short to sound like the shipped one: its raw audio is speech with much "
    "noise. The raw audio shows what was learned: matching the frames brings the audio "
    "of any vocoder, even an untrained one, close to the recording."
)
SCORES = (
    "Bits per 16-bit sample of the validation recordings, fewer is better: {bits:.3f}, "
    "{untrained:.3f} before training. A model above the histogram has learned nothing; "
    "one below the last-sample predictor has learned more than that neighbouring "
    "samples are alike."
)
COLUMNS = (
    "speaker", "transcript", "recording", "trained here, raw",
    "trained here, frames matched",
)  # fmt: skip
WIDTH, HEIGHT = 9, 6.5


@dataclass
class Training:
    """How the training of the demo went.

    Attributes:
        clips: Recordings that it was trained on.
        seconds: Time that it took.
        points: Bits per sample of training, by step.
        untrained, bits: Validation bits per sample before it and after.
        baselines: Bits per sample by name.
        measures: Lines on the quality of the audio.
    """

    clips: int
    seconds: float
    points: dict[int, float]
    untrained: float
    bits: float
    baselines: dict[str, float]
    measures: tuple[str, ...] = ()


def make_page(sentences, babble, training=None, preset=None):
    """Return the page of the demo.

    Args:
        sentences: Each a `Sentence`.
        babble: Audio without conditions, and its rate.
        training: A `Training`, or None before it has ended.
        preset: Path of the preset that was trained.
    """
    page = Page("Demo of keras_wavenet", LEAD)
    add_shipped(page, sentences, babble)
    page.heading("Some minutes of training")
    if training is None:
        page.text("The training has not ended yet: load this page again later.")
    else:
        add_training(page, sentences, training)
        page.heading("Go on")
        page.text("Another recording by the shipped vocoder, and by the one of here:")
        for name in (VOCODER, shlex.quote(str(preset))):
            page.code(
                f"keras-wavenet generate {name} --speaker en_allison --mel-from FILE"
            )
        page.text("A model of your own recordings:")
        page.code("keras-wavenet train recordings/ --features mel_16k --out my_voice")
    return page


def add_shipped(page, sentences, babble):
    """Add what the shipped models generated."""
    page.heading("Models that come with the package")
    page.text(COPY_SYNTHESIS)
    rate = sentences[0].sample_rate
    page.table(
        ["speaker", "transcript", "recording", f"copy synthesis by {VOCODER}"],
        [
            [s.speaker, s.transcript, Sound(s.recorded, rate), Sound(s.shipped, rate)]
            for s in sentences
        ],
    )
    draw_spectrograms(
        page, sentences[0], sentences[0].shipped, f"copy synthesis by {VOCODER}"
    )
    page.text(BABBLE)
    page.sound(*babble, f"Babble by {SPEECH_MODEL}")


def add_training(page, sentences, training):
    """Add how the training went, and what it reached."""
    steps = max(training.points)
    page.text(
        TRAINING.format(
            clips=training.clips, steps=steps, minutes=training.seconds / 60
        )
    )
    rate = sentences[0].sample_rate
    page.table(
        COLUMNS,
        [
            [
                s.speaker,
                s.transcript,
                *(Sound(w, rate) for w in (s.recorded, s.raw, s.matched)),
            ]
            for s in sentences
        ],
    )
    for line in training.measures:
        page.text(line)
    draw_spectrograms(
        page,
        sentences[0],
        sentences[0].raw,
        f"the model trained here, {steps:,} steps, raw",
    )
    page.text(SCORES.format(bits=training.bits, untrained=training.untrained))
    page.figure(
        draw_curve(training),
        "Bits per sample over training steps, with two baselines; the last point is "
        f"the validation after training, by averaged weights: {training.bits:.3f}",
    )


def draw_spectrograms(page, sentence, generated, title):
    """Add the spectrograms of a recording and of audio from its frames."""
    figure = style.new_figure(WIDTH, HEIGHT)
    plot_real_and_generated(
        figure.subplots(2),
        sentence.recorded,
        generated,
        sentence.sample_rate,
        (f"Recorded: {sentence.speaker}", f"{title[0].upper()}{title[1:]}"),
    )
    page.figure(figure, f"Spectrograms: above, the recording; below, {title}")


def draw_curve(training):
    """Return a figure of the training bits, and of the validation after them."""
    figure = style.new_figure(WIDTH, 4)
    rows = [
        {"step": step, "bits_per_sample": bits, "val_bits_per_sample": None}
        for step, bits in training.points.items()
    ]
    rows[-1]["val_bits_per_sample"] = training.bits
    axes = plot_bits(figure.subplots(), rows, training.baselines)
    axes.set_xlabel("step", color=style.INK, fontsize=9)
    return figure
