"""Run one part of the generation benchmark, and write its report.

Run by benchmark_generation.py in its environment, with `KERAS_BACKEND` and the
variables of benchmarking.py set.
"""

import argparse
from pathlib import Path

from benchmarking import write_json
from generation_benchmark.measurements import PARTS


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, required=True)
    parser.add_argument("--preset", required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--naive-costs", action="store_true")
    parser.add_argument("report", type=Path, help="the file to write")
    arguments = parser.parse_args()
    write_json(arguments.report, PARTS[arguments.part](arguments))


if __name__ == "__main__":
    main()
