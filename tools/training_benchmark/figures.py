"""The figures of a report, and the picture of what a step costs."""

from benchmarking import Figure, median

from keras_wavenet.visualization import style

TIMES_PLAIN = 1.4
TIMES_PEER = {"r9y9": 1.3, "ibab": 2.0}
SHARE_OF_GEMM, SHARE_OF_WIDE = 0.6, 0.7  # on each backend
OPERATIONS = 6  # per weight and scored sample: one product forward, two backward


def make_figures(backends, vocoder=None, peers=(), wide=None):
    """Return the figures of the reports: by backend, of the vocoder, and of peers."""
    figures = []
    for name, report in backends.items():
        ours, plain = (median(report["seconds"][way]) for way in ("ours", "plain"))
        figures.append(
            Figure(f"{name}: times as fast as plain", plain / ours, TIMES_PLAIN)
        )
        # The plain step scores all positions, including those of the context.
        positions = 1 + report["context"] / report["window"]
        figures.append(Figure(f"{name}: a position scored", plain / ours / positions))
    shares = {name: share_of_gemm(report) for name, report in backends.items()}
    for name, share in shares.items():
        what = f"{name}: share of the GEMM rate"
        figures.append(Figure(what, share, SHARE_OF_GEMM))
    for name, report in (wide or {}).items():
        what = f"{name}: share of the GEMM rate, wavenet_ljspeech_mulaw"
        figures.append(Figure(what, share_of_gemm(report), SHARE_OF_WIDE))
    for report in peers:
        seconds = {way: median(s) for way, s in report["cpu_seconds"].items()}
        plain = seconds.pop("plain")
        for way, ours in seconds.items():
            what = f"times as fast as plain code of {report['peer']}'s shape: {way}"
            figures.append(Figure(what, plain / ours, TIMES_PEER[report["peer"]]))
    if vocoder is not None:
        rate = vocoder["samples"] / median(vocoder["cpu_seconds"])
        what = "wavenet_realtime, compiled: samples a second of one core"
        figures.append(Figure(what, rate, unit="samples/s"))
    return figures


def share_of_gemm(report) -> float:
    """Return the operations per second of our step, relative to the GEMM rate."""
    operations = OPERATIONS * report["weights"]["ours"] * report["window"]
    return operations / median(report["seconds"]["ours"]) / report["gemm"]


def print_steps(backends):
    """Print the seconds of each step, and the GEMM rate."""
    print(f"{'a step, in seconds':<20}{'ours':>8}{'plain':>8}{'GEMM, GFLOP/s':>16}")
    for name, report in backends.items():
        ours, plain = (median(report["seconds"][way]) for way in ("ours", "plain"))
        print(f"{name:<20}{ours:>8.2f}{plain:>8.2f}{report['gemm'] / 1e9:>16.0f}")


def draw_lengths(path, lengths, backend):
    """Draw the seconds of both steps against the window's length as a png file."""
    figure = style.new_figure(7, 4)
    axes = figure.subplots()
    colors = {"ours": style.INK, "plain": style.VERMILION}
    for name, color in colors.items():
        points = [(int(length), cost) for length, cost in lengths[name].items()]
        axes.plot(*zip(*points, strict=True), "o-", color=color, label=name)
    axes.set(xlim=0, ylim=0)
    style.tidy(axes, f"A training step, {backend}", "window, samples", "seconds")
    style.legend_beside_title(axes)
    path.write_bytes(style.encode_png(figure))
