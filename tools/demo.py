"""Demo: speech by the included models, then by a vocoder that is trained here.

    python3 tools/demo.py
    python3 tools/demo.py --backend torch --steps 50 --out /tmp/demo

Makes a virtual environment in the checkout, and runs train_and_generate.py in it.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import environment

EXTRAS = ("cpu", "data", "features", "plots")


def main():
    """Prepare the environment and run the demo in it."""
    arguments = parse_arguments()
    try:
        python = environment.prepare(*EXTRAS, arguments.backend)
    except environment.EnvironmentFailure as failure:
        sys.exit(f"error: {failure}")
    try:  # a library of this extra must be compiled
        python = environment.prepare("evaluation")
    except environment.EnvironmentFailure as failure:
        print(f"The demo continues without the extra `evaluation`: {failure}")
    variables = {
        **os.environ,
        "KERAS_BACKEND": arguments.backend,
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    command = [str(python), str(Path(__file__).with_name("train_and_generate.py"))]
    command += ["--out", str(arguments.out)]
    if arguments.steps is not None:
        command += ["--steps", str(arguments.steps)]
    sys.exit(subprocess.run(command, env=variables).returncode)


def parse_arguments():
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--backend",
        choices=("jax", "tensorflow", "torch"),
        default="jax",
        help="backend of Keras (default: %(default)s)",
    )
    parser.add_argument("--steps", type=int, help="training steps, 20 or more")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("demo_output"),
        help="folder for the page, the audio and the preset (default: %(default)s)",
    )
    return parser.parse_args()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
