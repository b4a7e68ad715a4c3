"""Sections of the page of `explain`: what the blocks do."""

import numpy as np

from keras_wavenet import introspection, visualization
from keras_wavenet.commands.explain_page import Report, Subject

MEASURED = (0.5, 0.1, 0.02)  # s on which blocks are silenced, the longest that fits
POSITIONS = 16  # predictions whose gradients are averaged
SINES = 32
LARGEST_DRAWN = 16  # dilation of a filter whose repetitions can be seen in a picture
_VECTORS = ("speaker", "tags", "global")


def gates(report: Report, subject: Subject) -> None:
    """The gates over a word, and over some pitch periods."""
    model, rate = subject.model, subject.rate
    start, stop = subject.loudest(1.0)
    levels = introspection.activation_levels(*subject.given, start=start, stop=stop)
    part = subject.waveform[start:stop]
    block, together = _follows_loudness(part, levels.gate, max(1, rate // 100))
    report.heading("Gates")
    report.text(
        "A gate is a number from 0, closed, to 1, open, by which a channel of a block "
        "is multiplied. Over frames of 10 ms, the mean gate of block "
        f"{block}, with dilation {model.dilations[block]}, has the strongest "
        f"correlation with the loudness in decibels: {together:.2f}."
    )

    def word(figure):
        wave, own, skip = figure.subplots(3, height_ratios=(1, 2, 2), sharex=True)
        visualization.plot_waveform(wave, part, rate, "Recording")
        wave.autoscale(axis="y")
        visualization.plot_gates(own, levels.gate, rate, model.dilations)
        visualization.plot_skip_levels(skip, levels.skip, rate, model.dilations)
        for axes in (wave, own):
            axes.set_xlabel("")
        return (
            f"{len(part) / rate:.2f} s of the recording from {start / rate:.2f} s on: "
            "the gates, each a mean over the channels of a block, and the level of "
            "what the block adds to the skip sum. The first block is at the bottom."
        )

    report.picture("gates", 9.5, 9, word)
    near, far = (place - start for place in subject.loudest(0.04))

    def pitch(figure):
        wave, own = figure.subplots(2, height_ratios=(1, 2), sharex=True)
        visualization.plot_waveform(wave, part[near:far], rate, "Recording")
        wave.autoscale(axis="y")
        wave.set_xlabel("")
        gate = levels.gate[:, near:far]
        visualization.plot_gates(own, gate, rate, model.dilations)
        return (
            f"The gates over {1000 * (far - near) / rate:.0f} ms, from "
            f"{(start + near) / rate:.3f} s on. Where the waveform repeats with the "
            "pitch, look for gates that open once a period."
        )

    report.picture("gates_in_pitch_periods", 9.5, 6, pitch)


def _follows_loudness(waveform, gates, frame):
    """The block whose mean gate follows the loudness most closely, and how closely."""
    count = len(waveform) // frame
    squares = np.square(waveform[: count * frame], dtype="float64")
    loud = 10 * np.log10(squares.reshape(count, frame).mean(axis=1) + 1e-9)
    means = gates[:, : count * frame].reshape(len(gates), count, frame).mean(axis=2)
    loud, means = loud - loud.mean(), means - means.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(means, axis=1) * np.linalg.norm(loud)
    together = means @ loud / np.maximum(norms, 1e-12)
    block = int(np.abs(together).argmax())
    return block, float(together[block])


def importance(report: Report, subject: Subject) -> None:
    """What each block is worth in bits."""
    model, rate = subject.model, subject.rate
    report.heading("Which blocks matter")
    passes = 1 + len(model.blocks)
    seconds = next((s for s in MEASURED if _fits(subject, s, passes)), None)
    if seconds is None:
        report.text("Left out: silencing each block of this model would take minutes.")
        return
    start, stop = subject.loudest(seconds)
    bits, silenced = introspection.contributions(*subject.given, start=start, stop=stop)
    costs = silenced - bits
    named = ", ".join(
        f"block {i} (dilation {model.dilations[i]}, {costs[i]:+.2f} bits)"
        for i in np.argsort(costs)[::-1][:3]
    )
    report.text(
        "Each block is silenced in turn: it adds nothing to the residual stream and to "
        "the skip sum. The same samples are scored again. The "
        f"network depends most on {named}, and least on block {costs.argmin()} "
        f"(dilation {model.dilations[costs.argmin()]}, {costs.min():+.2f})."
    )

    def bars(figure):
        axes = figure.subplots()
        visualization.plot_contributions(axes, bits, silenced, model.dilations)
        return (
            "Bits per sample that silencing each block adds, on the "
            f"{(stop - start) / rate:.2g} s from {start / rate:.2f} s on."
        )

    report.picture("blocks", 9, 3.4, bars)


def _fits(subject, seconds, passes):
    return subject.affordable(round(seconds * subject.rate)) >= passes


def frequencies(report: Report, subject: Subject) -> None:
    """Filters and responses to sines."""
    model, rate = subject.model, subject.rate
    hertz, magnitude = introspection.frequency_response(model)
    chosen = drawn_blocks(model.dilations)
    report.heading("Frequencies")
    report.text(
        "Each filter adds a few samples, its dilation apart, and so passes some "
        "frequencies and not others; with dilation d the pattern repeats every "
        f"{rate:,} / d Hz."
    )

    def filters(figure):
        for axes, block in zip(
            np.atleast_1d(figure.subplots(1, len(chosen))), chosen, strict=True
        ):
            title = f"Block {block}, dilation {model.dilations[block]}"
            visualization.plot_response(axes, hertz, magnitude[block], title)
        return (
            "The linear filters from a sample to the filter half of a block, without "
            "the blocks before it. Each row is a channel, sorted by the frequency of "
            "its peak; dark is what it removes."
        )

    report.picture("filters", 10, 3.4, filters)
    if subject.affordable(rate // 50) >= SINES:
        _picture_sines(report, subject)


def drawn_blocks(dilations):
    """The first blocks of up to three dilations, the least and larger ones."""
    found = sorted(set(dilations))
    found = [d for d in found if d <= LARGEST_DRAWN] or found[:1]
    places = sorted({0, len(found) // 2, len(found) - 1})
    return [dilations.index(found[place]) for place in places]


def _picture_sines(report, subject):
    model = subject.model
    neutral = introspection.neutral_conditions(
        model, 2 * (model.receptive_field + subject.rate)
    )
    own = {n: v for n, v in subject.conditions.items() if n in _VECTORS}
    sines, movement = introspection.sine_response(model, conditions={**neutral, **own})
    strongest = sines[movement.mean(axis=(0, 2)).argmax()]

    def sweep(figure):
        axes = figure.subplots()
        visualization.plot_block_responses(axes, sines, movement, model.dilations)
        frames = " and frames of zeros" if "local" in neutral else ""
        return (
            f"The network runs on sines{frames}, with all its nonlinearities. The "
            "color is how much the output z of a block moves, as a mean over its "
            "channels. On average over the blocks it is the most at "
            f"{strongest:,.0f} Hz."
        )

    report.picture("sines", 9, 4.5, sweep)


def past(report: Report, subject: Subject) -> None:
    """How far back predictions look."""
    model, rate = subject.model, subject.rate
    report.heading("The past")
    most = int(subject.affordable(model.data_spec.hop) / 4)  # a gradient costs more
    if not most:
        report.text("Left out: gradients over this receptive field take minutes.")
        return
    start, stop = subject.loudest(0.2)
    positions = np.linspace(start, stop - 1, min(POSITIONS, most)).astype(int)
    by_lag = introspection.saliency(
        *subject.given, positions=sorted({*positions.tolist()})
    ).mean(axis=0)
    shares = np.cumsum(by_lag) / max(float(by_lag.sum()), 1e-30)
    half, most = (1 + int(np.searchsorted(shares, share)) for share in (0.5, 0.9))
    report.text(
        f"The receptive field is {model.receptive_field:,} samples, "
        f"{1000 * model.receptive_field / rate:.0f} ms. The gradient is how much the "
        "bits of a sample change with a small change of an output of the first layer "
        f"before it. Half of it lies in the last {half:,} samples, "
        f"{1000 * half / rate:.1f} ms, and nine tenths in the last {most:,}, "
        f"{1000 * most / rate:.1f} ms."
    )

    def lags(figure):
        visualization.plot_saliency(figure.subplots(), by_lag, rate)
        return f"The mean over {len(positions)} predictions of a loud part."

    report.picture("past", 9, 3.6, lags)
