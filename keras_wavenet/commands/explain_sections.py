"""Sections of the page of `explain`: sounds, codes and predictions."""

import numpy as np

from keras_wavenet import data, introspection, training, visualization
from keras_wavenet.commands.explain_page import Report, Subject
from keras_wavenet.layers import companding

CONTINUED = 1.0  # s that a model without frames continues


def sounds(report: Report, subject: Subject) -> None:
    """The recording, its codes, and audio of the model."""
    model, waveform, rate = subject.model, subject.waveform, subject.rate
    report.heading("Sounds")
    report.text("The recording, as the model reads it, and what the model makes of it.")
    report.sound("recording", waveform, rate, f"The recording: {subject.recording}.")
    if model.input_encoding in ("codes", "companded"):
        words = f"{model.input_levels} {model.architecture.input_code_words}"
        caption = f"The recording as {words}: the input of the network."
        report.sound("codes", _decoded(subject), rate, caption)
    generated, caption, known = _generate(subject)
    report.sound("generated", generated, rate, caption)

    def spectra(figure):
        both = figure.subplots(2)
        visualization.plot_real_and_generated(both, waveform, generated, rate)
        for axes in both:
            axes.set_xlim(0, max(len(waveform), len(generated)) / rate)
        words = "The spectrograms of the recording and of the generated audio"
        if not known:
            return f"{words}."
        both[1].axvline(known / rate, color="white", linestyle="--", linewidth=1)
        return f"{words}, which begins at the dashed line."

    report.picture("spectrograms", 9, 5.5, spectra)


def _decoded(subject):
    """The recording after its codes."""
    code = companding.get(subject.model.architecture.companding)
    levels = subject.model.input_levels
    return code.decode(code.encode(subject.waveform, levels), levels)


def _generate(subject):
    """Audio of the model, what it is, and how many of its samples are the recording."""
    model, options = subject.model, {"seed": subject.seed}
    if model.architecture.features is not None and "local" not in subject.conditions:
        audio = model.vocode(subject.waveform, conditions=subject.conditions, **options)
        kind = ", ".join(part.name for part in model.architecture.features.parts)
        caption = f"Generated sample by sample from the {kind} frames of the recording"
        if model.matches_frames_of_recordings:
            caption += ", and corrected towards these frames"
        return audio[0], f"{caption}. Seed {subject.seed}.", 0
    if "local" in model.architecture.conditions:
        audio = model.generate(
            len(subject.waveform), conditions=subject.conditions, **options
        )
        return audio[0], f"Generated from the given frames. Seed {subject.seed}.", 0
    half = len(subject.waveform) // 2
    prime = subject.waveform[:half]
    audio = model.generate(
        round(CONTINUED * subject.rate),
        prime=prime,
        conditions=subject.conditions,
        **options,
    )
    seconds = half / subject.rate
    caption = (
        f"The first {seconds:.2f} s of the recording, and {CONTINUED:g} s that the "
        f"model continues with. Seed {subject.seed}."
    )
    return np.concatenate([prime, audio[0]]), caption, half


def codes(report: Report, subject: Subject) -> None:
    """Codes of samples, and what the first layer makes of them."""
    model, a = subject.model, subject.model.architecture
    levels, words = model.input_levels, a.input_code_words
    report.heading("From samples to vectors")
    if model.input_encoding == "waveform":
        report.text("The first layer multiplies the waveform itself.")
    elif model.input_encoding == "mu_law":
        report.text(
            f"The first layer multiplies the waveform after mu-law (mu = {a.input_mu})."
        )
    else:
        error = _rms(subject.waveform - _decoded(subject))
        below = 20 * np.log10(_rms(subject.waveform) / max(error, 1e-12))
        report.text(
            f"A sample becomes one of {levels} {words}. In this recording they leave "
            f"an error {below:.1f} dB below the signal."
        )
        if a.companding == companding.MU_LAW:
            _picture_mu_law(report, subject)
    amplitudes, vectors = introspection.first_layer(model)

    def curves(figure):
        visualization.plot_first_layer(figure.subplots(), amplitudes, vectors[-1])
        caption = (
            "What the newest sample adds to the residual stream, by its amplitude: a "
            "vector, of which the three components with the largest shares of the "
            "variance are drawn (principal components)."
        )
        if model.input_encoding == "codes":
            caption += (
                " Each code has a vector of its own. Where a curve is smooth, training "
                "has given similar vectors to neighboring codes."
            )
        return caption

    report.picture("first_layer", 9, 3.4, curves)


def _picture_mu_law(report, subject):
    levels, rate = subject.model.input_levels, subject.rate
    start = subject.loudest(0.02)[0]
    part = subject.waveform[start : start + round(0.006 * rate)]

    def law(figure):
        left, right = figure.subplots(1, 2)
        visualization.plot_mu_law(left, levels)
        visualization.plot_mu_law_error(right, levels)
        return (
            "Left: the code of each amplitude. Codes are dense near silence. Right: "
            "the error of a sample by its amplitude, and that of evenly spaced codes."
        )

    def waveform(figure):
        visualization.plot_codes(figure.subplots(), part, rate, levels)
        return f"6 ms of the recording from {start / rate:.3f} s on, and its codes."

    report.picture("mu_law", 9, 3.6, law)
    report.picture("codes", 9, 3.2, waveform)


def _rms(waveform):
    return float(np.sqrt(np.mean(np.square(waveform, dtype="float64"))))


def predicted(report: Report, subject: Subject) -> None:
    """What the model predicts, what it pays, and one prediction in detail."""
    model, rate = subject.model, subject.rate
    bits, entropy = introspection.score(*subject.given)
    levels = model.distribution.levels
    report.heading("Predictions")
    report.text(
        f"Before each sample the model predicts a probability p for each of {levels:,} "
        "levels. The sample then costs -log2 p bits for its level: 1 bit if p is one "
        "half, 8 bits if p is 1 / 256. The entropy of a prediction is the expected "
        f"cost: on average it is {entropy.mean():.3f} bits, and the samples cost "
        f"{bits.mean():.3f}. Where the mean cost is above the mean entropy, the "
        "predictions are too narrow or in the wrong place."
    )
    report.table(["predictor", "bits per sample"], _compared(subject, bits))
    report.text(
        "The histogram has the frequency of each code in the recordings of "
        "spoken_prompts, the last-sample predictor that of each code after each other."
    )

    def surprise(figure):
        wave, own = figure.subplots(2, height_ratios=(1, 2), sharex=True)
        visualization.plot_waveform(wave, subject.waveform, rate, "Recording")
        wave.autoscale(axis="y")
        wave.set_xlabel("")
        visualization.plot_entropy(own, bits, entropy, rate)
        frame = max(1, rate // 100)
        means = bits[: len(bits) // frame * frame].reshape(-1, frame).mean(axis=1)
        return (
            f"Means of 10 ms. The samples cost from {means.min():.2f} bits, at "
            f"{means.argmin() / 100:.2f} s, to {means.max():.2f}, at "
            f"{means.argmax() / 100:.2f} s."
        )

    report.picture("entropy", 9, 4.2, surprise)
    start, stop = subject.loudest(0.02)
    found = introspection.predictions(*subject.given, start=start, stop=stop)

    def heat(figure):
        visualization.plot_predictions(figure.subplots(), *found, rate)
        return (
            f"20 ms of the recording from {start / rate:.3f} s on: each column is the "
            "distribution that was predicted before the sample came."
        )

    report.picture("predictions", 9, 3.8, heat)
    _picture_prediction(report, subject, start, bits[start:stop], found)


def _picture_prediction(report, subject, start, own, found):
    """Draw a prediction, of the bits and the predictions of samples from a start on."""
    rate = subject.rate
    place = int(np.argsort(own)[len(own) // 2])  # of the median cost
    shapes = introspection.alternatives(found.values, found.probabilities[place])

    def distributions(figure):
        axes = figure.subplots()
        visualization.plot_distributions(axes, shapes, float(found.samples[place]))
        return (
            f"The prediction of the sample at {(start + place) / rate:.4f} s, whose "
            "cost is the median of these 20 ms: as 256 mu-law codes, and as a logistic "
            "and a Gaussian of the same mean and standard deviation."
        )

    report.picture("distributions", 9, 3.4, distributions)


def _compared(subject, bits):
    """Rows of a table: the bits of the model and of simple predictors."""
    model, rate = subject.model, subject.rate
    rows = [
        ("this model", f"{bits.mean():.3f}"),
        ("equal probabilities", f"{np.log2(model.distribution.levels):.3f}"),
    ]
    train = data.open_source("spoken_prompts", "train", rate)
    own = data.open_source([subject.waveform], "all", rate, stored_rate=rate)
    if model.waveform_filter is not None:
        train, own = (s.filtered(model.waveform_filter) for s in (train, own))
    (baseline,) = training.measure_baselines(train, [own], model.distribution)
    return [
        *rows,
        ("histogram of the codes", f"{baseline.histogram:.3f}"),
        ("last-sample predictor", f"{baseline.last_sample:.3f}"),
    ]
