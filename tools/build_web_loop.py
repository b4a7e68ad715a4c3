"""Build the WebAssembly of the page of `keras-wavenet export --format web`.

    python3 tools/build_web_loop.py

Compiles keras_wavenet/export/web/loop/loop.c twice, with relaxed SIMD and for browsers
without it, by the C compiler of the Python package ziglang, which it installs into a
temporary environment. The files are the same on every machine. `build.json` beside them
records the sources, the flags and the results by their SHA-256: tests compare them and
need no compiler. Standard library only.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "keras_wavenet/export/web/loop"
RECORD = FOLDER / "build.json"
COMPILER = "ziglang==0.17.1"
FLAGS = [
    "-target", "wasm32-freestanding", "-O3", "-msimd128", "-ffp-contract=off",
    "-Wall", "-Wextra", "-Werror", "-Wl,--no-entry", "-Wl,--strip-all",
]  # fmt: skip
BUILDS = {"loop.wasm": [], "loop_relaxed.wasm": ["-mrelaxed-simd"]}


def main():
    with tempfile.TemporaryDirectory() as folder:
        python = make_environment(Path(folder) / "environment")
        for name, flags in BUILDS.items():
            built = Path(folder) / name
            compile_loop(python, flags, built)
            (FOLDER / name).write_bytes(built.read_bytes())
            print(f"{name}: {built.stat().st_size:,} bytes")
    RECORD.write_text(json.dumps(record(), indent=2) + "\n", encoding="utf-8")


def make_environment(folder):
    """Make an environment with the compiler; returns its Python."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    command = [python, "-m", "pip", "install", "--quiet", COMPILER]
    if subprocess.run(command).returncode:
        sys.exit(f"error: pip could not install {COMPILER}; see its output above.")
    return python


def compile_loop(python, flags, path):
    """Compile the loop to a file."""
    command = [python, "-m", "ziglang", "cc", *FLAGS, *flags, "-o", path, "loop.c"]
    if subprocess.run(command, cwd=FOLDER).returncode:
        sys.exit("error: the loop could not be compiled; see the output above.")


def record():
    """What the files beside the sources were built of, and what they are."""
    return {
        "compiler": COMPILER,
        "flags": {name: [*FLAGS, *flags] for name, flags in BUILDS.items()},
        "sources": digests([*sorted(FOLDER.glob("*.h")), FOLDER / "loop.c"]),
        "results": digests([FOLDER / name for name in BUILDS]),
    }


def digests(paths):
    """The SHA-256 of files by name; line ends of sources as on Unix."""
    found = {}
    for path in paths:
        content = path.read_bytes()
        if path.suffix != ".wasm":
            content = content.replace(b"\r\n", b"\n")
        found[path.name] = hashlib.sha256(content).hexdigest()
    return found


if __name__ == "__main__":
    main()
