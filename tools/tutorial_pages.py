"""Run chapters of the tutorial as notebooks and write what they show.

    python tools/tutorial_pages.py [--check] [--fast] [01 04 ...]

tutorial.py runs it in the environment that it made; see there.
"""

import argparse
import os
import re
import sys
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import MarkdownExporter
from tutorial_media import Media

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "tutorial"
SLOW = ("09_loss_and_training",)  # minutes: not in the ordinary tests
CELL_SECONDS = 600
# tqdm warns in a notebook without widgets, which the chapters don't use.
WARNINGS = "ignore:IProgress not found"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("chapters", nargs="*")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--fast", action="store_true")
    arguments = parser.parse_args()
    for path in choose(arguments.chapters, arguments.fast):
        started = time.monotonic()
        try:
            notebook = run(path)
        except (CellExecutionError, ValueError) as error:
            sys.exit(f"error: {path.name}: {error}")
        if not arguments.check:
            write(path, notebook)
        print(f"{path.stem:40}{time.monotonic() - started:7.1f} s", flush=True)


def chapters() -> list[Path]:
    """The sources of all chapters, in order."""
    return sorted(FOLDER.glob("[0-9][0-9]_*.py"))


def choose(numbers: list[str], fast: bool) -> list[Path]:
    """The chapters of these numbers, or all."""
    chosen = [path for path in chapters() if not fast or path.stem not in SLOW]
    for number in numbers:
        if not any(path.stem.startswith(f"{number}_") for path in chosen):
            names = ", ".join(path.stem for path in chosen)
            sys.exit(f"error: expected numbers of chapters ({names}), not {number!r}")
    if numbers:
        chosen = [path for path in chosen if path.stem.split("_")[0] in numbers]
    return chosen


def read(path: Path) -> nbformat.NotebookNode:
    """The notebook of a source, not run, and the same each time."""
    notebook = jupytext.read(path, fmt="py:percent")
    notebook.metadata = nbformat.from_dict(METADATA)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    return notebook


def run(path: Path) -> nbformat.NotebookNode:
    """The notebook of a source with its outputs.

    Raises:
        ValueError: If a cell writes to stderr: warnings name folders of this machine.
    """
    notebook = read(path)
    client = NotebookClient(
        notebook,
        extra_arguments=["--log-level=ERROR"],
        timeout=CELL_SECONDS,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(FOLDER)}},
    )
    client.execute(env={**os.environ, "PYTHONWARNINGS": WARNINGS})
    refuse_warnings(notebook)
    notebook.metadata = nbformat.from_dict(METADATA)  # without the version of Python
    return notebook


def refuse_warnings(notebook: nbformat.NotebookNode) -> None:
    """Check that nothing was written to stderr.

    Raises:
        ValueError: If something was.
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.get("name") == "stderr":
                raise ValueError(
                    "A chapter must run without warnings. "
                    f"Received: {output.text}from the cell\n{cell.source}"
                )


def write(path: Path, notebook: nbformat.NotebookNode) -> None:
    """Write the notebook, the page and the media of a chapter."""
    media = Media(FOLDER / "media", path.stem.split("_")[0])
    page = media.extract(notebook)
    notebook_path = path.with_suffix(".ipynb")
    notebook_path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    text, _ = MarkdownExporter().from_notebook_node(page)
    text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    title, *rest = re.sub(r"\n{4,}", "\n\n", text).split("\n", 1)
    text = "\n".join([title, "", links(path), *rest, ""])
    path.with_suffix(".md").write_text(text, encoding="utf-8")


def links(path: Path) -> str:
    """The line under the title: the same chapter as a notebook and as a program."""
    return (
        f"*This chapter as a [notebook]({path.stem}.ipynb) "
        f"and as a [program]({path.name}); [all chapters](README.md).*"
    )


if __name__ == "__main__":
    main()
