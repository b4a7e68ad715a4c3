"""The figures of the benchmark, computed from the reports of its parts."""

import numpy as np
from benchmarking import Figure, median

EAGER = ("layers eagerly", "tensor operations", "compiled step")
SWEEPS = ("sweep by rows", "sweep by columns")
TARGETS = {"jax": 0.45, "tensorflow": 0.33}
FLAT = 1.1
MOST_BITS_LOST = 0.01
WHY_XLA_IS_SLOWER = (
    "XLA runs a step as some 400 small kernels, one after the other; the engine cpu is "
    "one function"
)


def rate(row) -> float:
    """Return samples per second: the median of the rounds."""
    return row["samples"] / median(row["seconds"])


def make_figures(report):
    """Return the figures of a report, in the order of the table."""
    return [
        *_limit_figures(report["limits"]),
        *_loop_figures(report["backends"]),
        *_cost_figures(report["costs"]),
        *_start_figures(report["starts"], report["backends"]),
    ]


def _limit_figures(limits):
    speeds = {name: rate(row) for name, row in limits["one_stream"].items()}
    sweep = max(speeds[name] for name in SWEEPS)
    operations = 2 * limits["weights"] * rate(limits["streams"])
    return [
        Figure("cpu, one stream, against the sweep limit", speeds["cpu"] / sweep, 0.75),
        Figure(
            "cpu_bfloat16 against cpu, one stream",
            speeds["cpu_bfloat16"] / speeds["cpu"],
            1.3,
        ),
        Figure(
            "cpu, 32 streams, against the GEMM rate",
            operations / limits["gemm"],
            0.3,
        ),
        *_int8_figures(limits, speeds),
    ]


def _int8_figures(limits, speeds):
    figures = [
        Figure(
            "cpu_int8 against cpu, one stream", speeds["cpu_int8"] / speeds["cpu"], 3
        ),
        Figure(
            "cpu_int8, one stream, against real time",
            speeds["cpu_int8"] / limits["sample_rate"],
            2,
        ),
        Figure(
            "cpu_int8 without 8-bit instructions against cpu_bfloat16",
            speeds["cpu_int8, widened"] / speeds["cpu_bfloat16"],
            1,
        ),
    ]
    for preset, bits in limits["bits"].items():
        lost = bits["cpu_int8"] - bits["cpu"]
        what = f"bits per sample that cpu_int8 loses, {preset}"
        figures.append(Figure(what, lost, MOST_BITS_LOST, "bits", at_most=True))
    return figures


def _loop_figures(backends):
    """Ratios between loops that were timed in the same process."""
    eager, naive, loops = {}, {}, []
    for backend, report in backends.items():
        speeds = {name: rate(row) for name, row in report["speeds"].items()}
        for name in EAGER:
            if name in speeds:
                eager[f"{backend}, {name}"] = speeds["cpu"] / speeds[name]
        slow = {name: rate(row) for name, row in report["naive"].items()}
        naive[backend] = slow["cpu"] / slow["naive"]
        loops.append(
            Figure(
                f"{backend} against cpu, one stream",
                speeds[backend] / speeds["cpu"],
                TARGETS.get(backend),
                note=WHY_XLA_IS_SLOWER,
            )
        )
    fastest, slowest = min(eager, key=eager.get), max(eager, key=eager.get)
    return [
        Figure(f"cpu against the fastest queue loop ({fastest})", eager[fastest], 8),
        Figure(f"cpu against the slowest queue loop ({slowest})", eager[slowest], 20),
        *(
            Figure(f"cpu against the naive loop ({backend})", ratio)
            for backend, ratio in naive.items()
        ),
        *loops,
    ]


def _cost_figures(costs):
    length = costs["length"]
    whole_to_first = median(length) / length[0]
    near, *_, far = (1 / rate(row) for row in costs["receptive_field"].values())
    return [
        Figure(
            f"cost at {len(length)} s of audio against 1 s",
            max(whole_to_first, 1 / whole_to_first),
            FLAT,
            at_most=True,
        ),
        Figure(
            "cost against layers, furthest from a line",
            100 * off_line(costs["layers"]),
            10,
            "%",
            at_most=True,
        ),
        Figure(
            "cost at the widest receptive field against the narrowest",
            max(far / near, near / far),
            FLAT,
            at_most=True,
        ),
    ]


def off_line(rows) -> float:
    """Return the largest relative distance of costs from their best linear fit."""
    x = np.array([int(number) for number in rows], "float64")
    y = np.array([1 / rate(row) for row in rows.values()])
    if len(x) < 3:
        return 0.0
    slope, start = np.polyfit(x, y, 1, w=1 / y)
    return float(np.max(np.abs(slope * x + start - y) / y))


def _start_figures(starts, backends):
    cold, warm = starts["cold"], starts["warm"]
    busy = (
        "by the clock; {:.1f} s of processor time, about the time on otherwise idle "
        "cores"
    )
    figures = [
        Figure(
            f"cpu, {name} start",
            start["first"]["seconds"],
            most,
            "s",
            at_most=True,
            note=busy.format(start["first"]["processor_seconds"]),
        )
        for name, start, most in (("cold", cold, 5), ("warm", warm, 3))
    ]
    compiled = max(cold["compiled"], warm["compiled"])
    figures.append(
        Figure("cpu, functions compiled by a second call", compiled, 0, "", True)
    )
    for backend, report in backends.items():
        first, second = (call["seconds"] for call in report["calls"])
        figures += [
            Figure(f"{backend}, cold start", first, 20, "s", True),
            Figure(f"{backend}, second call", second, 1, "s", True),
        ]
    return figures


def print_speeds(backends) -> None:
    """Print samples per second of one stream: a row per loop, a column per backend."""
    speeds = {
        backend: {
            "generate, engine cpu": rate(report["speeds"]["cpu"]),
            "generate, loop of the backend": rate(report["speeds"][backend]),
            **{f"queue loop, {n}": _rate_or_none(report["speeds"], n) for n in EAGER},
            "naive loop": rate(report["naive"]["naive"]),
            "sweep limit of one core": max(rate(report["speeds"][n]) for n in SWEEPS),
        }
        for backend, report in backends.items()
    }
    ways = list(next(iter(speeds.values())))
    print(f"{'samples/s, one stream':<34}", *(f"{name:>12}" for name in speeds))
    for way in ways:
        cells = [column[way] for column in speeds.values()]
        words = ["" if cell is None else f"{cell:,.1f}" for cell in cells]
        print(f"{way:<34}", *(f"{word:>12}" for word in words))


def _rate_or_none(rows, name):
    return rate(rows[name]) if name in rows else None
