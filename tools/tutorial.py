"""Rebuild the tutorial: run its chapters, write their pages, notebooks and media.

    python3 tools/tutorial.py                  all chapters
    python3 tools/tutorial.py 01 04            two of them
    python3 tools/tutorial.py --check          run all, write nothing
    python3 tools/tutorial.py --fast --check   without the slow ones

A chapter is one file, `docs/tutorial/NN_name.py`. It is run as a notebook, from which
`NN_name.ipynb`, the page `NN_name.md` and its pictures and sounds in `media/` are made.
Makes a virtual environment in the checkout, and runs tutorial_pages.py in it.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import environment

EXTRAS = ("cpu", "data", "docs", "evaluation", "features", "plots")
BACKEND = "torch"  # compiles nothing: the fastest to build with


def main():
    """Prepare the environment and build the chapters in it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("chapters", nargs="*", help="numbers: 01 04; all if none")
    parser.add_argument("--check", action="store_true", help="run, and write nothing")
    parser.add_argument("--fast", action="store_true", help="leave out the slow ones")
    parser.parse_args()
    backend = os.environ.get("KERAS_BACKEND", BACKEND)
    try:
        python = environment.prepare(*EXTRAS, backend)
    except environment.EnvironmentFailure as failure:
        sys.exit(f"error: {failure}")
    variables = {
        **os.environ,
        "KERAS_BACKEND": backend,
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    command = [str(python), str(Path(__file__).with_name("tutorial_pages.py"))]
    sys.exit(subprocess.run([*command, *sys.argv[1:]], env=variables).returncode)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
