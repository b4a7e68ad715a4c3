"""Run one part of benchmark_training.py on the backend of `KERAS_BACKEND`.

KERAS_BACKEND=jax python tools/measure_training.py --rounds 3 REPORT
"""

import argparse
from pathlib import Path

import benchmarking


def main():
    """Measure, and write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--lengths", action="store_true", help="by window length")
    parser.add_argument("--vocoder", action="store_true", help="a compiled vocoder")
    parser.add_argument("--wide", action="store_true", help="a wider network")
    parser.add_argument("--peer", action="store_true", help="the shape of a peer")
    parser.add_argument(
        "--compiled-peer", action="store_true", help="ours compiled, too"
    )
    parser.add_argument("report", type=Path)
    arguments = parser.parse_args()

    from training_benchmark import steps

    part = steps.measure_steps
    if arguments.lengths:
        part = steps.measure_lengths
    if arguments.wide:
        part = steps.measure_wide
    if arguments.vocoder:
        part = steps.measure_vocoder
    report = None
    if arguments.peer:
        from training_benchmark import peers

        report = peers.measure_peer(arguments.rounds, arguments.compiled_peer)
    benchmarking.write_json(arguments.report, report or part(arguments.rounds))


if __name__ == "__main__":
    main()
